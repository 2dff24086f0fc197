from django.db import models

from xgz.models.bodies import Body
from xgz.models.fields import PublicIdField


class NumberSeries(models.Model):
    """The last number given out in one series and year; the row is the lock (NO-1)."""

    series = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="one_series_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"


class Paper(models.Model):
    """One numbered paper: its number stays used when the paper is void (NO-1)."""

    public_id = PublicIdField()
    series = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    label = models.CharField("编号", max_length=60)
    kind = models.CharField(max_length=24)
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    case_kind = models.CharField(max_length=24)
    case_id = models.CharField(max_length=12)
    issued_on = models.DateField("开具日期")
    voided_on = models.DateField("作废日期", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "number"], name="one_paper_per_number"
            )
        ]
        indexes = [models.Index(fields=["case_kind", "case_id"], name="paper_case")]

    def __str__(self) -> str:
        return self.label
