from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models.fields import PublicIdField, choices
from xgz.models.organisations import Organisation
from xgz.rules.sites import MOMENT_LABELS, SiteEntries, SiteEntry


class SiteList(models.Model):
    """What a site should have from a day on; never changed, only followed (ES-5)."""

    public_id = PublicIdField()
    entries = models.JSONField()
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
                fields=["valid_from"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_site_list_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}"

    @property
    def items(self) -> SiteEntries:
        """The entries, in order."""
        return tuple(SiteEntry.read(entry) for entry in self.entries)


class SiteCheck(models.Model):
    """Somebody looked whether one thing is there; what was seen last counts (ES-5).

    item: key of an entry; label: its words on that day.
    """

    public_id = PublicIdField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="site_checks"
    )
    item = models.CharField(max_length=24)
    label = models.CharField("项目", max_length=20)
    is_there = models.BooleanField("已落实")
    seen_on = models.DateField("查看日期")
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "item", "-seen_on"], name="site_check_newest")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.item} {self.seen_on}"


class SitePhoto(models.Model):
    """A photo of one thing of a site; the picture itself lies sealed outside the database (ES-10).

    stored_name: inside the photos folder; width, height: in pixels; size: of the picture, in bytes.
    """

    public_id = PublicIdField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="site_photos"
    )
    item = models.CharField(max_length=24)
    label = models.CharField("项目", max_length=20)
    moment = models.CharField("拍摄时点", max_length=8, choices=choices(MOMENT_LABELS))
    taken_on = models.DateField("拍摄日期")
    stored_name = models.CharField(max_length=40, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField("上传时间")

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.item} {self.moment}"
