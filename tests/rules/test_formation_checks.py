"""What a formation lacks: each limit on both sides, blockers first (FM-2 to FM-7, FM-12, FM-18)."""

from dataclasses import replace
from datetime import date

import pytest

from tests.factories.limits import DEFAULTS
from xgz.rules.formation_checks import (
    ABOUT_MEMBERS,
    CHECK_LABELS,
    RULE_OF_CHECK,
    Check,
    FileFacts,
    Finding,
    MemberFacts,
    Place,
    UnitFacts,
    findings,
    full_members_missing,
    has_standing,
    limits_of,
    may_lead,
)
from xgz.rules.formations import Consent

K = Check
TODAY = date(2026, 11, 23)
LIMITS = limits_of(DEFAULTS)
UNIT = UnitFacts(has_ended=False, is_here=True, is_covered=False, consent=Consent.AGREES)
FULL = MemberFacts(is_member=True, is_full=True, place=Place.HERE, full_on=date(2020, 1, 1))
PROBATIONARY = replace(FULL, is_full=False, full_on=None)
COMING = replace(FULL, place=Place.COMING)
AWAY = replace(FULL, place=Place.AWAY)
GONE = replace(FULL, is_member=False)
HEAD = replace(FULL, is_secretary=True)
THREE = (HEAD, FULL, FULL)


def found(*, units=(UNIT,), members=THREE, has_room=True, load=0):
    return findings(FileFacts(units, members, has_room, load), LIMITS, TODAY)


def test_a_complete_file_lacks_nothing():
    assert found() == []


def test_every_check_has_its_rule_and_words():
    assert set(RULE_OF_CHECK) == set(CHECK_LABELS) == set(Check)
    assert set(Check) > ABOUT_MEMBERS


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ((HEAD, FULL), [Finding(K.FEW_FULL, 1)]),
        ((HEAD, FULL, PROBATIONARY), [Finding(K.FEW_FULL, 1)]),
        ((HEAD, FULL, FULL, PROBATIONARY), []),
        ((HEAD, FULL, COMING), [Finding(K.FEW_FULL, 1), Finding(K.TRANSFER_OPEN, 1)]),
        (
            (HEAD, COMING, AWAY),
            [
                Finding(K.FEW_FULL, 2),
                Finding(K.TRANSFER_OPEN, 1),
                Finding(K.TRANSFER_NEEDED, 1),
                Finding(K.NO_SUCCESSOR, is_blocker=False),
            ],
        ),
        ((*THREE, COMING), [Finding(K.TRANSFER_OPEN, 1, is_blocker=False)]),
        ((*THREE, AWAY), [Finding(K.TRANSFER_NEEDED, 1, is_blocker=False)]),
        ((*THREE, GONE), [Finding(K.NO_MEMBER, 1)]),
        ((HEAD, FULL, GONE), [Finding(K.FEW_FULL, 1), Finding(K.NO_MEMBER, 1)]),
        ((*THREE, *[PROBATIONARY] * 47), []),
        ((*THREE, *[PROBATIONARY] * 48), [Finding(K.TOO_MANY_MEMBERS, 1)]),
        (
            (*THREE, *[COMING] * 48),
            [Finding(K.TOO_MANY_MEMBERS, 1), Finding(K.TRANSFER_OPEN, 48, is_blocker=False)],
        ),
        ((), [Finding(K.FEW_FULL, 3), Finding(K.NO_SECRETARY)]),
    ],
)
def test_members(members, expected):
    assert found(members=members) == expected


@pytest.mark.parametrize(
    ("members", "missing"), [((), 3), ((FULL, COMING), 2), ((FULL,) * 3, 0), ((FULL,) * 4, 0)]
)
def test_how_many_full_members_are_missing(members, missing):
    assert full_members_missing(members) == missing


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ((), [Finding(K.NO_UNIT)]),
        ((UNIT,) * 5, []),
        ((UNIT,) * 6, [Finding(K.MANY_UNITS, 1, is_blocker=False)]),
        ((UNIT,) * 50, [Finding(K.MANY_UNITS, 45, is_blocker=False)]),
        ((UNIT,) * 51, [Finding(K.UNITS_OVER_LIMIT, 1)]),
        ((UNIT, replace(UNIT, has_ended=True)), [Finding(K.UNIT_ENDED, 1)]),
        ((UNIT, replace(UNIT, is_here=False)), [Finding(K.UNIT_ELSEWHERE, 1)]),
        (
            (UNIT, replace(UNIT, is_covered=True)),
            [Finding(K.UNIT_COVERED, 1, is_blocker=False)],
        ),
        ((UNIT, replace(UNIT, consent=Consent.NOT_ASKED)), [Finding(K.OWNER_NOT_ASKED, 1)]),
        (
            (UNIT, replace(UNIT, consent=Consent.WORRIED)),
            [Finding(K.OWNER_WORRIED, 1, is_blocker=False)],
        ),
    ],
)
def test_units_and_their_owners(units, expected):
    assert found(units=units) == expected


@pytest.mark.parametrize(
    ("secretary", "expected"),
    [
        (None, [Finding(K.NO_SECRETARY)]),
        (replace(PROBATIONARY, is_secretary=True), [Finding(K.SECRETARY_NOT_FULL)]),
        (
            replace(COMING, is_secretary=True),
            [Finding(K.SECRETARY_NOT_FULL), Finding(K.TRANSFER_OPEN, 1, is_blocker=False)],
        ),
        (replace(HEAD, full_on=date(2025, 11, 23)), []),
        (replace(HEAD, full_on=date(2025, 11, 24)), [Finding(K.SECRETARY_STANDING)]),
        (replace(HEAD, full_on=None), [Finding(K.SECRETARY_STANDING)]),
    ],
)
def test_the_candidate_for_secretary(secretary, expected):
    assert found(members=[FULL, FULL, FULL, *([secretary] if secretary else [])]) == expected


@pytest.mark.parametrize(
    ("others", "is_told"),
    [
        ((FULL, FULL), False),
        ((FULL, replace(FULL, full_on=date(2025, 11, 24))), False),
        ((replace(FULL, full_on=date(2025, 11, 23)), replace(FULL, full_on=None)), False),
        ((replace(FULL, full_on=date(2025, 11, 24)), replace(FULL, full_on=None)), True),
    ],
)
def test_that_nobody_could_follow_is_told(others, is_told):
    told = [Finding(K.NO_SUCCESSOR, is_blocker=False)] if is_told else []

    assert found(members=[HEAD, *others]) == told


@pytest.mark.parametrize("other", [COMING, AWAY, GONE, PROBATIONARY])
def test_who_could_follow_is_a_full_member_who_is_there(other):
    assert may_lead(FULL, TODAY, 12)
    assert not may_lead(other, TODAY, 12)


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        (None, [Finding(K.NO_INSTRUCTOR, is_blocker=False)]),
        (9, []),
        (10, [Finding(K.INSTRUCTOR_FULL, 10, is_blocker=False)]),
    ],
)
def test_an_instructor_with_room_is_wanted_and_stops_nothing(load, expected):
    assert found(load=load) == expected


@pytest.mark.parametrize(
    ("full_on", "months", "enough"),
    [
        (date(2025, 11, 23), 12, True),
        (date(2025, 11, 24), 12, False),
        (TODAY, 0, True),
        (None, 0, False),
    ],
)
def test_standing_counts_to_the_anniversary(full_on, months, enough):
    assert has_standing(full_on, TODAY, months) is enough


def test_a_room_is_wanted_and_blockers_stand_first():
    many = found(units=(UNIT,) * 6, has_room=False)

    assert many == [Finding(K.NO_ROOM), Finding(K.MANY_UNITS, 1, is_blocker=False)]
    assert [each.rule for each in many] == ["FM-7", "FM-5"]
