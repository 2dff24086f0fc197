"""The table of a formation is sound, with room for every procedure; procedures and who settles them."""

from itertools import product

import pytest

from xgz.rules.cases import Unit, faults_of
from xgz.rules.formation_procedures import (
    DAYS_MAX,
    FAULT_LABELS,
    PRESET_LABELS,
    PRESETS,
    STAGE_LABELS,
    TASK_LABELS,
    WAITING_LABELS,
    WAY_LABELS,
    Preset,
    ProcedureFault,
    ProcedureNotSound,
    ProcedureStep,
    SettledStep,
    Stage,
    Way,
    check_procedure,
    faulty_steps,
    is_decided,
    passing_label,
    preset_of,
    settle,
)
from xgz.rules.formations import (
    CONSENT_LABELS,
    FILING_LABELS,
    FORMATION,
    ORIGIN_LABELS,
    RETURNS,
    ROOM_LABELS,
    STEP_STATES,
    STEPS_MAX,
    STRAIGHT,
    Consent,
    Filing,
    FormationAction,
    FormationState,
    Origin,
    Room,
    beside_party,
    default_mode,
    step_number,
    step_party,
)
from xgz.rules.organisations import FormationMode
from xgz.rules.roles import Role
from xgz.rules.seats import Seat

S, A, F = FormationState, FormationAction, ProcedureFault
W, C = Unit.WORKING, Unit.CALENDAR
TOWNSHIP, DEPARTMENT, BUREAU = Role.TOWNSHIP_COMMITTEE, Role.ORG_DEPT, Role.BUREAU
DECIDE = ProcedureStep(Stage.DECIDE, Way.APPROVE, TOWNSHIP, 30, C)
FILE = ProcedureStep(Stage.DECIDE, Way.FILE, DEPARTMENT, 10, W)
REVIEW = ProcedureStep(Stage.REVIEW, Way.APPROVE, Role.SOCIAL_WORK_DEPT, 5, W)
PROPOSE = ProcedureStep(Stage.PROPOSE, Way.APPROVE, BUREAU, 5, W)


def altered(step, **values):
    stored = step.plain() | values
    return ProcedureStep.read(stored)


def test_the_table_is_sound():
    assert faults_of(FORMATION) == []
    assert set(FORMATION.open_states) == {"preparing", *STEP_STATES}
    assert len(STEP_STATES) == STEPS_MAX == len(RETURNS)


@pytest.mark.parametrize("number", range(1, STEPS_MAX + 1))
def test_a_step_gives_back_to_every_one_before_it_and_to_none_after(number):
    state = STEP_STATES[number - 1]
    steps = FORMATION.steps_from(state)
    back = {str(step.to) for step in steps.values() if step.returns}
    assert all(steps[name].returns for name in {*RETURNS, A.MEND} & set(steps))

    assert back == {"preparing", *STEP_STATES[: number - 1]}
    assert all(step.needs_opinion for step in steps.values() if step.returns)
    assert ("agree" in steps) is (number < STEPS_MAX)
    assert steps["conclude"].to == S.APPROVED
    assert {step.by for name, step in steps.items() if name != "withdraw"} == {
        (step_party(number),)
    }
    assert FORMATION.owner_of(state) == step_party(number)
    assert [review.by for review in FORMATION.duty(state).reviews] == [
        beside_party(number, 1),
        beside_party(number, 2),
    ]


@pytest.mark.parametrize("number", range(1, STEPS_MAX + 1))
def test_a_file_is_mended_for_every_step_that_others_stand_before(number):
    state = STEP_STATES[number - 1]
    steps = FORMATION.steps_from(state)
    straight = [action for action, to in STRAIGHT.items() if to == number]

    assert (A.MEND in steps) is (number > 1) is (len(straight) == 1)
    if straight:
        assert (steps[A.MEND].to, steps[A.MEND].needs_opinion) == (S.PREPARING, True)
        assert FORMATION.step(S.PREPARING, straight[0]).to == state
        assert FORMATION.step(S.PREPARING, straight[0]).by == ("preparer",)


def test_what_says_yes_waits_for_those_heard_beside_and_nothing_else_does():
    waiting = {name for (_at, name), step in FORMATION.steps.items() if step.awaits_reviews}

    assert waiting == {A.SEND, A.AGREE, A.CONCLUDE}
    assert not any("clock" in step.by for step in FORMATION.steps.values())


@pytest.mark.parametrize(("state", "number"), [("preparing", 0), ("step_1", 1), ("step_4", 4)])
def test_which_step_a_state_is(state, number):
    assert step_number(state) == number


@pytest.mark.parametrize(
    ("units", "mode"), [(1, FormationMode.STANDALONE), (2, FormationMode.JOINT)]
)
def test_one_unit_stands_alone_several_join(units, mode):
    assert default_mode(units) is mode


def test_every_word_has_its_label():
    assert set(ORIGIN_LABELS) == set(Origin)
    assert set(CONSENT_LABELS) == set(Consent)
    assert set(ROOM_LABELS) == set(Room)
    assert set(FILING_LABELS) == set(Filing)
    assert set(STAGE_LABELS) == set(Stage)
    assert set(WAY_LABELS) == set(Way)
    assert set(PRESET_LABELS) == set(PRESETS) == set(Preset)
    assert set(FAULT_LABELS) == set(F)
    assert set(WAITING_LABELS) == set(TASK_LABELS) == {(s, w) for s in Stage for w in Way}


@pytest.mark.parametrize("preset", Preset)
def test_what_is_shipped_is_sound_and_can_be_stored(preset):
    steps = PRESETS[preset]

    assert faulty_steps(steps) == []
    assert tuple(ProcedureStep.read(step.plain()) for step in steps) == steps
    assert preset_of(steps) is preset
    assert preset_of(steps[:-1]) is None


def test_the_two_presets_are_those_of_the_rulebook():
    told = {
        preset: [(s.stage, s.way, s.role, s.days, s.unit) for s in steps]
        for preset, steps in PRESETS.items()
    }

    assert told == {
        Preset.NATIONAL: [
            (Stage.DECIDE, Way.APPROVE, TOWNSHIP, 30, C),
            (Stage.DECIDE, Way.FILE, DEPARTMENT, 10, W),
        ],
        Preset.THREE_STEPS: [
            (Stage.PROPOSE, Way.APPROVE, BUREAU, 5, W),
            (Stage.REVIEW, Way.APPROVE, TOWNSHIP, 10, W),
            (Stage.DECIDE, Way.APPROVE, DEPARTMENT, 5, W),
        ],
    }


@pytest.mark.parametrize(
    ("steps", "faults"),
    [
        ((), [F.EMPTY]),
        ((DECIDE,), []),
        ((REVIEW, DECIDE, FILE), []),
        ((PROPOSE, REVIEW, DECIDE, FILE), []),
        (
            (PROPOSE, REVIEW, altered(REVIEW, role="station_head"), DECIDE, FILE),
            [F.TOO_LONG],
        ),
        ((FILE,), [F.NOBODY_DECIDES]),
        ((REVIEW, FILE), [F.NOBODY_DECIDES]),
        ((DECIDE, REVIEW), [F.GOES_ON_AFTER]),
        ((DECIDE, altered(FILE, way="approve")), [F.GOES_ON_AFTER]),
        ((REVIEW, PROPOSE, DECIDE), [F.PROPOSED_LATE]),
        ((DECIDE, altered(FILE, role="township_committee")), [F.TWICE]),
        ((altered(DECIDE, role="bureau"),), [F.OTHER_LINE_DECIDES]),
        ((altered(DECIDE, role="association"),), [F.OTHER_LINE_DECIDES]),
        ((altered(DECIDE, role="instructor"),), [F.NO_BODY]),
        ((altered(DECIDE, beside=["owner"], beside_days=3),), [F.NO_BODY]),
        ((altered(DECIDE, days=0),), [F.DAYS]),
        ((altered(DECIDE, days=1),), []),
        ((altered(DECIDE, days=DAYS_MAX),), []),
        ((altered(DECIDE, days=DAYS_MAX + 1),), [F.DAYS]),
        ((altered(DECIDE, beside=["bureau", "station_head"], beside_days=5),), []),
        ((altered(DECIDE, beside=["bureau"], beside_days=0),), [F.BESIDE]),
        ((altered(DECIDE, beside_days=3),), [F.BESIDE]),
        ((altered(DECIDE, beside=["bureau", "bureau"], beside_days=5),), [F.BESIDE]),
        ((altered(DECIDE, beside=["township_committee"], beside_days=5),), [F.BESIDE]),
        (
            (altered(DECIDE, beside=["bureau", "station_head", "org_dept"], beside_days=5),),
            [F.BESIDE],
        ),
    ],
)
def test_what_a_district_may_enter(steps, faults):
    assert [each.fault for each in faulty_steps(steps)] == faults
    if not faults:
        check_procedure(steps)
        return
    with pytest.raises(ProcedureNotSound) as refused:
        check_procedure(steps)
    assert list(refused.value.faults) == faults


@pytest.mark.parametrize(
    ("steps", "numbers"),
    [
        ((), [0]),
        ((REVIEW, FILE), [0]),
        ((DECIDE, REVIEW), [2]),
        ((REVIEW, PROPOSE, DECIDE), [2]),
        ((DECIDE, altered(FILE, role="township_committee")), [2]),
        ((altered(PROPOSE, days=0), REVIEW, altered(DECIDE, beside_days=3)), [1, 3]),
    ],
)
def test_a_fault_names_its_step(steps, numbers):
    assert [each.number for each in faulty_steps(steps)] == numbers


def seated(*steps):
    """Seat each step at the body named by the number beside it."""
    return [SettledStep(step, Seat(step.role, body)) for step, body in steps]


def test_proposing_is_done_by_sending_where_the_preparer_would_propose():
    steps = seated((PROPOSE, 1), (DECIDE, 2))

    assert settle(steps, Seat(BUREAU, 1)) == steps[1:]
    assert settle(steps, Seat(Role.STATION_HEAD, 3)) == steps
    assert settle(steps, Seat(TOWNSHIP, 2)) == steps  # deciding is never done by sending


def test_of_several_steps_of_one_seat_the_last_stays_as_the_approval():
    seat = Seat(DEPARTMENT, 9)
    steps = [
        SettledStep(DECIDE, seat),
        SettledStep(REVIEW, Seat(BUREAU, 1)),
        SettledStep(FILE, seat),
    ]

    kept = settle(steps, Seat(BUREAU, 4))

    assert [each.seat for each in kept] == [Seat(BUREAU, 1), seat]
    assert kept[1].step.decides
    assert (kept[1].step.days, kept[1].step.unit) == (FILE.days, FILE.unit)


def test_nobody_is_heard_beside_the_own_step_or_twice():
    other = Seat(BUREAU, 1)
    step = SettledStep(DECIDE, Seat(TOWNSHIP, 2), (Seat(TOWNSHIP, 2), other, other))

    assert settle([step], Seat(BUREAU, 4))[0].beside == (other,)


@pytest.mark.parametrize(("passed", "decided"), [(0, False), (1, False), (2, True), (3, True)])
def test_an_organisation_is_approved_once_the_deciding_step_is_passed(passed, decided):
    assert is_decided((REVIEW, DECIDE, FILE), passed) is decided


@pytest.mark.parametrize(
    ("steps", "labels"),
    [
        (PRESETS[Preset.NATIONAL], ["批准，转备案", "备案，办结"]),
        (PRESETS[Preset.THREE_STEPS], ["提出，转审核", "同意，转批准", "批准，办结"]),
        ((DECIDE,), ["批准，办结"]),
        ((FILE, REVIEW, DECIDE), ["备案，转审核", "同意，转批准", "批准，办结"]),
    ],
)
def test_passing_a_step_is_called_by_what_it_does_and_what_comes_next(steps, labels):
    assert [passing_label(steps, number) for number in range(1, len(steps) + 1)] == labels


def test_every_order_a_district_may_enter_has_its_words():
    roles = (BUREAU, TOWNSHIP, DEPARTMENT)
    kinds = [(stage, way) for stage in Stage for way in Way]
    for length in (1, 2, 3):
        for chosen in product(kinds, repeat=length):
            steps = tuple(
                ProcedureStep(stage, way, role, 5, W)
                for (stage, way), role in zip(chosen, roles, strict=False)
            )
            orders = {F.NOBODY_DECIDES, F.GOES_ON_AFTER, F.PROPOSED_LATE}
            if orders.isdisjoint(each.fault for each in faulty_steps(steps)):
                words = [passing_label(steps, number) for number in range(1, length + 1)]
                assert None not in words, steps
