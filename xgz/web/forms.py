"""What forms share: office styling, date fields, notes that must not carry people's numbers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xgz.models import Body

if TYPE_CHECKING:
    _BodyChoice = forms.ModelChoiceField[Body]
else:
    _BodyChoice = forms.ModelChoiceField

# Eleven digits in a row are a phone, identity or code number; notes are kept in clear.
_NO_NUMBERS = RegexValidator(
    r"[0-9０-９]{11,}", _("说明里不要写证件号码、手机号等号码。"), inverse_match=True
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A change the page offers as a button; slug is its last part of the address."""

    slug: str
    title: str | Promise
    is_grave: bool = False


class OfficeForm(forms.Form):
    """A form whose controls carry the theme's classes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if isinstance(widget, forms.CheckboxSelectMultiple):
                continue
            style = "form-select" if isinstance(widget, forms.Select) else "form-control"
            widget.attrs.setdefault("class", style)


class DayField(forms.DateField):
    """A calendar day, written 2026-10-10."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid": _("请按 2026-10-10 的样子填写日期。")})
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        super().__init__(**kwargs)


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
