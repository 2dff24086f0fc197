from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models import sealing
from xgz.models.bodies import ROLE_LABELS, Body
from xgz.models.fields import PublicIdField, SealedField, choices
from xgz.rules.reveals import REVEAL_FIELD_LABELS, REVEAL_REASON_LABELS


class Reveal(models.Model):
    """One look at a full number, with its reason (RV-1); the person concerned may read of it.

    Of a member of the roster, of the owner of a business, or of the person of a lead. case_kind, case_id: what it was for.
    """

    public_id = PublicIdField()
    member = models.ForeignKey(
        "Member", null=True, on_delete=models.SET_NULL, related_name="reveals"
    )
    business = models.ForeignKey(
        "Business", null=True, on_delete=models.SET_NULL, related_name="reveals"
    )
    lead = models.ForeignKey("Lead", null=True, on_delete=models.SET_NULL, related_name="reveals")
    field = models.CharField(max_length=16, choices=choices(REVEAL_FIELD_LABELS))
    reason = models.CharField(max_length=16, choices=choices(REVEAL_REASON_LABELS))
    words_sealed = SealedField()
    case_kind = models.CharField(max_length=24, blank=True)
    case_id = models.CharField(max_length=12, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reveals"
    )
    role = models.CharField(max_length=24, choices=choices(ROLE_LABELS))
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reveal_of_one_person",
                condition=Q(member__isnull=True, business__isnull=True)
                | Q(member__isnull=True, lead__isnull=True)
                | Q(business__isnull=True, lead__isnull=True),
            )
        ]
        indexes = [
            models.Index(fields=["member", "-at"], name="reveal_of_member"),
            models.Index(fields=["by", "-at"], name="reveal_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.public_id}"

    @property
    def words(self) -> str:
        return sealing.unseal("reveal.words", self.public_id, self.words_sealed)


class Sighting(models.Model):
    """Whom of the roster, or of a lead, somebody saw by name, on whatever page or paper (RV-5).

    hour: when the quarter of an hour began in which it was, so that the last hour can be counted.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sightings"
    )
    hour = models.DateTimeField()
    member = models.ForeignKey("Member", null=True, on_delete=models.CASCADE, related_name="+")
    lead = models.ForeignKey("Lead", null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "hour", "member"], name="seen_once_an_hour"),
            models.UniqueConstraint(fields=["user", "hour", "lead"], name="lead_seen_once_an_hour"),
            models.CheckConstraint(
                name="sighting_of_one_person",
                condition=Q(member__isnull=False, lead__isnull=True)
                | Q(member__isnull=True, lead__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.hour:%Y-%m-%d %H}"
