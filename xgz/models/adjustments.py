from django.db import models
from django.db.models import Q

from xgz.models.bodies import Body
from xgz.models.cases import Case
from xgz.models.fields import choices
from xgz.models.organisations import Organisation
from xgz.rules.adjustments import (
    ADJUSTMENT,
    ORIGIN_LABELS,
    PLAN_LABELS,
    SEALS_LABELS,
    SORT_LABELS,
    Origin,
    Seals,
    Sort,
)


class Adjustment(Case):
    """What is to become of an organisation that no longer lives as it should (AD-1).

    sort, target_org: what is wanted while it is decided, what was decided from then on; met_on:
    day of the committee's meeting that decided it; carry_out_by: until when it is carried out.
    """

    KIND = ADJUSTMENT
    RELATED = ("organisation",)

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="adjustments"
    )
    origin = models.CharField(
        "来源", max_length=12, choices=choices(ORIGIN_LABELS), default=Origin.BY_HAND
    )
    sort = models.CharField("处理方式", max_length=8, choices=choices(SORT_LABELS), blank=True)
    target_org = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    met_on = models.DateField("党委会议日期", null=True)
    decided_on = models.DateField("确定日期", null=True)
    carry_out_by = models.DateField("落实期限", null=True)
    seals = models.CharField(
        "印章、牌匾",
        max_length=12,
        choices=choices(SEALS_LABELS),
        default=Seals.UNKNOWN,
        blank=True,
    )
    seals_on = models.DateField("收缴日期", null=True)
    seals_to = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    papers_place = models.CharField("档案存放处", max_length=120, blank=True)
    # Somebody of the market line or the association guides it, so that line knows of it (AD-9).
    is_shared = models.BooleanField(default=False)

    class Meta(Case.Meta):
        constraints = [
            *Case.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(closed_at__isnull=True),
                name="one_open_adjustment",
            ),
            models.CheckConstraint(
                name="seals_handed_in_have_day_and_body",
                condition=~Q(seals=Seals.HANDED_IN)
                | Q(seals_on__isnull=False, seals_to__isnull=False),
            ),
        ]
        indexes = [*Case.Meta.indexes]

    @property
    def subject(self) -> str:
        return self.organisation.name

    @property
    def stays_inside(self) -> bool:
        return not self.is_shared

    @property
    def number_series(self) -> tuple[str, str]:
        if self.is_shared:
            return super().number_series
        return f"{self.KIND.name}.inside", f"{self.KIND.series}内"

    @property
    def way(self) -> Sort:
        """What is wanted or decided, as the rule's own word."""
        return Sort(self.sort)


class AdjustmentLine(models.Model):
    """One line of the plan by which a dormant organisation is to live again (AD-7)."""

    adjustment = models.ForeignKey(Adjustment, on_delete=models.CASCADE, related_name="lines")
    item = models.CharField("事项", max_length=12, choices=choices(PLAN_LABELS))
    due_on = models.DateField("期限")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["adjustment", "item"], name="one_line_per_plan_item")
        ]

    def __str__(self) -> str:
        return f"{self.adjustment_id} {self.item}"
