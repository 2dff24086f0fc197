from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from xgz.models import sealing
from xgz.models.bodies import Body
from xgz.models.fields import PublicIdField, SealedField, choices
from xgz.rules.snapshots import SNAPSHOT_KIND_LABELS, SnapshotKind


class Snapshot(models.Model):
    """The figures of one day, kept with their definition; never computed again (SN-1).

    definition: version and wording of the figures and the parameters that held, as shown then.
    """

    public_id = PublicIdField()
    kind = models.CharField(
        "方式", max_length=12, choices=choices(SNAPSHOT_KIND_LABELS), default=SnapshotKind.ON_DEMAND
    )
    as_at = models.DateField("截止日")
    taken_at = models.DateTimeField("生成时间")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note_sealed = SealedField()
    definition = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["as_at"], condition=Q(kind="monthly"), name="one_monthly_snapshot"
            )
        ]
        indexes = [models.Index(fields=["-as_at", "-taken_at"], name="snapshot_newest")]

    def __str__(self) -> str:
        return f"{self.as_at} {self.kind}"

    @property
    def note(self) -> str:
        return sealing.unseal("snapshot.note", self.public_id, self.note_sealed)


class SnapshotFigure(models.Model):
    """One figure of a snapshot for one kind and place; the places of a figure add up to the whole.

    kind: of business, class, finding or case (rules/snapshots.py). township: of the row, null for
    rows without one; office: of a business the regulating office, of an organisation the guiding
    body. unknown: rows of the denominator that count by assumption. The …_rows hold the row
    numbers behind (rules/row_numbers.py); those of a shared denominator stand with its own figure.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="figures")
    figure = models.CharField(max_length=24)
    kind = models.CharField(max_length=24)
    township = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField(null=True)  # null: a count, not a rate
    unknown = models.PositiveIntegerField(default=0)
    numerator_rows = models.BinaryField(default=bytes)
    denominator_rows = models.BinaryField(default=bytes)
    unknown_rows = models.BinaryField(default=bytes)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "snapshot",
                "figure",
                "kind",
                Coalesce("township", 0),
                Coalesce("office", 0),
                name="one_snapshot_figure",
            ),
            models.CheckConstraint(
                name="snapshot_figure_parts",
                condition=Q(denominator__isnull=True)
                | Q(numerator__lte=F("denominator"), unknown__lte=F("denominator")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.kind} {self.numerator}/{self.denominator}"
