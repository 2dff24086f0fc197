from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models.fields import PathField, PublicIdField, choices
from xgz.rules.bodies import BODY_KIND_LABELS, LINE_LABELS, BodyKind
from xgz.rules.roles import Role

ROLE_LABELS: dict[Role, str] = {
    Role.ORG_DEPT: "组织部门",
    Role.SOCIAL_WORK_DEPT: "社会工作部门",
    Role.BUREAU: "市场监管局小个专党委",
    Role.TOWNSHIP_COMMITTEE: "乡镇（街道）党委",
    Role.STATION_HEAD: "党建工作指导站站长",
    Role.INSTRUCTOR: "党建指导员",
    Role.ASSOCIATION: "个私协会",
    Role.BRANCH_SECRETARY: "党支部书记",
    Role.MEMBER: "党员",
    Role.OWNER: "经营者（市场举办者）",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDIT_ADMIN: "审计管理员",
}


class Body(models.Model):
    """An office or department that acts, or the acting side of a Party organisation."""

    public_id = PublicIdField()
    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("简称", max_length=40, blank=True)
    kind = models.CharField("类别", max_length=24, choices=choices(BODY_KIND_LABELS))
    line = models.CharField("条线", max_length=16, choices=choices(LINE_LABELS))
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = PathField(max_length=50, unique=True, editable=False)
    # The townships a market regulation office serves; empty for every other kind.
    area = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="served_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=~Q(kind=BodyKind.ORGANISATION),
                name="body_office_name_once",
            )
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class RoleAssignment(models.Model):
    """Who holds which role where, from when until when (the last day counts)."""

    public_id = PublicIdField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_assignments"
    )
    role = models.CharField("角色", max_length=24, choices=choices(ROLE_LABELS))
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="role_assignments")
    deputy = models.BooleanField("副职", default=False)
    member = models.ForeignKey(
        "Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    business = models.ForeignKey(
        "Business", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    market = models.ForeignKey(
        "Market", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField("起始日期")
    valid_to = models.DateField("终止日期", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="role_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="member_role_names_the_member",
                condition=~Q(role=Role.MEMBER) | Q(member__isnull=False),
            ),
            models.CheckConstraint(
                name="owner_role_names_business_or_market",
                condition=~Q(role=Role.OWNER) | Q(business__isnull=False) | Q(market__isnull=False),
            ),
            # System, security and audit administration exclude each other while they last.
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(
                    role__in=[Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN],
                    valid_to__isnull=True,
                ),
                name="one_administrator_role_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} @ {self.body}"


class InstructorLink(models.Model):
    """What an instructor serves: one business, market or organisation, with dates."""

    public_id = PublicIdField()
    instructor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="instructor_links"
    )
    station = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    business = models.ForeignKey(
        "Business", null=True, blank=True, on_delete=models.PROTECT, related_name="instructor_links"
    )
    market = models.ForeignKey(
        "Market", null=True, blank=True, on_delete=models.PROTECT, related_name="instructor_links"
    )
    organisation = models.ForeignKey(
        "Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="instructor_links",
    )
    valid_from = models.DateField("起始日期")
    valid_to = models.DateField("终止日期", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="instructor_serves_exactly_one",
                condition=Q(business__isnull=False, market__isnull=True, organisation__isnull=True)
                | Q(business__isnull=True, market__isnull=False, organisation__isnull=True)
                | Q(business__isnull=True, market__isnull=True, organisation__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["business"],
                condition=Q(valid_to__isnull=True),
                name="one_instructor_per_business",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instructor} → {self.business or self.market or self.organisation}"
