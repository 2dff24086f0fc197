from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models.bodies import ROLE_LABELS
from xgz.models.fields import PublicIdField, choices
from xgz.rules.responsibilities import DUTY_LABELS, MATTER_LABELS


class ParameterValue(models.Model):
    """What the district set a parameter to, from which day on; never changed, only followed (PM-1)."""

    public_id = PublicIdField()
    key = models.CharField(max_length=60)
    value = models.IntegerField()
    valid_from = models.DateField("起用日期")
    reason = models.CharField("依据", max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)  # taken back before its first day

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "valid_from"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_value_per_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value} ({self.valid_from})"


class CalendarYear(models.Model):
    """A year whose notice the district entered whole: no longer provisional (CL-2)."""

    year = models.PositiveSmallIntegerField(unique=True)
    source = models.CharField(max_length=120)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day the district entered as worked or free (CL-1); never changed, only taken back.

    notice: the year's notice it belongs to; null for a single correction, which stands above it.
    """

    public_id = PublicIdField()
    day = models.DateField("日期")
    is_workday = models.BooleanField()
    name = models.CharField(max_length=40)
    source = models.CharField(max_length=120)
    notice = models.ForeignKey(
        CalendarYear, null=True, on_delete=models.PROTECT, related_name="days"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day"],
                condition=Q(withdrawn_at__isnull=True, notice__isnull=True),
                name="one_correction_per_day",
            ),
            models.UniqueConstraint(
                fields=["day"], condition=Q(notice__isnull=False), name="one_notice_per_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Responsibility(models.Model):
    """Who decides, guides, is filed with or is informed in one matter, from when to when (RS-1)."""

    public_id = PublicIdField()
    matter = models.CharField("事项", max_length=24, choices=choices(MATTER_LABELS))
    duty = models.CharField("责任", max_length=12, choices=choices(DUTY_LABELS))
    role = models.CharField("责任方", max_length=24, choices=choices(ROLE_LABELS))
    note = models.CharField("说明", max_length=60, blank=True)
    valid_from = models.DateField("起始日期")
    valid_to = models.DateField("终止日期", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)  # taken back before its first day

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "duty", "role"],
                condition=Q(valid_to__isnull=True, withdrawn_at__isnull=True),
                name="one_current_responsibility",
            ),
            models.UniqueConstraint(
                fields=["matter"],
                condition=Q(duty="decides", valid_to__isnull=True, withdrawn_at__isnull=True),
                name="one_decides_a_matter",
            ),
            models.CheckConstraint(
                name="responsibility_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter} {self.duty} {self.role}"
