from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models import sealing
from xgz.models.fields import PublicIdField, SealedField, choices
from xgz.rules.jobs import JOB_STATE_LABELS, JobState

_WAITS = Q(state__in=["queued", "running"])


class Job(models.Model):
    """One piece of background work: leased by a worker, retried, cancelled (JB-1).

    kind: name of a handler in the room jobs; subject: public id of what it works on, of which one
    job at a time may wait or run; slot: names the one run of a schedule ("snapshot.monthly
    2026-11"), so that it is queued once. attempt counts the times it was taken and is the fencing
    token of the lease; failures counts those that ended badly.
    """

    public_id = PublicIdField()
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=12, blank=True)
    arguments = models.JSONField(default=dict)
    slot = models.CharField(max_length=80, null=True, unique=True)
    state = models.CharField(
        max_length=12, choices=choices(JOB_STATE_LABELS), default=JobState.QUEUED
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    run_after = models.DateTimeField(null=True)  # NULL: at once, whatever the clock does
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)  # 0: unknown
    cancel_asked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=80, blank=True)  # kind of the last fault, never its text
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=_WAITS & ~Q(subject=""), name="one_job_per_subject"
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=_WAITS, name="job_waiting"),
            models.Index(fields=["subject", "id"], name="job_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def is_waiting(self) -> bool:
        return self.state in (JobState.QUEUED, JobState.RUNNING)


class Report(models.Model):
    """A list made into a file in the background for one person; its jobs name it as subject.

    asked: which list with which conditions, as queries.exports reads it; reach: keyed digest of the
    roles it was made with, so that whoever holds other ones does not get it; stored_name: of the
    sealed file inside the reports folder. persons: natural persons of the roster in it (EX-2);
    trace: what marks its copies, so that a leaked part names it (EX-5); taken once (EX-3).
    """

    public_id = PublicIdField()
    kind = models.CharField(max_length=24)
    title = models.CharField(max_length=80)
    conditions = models.CharField(max_length=400, blank=True)  # in words
    asked = models.JSONField(default=dict)
    made_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reach = models.CharField(max_length=32, blank=True)
    stored_name = models.CharField(max_length=60, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    rows = models.PositiveIntegerField(default=0)
    persons = models.PositiveIntegerField(default=0)
    is_masked = models.BooleanField(default=True)
    purpose_sealed = SealedField()
    trace = models.CharField(max_length=16, blank=True, db_index=True)
    asked_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)  # or needs none
    taken_at = models.DateTimeField(null=True)
    taken_session = models.CharField(max_length=32, blank=True)  # digest of the sign-in it went to
    broke_off_at = models.DateTimeField(null=True)  # the download that took it
    made_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["made_for", "-asked_at"], name="report_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def purpose(self) -> str:
        return sealing.unseal("report.purpose", self.public_id, self.purpose_sealed)
