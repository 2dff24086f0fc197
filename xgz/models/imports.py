from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from xgz.models import sealing
from xgz.models.bodies import Body
from xgz.models.fields import PublicIdField, SealedField, choices
from xgz.rules.imports.states import (
    IMPORT_KIND_LABELS,
    IMPORT_STATE_LABELS,
    LEFT_LABELS,
    ROW_OUTCOME_LABELS,
    ImportState,
)
from xgz.rules.registration import BusinessKind, KindBasis


class Import(models.Model):
    """One file on its way into the register; the six figures add up to rows (IM-3)."""

    public_id = PublicIdField()
    kind = models.CharField("数据种类", max_length=16, choices=choices(IMPORT_KIND_LABELS))
    state = models.CharField(
        "状态",
        max_length=12,
        choices=choices(IMPORT_STATE_LABELS),
        default=ImportState.UPLOADED,
    )
    version = models.PositiveIntegerField(default=0)  # counts steps: the compare-and-set column
    sender = models.CharField("报送单位", max_length=80, blank=True)
    file_name = models.CharField("文件名", max_length=200)
    file_digest = models.CharField(max_length=32)
    stored_name = models.CharField(max_length=40, blank=True)  # inside the uploads folder
    is_full = models.BooleanField("全量", default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间")
    applied_at = models.DateTimeField("写入时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    # Their header to ours, and header to code to wording, as confirmed for this file.
    renamed = models.JSONField(default=dict)
    codes = models.JSONField(default=dict)
    # What the reader found: sheet, header row, headers, columns, unknown headers, samples.
    reading = models.JSONField(default=dict)
    refusal = models.JSONField(default=dict)  # reason and details of a structural fault
    notes = models.JSONField(default=dict)  # names that found no body, codes to verify, conflicts
    rows_read = models.PositiveIntegerField("已读行数", default=0)
    rows = models.PositiveIntegerField("总行数", default=0)
    created = models.PositiveIntegerField("新增", default=0)
    updated = models.PositiveIntegerField("更新", default=0)
    unchanged = models.PositiveIntegerField("无变化", default=0)
    rejected = models.PositiveIntegerField("退回", default=0)
    duplicate = models.PositiveIntegerField("重复", default=0)
    blank = models.PositiveIntegerField("空行", default=0)
    rejects_name = models.CharField(max_length=60, blank=True)  # inside the rejects folder

    class Meta:
        indexes = [models.Index(fields=["-uploaded_at"], name="import_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def balances(self) -> bool:
        """Test whether every row of the file is accounted for (IM-3)."""
        outcomes = (
            self.created,
            self.updated,
            self.unchanged,
            self.rejected,
            self.duplicate,
            self.blank,
        )
        return self.rows == sum(outcomes)


class ImportMapping(models.Model):
    """The columns and codes of one sender's files, remembered for the next one."""

    sender = models.CharField("报送单位", max_length=80)
    kind = models.CharField("数据种类", max_length=16, choices=choices(IMPORT_KIND_LABELS))
    renamed = models.JSONField(default=dict)
    codes = models.JSONField(default=dict)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "kind"], name="one_mapping_per_sender")
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.kind}"


class StagedBusiness(models.Model):
    """A checked registry row waiting to be written; an absent value says nothing.

    Sealed values are bound to the business they will belong to: public_id is that of the business
    should the row create one.
    """

    source_import = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    row_no = models.PositiveIntegerField()
    business_id = models.BigIntegerField(null=True)  # the business it names, where there is one
    public_id = models.CharField(max_length=12)
    credit_code = models.CharField(max_length=18, null=True)
    registration_number = models.CharField(max_length=15, null=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, default=BusinessKind.UNKNOWN)
    kind_basis = models.CharField(max_length=8, default=KindBasis.UNKNOWN)
    type_text = models.CharField(max_length=60, null=True)
    owner_name = models.CharField(max_length=100, null=True)
    owner_id_sealed = models.TextField(null=True)
    owner_id_digest = models.CharField(max_length=32, null=True)
    phone_sealed = models.TextField(null=True)
    phone_digest = models.CharField(max_length=32, null=True)
    address = models.CharField(max_length=300, null=True)
    established_on = models.DateField(null=True)
    status = models.CharField(max_length=20, null=True)
    status_on = models.DateField(null=True)
    is_unreachable = models.BooleanField(null=True)
    registrar = models.CharField(max_length=80, null=True)
    township = models.ForeignKey(
        Body, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    office = models.ForeignKey(
        Body, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    industry_code = models.CharField(max_length=8, null=True)
    staff = models.PositiveIntegerField(null=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    market = models.CharField(max_length=120, null=True)

    class Meta:
        indexes = [models.Index(fields=["source_import", "row_no"], name="staged_business_row")]

    def __str__(self) -> str:
        return f"staged business, row {self.row_no}"


class StagedRow(models.Model):
    """A checked row of another kind; all its values sealed as one JSON text."""

    source_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    row_no = models.PositiveIntegerField()
    public_id = PublicIdField()
    values_sealed = SealedField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_import", "row_no"], name="one_staged_row")
        ]

    def __str__(self) -> str:
        return f"staged row {self.row_no}"


class RejectedRow(models.Model):
    """A row handed back, with its reasons as codes; the cells themselves are in the rejects file.

    label: what names the row for a reader (name or code), sealed.
    """

    source_import = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="rejected_rows"
    )
    row_no = models.PositiveIntegerField("行号")
    public_id = PublicIdField()
    outcome = models.CharField(max_length=12, choices=choices(ROW_OUTCOME_LABELS))
    faults = models.JSONField(default=list)  # [[field, reason, detail], ...]
    label_sealed = SealedField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_import", "row_no"], name="one_rejected_row")
        ]

    def __str__(self) -> str:
        return f"rejected row {self.row_no}"

    @property
    def label(self) -> str:
        return sealing.unseal("rejected_row.label", self.public_id, self.label_sealed)


class ImportChange(models.Model):
    """One row that an import wrote: what it was before and became, for the change list and undo.

    table: model name in lower case. before is empty for a created row. Personal values stand here
    as they stand in their own column: sealed. Created businesses are not listed (first_import is).
    """

    source_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="changes")
    table = models.CharField(max_length=30)
    target_id = models.BigIntegerField()
    row_no = models.PositiveIntegerField(null=True)
    created = models.BooleanField(default=False)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    is_conflict = models.BooleanField(default=False)  # left alone by undo
    left_because = models.CharField(
        "未撤销的原因", max_length=10, choices=choices(LEFT_LABELS), blank=True
    )

    class Meta:
        indexes = [models.Index(fields=["table", "target_id"], name="import_change_target")]

    def __str__(self) -> str:
        return f"{self.table} {self.target_id}"
