from django.db import models

from xgz.models.fields import PublicIdField


class Backup(models.Model):
    """One encrypted backup and how the latest trial of restoring it went (BK-1, BK-3).

    counts: table → rows when it was made; audit_number: how far the audit's chain went then.
    fault: kind of what the trial found, "" for nothing.
    """

    public_id = PublicIdField()
    name = models.CharField(max_length=80, unique=True)
    made_at = models.DateTimeField()
    size = models.PositiveBigIntegerField()  # bytes
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    audit_number = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    tried_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=40, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="backup_newest")]

    def __str__(self) -> str:
        return self.name
