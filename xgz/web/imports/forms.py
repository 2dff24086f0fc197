"""The upload form, and the form by which a person matches columns and codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xgz.files.first_look import HeaderLook
from xgz.files.intake import MEGABYTE, UPLOAD_MAX_BYTES
from xgz.models import Import
from xgz.queries.imports import matched_without_help
from xgz.rules.imports.fields import Field
from xgz.rules.imports.headers import fold_header
from xgz.rules.imports.reasons import FileReason
from xgz.rules.imports.rows import KIND_TABLES
from xgz.rules.imports.states import IMPORT_KIND_LABELS, ImportKind
from xgz.web.forms import OfficeForm

_LEFT_OUT = ""


class UploadForm(OfficeForm):
    """One file of one kind; kinds: those the person may import."""

    kind = forms.ChoiceField(label=gettext_lazy("数据种类"))
    file = forms.FileField(
        label=gettext_lazy("文件"),
        allow_empty_file=False,
        error_messages={
            "required": gettext_lazy("请选择要导入的文件。"),
            "empty": gettext_lazy("文件是空的，请重新导出后再上传。"),
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    sender = forms.CharField(
        label=gettext_lazy("报送单位"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"list": "known-senders", "autocomplete": "off"}),
    )
    is_full = forms.BooleanField(label=gettext_lazy("这是全量数据"), required=False)

    def __init__(self, *args: Any, kinds: Sequence[ImportKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.value, _(IMPORT_KIND_LABELS[kind])) for kind in kinds]
        self.fields["kind"] = forms.ChoiceField(
            label=_("数据种类"),
            choices=choices,
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields["is_full"].widget.attrs.pop("class", None)

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size and file.size > UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                _("文件超过 %(limit)s 兆，请分批上传，或请管理员在服务器上导入。")
                % {"limit": UPLOAD_MAX_BYTES // MEGABYTE}
            )
        return file


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column of the file on the page; bound: its select."""

    theirs: str
    sample: str
    bound: forms.BoundField
    guessed: bool


@dataclass(frozen=True, slots=True)
class CodeRow:
    code: str
    bound: forms.BoundField


class MappingForm(forms.Form):
    """One select for each column of the file, one for each code nobody has explained."""

    remember = forms.BooleanField(label=gettext_lazy("记住这份对照"), required=False, initial=True)

    def __init__(self, data: Any, *, source: Import, look: HeaderLook) -> None:
        super().__init__(data, label_suffix="")
        self.source, self.look = source, look
        self.kind = ImportKind(source.kind)
        self.code_header, self.codes = _unexplained(source)
        self._columns = [(at, head) for at, head in enumerate(look.headers) if head]
        ours = [(f.header, _ours(f)) for f in KIND_TABLES[self.kind].fields]
        for at, header in self._columns:
            self.fields[f"column-{at}"] = forms.ChoiceField(
                choices=[(_LEFT_OUT, _("不导入")), *ours],
                required=False,
                label=header,
                initial=self._initial(header),
                widget=forms.Select(attrs={"class": "form-select"}),
            )
        self._add_codes()
        if not source.sender:
            del self.fields["remember"]

    def column_rows(self) -> list[ColumnRow]:
        return [
            ColumnRow(
                header,
                self.look.samples[at],
                self[f"column-{at}"],
                bool(matched_without_help(self.kind, header)),
            )
            for at, header in self._columns
        ]

    def code_rows(self) -> list[CodeRow]:
        return [CodeRow(code, self[f"code-{at}"]) for at, code in enumerate(self.codes)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = {cleaned.get(f"column-{at}") for at, _header in self._columns}
        fields = KIND_TABLES[self.kind].fields
        missing = [f.header for f in fields if f.required and f.header not in chosen]
        if missing:
            raise forms.ValidationError(
                _("还没有对应到必填字段：%(names)s。") % {"names": _("、").join(missing)}
            )
        return cleaned

    def renamed(self) -> dict[str, str]:
        """Return their header to ours where a person decided otherwise than the program."""
        chosen = {header: self.cleaned_data[f"column-{at}"] for at, header in self._columns}
        return {
            theirs: ours
            for theirs, ours in chosen.items()
            if ours != matched_without_help(self.kind, theirs)
        }

    def explained(self) -> dict[str, dict[str, str]]:
        """Return header to code to wording: what was explained before and now."""
        codes: dict[str, dict[str, str]] = {
            h: dict(table) for h, table in self.source.codes.items()
        }
        for at, code in enumerate(self.codes):
            codes.setdefault(self.code_header, {})[code] = self.cleaned_data[f"code-{at}"]
        return codes

    def _initial(self, header: str) -> str:
        for theirs, ours in self.source.renamed.items():
            if fold_header(theirs) == fold_header(header):
                return str(ours)
        return matched_without_help(self.kind, header)

    def _add_codes(self) -> None:
        fields = KIND_TABLES[self.kind].fields
        choices = next((f.choices for f in fields if f.header == self.code_header), ())
        for at, code in enumerate(self.codes):
            self.fields[f"code-{at}"] = forms.ChoiceField(
                choices=[("", _("请选择")), *((word, _(word)) for word in choices)],
                label=code,
                error_messages={"required": _("请选择这个代码的含义。")},
                widget=forms.Select(attrs={"class": "form-select"}),
            )


def _ours(field: Field) -> str:
    return f"{field.header} *" if field.required else field.header


def _unexplained(source: Import) -> tuple[str, list[str]]:
    """Return the column whose codes nobody has explained, and those codes."""
    refusal: Mapping[str, Any] = source.refusal
    if refusal.get("reason") != FileReason.UNKNOWN_CODES:
        return "", []
    header, *codes = (str(detail) for detail in refusal["details"])
    return header, codes
