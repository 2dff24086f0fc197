from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xgz.models import sealing
from xgz.models.bodies import ROLE_LABELS, Body
from xgz.models.fields import PublicIdField, SealedField, choices
from xgz.rules.grants import (
    REQUEST_KIND_LABELS,
    REQUEST_STATE_LABELS,
    RequestKind,
    RequestState,
)


class RoleRequest(models.Model):
    """A change of somebody's power, proposed by one administrator for another's decision (AC-10).

    kind "grant" and "end" name a role at a body; the others the account alone. day: the first day
    of a grant, the last of an end.
    """

    public_id = PublicIdField()
    kind = models.CharField(max_length=8, choices=choices(REQUEST_KIND_LABELS))
    state = models.CharField(
        max_length=12, choices=choices(REQUEST_STATE_LABELS), default=RequestState.PROPOSED
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_requests"
    )
    role = models.CharField(max_length=24, choices=choices(ROLE_LABELS), blank=True)
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    deputy = models.BooleanField(default=False)
    member = models.ForeignKey("Member", null=True, on_delete=models.PROTECT, related_name="+")
    business = models.ForeignKey("Business", null=True, on_delete=models.PROTECT, related_name="+")
    market = models.ForeignKey("Market", null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(null=True)
    reason_sealed = SealedField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="confirmed_by_somebody_else",
                condition=~Q(state=RequestState.CONFIRMED)
                | Q(decided_by__isnull=False)
                & (Q(proposed_by__isnull=True) | ~Q(proposed_by=F("decided_by"))),
            ),
            models.CheckConstraint(
                name="role_request_names_its_role",
                condition=~Q(kind__in=[RequestKind.GRANT, RequestKind.END])
                | ~Q(role="") & Q(body__isnull=False, day__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "proposed_at"], name="role_request_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def reason(self) -> str:
        return sealing.unseal("role_request.reason", self.public_id, self.reason_sealed)
