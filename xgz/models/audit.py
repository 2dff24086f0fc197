from django.conf import settings
from django.db import models

from xgz.models.fields import PublicIdField, choices
from xgz.rules.audit import OUTCOME_LABELS, Outcome


class AuditEntry(models.Model):
    """What was done, by whom, in the same transaction as the change; never edited (AU-1).

    number counts without a gap; mac is keyed over the row and the mac before it (models/chain.py).
    fields: name of each changed field with the keyed digest of its new value, never the value.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField(max_length=40)  # "user", "shell" or "clock"
    action = models.CharField(max_length=60)
    outcome = models.CharField(max_length=12, choices=choices(OUTCOME_LABELS), default=Outcome.DONE)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=12)  # public id
    fields = models.JSONField(default=dict)
    # Where it came from: network address, digest of the signed-in device's session, request.
    address = models.CharField(max_length=45, blank=True)
    session = models.CharField(max_length=32, blank=True)
    request = models.CharField(max_length=32, blank=True)
    mac = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
            models.Index(fields=["actor", "number"], name="audit_actor"),
            models.Index(fields=["action", "number"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_type} {self.subject_id}"


class AuditHead(models.Model):
    """The one row that says where the chain ends; locked by whoever appends to it."""

    number = models.PositiveBigIntegerField(default=0)
    mac = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.number)


class AuditCheck(models.Model):
    """One verification of the chain and its anchors: how far it went and what it found (AU-5).

    faults: kinds of faults found with the number of the first row concerned, {} where none.
    """

    public_id = PublicIdField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    last_number = models.PositiveBigIntegerField(default=0)
    anchors = models.PositiveIntegerField(default=0)  # compared
    faults = models.JSONField(default=dict)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.begun_at:%Y-%m-%d %H:%M} {self.last_number}"
