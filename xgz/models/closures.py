from django.db import models
from django.db.models import Q

from xgz.models.businesses import Business, StatusEvent
from xgz.models.cases import Case
from xgz.models.fields import choices
from xgz.models.organisations import Organisation
from xgz.rules.closures import CLOSURE, OPTION_LABELS


class Closure(Case):
    """What is to become of a branch and its members after a business closed (CB-1)."""

    KIND = CLOSURE
    RELATED = ("business", "organisation")

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="closures")
    # The organisation that lists the business; without one the case is about members alone.
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="closures"
    )
    event = models.ForeignKey(StatusEvent, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_on = models.DateField("退出日期", null=True)
    option = models.CharField("去留意见", max_length=12, choices=choices(OPTION_LABELS), blank=True)
    target_org = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Merging and revoking are carried out by a case of their own (AD-8).
    adjustment = models.ForeignKey(
        "Adjustment", null=True, on_delete=models.PROTECT, related_name="closures"
    )
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+"
    )
    # The market line was asked to look on the spot, so it knows of the case (CB-5).
    is_shared = models.BooleanField(default=False)

    class Meta(Case.Meta):
        constraints = [
            *Case.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "organisation"],
                condition=Q(closed_at__isnull=True, organisation__isnull=False),
                name="one_open_closure_per_branch",
            ),
            models.UniqueConstraint(
                fields=["business"],
                condition=Q(closed_at__isnull=True, organisation__isnull=True),
                name="one_open_closure_without_branch",
            ),
        ]
        indexes = [*Case.Meta.indexes]

    @property
    def stays_inside(self) -> bool:
        return not self.is_shared

    @property
    def number_series(self) -> tuple[str, str]:
        if self.is_shared:
            return super().number_series
        return f"{self.KIND.name}.inside", f"{self.KIND.series}内"

    @property
    def subject(self) -> str:
        return (
            f"{self.business.name}（{self.organisation.name}）"
            if self.organisation
            else self.business.name
        )
