from django.db import models
from django.db.models import Q

from xgz.models import sealing
from xgz.models.bodies import Body
from xgz.models.businesses import Business, Market
from xgz.models.fields import PublicIdField, SealedField, choices
from xgz.rules.organisations import (
    FORMATION_MODE_LABELS,
    ORG_CHANGE_LABELS,
    ORG_STATE_LABELS,
    ORG_TYPE_LABELS,
    POST_LABELS,
    FormationMode,
    OrgState,
    OrgType,
)


class Organisation(models.Model):
    """A Party organisation: its formal superior (through body) and its guiding body."""

    public_id = PublicIdField()
    code = models.CharField(
        "党组织代码",
        max_length=30,
        null=True,
        unique=True,
    )
    name = models.CharField("党组织名称", max_length=120)
    org_type = models.CharField(
        "组织类别",
        max_length=20,
        choices=choices(ORG_TYPE_LABELS),
        default=OrgType.UNKNOWN,
    )
    formation_mode = models.CharField(
        "组建方式",
        max_length=16,
        choices=choices(FORMATION_MODE_LABELS),
        default=FormationMode.UNKNOWN,
    )
    state = models.CharField(
        "状态", max_length=12, choices=choices(ORG_STATE_LABELS), default=OrgState.ACTIVE
    )
    # The organisation's own acting side; its place in the tree is the formal line.
    body = models.OneToOneField(Body, on_delete=models.PROTECT, related_name="organisation")
    guiding_body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="guided_organisations"
    )
    superior_text = models.CharField("上级党组织（原文）", max_length=120, blank=True)
    founded_on = models.DateField("成立日期", null=True, blank=True)
    elected_on = models.DateField("最近换届日期", null=True, blank=True)
    term_ends_on = models.DateField("届满日期", null=True, blank=True)
    last_life_on = models.DateField("最近一次组织生活日期", null=True, blank=True)
    dissolved_on = models.DateField("撤销日期", null=True, blank=True)
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(code__isnull=True), name="uncoded_organisation_once"
            ),
            models.CheckConstraint(
                name="dissolved_has_date",
                condition=~Q(state=OrgState.DISSOLVED) | Q(dissolved_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "term_ends_on"], name="organisation_terms")]

    def __str__(self) -> str:
        return self.name


class OrganisationChange(models.Model):
    """What happened to an organisation as a whole; history is never rewritten."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField("事项", max_length=12, choices=choices(ORG_CHANGE_LABELS))
    happened_on = models.DateField("日期")
    before = models.CharField("变更前", max_length=200, blank=True)
    after = models.CharField("变更后", max_length=200, blank=True)
    other = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.happened_on} {self.get_kind_display()}"


class OrganisationPost(models.Model):
    """Who holds a post; the name is sealed, the member is linked where the roster knows one."""

    public_id = PublicIdField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    post = models.CharField("职务", max_length=20, choices=choices(POST_LABELS))
    member = models.ForeignKey(
        "Member", null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    holder_name_sealed = SealedField()
    valid_from = models.DateField("任职日期", null=True, blank=True)
    valid_to = models.DateField("离任日期", null=True, blank=True)
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(post="secretary", valid_to__isnull=True),
                name="one_secretary_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.get_post_display()}"

    @property
    def holder_name(self) -> str:
        return sealing.unseal("post.holder_name", self.public_id, self.holder_name_sealed)


class Coverage(models.Model):
    """A business or market that an organisation lists as covered, from when until when."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="coverages"
    )
    business = models.ForeignKey(
        Business, null=True, blank=True, on_delete=models.CASCADE, related_name="coverages"
    )
    market = models.ForeignKey(
        Market, null=True, blank=True, on_delete=models.CASCADE, related_name="coverages"
    )
    # The code as written where the registry does not know it: kept to verify.
    code_text = models.CharField("待核实的代码", max_length=40, blank=True)
    valid_from = models.DateField("起始日期")
    valid_to = models.DateField("终止日期", null=True, blank=True)
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "business"],
                condition=Q(valid_to__isnull=True, business__isnull=False),
                name="one_current_coverage",
            ),
            models.UniqueConstraint(
                fields=["organisation", "market"],
                condition=Q(valid_to__isnull=True, market__isnull=False),
                name="one_current_market_coverage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} → {self.business_id or self.market_id or self.code_text}"
