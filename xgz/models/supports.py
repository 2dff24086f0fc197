from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models.fields import PublicIdField, choices
from xgz.models.organisations import Organisation
from xgz.rules.supports import KIND_LABELS, NEEDS_REMARK, SOURCE_LABELS, SupportKind

_MONEY, _MATERIAL = SupportKind.MONEY.value, SupportKind.MATERIAL.value


class Support(models.Model):
    """Money or a thing an organisation was given; a row is never changed, only replaced (ES-8).

    amount: yuan, or pieces of `thing`. replaces: the row it corrects, which is then withdrawn;
    withdrawn_reason: why a row no longer counts.
    """

    public_id = PublicIdField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="supports"
    )
    kind = models.CharField("类别", max_length=8, choices=choices(KIND_LABELS))
    source = models.CharField("来源", max_length=16, choices=choices(SOURCE_LABELS))
    amount = models.DecimalField("金额或数量", max_digits=12, decimal_places=2)
    thing = models.CharField("物资名称", max_length=60, blank=True)
    given_on = models.DateField("到位日期")
    purpose = models.CharField("用途", max_length=200)
    remark = models.CharField("备注", max_length=200, blank=True)
    replaces = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField("登记时间")
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="support_is_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="support_names_its_thing",
                condition=Q(kind=_MONEY, thing="") | (Q(kind=_MATERIAL) & ~Q(thing="")),
            ),
            models.CheckConstraint(
                name="support_of_a_firm_is_remarked",
                condition=~Q(source__in=sorted(NEEDS_REMARK)) | ~Q(remark=""),
            ),
            models.CheckConstraint(
                name="support_withdrawn_with_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-given_on"], name="support_newest")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.kind} {self.amount}"

    @property
    def is_money(self) -> bool:
        return self.kind == SupportKind.MONEY

    @property
    def pieces(self) -> int:
        """How many pieces of a thing; meaningless for money."""
        return int(self.amount)


class SupportUse(models.Model):
    """What became of a part of it: on which day, for what, how much (ES-8)."""

    public_id = PublicIdField()
    support = models.ForeignKey(Support, on_delete=models.PROTECT, related_name="uses")
    used_on = models.DateField("使用日期")
    amount = models.DecimalField("使用金额或数量", max_digits=12, decimal_places=2)
    purpose = models.CharField("用于", max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField("登记时间")

    class Meta:
        constraints = [models.CheckConstraint(name="use_is_something", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"{self.support_id} {self.amount}"

    @property
    def pieces(self) -> int:
        return int(self.amount)
