from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models import sealing
from xgz.models.bodies import ROLE_LABELS, Body
from xgz.models.fields import PublicIdField, SealedField, choices
from xgz.rules.reveals import REVEAL_FIELD_LABELS, REVEAL_REASON_LABELS


class Reveal(models.Model):
    """One look at a full number, with its reason (RV-1); the person concerned may read of it.

    Of a member of the roster, or of the owner of a business. case_kind, case_id: what it was for.
    """

    public_id = PublicIdField()
    member = models.ForeignKey(
        "Member", null=True, on_delete=models.SET_NULL, related_name="reveals"
    )
    business = models.ForeignKey(
        "Business", null=True, on_delete=models.SET_NULL, related_name="reveals"
    )
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
                condition=~Q(member__isnull=False, business__isnull=False),
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
    """Whom of the roster somebody saw by name, on whatever page or paper (RV-5).

    hour: when the quarter of an hour began in which it was, so that the last hour can be counted.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sightings"
    )
    hour = models.DateTimeField()
    member = models.ForeignKey("Member", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "hour", "member"], name="seen_once_an_hour")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.hour:%Y-%m-%d %H}"
