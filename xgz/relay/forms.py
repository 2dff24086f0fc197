"""Forms of the public pages: few fields, plain refusals, nothing filled in or ticked beforehand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xgz.relay.store import Claim, Key, Wish
from xgz.rules.self_reports import (
    BRANCH_LENGTH,
    CURRENT_NOTICE,
    NOTICES,
    REACH_LENGTH,
    WORDS_LENGTH,
    Answers,
    RequestTopic,
    clean_last_four,
    clean_name,
    clean_phone,
    clean_receipt,
    holds_numbers,
)
from xgz.rules.words import visible_words

_REQUIRED = {"required": _("请填写这一项。")}
_LAST = ("riddle_answer", "agree")  # below the other fields on every page
_LONGEST = 100  # of what is typed where a few characters are asked for


class PublicForm(forms.Form):
    """A form of a phone page; `trap` is a field nobody sees, which only machines fill in.

    is_sent_again: whether the page it stands on was sent before, as on reloading.
    """

    is_sent_again = False
    trap = forms.CharField(required=False, max_length=200)
    riddle = forms.CharField(required=False, max_length=60)
    riddle_answer = forms.CharField(
        label=_("验证"),
        max_length=_LONGEST,
        error_messages={"required": _("请填写图中的四个数字，或回答文字题。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = field.widget
            if not isinstance(widget, forms.CheckboxInput):
                widget.attrs.setdefault("class", "form-control")
            widget.attrs["autocomplete"] = _AUTOCOMPLETE.get(name, "off")
            widget.attrs["aria-describedby"] = f"about-{name}"

    @property
    def first_fault(self) -> str:
        """The name of the first refused field as the page shows them, "" where there is none."""
        shown = [name for name in self.fields if name not in _LAST]
        return next((name for name in (*shown, *_LAST) if name in self.errors), "")

    def start_at_first_fault(self) -> None:
        """Let the page open at the first field that was refused."""
        if self.first_fault:
            self.fields[self.first_fault].widget.attrs["autofocus"] = True

    @property
    def is_trapped(self) -> bool:
        """Test whether a machine filled in what nobody sees."""
        return bool(self.data.get("trap"))


_AUTOCOMPLETE = {"name": "name", "phone": "tel"}


class AnswersForm(PublicForm):
    """What somebody reports of themselves."""

    name = forms.CharField(label=_("姓名"), max_length=_LONGEST, error_messages=_REQUIRED)
    phone = forms.CharField(
        label=_("手机号"),
        max_length=_LONGEST,
        error_messages=_REQUIRED,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    branch = forms.CharField(
        label=_("组织关系现在在哪里"),
        required=False,
        max_length=BRANCH_LENGTH,
        help_text=_("可不填。如：老家某村、以前的单位、不清楚。"),
    )
    last_four = forms.CharField(
        label=_("身份证号末四位"),
        required=False,
        max_length=_LONGEST,
        help_text=_("可不填，便于核对。不要填完整号码。"),
        widget=forms.TextInput(attrs={"inputmode": "text"}),
    )
    reach = forms.CharField(
        label=_("怎么联系方便"),
        required=False,
        max_length=REACH_LENGTH,
        help_text=_("可不填。如：晚上七点以后打电话。"),
    )

    def clean_name(self) -> str:
        return _checked(clean_name(self.cleaned_data["name"]), _("请填写姓名，2 到 20 个字。"))

    def clean_phone(self) -> str:
        return _checked(clean_phone(self.cleaned_data["phone"]), _("请填写 11 位手机号。"))

    def clean_last_four(self) -> str:
        wrong = _("只填最后四位，如 1234 或 123X。")
        return _checked(clean_last_four(self.cleaned_data["last_four"]), wrong)

    def clean_branch(self) -> str:
        return _without_numbers(self.cleaned_data["branch"])

    def clean_reach(self) -> str:
        return _without_numbers(self.cleaned_data["reach"])

    @property
    def answers(self) -> Answers:
        """What was said, of a form found valid."""
        names = ("name", "phone", "branch", "last_four", "reach")
        return Answers(**{name: self.cleaned_data[name] for name in names})


class ClaimForm(AnswersForm):
    """The form of a poster: answers, and the consent to the notice that was shown."""

    notice = forms.IntegerField(widget=forms.HiddenInput)
    agree = forms.BooleanField(
        label=_("我同意按上面的说明处理我填写的信息"),
        error_messages={"required": _("同意以后才能提交；不同意就不用填，不会留下任何记录。")},
    )

    def clean_notice(self) -> int:
        version: int = self.cleaned_data["notice"]
        if version not in NOTICES or version != CURRENT_NOTICE:
            raise forms.ValidationError(_("告知书已更新，请重新阅读后再提交。"))
        return version

    @property
    def claim(self) -> Claim:
        """What is sent, of a form found valid."""
        return Claim(self.answers, self.cleaned_data["notice"])


class KeyForm(PublicForm):
    """The receipt code and the end of the phone that was given with it."""

    receipt = forms.CharField(
        label=_("回执码"),
        max_length=_LONGEST,
        error_messages=_REQUIRED,
        widget=forms.TextInput(attrs={"autocapitalize": "characters"}),
    )
    phone_end = forms.CharField(
        label=_("登记的手机号末四位"),
        max_length=_LONGEST,
        error_messages=_REQUIRED,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def clean_receipt(self) -> str:
        return clean_receipt(self.cleaned_data["receipt"])

    def clean_phone_end(self) -> str:
        return visible_words(self.cleaned_data["phone_end"])

    @property
    def key(self) -> Key:
        """The key, of a form found valid."""
        return Key(self.cleaned_data["receipt"], self.cleaned_data["phone_end"])


class KeyHeldForm(KeyForm):
    """The key again, for a step from the page it opened; no riddle a second time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["riddle_answer"].required = False


class CorrectForm(AnswersForm, KeyHeldForm):
    """Other values in place of those that were sent."""


class WordsForm(PublicForm):
    """A wish in words."""

    words = forms.CharField(
        label=_("要说的话"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_words(self) -> str:
        return visible_words(self.cleaned_data["words"])


class ComplaintForm(WordsForm, KeyHeldForm):
    """A complaint of somebody who holds a receipt."""

    def clean_words(self) -> str:
        return _checked(super().clean_words() or None, _("请写明要投诉的事。"))


class WishForm(WordsForm, KeyForm):
    """What can be asked where nothing can be shown: to take back, or a complaint."""

    topic = forms.ChoiceField(
        label=_("要办的事"),
        choices=[
            (RequestTopic.WITHDRAWAL.value, _("撤回并删除我的登记")),
            (RequestTopic.COMPLAINT.value, _("投诉")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一项。")},
    )

    @property
    def wish(self) -> Wish:
        """The wish, of a form found valid."""
        topic = RequestTopic(self.cleaned_data["topic"])
        return Wish(topic, self.cleaned_data["words"], self.key)


class NotMeForm(WordsForm):
    """Somebody whose phone another person gave."""

    phone = forms.CharField(
        label=_("被别人填写的手机号"),
        max_length=_LONGEST,
        error_messages=_REQUIRED,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )

    def clean_phone(self) -> str:
        return _checked(clean_phone(self.cleaned_data["phone"]), _("请填写 11 位手机号。"))

    @property
    def wish(self) -> Wish:
        """The wish, of a form found valid."""
        words, phone = self.cleaned_data["words"], self.cleaned_data["phone"]
        return Wish(RequestTopic.NOT_ME, words, phone=phone)


def _checked(value: str | None, refusal: Any) -> str:
    if value is None:
        raise forms.ValidationError(refusal)
    return value


def _without_numbers(text: str) -> str:
    plain = visible_words(text)
    if holds_numbers(plain):
        raise forms.ValidationError(_("这里不要写证件号、手机号等号码。"))
    return plain
