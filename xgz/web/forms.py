"""What forms share: office styling, date fields, notes that must not carry people's numbers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xgz.access import clock
from xgz.models import Body
from xgz.rules.calendar import add_months

if TYPE_CHECKING:
    _BodyChoice = forms.ModelChoiceField[Body]
else:
    _BodyChoice = forms.ModelChoiceField

_PUBLIC_ID = re.compile(r"[a-z2-7]{12}")
_EARLIEST = date(1900, 1, 1)
_MONTHS_AHEAD = 12 * 50
# Eleven digits in a row are a phone, identity or code number; notes are kept in clear.
_NO_NUMBERS = RegexValidator(
    r"[0-9０-９]{11,}", _("说明里不要写证件号码、手机号等号码。"), inverse_match=True
)


# What a select shows until somebody answers: nothing is decided beforehand.
NOT_CHOSEN = ("", _("请选择"))
_PLAIN_MESSAGES = {
    "required": _("请填写这一项。"),
    "invalid": _("填写的内容不符合要求，请核对。"),
    "invalid_choice": _("没有这个选项，请重新选择。"),
    "invalid_list": _("没有这个选项，请重新选择。"),
    "max_length": _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个字。"),
    "min_length": _("至少 %(limit_value)d 个字，现在有 %(show_value)d 个字。"),
    "max_value": _("不能大于 %(limit_value)s。"),
    "min_value": _("不能小于 %(limit_value)s。"),
    "null_characters_not_allowed": _("含有不能保存的字符，请删去后重新填写。"),
}
_CHOOSE_ONE = _("请选择一项。")
# Codes of validators; the other codes are the field's own and stand in its class.
_VALIDATOR_CODES = frozenset(
    {"max_length", "min_length", "max_value", "min_value", "null_characters_not_allowed"}
)
_DJANGO_EMPTY_LABEL = "---------"


@dataclass(frozen=True, slots=True)
class Offer:
    """A change the page offers as a button; slug is its last part of the address."""

    slug: str
    title: str | Promise
    is_grave: bool = False


class OfficeForm(forms.Form):
    """A form whose controls carry the theme's classes, and whose refusals are plain sentences."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        _dress(self.fields.values())

    def add_fields(self, fields: Mapping[str, forms.Field]) -> None:
        """Add fields that only this one form has."""
        _dress(fields.values())
        self.fields.update(fields)

    def offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        """Give a field its choices."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def carried(self) -> list[tuple[str, str]]:
        """Return what was filled in as hidden fields, for the second question of a grave deed."""
        sent: Any = self.data  # the request's own, several values of a name included
        return [(name, value) for name in self.fields for value in sent.getlist(name)]


def _dress(fields: Iterable[forms.Field]) -> None:
    for field in fields:
        _speak_plainly(field)
        widget = field.widget
        if isinstance(widget, forms.CheckboxSelectMultiple):
            continue
        style = "form-select" if isinstance(widget, forms.Select) else "form-control"
        widget.attrs.setdefault("class", style)


def _speak_plainly(field: forms.Field) -> None:
    """Put our sentences where the field still has Django's; its own ones stay."""
    given: dict[str, Any] = {}
    for base in reversed(type(field).__mro__):
        given |= getattr(base, "default_error_messages", {})
    for code, text in _PLAIN_MESSAGES.items():
        now = field.error_messages.get(code)
        if now is None and code not in _VALIDATOR_CODES:
            continue
        if now is None or now == given.get(code):
            is_choice = code == "required" and isinstance(field, forms.ChoiceField)
            field.error_messages[code] = _CHOOSE_ONE if is_choice else text
    if isinstance(field, forms.ModelChoiceField) and field.empty_label == _DJANGO_EMPTY_LABEL:
        field.empty_label = NOT_CHOSEN[1]


class DayField(forms.DateField):
    """A calendar day, written 2026-10-10; from 1900 to fifty years from today, both ends count."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid": _("请按 2026-10-10 的样子填写日期。")})
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        latest = add_months(clock.today(), _MONTHS_AHEAD)
        if value is not None and not _EARLIEST <= value <= latest:
            raise forms.ValidationError(
                _("日期应在 %(earliest)s 到 %(latest)s 之间，请核对。"),
                code="range",
                params={"earliest": _EARLIEST.isoformat(), "latest": latest.isoformat()},
            )


class NoteField(forms.CharField):
    """A short remark; it is kept in clear, so it must not name people by number."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("说明"))
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("help_text", _("可写依据、文号；不要写人员姓名和号码。"))
        super().__init__(**kwargs)
        self.validators.append(_NO_NUMBERS)


class BodyField(_BodyChoice):
    """A choice of one body by name; the address and the form carry its public id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, to_field_name="public_id", **kwargs)

    def label_from_instance(self, obj: Body) -> str:
        return obj.name


def is_public_id(text: str) -> bool:
    """Test whether a text has the form of a public id: nothing else is worth looking up.

    PostgreSQL takes no NUL in a text: looked up, it would be a fault of ours.
    """
    return _PUBLIC_ID.fullmatch(text) is not None
