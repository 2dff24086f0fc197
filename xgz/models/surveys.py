from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xgz.models.bodies import ROLE_LABELS, Body
from xgz.models.businesses import Business, Market
from xgz.models.fields import PublicIdField, choices
from xgz.rules.surveys import (
    CHOICE_LABELS,
    LONGEST_KEY,
    ROUND_LABELS,
    ROW_LABELS,
    TOLD_LABELS,
    Choice,
    RoundState,
    RowState,
)

_NOTHING_TOLD = Q(staff__isnull=True, members__isnull=True, has_organisation="", has_plaque="")


class SurveyRound(models.Model):
    """A walk from shop to shop through one township, street or market (SV-1).

    street: the part of the address the shops were chosen by, empty for all; run_by: the office
    that ordered the round, by the role that acts for it. since: for Choice.NOT_VISITED.
    """

    public_id = PublicIdField()
    title = models.CharField("名称", max_length=60)
    area = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    # A market goes when the import that named it is undone; the walk through it was done.
    market = models.ForeignKey(
        Market, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    street = models.CharField("街路", max_length=40, blank=True)
    choice = models.CharField("范围", max_length=20, choices=choices(CHOICE_LABELS))
    since = models.DateField("走访早于", null=True)
    starts_on = models.DateField("起始日期")
    ends_on = models.DateField("截止日期")
    state = models.CharField(
        "状态", max_length=12, choices=choices(ROUND_LABELS), default=RoundState.RUNNING
    )
    run_by = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    run_by_role = models.CharField("组织岗位", max_length=24, choices=choices(ROLE_LABELS))
    opened_at = models.DateTimeField("发起时间")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="survey_round_ends_after_it_begins", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="survey_round_running_is_open",
                condition=Q(state=RoundState.RUNNING, closed_at__isnull=True)
                | ~Q(state=RoundState.RUNNING) & Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="survey_round_names_its_day",
                condition=Q(since__isnull=False) | ~Q(choice=Choice.NOT_VISITED),
            ),
        ]
        indexes = [models.Index(fields=["area", "state"], name="survey_round_area")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_running(self) -> bool:
        return self.state == RoundState.RUNNING


class SurveyRow(models.Model):
    """One shop of a round: who walks there, and what the last visit told, as counts alone (SV-3).

    code: what stands on the paper; place: in the order of the walk, from 1; street: of the address
    when the round began; tries: visits that met nobody. version counts the answers that took effect.
    """

    public_id = PublicIdField()
    round = models.ForeignKey(SurveyRound, on_delete=models.CASCADE, related_name="rows")
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    code = models.CharField("单据编码", max_length=7, unique=True)
    place = models.PositiveIntegerField("顺序")
    street = models.CharField("街路", max_length=40, blank=True)
    station = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    walker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        "状态", max_length=12, choices=choices(ROW_LABELS), default=RowState.TO_VISIT
    )
    version = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField("未见到人次数", default=0)
    staff = models.PositiveIntegerField("从业人数", null=True)
    members = models.PositiveIntegerField("店方所说党员人数", null=True)
    has_organisation = models.CharField(
        "有无党组织", max_length=4, choices=choices(TOLD_LABELS), blank=True
    )
    has_plaque = models.CharField(
        "有无亮牌", max_length=4, choices=choices(TOLD_LABELS), blank=True
    )
    visited_on = models.DateField("走访日期", null=True)
    answered_at = models.DateTimeField("登记时间", null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "business"], name="one_survey_row_a_round"),
            models.CheckConstraint(
                name="survey_row_walker_has_a_station",
                condition=Q(walker__isnull=True) | Q(station__isnull=False),
            ),
            models.CheckConstraint(
                name="survey_row_answered_or_not",
                condition=Q(state=RowState.TO_VISIT, visited_on__isnull=True)
                | ~Q(state=RowState.TO_VISIT) & Q(visited_on__isnull=False),
            ),
            models.CheckConstraint(
                name="survey_row_tells_when_visited",
                condition=Q(state=RowState.VISITED) | _NOTHING_TOLD,
            ),
        ]
        indexes = [
            models.Index(fields=["walker", "state"], name="survey_row_walker"),
            models.Index(fields=["round", "place"], name="survey_row_round"),
        ]

    def __str__(self) -> str:
        return self.code


class SurveyVisit(models.Model):
    """One answer that took effect, kept under the name its sender gave it (SV-5).

    key: of the sender's own making; the same key of the same person for a row is the same answer. content:
    the answer as one text, to tell another one under the same key; version: of the row after it.
    """

    row = models.ForeignKey(SurveyRow, on_delete=models.CASCADE, related_name="visits")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=LONGEST_KEY)
    content = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    state = models.CharField("状态", max_length=12, choices=choices(ROW_LABELS))
    visited_on = models.DateField("走访日期")
    at = models.DateTimeField("登记时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["row", "by", "key"], name="one_effect_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.version}"


class SurveyReminder(models.Model):
    """A walker was reminded of a round (SV-7)."""

    round = models.ForeignKey(SurveyRound, on_delete=models.CASCADE, related_name="reminders")
    walker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["round", "walker", "-at"], name="survey_reminder_last")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.walker_id} {self.at:%Y-%m-%d}"
