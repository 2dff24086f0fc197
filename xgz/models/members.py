from django.db import models
from django.db.models import Q

from xgz.models import sealing
from xgz.models.businesses import Business
from xgz.models.fields import DigestField, PublicIdField, SealedField, choices
from xgz.models.organisations import Organisation
from xgz.rules.members import (
    LINK_KIND_LABELS,
    MEMBER_CLASS_LABELS,
    MEMBERSHIP_STATUS_LABELS,
    SEX_LABELS,
    LinkKind,
    MembershipStatus,
    Sex,
)


class Member(models.Model):
    """A Party member, or a person in development, of the roster. Identity is sealed (PR-1).

    The two links are also dated rows in MemberLink; the columns here are the current ones.
    """

    public_id = PublicIdField()
    name_sealed = SealedField()
    id_number_sealed = SealedField()
    phone_sealed = SealedField()
    address_sealed = SealedField()
    position_sealed = SealedField()
    key_digest = DigestField(unique=True)  # of the ID number, else of name, birth and branch
    phone_digest = DigestField()
    sex = models.CharField("性别", max_length=8, choices=choices(SEX_LABELS), default=Sex.UNKNOWN)
    born_on = models.DateField("出生日期", null=True, blank=True)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    education = models.CharField("学历", max_length=20, blank=True)
    member_class = models.CharField("人员类别", max_length=20, choices=choices(MEMBER_CLASS_LABELS))
    joined_on = models.DateField("入党日期", null=True, blank=True)
    full_on = models.DateField("转正日期", null=True, blank=True)
    status = models.CharField(
        "党籍状态",
        max_length=16,
        choices=choices(MEMBERSHIP_STATUS_LABELS),
        default=MembershipStatus.NORMAL,
    )
    is_floating = models.BooleanField("流动党员", null=True, blank=True)
    flow_to_sealed = SealedField()
    formal_org = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    activity_org = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="activity_members",
    )
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["formal_org", "status", "member_class"], name="member_formal_org")
        ]

    def __str__(self) -> str:
        return f"member {self.public_id}"

    @property
    def name(self) -> str:
        return sealing.unseal("member.name", self.public_id, self.name_sealed)

    @property
    def id_number(self) -> str:
        return sealing.unseal("member.id_number", self.public_id, self.id_number_sealed)

    @property
    def phone(self) -> str:
        return sealing.unseal("member.phone", self.public_id, self.phone_sealed)

    @property
    def address(self) -> str:
        return sealing.unseal("member.address", self.public_id, self.address_sealed)

    @property
    def position(self) -> str:
        return sealing.unseal("member.position", self.public_id, self.position_sealed)

    @property
    def flow_to(self) -> str:
        return sealing.unseal("member.flow_to", self.public_id, self.flow_to_sealed)


class MemberLink(models.Model):
    """Where a member's relation lay, or where the member took part, from when until when."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField("关系", max_length=8, choices=choices(LINK_KIND_LABELS))
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField("起始日期", null=True, blank=True)
    valid_to = models.DateField("终止日期", null=True, blank=True)
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(kind=LinkKind.FORMAL, valid_to__isnull=True),
                name="one_formal_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.get_kind_display()}"


class MemberEvent(models.Model):
    """A dated change of class or status, with its reason; for the timeline."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="events")
    happened_on = models.DateField("日期")
    field = models.CharField("事项", max_length=20)  # "status" or "member_class"
    before = models.CharField("变更前", max_length=20, blank=True)
    after = models.CharField("变更后", max_length=20)
    reason = models.CharField("原因", max_length=100, blank=True)
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.happened_on} {self.field}"


class MemberWorkplace(models.Model):
    """The business a member works at or owns; the capacity and unknown units' names are sealed."""

    public_id = PublicIdField()
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="workplaces")
    business = models.ForeignKey(
        Business, null=True, blank=True, on_delete=models.CASCADE, related_name="roster_rows"
    )
    unit_name_sealed = SealedField()
    capacity_sealed = SealedField()
    valid_from = models.DateField("起始日期", null=True, blank=True)
    valid_to = models.DateField("终止日期", null=True, blank=True)
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "business"],
                condition=Q(valid_to__isnull=True, business__isnull=False),
                name="one_current_workplace_row",
            )
        ]

    def __str__(self) -> str:
        return f"workplace {self.public_id}"

    @property
    def unit_name(self) -> str:
        return sealing.unseal("workplace.unit_name", self.public_id, self.unit_name_sealed)

    @property
    def capacity(self) -> str:
        return sealing.unseal("workplace.capacity", self.public_id, self.capacity_sealed)


class MemberNameDigest(models.Model):
    """Keyed digests of the characters and pairs of a member's name, for search within scope."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="name_digests")
    digest = DigestField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "member"], name="name_digest_once")
        ]

    def __str__(self) -> str:
        return self.digest
