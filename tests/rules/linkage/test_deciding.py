"""Verdicts: both sides of the limits, and what no weight can make good (LK-9, LK-11)."""

from itertools import product

import pytest

from xgz.rules.linkage.deciding import (
    POSSIBLE_FROM,
    SAME_FROM,
    decide,
    may_be_possible,
    may_be_same,
)
from xgz.rules.linkage.evidence import (
    AddressLevel,
    BornLevel,
    Evidence,
    IdLevel,
    NameLevel,
    PhoneLevel,
    SexLevel,
)
from xgz.rules.linkage.verdicts import Verdict

N, I, B, P, A, S = NameLevel, IdLevel, BornLevel, PhoneLevel, AddressLevel, SexLevel  # noqa: E741


def seen(name=N.SAME, number=I.UNKNOWN, born=B.UNKNOWN, phone=P.UNKNOWN, address=A.UNKNOWN):
    return Evidence(name, S.UNKNOWN, born, number, phone, address)


@pytest.mark.parametrize(
    ("certainty", "verdict"),
    [
        (1.0, Verdict.SAME),
        (SAME_FROM, Verdict.SAME),
        (SAME_FROM - 1e-9, Verdict.POSSIBLE),
        (POSSIBLE_FROM, Verdict.POSSIBLE),
        (POSSIBLE_FROM - 1e-9, None),
        (0.0, None),
    ],
    ids=["sure", "same from", "just below", "possible from", "just below possible", "nothing"],
)
def test_both_limits_count(certainty, verdict):
    assert decide(seen(number=I.SAME), certainty) == verdict


@pytest.mark.parametrize(
    ("evidence", "same"),
    [
        (seen(number=I.SAME), True),
        (seen(number=I.SAME, name=N.SURNAME), True),
        (seen(number=I.SAME, name=N.OTHER), False),
        (seen(number=I.TYPO), True),
        (seen(number=I.TYPO, name=N.SOUND), True),
        (seen(number=I.TYPO, name=N.ONE_OTHER), False),
        (seen(number=I.TYPO, name=N.ONE_OTHER, phone=P.SAME), True),
        (seen(number=I.TYPO, name=N.SURNAME, phone=P.SAME), False),
        (seen(number=I.TAIL), True),
        (seen(number=I.ROUNDED), True),
        (seen(number=I.SAME_WRONG), False),
        (seen(number=I.SAME_WRONG, born=B.SAME), False),
        (seen(number=I.BOTH_HIDDEN), False),
        (seen(number=I.BOTH_HIDDEN, born=B.SAME), False),
        (seen(number=I.BOTH_HIDDEN, phone=P.SAME), True),
        (seen(number=I.CLASH, born=B.SAME, phone=P.SAME, address=A.FULL), False),
        (seen(born=B.SAME), False),
        (seen(born=B.SAME, address=A.STREET), True),
        (seen(born=B.SAME, address=A.ELSEWHERE), False),
        (seen(born=B.SWAPPED, address=A.STREET), False),
        (seen(number=I.HEAD, born=B.SAME, address=A.STREET), True),
        (seen(number=I.BOTH_HIDDEN, born=B.SAME, address=A.STREET), False),
        (seen(number=I.SAME_WRONG, born=B.SAME, address=A.STREET), False),
        (seen(address=A.STREET, phone=P.MASKED), False),
        (seen(born=B.SAME, address=A.HOUSE), True),
        (seen(address=A.FULL), False),
        (seen(phone=P.SAME), True),
        (seen(phone=P.TYPO), False),
        (seen(phone=P.MASKED), False),
        (seen(phone=P.MASKED, address=A.HOUSE), True),
        (seen(phone=P.LANDLINE), False),
        (seen(name=N.ONE_OTHER, phone=P.SAME, born=B.SAME, address=A.FULL), False),
        (seen(name=N.UNKNOWN, phone=P.SAME, born=B.SAME, address=A.FULL), False),
    ],
    ids=str,
)
def test_what_may_be_taken_as_one_person(evidence, same):
    assert may_be_same(evidence) is same
    assert decide(evidence, 1.0) == (Verdict.SAME if same else Verdict.POSSIBLE)


def test_equal_masked_or_damaged_numbers_alone_are_nobody():
    """Whatever the dates in such numbers say: they are the numbers' own."""
    for number, born, name in product((I.BOTH_HIDDEN, I.HEAD, I.SAME_WRONG, I.UNKNOWN), B, N):
        assert not may_be_same(seen(name=name, number=number, born=born))


def test_another_name_is_another_person_unless_the_number_agrees():
    """Husband and wife share phone and address; parent and child the surname as well."""
    for name, number in product((N.OTHER, N.SURNAME), I):
        shown = may_be_possible(seen(name=name, number=number, phone=P.SAME, address=A.FULL))
        assert shown is (number in {I.SAME, I.SAME_WRONG, I.TYPO, I.ROUNDED, I.TAIL})
