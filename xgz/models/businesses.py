from django.db import models
from django.db.models import Q

from xgz.models import sealing
from xgz.models.bodies import Body
from xgz.models.fields import DigestField, PublicIdField, SealedField, choices
from xgz.rules.registration import (
    BUSINESS_KIND_LABELS,
    BUSINESS_STATUS_LABELS,
    KIND_BASIS_LABELS,
    STATUS_EVENT_LABELS,
    BusinessKind,
    BusinessStatus,
    KindBasis,
)


class Business(models.Model):
    """A registered business as the newest extract states it; the past stands in StatusEvent."""

    public_id = PublicIdField()
    credit_code = models.CharField(
        "统一社会信用代码",
        max_length=18,
        null=True,
        unique=True,
    )
    registration_number = models.CharField(
        "注册号",
        max_length=15,
        null=True,
        unique=True,
    )
    name = models.CharField("名称", max_length=200)
    kind = models.CharField(
        "主体类型",
        max_length=24,
        choices=choices(BUSINESS_KIND_LABELS),
        default=BusinessKind.UNKNOWN,
    )
    kind_basis = models.CharField(
        "类型依据",
        max_length=8,
        choices=choices(KIND_BASIS_LABELS),
        default=KindBasis.UNKNOWN,
    )
    type_text = models.CharField("登记的企业类型", max_length=60, blank=True)
    owner_name = models.CharField("经营者（法定代表人）", max_length=100, blank=True)
    owner_id_sealed = SealedField()
    owner_id_digest = DigestField()
    phone_sealed = SealedField()
    phone_digest = DigestField()
    address = models.CharField("住所（经营场所）", max_length=300, blank=True)
    established_on = models.DateField("成立日期", null=True, blank=True)
    status = models.CharField(
        "登记状态",
        max_length=20,
        choices=choices(BUSINESS_STATUS_LABELS),
        default=BusinessStatus.UNKNOWN,
    )
    status_on = models.DateField("状态日期", null=True, blank=True)
    is_unreachable = models.BooleanField("住所失联（经营异常）", default=False)
    registrar = models.CharField("登记机关", max_length=80, blank=True)
    township = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    office = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    industry_code = models.CharField("行业代码", max_length=8, blank=True)
    staff = models.PositiveIntegerField("从业人数", null=True, blank=True)
    last_report_year = models.PositiveSmallIntegerField("最近年报年度", null=True, blank=True)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    # Absent from a full extract since this day: work to check, never a closure (RG-6).
    missing_since = models.DateField("全量数据中未出现", null=True, blank=True)
    first_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    last_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            # Holds every column that lists filter, sort and count by: one narrow tree is read
            # instead of the wide table. One such index costs an import less than one per heading.
            # The row's number is named because PostgreSQL's indexes do not hold it otherwise.
            models.Index(
                fields=[
                    "township",
                    "kind",
                    "status",
                    "office",
                    "staff",
                    "is_unreachable",
                    "last_report_year",
                    "missing_since",
                    "credit_code",
                    "name",
                    "id",
                ],
                name="business_list",
            ),
            # The same for the figures of an office of market regulation, without the names.
            models.Index(
                fields=[
                    "office",
                    "kind",
                    "status",
                    "township",
                    "staff",
                    "is_unreachable",
                    "last_report_year",
                    "id",
                ],
                name="business_office",
            ),
            # Holds the few missing rows only, so an import hardly pays for it.
            models.Index(
                fields=["missing_since"],
                condition=Q(missing_since__isnull=False),
                name="business_missing",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="business_has_a_key",
                condition=Q(credit_code__isnull=False) | Q(registration_number__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_id_number(self) -> str:
        return sealing.unseal("business.owner_id", self.public_id, self.owner_id_sealed)

    @property
    def phone(self) -> str:
        return sealing.unseal("business.phone", self.public_id, self.phone_sealed)


class StatusEvent(models.Model):
    """One dated fact in the life of a business, kept for good."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="status_events")
    kind = models.CharField("事项", max_length=16, choices=choices(STATUS_EVENT_LABELS))
    happened_on = models.DateField("日期")
    status = models.CharField("登记状态", max_length=20, choices=choices(BUSINESS_STATUS_LABELS))
    before = models.CharField("变更前", max_length=300, blank=True)
    after = models.CharField("变更后", max_length=300, blank=True)
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["kind", "happened_on"], name="status_event_kind")]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.get_kind_display()}"


class Market(models.Model):
    """A specialised market: each distinct 所属市场 of a township; its stalls are businesses."""

    public_id = PublicIdField()
    name = models.CharField("市场名称", max_length=120)
    township = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    operator = models.ForeignKey(
        Business, null=True, blank=True, on_delete=models.SET_NULL, related_name="markets_run"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "township"], name="market_once_per_township"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(township__isnull=True), name="market_once_unplaced"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stall(models.Model):
    """A business that trades in a market, from when until when."""

    market = models.ForeignKey(Market, on_delete=models.CASCADE, related_name="stalls")
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="stalls")
    number = models.CharField("摊位号", max_length=20, blank=True)
    valid_from = models.DateField("起始日期")
    valid_to = models.DateField("终止日期", null=True, blank=True)
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business"], condition=Q(valid_to__isnull=True), name="one_current_stall"
            )
        ]

    def __str__(self) -> str:
        return f"{self.market} {self.number}".strip()


class AnnualReport(models.Model):
    """What a business declared of its members for one year (counts), and of its owner (sealed)."""

    public_id = PublicIdField()
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="annual_reports")
    year = models.PositiveSmallIntegerField("年度")
    # Counts full and probationary members together (NumParM): proves nothing about "three full".
    members_declared = models.PositiveIntegerField(
        "中共党员（包括预备党员）人数", null=True, blank=True
    )
    full_members = models.PositiveIntegerField("正式党员人数", null=True, blank=True)
    org_type = models.CharField("党组织建制", max_length=20, blank=True)
    formation_mode = models.CharField("组建方式", max_length=16, blank=True)
    formed_on = models.DateField("组建时间", null=True, blank=True)
    owner_member_sealed = SealedField()
    owner_secretary_sealed = SealedField()
    owner_digest = DigestField()
    staff = models.PositiveIntegerField("从业人数", null=True, blank=True)
    is_latest = models.BooleanField("最近一年", default=False)
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "year"], name="one_report_a_year"),
            models.UniqueConstraint(
                fields=["business"], condition=Q(is_latest=True), name="one_latest_report"
            ),
        ]
        indexes = [
            models.Index(
                fields=["full_members", "members_declared"],
                condition=Q(is_latest=True),
                name="report_latest_counts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_id} {self.year}"

    @property
    def owner_is_member(self) -> str:
        """Return "yes", "no" or "" (not stated)."""
        return sealing.unseal("report.owner_member", self.public_id, self.owner_member_sealed)

    @property
    def owner_is_secretary(self) -> str:
        """Return "yes", "no" or "" (not stated)."""
        return sealing.unseal("report.owner_secretary", self.public_id, self.owner_secretary_sealed)


class SealedList(models.Model):
    """One sensitive list (owners declared members, leads that wait) as one sealed value.

    Without it owners could be found only by unsealing every report; the value is padded so that
    its length does not tell the count.
    """

    public_id = PublicIdField()
    name = models.CharField(max_length=40, unique=True)
    value_sealed = SealedField()

    def __str__(self) -> str:
        return self.name
