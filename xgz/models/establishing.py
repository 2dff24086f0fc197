from django.db import models
from django.db.models import Q

from xgz.models.cases import Case
from xgz.models.fields import choices
from xgz.models.formations import Formation
from xgz.models.organisations import Organisation
from xgz.rules.establishing import ESTABLISHING, EstablishingState
from xgz.rules.organisations import FORMATION_MODE_LABELS, FormationMode

_WITHOUT = (EstablishingState.SETTING_UP.value, EstablishingState.STOPPED.value)


class Establishing(Case):
    """An approved organisation that is to be set up and to find its feet (ES-1).

    name: as the formation had it, until the organisation bears its own.
    """

    KIND = ESTABLISHING
    RELATED = ("organisation",)

    formation = models.OneToOneField(
        Formation, on_delete=models.PROTECT, related_name="establishing"
    )
    name = models.CharField("拟设立党组织名称", max_length=120)
    mode = models.CharField(
        "组建方式",
        max_length=16,
        choices=choices(FORMATION_MODE_LABELS),
        default=FormationMode.JOINT,
    )
    approved_on = models.DateField("批准日期")
    organisation = models.OneToOneField(
        Organisation, null=True, on_delete=models.PROTECT, related_name="establishing"
    )
    meeting_on = models.DateField("第一次党员大会日期", null=True)
    meeting_place = models.CharField("会议地点", max_length=120, blank=True)
    # Somebody of the market line or the association guides, so the line knows of it (FM-13).
    is_shared = models.BooleanField(default=False)

    class Meta(Case.Meta):
        constraints = [
            *Case.Meta.constraints,
            models.CheckConstraint(
                name="establishing_under_way_has_organisation",
                condition=Q(state__in=_WITHOUT) | Q(organisation__isnull=False),
            ),
        ]
        indexes = [*Case.Meta.indexes]

    @property
    def subject(self) -> str:
        return self.organisation.name if self.organisation else self.name

    @property
    def stays_inside(self) -> bool:
        return not self.is_shared

    @property
    def number_series(self) -> tuple[str, str]:
        if self.is_shared:
            return super().number_series
        return f"{self.KIND.name}.inside", f"{self.KIND.series}内"
