"""The tables of every kind of case are sound, and each kind of fault in a table is found."""

from dataclasses import replace
from enum import StrEnum

import pytest

from tests.sample_kind.rules.errands import ERRAND, ErrandAction, ErrandState
from xgz.models.cases import case_models
from xgz.rules.cases import (
    CLOCK,
    CaseKind,
    Duty,
    Ending,
    Limit,
    OpinionMissing,
    Step,
    StepNotAllowed,
    Unit,
    check_opinion,
    faults_of,
)
from xgz.rules.parameters import PARAMETERS, ParameterUnit

KINDS = [model.KIND for model in case_models()]
MODELS = {model.KIND.name: model for model in case_models()}
_S, _A = ErrandState, ErrandAction


class Elsewhere(StrEnum):
    NOWHERE = "nowhere"
    ISLAND = "island"


def name_of(kind: CaseKind) -> str:
    return kind.name


def duty(state: ErrandState, **values: object) -> CaseKind:
    """Return the sample kind with something else in the duty of one state."""
    return replace(ERRAND, duties={**ERRAND.duties, state: replace(ERRAND.duties[state], **values)})


def steps(changed: dict[tuple[StrEnum, StrEnum], Step], *without: ErrandAction) -> CaseKind:
    kept = {pair: step for pair, step in ERRAND.steps.items() if pair[1] not in without}
    return replace(ERRAND, steps=kept | changed)


FINISH = ERRAND.steps[_S.DOING, _A.FINISH]
RETURN = ERRAND.steps[_S.DOING, _A.RETURN]
CHECK = ERRAND.duties[_S.DOING].reviews[0]


@pytest.mark.parametrize("kind", KINDS, ids=name_of)
def test_every_kind_of_case_is_sound(kind):
    assert faults_of(kind) == []


def test_the_kinds_are_those_of_the_product_and_the_sample():
    assert {"closure", "errand", "transfer"} <= {kind.name for kind in KINDS}
    assert len({kind.name for kind in KINDS}) == len({kind.series for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=name_of)
def test_every_limit_is_a_parameter_in_its_own_unit_or_a_date_the_case_carries(kind):
    units = {Unit.WORKING: ParameterUnit.WORKDAYS, Unit.CALENDAR: ParameterUnit.DAYS}
    columns = {field.name: field for field in MODELS[kind.name]._meta.fields}
    limits = [duty.limit for duty in kind.duties.values()]
    limits += [review.limit for duty in kind.duties.values() for review in duty.reviews]

    for limit in limits:
        if limit.column:
            assert columns[limit.column].get_internal_type() == "DateField"
        else:
            assert PARAMETERS[limit.parameter].unit is units[limit.unit]


@pytest.mark.parametrize("kind", KINDS, ids=name_of)
def test_names_fit_the_columns_that_hold_them(kind):
    words = [*kind.states, *kind.parties, kind.name]
    words += [review.key for duty in kind.duties.values() for review in duty.reviews]
    labels = [step.label for step in kind.steps.values()]

    assert max(map(len, words)) <= 24
    assert max(len(action) for _state, action in kind.steps) <= 32
    assert max(map(len, labels)) <= 40


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (replace(ERRAND, initial=_S.DONE), "done: the first state asks for nothing"),
        (replace(ERRAND, entries=frozenset({_S.DONE})), "done: entered and asks for nothing"),
        (replace(ERRAND, lapsed=frozenset({_S.DONE})), "done: left to time, not by it"),
        (
            replace(
                steps({(_S.DOING, _A.RUN_OUT): Step(_S.DRAFT, (CLOCK,), "材料过期")}, _A.RETURN),
                lapsed=frozenset({_S.DRAFT}),
            ),
            "draft: left to time, not by it",
        ),
        (duty(_S.DOING, owner="neighbour"), "doing: unknown party neighbour"),
        (duty(_S.DOING, owner=CLOCK), f"doing: unknown party {CLOCK}"),
        (duty(_S.DOING, owner="checker"), "doing: its owner has no step to take"),
        (
            duty(_S.DOING, reviews=(replace(CHECK, by="neighbour"),)),
            "doing: unknown party neighbour",
        ),
        (duty(_S.DOING, reviews=(replace(CHECK, by=CLOCK),)), f"doing: unknown party {CLOCK}"),
        (duty(_S.DOING, reviews=(CHECK, CHECK)), "doing: two sub-steps of one name"),
        (duty(_S.DOING, limit=Limit()), "doing: a limit is a parameter or a column"),
        (
            duty(_S.DOING, limit=Limit("closure.check_days", column="due_on")),
            "doing: a limit is a parameter or a column",
        ),
        (
            steps({(_S.DOING, _A.FINISH): replace(FINISH, by=("doer", "neighbour"))}),
            "doing: unknown party neighbour",
        ),
        (steps({(_S.DOING, _A.FINISH): replace(FINISH, by=())}), "doing: finish is nobody's"),
        (
            steps({(_S.DOING, _A.FINISH): replace(FINISH, to=Elsewhere.NOWHERE)}),
            "doing: finish leads nowhere",
        ),
        (
            steps({(_S.DONE, _A.RETURN): Step(_S.DOING, ("doer",), "重新办理")}),
            "done: return leaves a closed state",
        ),
        (steps({}, _A.FINISH), "done: never reached"),
        (steps({}, _A.FINISH, _A.WITHDRAW), "doing: no way leads to an end"),
        (
            steps({(_S.DOING, _A.FINISH): replace(FINISH, by=(CLOCK,))}, _A.WITHDRAW),
            "doing: no way leads to an end",
        ),
        (
            steps({(_S.DOING, _A.FINISH): replace(FINISH, returns=True)}),
            "doing: finish returns to where no way leads back from",
        ),
        (
            replace(ERRAND, states={**ERRAND.states, Elsewhere.ISLAND: "孤岛"}),
            "island: never reached",
        ),
        (
            replace(ERRAND, main_line=(*ERRAND.main_line, Elsewhere.ISLAND)),
            "island: has no official word",
        ),
        (
            replace(
                ERRAND,
                duties={**ERRAND.duties, Elsewhere.ISLAND: Duty("doer", "等待", CHECK.limit)},
            ),
            "island: has no official word",
        ),
    ],
    ids=lambda value: None if isinstance(value, CaseKind) else value,
)
def test_a_planted_fault_is_found(kind, fault):
    assert fault in faults_of(kind)


def test_a_step_is_found_by_state_and_action():
    assert ERRAND.step("doing", "return") is RETURN
    assert set(ERRAND.steps_from("draft")) == {"hand_in", "withdraw"}
    assert ERRAND.steps_from("done") == {}
    with pytest.raises(StepNotAllowed):
        ERRAND.step("done", "return")


def test_only_open_states_ask_for_something():
    assert ERRAND.open_states == ["draft", "doing"]
    assert ERRAND.duty("doing").owner == ERRAND.owner_of("doing") == "doer"
    assert ERRAND.owner_of("done") == ""
    with pytest.raises(StepNotAllowed):
        ERRAND.duty("done")


def test_a_closed_state_is_an_end_an_open_one_is_none():
    run_out = {(_S.DOING, _A.RUN_OUT): Step(_S.WITHDRAWN, (CLOCK,), "到期")}
    timed = replace(steps(run_out, _A.WITHDRAW), lapsed=frozenset({_S.WITHDRAWN}))

    assert faults_of(timed) == []
    assert ERRAND.ending_of("done") is timed.ending_of("done") is Ending.DONE
    assert ERRAND.ending_of("withdrawn") is Ending.UNDONE
    assert timed.ending_of("withdrawn") is Ending.LAPSED
    with pytest.raises(StepNotAllowed):
        ERRAND.ending_of("doing")


@pytest.mark.parametrize("words", ["", "  \n"])
def test_an_opinion_is_asked_for_where_the_table_says_so(words):
    with pytest.raises(OpinionMissing):
        check_opinion(RETURN, words)
    check_opinion(RETURN, "材料不齐")
    check_opinion(FINISH, words)


def test_a_case_is_opened_in_the_first_state_or_in_an_entry_and_nowhere_else():
    entered = replace(ERRAND, entries=frozenset({_S.DOING}))

    assert (ERRAND.first_state(), entered.first_state(_S.DOING)) == (_S.DRAFT, _S.DOING)
    for kind, at in ((ERRAND, _S.DOING), (entered, _S.DONE)):
        with pytest.raises(StepNotAllowed):
            kind.first_state(at)
