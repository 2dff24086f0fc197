from django.db import models
from django.db.models import F, Q

from xgz.models.cases import Case
from xgz.models.closures import Closure
from xgz.models.fields import choices
from xgz.models.members import Member
from xgz.models.organisations import Organisation
from xgz.rules.transfers import (
    CHANNEL_LABELS,
    FOR_OUTSIDE,
    FOR_THE_DISTRICT,
    REASON_LABELS,
    TRANSFER,
    Channel,
    TransferReason,
    TransferState,
)

_TRAVELLING = [TransferState.ISSUED, TransferState.SENT_OUT, TransferState.EXPIRED]


class Transfer(Case):
    """A member's relation on its way from one organisation to another (TR-3).

    The receiving side is an organisation of the district, or a place outside it by name. Issuing
    moves nothing; acceptance moves the member's formal organisation.
    """

    KIND = TRANSFER
    RELATED = ("from_org", "to_org")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="transfers")
    from_org = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="转出党组织"
    )
    to_org = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="转入党组织",
    )
    to_outside = models.CharField("区外转入党组织", max_length=120, blank=True)
    reason = models.CharField(
        "转接原因",
        max_length=16,
        choices=choices(REASON_LABELS),
        default=TransferReason.WORKPLACE,
    )
    channel = models.CharField(
        "传递方式", max_length=20, choices=choices(CHANNEL_LABELS), default=Channel.CARRIED
    )
    letter_number = models.CharField("介绍信编号", max_length=40, blank=True)
    first_issued_on = models.DateField("首次开具日期", null=True)
    issued_on = models.DateField("开具日期", null=True)
    expires_on = models.DateField("有效期至", null=True)
    dues_paid_to = models.DateField("党费交至", null=True, blank=True)
    accepted_on = models.DateField("接收日期", null=True)
    closure = models.ForeignKey(
        Closure, null=True, on_delete=models.PROTECT, related_name="transfers"
    )

    class Meta(Case.Meta):
        constraints = [
            *Case.Meta.constraints,
            models.CheckConstraint(
                name="transfer_goes_to_one_place",
                condition=Q(to_org__isnull=False, to_outside="")
                | Q(to_org__isnull=True) & ~Q(to_outside=""),
            ),
            models.CheckConstraint(
                name="letter_on_its_way_has_dates",
                condition=~Q(state__in=_TRAVELLING)
                | Q(issued_on__isnull=False, expires_on__isnull=False) & ~Q(letter_number=""),
            ),
            models.CheckConstraint(
                name="letter_expires_after_issue",
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("issued_on")),
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(closed_at__isnull=True),
                name="one_open_transfer_per_member",
            ),
        ]
        indexes = [
            *Case.Meta.indexes,
            models.Index(fields=["state", "expires_on"], name="transfer_expiry"),
        ]

    @property
    def stays_inside(self) -> bool:
        return True

    @property
    def destination(self) -> str:
        return self.to_org.name if self.to_org else self.to_outside

    def duty_note(self, note: str) -> str:
        """The table's remarks speak of a receiving committee; outside the district is none."""
        return note if self.to_org_id is not None else ""

    def fits(self, action: str) -> bool:
        """A letter goes to one committee of the district, or out of it (TR-8)."""
        if self.to_org_id is None:
            return action not in FOR_THE_DISTRICT
        return action not in FOR_OUTSIDE

    @property
    def subject(self) -> str:
        return f"{self.from_org.name} → {self.destination}"
