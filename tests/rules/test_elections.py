"""The table of elections and its words; names written into one line."""

import pytest

from xgz.rules.cases import faults_of
from xgz.rules.election_checks import RULE_OF_CHECK, Check
from xgz.rules.elections import (
    ABSENCES,
    ELECTION,
    EXCLUSIONS,
    FILING_LABELS,
    NOT_COUNTED,
    REASON_LABELS,
    SORT_LABELS,
    WITHOUT_VOTE,
    Filing,
    Reason,
    Sort,
    names_in,
)


def test_the_table_is_sound():
    assert faults_of(ELECTION) == []


def test_everything_has_its_word():
    assert set(SORT_LABELS) == set(Sort)
    assert set(REASON_LABELS) == set(Reason)
    assert set(FILING_LABELS) == set(Filing)
    assert set(RULE_OF_CHECK) == set(Check)


def test_a_reason_takes_somebody_off_the_roll_or_tells_of_an_absence_never_both():
    assert set(EXCLUSIONS) == WITHOUT_VOTE | NOT_COUNTED
    assert not WITHOUT_VOTE & NOT_COUNTED
    assert not set(EXCLUSIONS) & set(ABSENCES)
    assert set(EXCLUSIONS) | set(ABSENCES) | {Reason.NONE} == set(Reason)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        (" 、", ()),
        ("史监票", ("史监票",)),
        ("史监票、万计票", ("史监票", "万计票")),
        ("史监票，万计票; 史监票", ("史监票", "万计票")),
        ("阿不都·热合曼 万计票", ("阿不都·热合曼", "万计票")),
    ],
)
def test_names_of_one_line(text, names):
    assert names_in(text) == names
