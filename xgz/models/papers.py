import json

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xgz.models import sealing
from xgz.models.bodies import Body
from xgz.models.fields import PublicIdField, SealedField, choices
from xgz.models.numbering import Paper
from xgz.rules.papers.document import Document
from xgz.rules.papers.kinds import PAPER_LABELS, PAPER_STATE_LABELS, PAPERS, PaperKind, PaperState
from xgz.rules.papers.templates import TEMPLATE_STATE_LABELS, TemplateState


class PaperTemplate(models.Model):
    """A district's own Word template of one kind of paper, with who proposed and who judged it (PA-9).

    version: counted per kind from 1; digest: SHA-256 of content, which is never changed.
    """

    public_id = PublicIdField()
    kind = models.CharField("文书", max_length=24, choices=choices(PAPER_LABELS))
    version = models.PositiveSmallIntegerField("版本")
    content = models.BinaryField()
    digest = models.CharField("文件摘要", max_length=64)
    state = models.CharField("状态", max_length=12, choices=choices(TEMPLATE_STATE_LABELS))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField("提出时间")
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    judged_at = models.DateTimeField("审核时间", null=True)
    retired_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(state=TemplateState.APPROVED),
                name="one_template_in_use",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(state=TemplateState.PROPOSED),
                name="one_template_proposed",
            ),
            models.CheckConstraint(
                name="template_is_judged_by_another",
                condition=Q(judged_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(judged_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    @property
    def paper_kind(self) -> PaperKind:
        return PaperKind(self.kind)


class CasePaper(models.Model):
    """A paper made of a case (PA-1): a draft, issued with what it said that day, or void.

    body: which issues it. entry: its number in the register, None where its kind carries none or
    it is a draft. template: the district's own one it was issued with, None for the shipped one.
    """

    public_id = PublicIdField()
    kind = models.CharField("文书", max_length=24, choices=choices(PAPER_LABELS))
    case_kind = models.CharField(max_length=24)
    case_id = models.CharField(max_length=12)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=8, choices=choices(PAPER_STATE_LABELS))
    content_sealed = SealedField()
    entry = models.OneToOneField(Paper, null=True, on_delete=models.PROTECT, related_name="text")
    template = models.ForeignKey(
        PaperTemplate, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("起草时间")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField("印发时间", null=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    voided_at = models.DateTimeField("作废时间", null=True)
    reason_sealed = SealedField()

    class Meta:
        constraints = [
            # Of one kind a body has one draft or issued paper in a case; void ones stay beside it.
            models.UniqueConstraint(
                fields=["case_kind", "case_id", "kind", "body"],
                condition=~Q(state=PaperState.VOID),
                name="one_valid_paper_of_a_kind",
            ),
            models.CheckConstraint(
                name="paper_is_issued_then_void",
                condition=Q(
                    state=PaperState.DRAFT,
                    issued_at__isnull=True,
                    voided_at__isnull=True,
                    entry__isnull=True,
                )
                | Q(state=PaperState.ISSUED, issued_at__isnull=False, voided_at__isnull=True)
                | Q(state=PaperState.VOID, issued_at__isnull=False, voided_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["case_kind", "case_id"], name="case_paper_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_kind} {self.case_id}"

    @property
    def paper_kind(self) -> PaperKind:
        return PaperKind(self.kind)

    @property
    def names_people(self) -> bool:
        return PAPERS[self.paper_kind].names_people

    @property
    def number(self) -> str:
        """The number it was issued with, "" where it has none."""
        return self.entry.label if self.entry else ""

    @property
    def content(self) -> str:
        """What it says, as JSON."""
        return sealing.unseal("case_paper.content", self.public_id, self.content_sealed)

    @property
    def document(self) -> Document:
        """What it says: kept as it was made, whatever became of the case (PA-4)."""
        return Document.read(json.loads(self.content))

    @property
    def reason(self) -> str:
        """Why it is void."""
        return sealing.unseal("case_paper.reason", self.public_id, self.reason_sealed)
