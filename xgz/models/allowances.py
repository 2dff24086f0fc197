from django.db import models


class Allowance(models.Model):
    """How much of a limited thing somebody has used: sign-in attempts, searches, reveals (AC-4).

    purpose: a name of rules/allowances.LIMITS; subject: keyed digest or public id of whom it counts
    for. Changed only by single conditional updates, so that the limit holds for callers at once.
    """

    purpose = models.CharField(max_length=24)
    subject = models.CharField(max_length=40)
    window_from = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "subject"], name="one_allowance_each")
        ]
        indexes = [models.Index(fields=["window_from"], name="allowance_age")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.used}"
