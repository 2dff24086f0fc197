"""Survey rounds: states, what an answer may tell, codes on paper, streets of addresses."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.rules.surveys import (
    CODE_LENGTH,
    CODE_SPACE,
    FEWEST_SHOPS,
    MOST_COUNTED,
    OUTCOMES,
    ROUND_LABELS,
    ROW_LABELS,
    WAITING,
    Answer,
    AnswerUnsound,
    CodeMistyped,
    DatesUnsound,
    Fault,
    RoundAction,
    RoundOver,
    RoundState,
    RowState,
    Told,
    check_answer,
    check_dates,
    code_of,
    may_sum,
    read_code,
    round_step,
    shown_code,
    street_of,
)

START, TODAY = date(2026, 11, 20), date(2026, 11, 23)
VISITED = Answer(RowState.VISITED, TODAY)
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NUMBERS = st.integers(min_value=0, max_value=CODE_SPACE - 1)


@pytest.mark.parametrize(("state", "action"), list(product(RoundState, RoundAction)))
def test_only_a_running_round_ends(state, action):
    ends = {
        RoundAction.FINISH: RoundState.FINISHED,
        RoundAction.WITHDRAW: RoundState.WITHDRAWN,
    }
    if state is RoundState.RUNNING:
        assert round_step(state, action) is ends[action]
    else:
        with pytest.raises(RoundOver):
            round_step(state, action)


def test_every_state_has_its_word_and_who_is_met_is_not_waited_for():
    assert set(ROUND_LABELS) == set(RoundState)
    assert set(ROW_LABELS) == set(RowState)
    assert set(OUTCOMES) | set(WAITING) == set(RowState)
    assert set(OUTCOMES) & set(WAITING) == {RowState.NOT_MET}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "sound"),
    [
        (TODAY, TODAY, True),
        (START, TODAY, True),
        (START, date(2026, 11, 22), False),
        (date(2026, 11, 30), date(2026, 11, 30), True),
        (date(2026, 11, 30), date(2026, 11, 29), False),
    ],
)
def test_a_round_ends_on_or_after_its_first_day_and_today(starts_on, ends_on, sound):
    if sound:
        check_dates(starts_on, ends_on, TODAY)
    else:
        with pytest.raises(DatesUnsound):
            check_dates(starts_on, ends_on, TODAY)


def fault_of(answer, starts_on=START):
    try:
        check_answer(answer, starts_on=starts_on, today=TODAY)
    except AnswerUnsound as error:
        return error.fault
    return None


@pytest.mark.parametrize("outcome", list(RowState))
def test_every_state_but_the_first_is_an_outcome(outcome):
    expected = Fault.NO_OUTCOME if outcome is RowState.TO_VISIT else None

    assert fault_of(Answer(outcome, TODAY)) == expected


@pytest.mark.parametrize(
    "told",
    [
        {"staff": 0},
        {"members": 0},
        {"has_organisation": Told.NO},
        {"has_plaque": Told.YES},
    ],
    ids=str,
)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_only_a_visited_shop_tells_anything(outcome, told):
    expected = None if outcome is RowState.VISITED else Fault.NOT_MET_TELLS_NOTHING

    assert fault_of(Answer(outcome, TODAY, **told)) == expected


@pytest.mark.parametrize("name", ["staff", "members"])
@pytest.mark.parametrize(
    ("count", "fault"),
    [
        (None, None),
        (0, None),
        (MOST_COUNTED, None),
        (MOST_COUNTED + 1, Fault.TOO_LARGE),
        (-1, Fault.TOO_LARGE),
    ],
)
def test_counts_have_limits(name, count, fault):
    assert fault_of(replace(VISITED, **{name: count})) == fault


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        (START, None),
        (TODAY, None),
        (date(2026, 11, 19), Fault.DAY_OUTSIDE),
        (date(2026, 11, 24), Fault.DAY_OUTSIDE),
    ],
)
def test_a_visit_lies_between_the_first_day_and_today(day, fault):
    assert fault_of(replace(VISITED, day=day)) == fault


def test_a_round_that_begins_later_takes_todays_visits_already():
    assert fault_of(VISITED, starts_on=date(2026, 12, 1)) is None


@pytest.mark.parametrize("name", ["outcome", "day", "staff", "members", "has_organisation"])
def test_answers_that_differ_have_different_texts(name):
    other = {
        "outcome": RowState.GONE,
        "day": START,
        "staff": 1,
        "members": 1,
        "has_organisation": Told.NO,
    }

    assert replace(VISITED, **{name: other[name]}).text != VISITED.text
    assert replace(VISITED).text == VISITED.text


def test_the_same_number_of_staff_and_of_members_are_told_apart():
    assert replace(VISITED, staff=1).text != replace(VISITED, members=1).text
    assert (
        replace(VISITED, has_organisation=Told.YES).text
        != replace(VISITED, has_plaque=Told.YES).text
    )


@pytest.mark.parametrize("shops", range(FEWEST_SHOPS + 2))
def test_sums_over_few_shops_show_to_those_who_see_them(shops):
    for is_over in (False, True):
        assert may_sum(shops, sees_rows=True, is_over=is_over)
    assert may_sum(shops, sees_rows=False, is_over=True) is (shops not in (1, 2))
    assert not may_sum(shops, sees_rows=False, is_over=False)


@given(NUMBERS)
def test_a_code_is_read_back_as_it_is_written(number):
    code = code_of(number)

    assert len(code) == CODE_LENGTH
    assert set(code) <= set(SIGNS)
    assert read_code(code) == code
    assert read_code(f" {shown_code(code).lower()} ") == code


@given(NUMBERS, NUMBERS)
def test_two_numbers_never_share_a_code(one, other):
    assert (code_of(one) == code_of(other)) is (one == other)


@given(NUMBERS, st.integers(0, CODE_LENGTH - 1), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_no_other_code(number, place, sign):
    code = code_of(number)
    wrong = code[:place] + sign + code[place + 1 :]

    if wrong != code:
        with pytest.raises(CodeMistyped):
            read_code(wrong)


@given(NUMBERS, st.integers(0, CODE_LENGTH - 2))
def test_two_signs_that_changed_places_are_no_other_code(number, place):
    code = code_of(number)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    if wrong != code:
        with pytest.raises(CodeMistyped):
            read_code(wrong)


def test_full_width_signs_are_read():
    code = code_of(987654321 % CODE_SPACE)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)

    assert read_code(wide) == code


@pytest.mark.parametrize("text", ["", "2222", "22222222", "OOOOOOO", "清平镇老街三十", "0000000"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(CodeMistyped):
        read_code(text)


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("澄川县清平镇老街30号", "老街"),
        ("江州市澄川县清平镇南塘路15号", "南塘路"),
        ("清平镇老街 30 号", "老街"),
        ("清平镇南塘村3组12号", "南塘村"),
        ("东渡街道解放西路12号附3", "解放西路"),
        ("澄川县清平镇清平农贸市场A区12号摊位", "清平农贸市场A区"),
        ("市场路5号", "市场路"),
        ("广西壮族自治区南宁市青秀区民族大道100号", "民族大道"),
        ("清平镇", ""),
        ("12号", ""),
        ("", ""),
    ],
)
def test_the_street_stands_between_the_township_and_the_first_number(address, street):
    assert street_of(address) == street


@given(st.text(max_size=300))
def test_any_address_has_a_short_street_without_digits(address):
    street = street_of(address)

    assert len(street) <= 20
    assert not any(sign.isdigit() and sign.isascii() for sign in street)
