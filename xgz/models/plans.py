from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models.bodies import Body
from xgz.models.businesses import Business
from xgz.models.fields import PublicIdField, choices
from xgz.models.formations import Formation
from xgz.models.organisations import Organisation
from xgz.rules.bodies import LINE_LABELS
from xgz.rules.planning.plans import (
    NAME_MAX,
    ORIGIN_LABELS,
    SOURCE_LABELS,
    STATE_LABELS,
    STEP_LABELS,
    CountSource,
    PlanState,
    options_read,
)
from xgz.rules.planning.terms import BRANCH_PREFIX, PlanOptions


class Plan(models.Model):
    """A plan of joint branches: the working paper of the body that made it (PL-14).

    area: one township, None for the whole district. role: by which it was made. told: how many
    businesses and branches were not planned with, by reason. moved, joined, lost: members, against
    `parent`, of a plan that was repaired or made again (PL-12). proven_bound: as the job proved it;
    upper_bound: with those whom somebody let in again since (PL-7).
    """

    public_id = PublicIdField()
    name = models.CharField("名称", max_length=NAME_MAX)
    line = models.CharField(max_length=16, choices=choices(LINE_LABELS))
    role = models.CharField(max_length=24)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField("人数来源", max_length=12, choices=choices(SOURCE_LABELS))
    origin = models.CharField("方式", max_length=12, choices=choices(ORIGIN_LABELS))
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="followers"
    )
    asked = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    state = models.CharField(
        "状态", max_length=12, choices=choices(STATE_LABELS), default=PlanState.RUNNING
    )
    version = models.PositiveIntegerField(default=0)  # counts changes: the compare-and-set column
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("建立时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    discarded_at = models.DateTimeField(null=True)
    told = models.JSONField(default=dict)
    members = models.PositiveIntegerField("党员总数", default=0)
    covered = models.PositiveIntegerField("覆盖党员", default=0)
    proven_bound = models.PositiveIntegerField(default=0)
    upper_bound = models.PositiveIntegerField("最多可覆盖", default=0)
    mean_distance_m = models.FloatField("平均距离", default=0)
    ended_early = models.BooleanField(default=False)
    moved = models.PositiveIntegerField(null=True)
    joined = models.PositiveIntegerField(null=True)
    lost = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            # The market line reads no roster figure, so no plan of its own may rest on one (PL-15).
            models.CheckConstraint(
                name="roster_plans_stay_inside",
                condition=~Q(source=CountSource.ROSTER) | Q(line="organization"),
            )
        ]
        indexes = [models.Index(fields=["line", "-created_at"], name="plan_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def limits(self) -> PlanOptions:
        """The limits the plan was made with."""
        return options_read(self.options)

    @property
    def is_ready(self) -> bool:
        return self.state == PlanState.READY


class PlanBranch(models.Model):
    """An existing branch that businesses may join. members: as counted for this plan (PL-15).

    Degrees are those of the seat, metres those of the plan's plane (PL-4).
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="branches")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    longitude = models.FloatField()
    latitude = models.FloatField()
    x_m = models.FloatField()
    y_m = models.FloatField()
    town = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    members = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "organisation"], name="branch_once_a_plan")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.organisation_id}"

    @property
    def key(self) -> str:
        """The id of the group of those who join it, and its hub."""
        return BRANCH_PREFIX + self.organisation.public_id


class PlanGroup(models.Model):
    """A joint branch to be formed, or the businesses that join `branch`.

    code: the group's id within its plan. broken: limits it breaks now, as rule, unit (public id,
    "" for the whole) and amount (PL-11). formation: opened from it.
    """

    public_id = PublicIdField()
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="groups")
    code = models.CharField(max_length=24)
    branch = models.ForeignKey(
        PlanBranch, null=True, on_delete=models.CASCADE, related_name="groups"
    )
    is_locked = models.BooleanField(default=False)
    broken = models.JSONField(default=list)
    formation = models.ForeignKey(
        Formation, null=True, on_delete=models.SET_NULL, related_name="plan_groups"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="group_once_a_plan"),
            models.CheckConstraint(
                name="who_joins_a_branch_forms_none",
                condition=Q(branch__isnull=True) | Q(formation__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.code}"

    @property
    def number(self) -> str:
        """The number of a new group as people say it; "" for those who join a branch."""
        return "" if self.branch_id else self.code.lstrip("G0")


class PlanUnit(models.Model):
    """A business of a plan with its members as used. x_m, y_m: None where no place is known.

    By its market (at_market) it lies in the middle of it, and shows no point of its own.
    was_excluded: when the bound was proven. why: of a business in no group, what stands in its way
    (PL-8).
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="units")
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="+")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    x_m = models.FloatField(null=True)
    y_m = models.FloatField(null=True)
    at_market = models.BooleanField(default=False)
    town = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    market = models.CharField(max_length=12, blank=True)
    trade = models.CharField(max_length=8, blank=True)
    members = models.PositiveIntegerField("党员")
    full_members = models.PositiveIntegerField("正式党员")
    group = models.ForeignKey(PlanGroup, null=True, on_delete=models.SET_NULL, related_name="units")
    is_hub = models.BooleanField(default=False)
    is_excluded = models.BooleanField(default=False)
    was_excluded = models.BooleanField(default=False)
    why = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "business"], name="unit_once_a_plan"),
            models.UniqueConstraint(
                fields=["group"], condition=Q(is_hub=True), name="one_hub_a_group"
            ),
            models.CheckConstraint(
                name="full_members_of_a_plan_are_members",
                condition=Q(full_members__lte=models.F("members")),
            ),
        ]
        indexes = [models.Index(fields=["plan", "group"], name="plan_unit_group")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.business_id}"


class PlanStep(models.Model):
    """One change of a plan by hand. before: what undoing it puts back; undone: it was (PL-17)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()  # the plan's version after it
    what = models.CharField("事项", max_length=12, choices=choices(STEP_LABELS))
    groups = models.JSONField(default=list)  # codes, as the history tells of them
    units = models.PositiveIntegerField(default=0)
    before = models.JSONField(default=dict)
    undone = models.BooleanField(default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"
