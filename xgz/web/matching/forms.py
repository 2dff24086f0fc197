"""Forms of matching: the papers of a task, the purpose of a reading, a decision."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xgz.files.intake import UPLOAD_MAX_BYTES
from xgz.models import Body, MatchingTask
from xgz.rules.matching import (
    DETAIL_MAX,
    NUMBER_MAX,
    PURPOSE_LABELS,
    TIE_MISTAKE_LABELS,
    Decision,
    MatchPurpose,
)
from xgz.services.matching import TaskPapers
from xgz.web.forms import NOT_CHOSEN, DayField, OfficeForm

_VERSION_MAX = 2**31 - 1  # what the column holds
PURPOSES = [(each.value, _(label)) for each, label in PURPOSE_LABELS.items()]


class TaskForm(OfficeForm):
    """Every field may be left for later: the task says what is still missing (MT-1)."""

    legal_basis = forms.CharField(
        label=_("法律依据"),
        required=False,
        max_length=DETAIL_MAX,
        help_text=_("写明法律、条例的名称和条款。不要写人员姓名和号码。"),
    )
    document_number = forms.CharField(
        label=_("文件编号"),
        required=False,
        max_length=NUMBER_MAX,
        help_text=_("批准这次比对的文件，如“清组发〔2026〕8号”。"),
    )
    purpose = forms.ChoiceField(
        label=_("用途"),
        required=False,
        choices=[NOT_CHOSEN, *PURPOSES],
        help_text=_("结果只能用于这一用途；每次查看都要选明，并留记录。"),
    )
    expires_on = DayField(
        label=_("到期日"), required=False, help_text=_("到期次日，没有落实的比对结果全部删除。")
    )
    areas: "forms.ModelMultipleChoiceField[Body]" = forms.ModelMultipleChoiceField(
        label=_("乡镇（街道）"),
        queryset=None,
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    assessment = forms.FileField(
        label=_("影响评估"),
        required=False,
        help_text=_(
            "个人信息保护影响评估报告，PDF 或 Word（docx），10 MB 以内；加密保存三年以上。"
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}),
    )

    def __init__(
        self, *args: Any, townships: QuerySet[Body], task: MatchingTask | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=_initial(task), **kwargs)
        field = self.fields["areas"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = townships
        if task is not None and task.assessment_name:
            self.fields["assessment"].help_text = _("已有影响评估；重新选文件会替换它。")

    def papers(self) -> TaskPapers:
        """Return what was stated; one byte more than allowed is read of a file that is too long."""
        values = self.cleaned_data
        file = values.get("assessment")
        purpose = values["purpose"]
        return TaskPapers(
            legal_basis=values["legal_basis"],
            document_number=values["document_number"],
            purpose=MatchPurpose(purpose) if purpose else None,
            expires_on=values["expires_on"],
            areas=list(values["areas"]),
            assessment=file.read(UPLOAD_MAX_BYTES + 1) if file else b"",
        )


class PurposeForm(OfficeForm):
    """What an outcome is read for; nothing is chosen beforehand (MT-2).

    task: whose outcome it is; of a task with a purpose that one alone is offered.
    """

    purpose = forms.ChoiceField(label=_("用途"), choices=[NOT_CHOSEN, *PURPOSES])

    def __init__(self, task: MatchingTask | None = None) -> None:
        super().__init__()
        field = self.fields["purpose"]
        if task is not None and task.purpose and isinstance(field, forms.ChoiceField):
            own = [(value, label) for value, label in PURPOSES if value == task.purpose]
            field.choices = [NOT_CHOSEN, *own]


class VersionForm(forms.Form):
    """The pair as it was shown."""

    version = forms.IntegerField(min_value=0, max_value=_VERSION_MAX)


class DecisionForm(VersionForm):
    """A decision on the pair as it was shown."""

    decision = forms.ChoiceField(
        choices=[(each.value, "") for each in Decision if each is not Decision.OPEN]
    )


class UntieForm(OfficeForm):
    """Why a confirmed owner is not the member; words of one's own could name people."""

    mistake = forms.ChoiceField(
        label=_("理由"),
        choices=[NOT_CHOSEN, *((each.value, _(text)) for each, text in TIE_MISTAKE_LABELS.items())],
        help_text=_("只能选列出的理由，不写姓名；审计里留摘要。"),
    )


def _initial(task: MatchingTask | None) -> dict[str, Any]:
    if task is None:
        return {}
    return {
        "legal_basis": task.legal_basis,
        "document_number": task.document_number,
        "purpose": task.purpose,
        "expires_on": task.expires_on,
        "areas": list(task.areas.values_list("public_id", flat=True)),
    }
