"""What forms share: plain sentences instead of Django's own, selects that decide nothing."""

import pytest
from django import forms
from django.utils.translation import gettext_lazy

from tests.factories import make_district
from xgz.models import Body
from xgz.web.forms import NOT_CHOSEN, DayField, NoteField, OfficeForm

pytestmark = pytest.mark.django_db


class _Form(OfficeForm):
    name = forms.CharField(max_length=3)
    kind = forms.ChoiceField(choices=[NOT_CHOSEN, ("joint", "联合")])
    number = forms.IntegerField(max_value=9, min_value=2)
    day = DayField()
    note = NoteField()
    several = forms.MultipleChoiceField(choices=[("a", "甲")], required=False)
    body = forms.ModelChoiceField(queryset=Body.objects.all(), to_field_name="public_id")
    own = forms.CharField(error_messages={"required": gettext_lazy("请写明依据。")})


def _errors(**values):
    form = _Form(values)
    assert not form.is_valid()
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def test_missing_values_are_asked_for_in_plain_words():
    assert _errors() == {
        "name": ["请填写这一项。"],
        "kind": ["请选择一项。"],
        "number": ["请填写这一项。"],
        "day": ["请填写这一项。"],
        "body": ["请选择一项。"],
        "own": ["请写明依据。"],
    }


def test_wrong_values_are_refused_in_plain_words():
    errors = _errors(
        name="清平一支部",
        kind="erase",
        number="1",
        day="2026-13-40",
        note="电话13800006021",
        several=["b"],
        body="no-such-body",
        own="依据\x00",
    )

    assert errors == {
        "name": ["最多 3 个字，现在有 5 个字。"],
        "kind": ["没有这个选项，请重新选择。"],
        "number": ["不能小于 2。"],
        "day": ["请按 2026-10-10 的样子填写日期。"],
        "note": ["说明里不要写证件号码、手机号等号码。"],
        "several": ["没有这个选项，请重新选择。"],
        "body": ["没有这个选项，请重新选择。"],
        "own": ["含有不能保存的字符，请删去后重新填写。"],
    }


@pytest.mark.parametrize(
    ("number", "sentence"), [("10", "不能大于 9。"), ("九", "填写的内容不符合要求，请核对。")]
)
def test_a_number_out_of_range_or_no_number_is_refused(number, sentence):
    assert _errors(number=number)["number"] == [sentence]


def test_a_choice_of_rows_starts_with_please_choose():
    make_district()

    options = [label for _value, label in _Form({}).fields["body"].choices]

    assert [str(options[0]), len(options) > 1] == ["请选择", True]
