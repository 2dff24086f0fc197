"""Forms of sites: what is there, a photo, and the district's own list."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xgz.queries.sites import Site
from xgz.rules.photos import MEGABYTE, UPLOAD_MAX_BYTES
from xgz.rules.sites import (
    MOMENT_LABELS,
    PRESET_LABELS,
    Moment,
    SiteEntries,
    SiteEntry,
    SitePreset,
    entries_of,
)
from xgz.web.forms import NOT_CHOSEN, DayField, NoteField, OfficeForm

_RADIO = forms.RadioSelect(attrs={"class": "form-check-input"})
OWN = "own"


class CheckForm(OfficeForm):
    """Which things of the site are there today, all at once.

    shown: keys the page showed as there; only what is ticked otherwise, or was never looked at,
    becomes a row, so that a page opened long ago takes nobody's tick back.
    """

    there = forms.MultipleChoiceField(
        label=_("已落实的"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=_("勾选现在有的，没有的不勾；以前登记过、现在没有了的，取消勾选。"),
    )
    day = DayField(label=_("查看日期"))
    note = NoteField()
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, site: Site, **kwargs: Any) -> None:
        ticked = [row.entry.key for row in site.rows if row.is_there]
        initial = {"there": ticked, "shown": ",".join(ticked), **kwargs.pop("initial", {})}
        super().__init__(data, initial=initial, **kwargs)
        self.site = site
        field = self.fields["there"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(row.entry.key, row.entry.label) for row in site.rows]

    def found(self) -> Mapping[str, bool]:
        """Return what was seen anew: key → whether it is there; call on a valid form."""
        ticked = set(self.cleaned_data["there"])
        shown = set(self.cleaned_data["shown"].split(","))
        return {
            row.entry.key: row.entry.key in ticked
            for row in self.site.rows
            if row.check is None or (row.entry.key in ticked) != (row.entry.key in shown)
        }


class PhotoForm(OfficeForm):
    """One photo of one thing, before or after it was put right."""

    item = forms.ChoiceField(label=_("项目"))
    moment = forms.ChoiceField(
        label=_("拍摄时点"),
        choices=[(key.value, _(label)) for key, label in MOMENT_LABELS.items()],
        widget=_RADIO,
    )
    day = DayField(label=_("拍摄日期"))
    photo = forms.FileField(
        label=_("照片"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=_(
            "JPEG 或 PNG，10 兆以内。只拍场所和物品，不要拍到人和名单；照片里的位置信息不保存。"
        ),
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["item"]
        if isinstance(field, forms.ChoiceField):
            rows = [(row.entry.key, row.entry.label) for row in site.rows]
            field.choices = [NOT_CHOSEN, *rows]

    def clean_photo(self) -> bytes:
        file = self.cleaned_data["photo"]
        if file.size and file.size > UPLOAD_MAX_BYTES:
            told = _("照片超过 %(limit)d 兆，请在手机上选较小的尺寸再上传。")
            raise forms.ValidationError(told, params={"limit": UPLOAD_MAX_BYTES // MEGABYTE})
        data: bytes = file.read(UPLOAD_MAX_BYTES + 1)
        return data

    @property
    def chosen_moment(self) -> Moment:
        return Moment(self.cleaned_data["moment"])


class SiteListForm(OfficeForm):
    """A shipped list, or the district's own: one thing a line."""

    which = forms.ChoiceField(
        label=_("清单"),
        choices=[
            *((key.value, _(label)) for key, label in PRESET_LABELS.items()),
            (OWN, _("本区自定")),
        ],
        widget=_RADIO,
    )
    own = forms.CharField(
        label=_("本区自定的项目"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("每行一项，每项不超过二十个字。场所、标牌、印章始终要有，可以不写。"),
    )
    valid_from = DayField(label=_("起用日期"))
    reason = NoteField(label=_("依据"), required=True)

    def entries(self) -> SiteEntries:
        """Return what is to hold; call on a valid form."""
        if self.cleaned_data["which"] != OWN:
            return entries_of(SitePreset(self.cleaned_data["which"]))
        lines: Sequence[str] = self.cleaned_data["own"].splitlines()
        return tuple(SiteEntry.of(line) for line in lines if line.strip())
