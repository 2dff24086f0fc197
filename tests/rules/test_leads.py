"""The table of leads, the two proofs, what counts as the same person, when a lead goes."""

from datetime import UTC, datetime, timedelta

import pytest

from xgz.rules.case_line import way_ahead
from xgz.rules.cases import CLOCK, faults_of
from xgz.rules.leads import (
    FIELD_SOURCES,
    LEAD,
    CheckResult,
    FunnelStep,
    LeadAction,
    LeadProof,
    LeadSource,
    LeadState,
    ProofMissing,
    StatementSays,
    check_proof,
    funnel_counts,
    is_whole,
    lead_ends,
    missing_proof,
    name_key,
    number_key,
    rounded,
)
from xgz.rules.parameters import PARAMETERS, ValueOutOfBounds, check_value

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def test_the_table_is_sound():
    assert faults_of(LEAD) == []


def test_every_open_lead_can_be_refused_and_withdrawn():
    for state in LEAD.open_states:
        ways = LEAD.steps_from(state)
        assert ways[LeadAction.REFUSE].to is LeadState.REFUSED
        assert ways[LeadAction.WITHDRAW].by == (CLOCK,)


def test_p12_only_a_confirmation_leads_to_a_member_and_only_a_confirmed_one_is_placed():
    """No way from a lead to a placed member without the step that asks for both proofs (P12)."""
    into_confirmed = {name for (_at, name), step in LEAD.steps.items() if step.to == "confirmed"}
    into_placed = {at for (at, _name), step in LEAD.steps.items() if step.to == "placed"}

    assert into_confirmed == {LeadAction.CONFIRM}
    assert into_placed == {LeadState.CONFIRMED}


@pytest.mark.parametrize("says", [None, *StatementSays])
@pytest.mark.parametrize("result", [None, *CheckResult])
def test_p12_both_proofs_and_both_say_yes(says, result):
    is_yes = result in (CheckResult.FOUND, CheckResult.OUTSIDE, CheckResult.COMPARED)
    is_proven = says is StatementSays.MEMBER and is_yes

    assert (missing_proof(says, result) == []) is is_proven
    if is_proven:
        check_proof(says, result)
        return
    with pytest.raises(ProofMissing) as refused:
        check_proof(says, result)
    assert (LeadProof.STATEMENT in refused.value.missing) is (says is not StatementSays.MEMBER)
    assert (LeadProof.ROSTER_CHECK in refused.value.missing) is not is_yes


def test_leads_go_when_their_time_is_over():
    ends = lead_ends(NOW, 60)

    assert NOW - ends.refused_by + timedelta(hours=1) == timedelta(hours=24)
    assert NOW - ends.ruled_out_by == timedelta(days=30)
    assert NOW - ends.opened_by == timedelta(days=60)


@pytest.mark.parametrize(("days", "allowed"), [(29, False), (30, True), (90, True), (91, False)])
def test_the_district_keeps_unconfirmed_leads_30_to_90_days(days, allowed):
    if allowed:
        check_value("lead.unconfirmed_days", days)
        return
    with pytest.raises(ValueOutOfBounds):
        check_value("lead.unconfirmed_days", days)


def test_unless_the_district_says_otherwise_60_days():
    assert PARAMETERS["lead.unconfirmed_days"].default == 60


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张 三", "张三"),
        ("\u200b张三 ", "张三"),
        ("阿卜杜·热合曼", "阿卜杜热合曼"),
        ("ａｌｉ", "ALI"),
    ],
)
def test_names_are_compared_as_people_read_them(one, other):
    assert name_key(one) == name_key(other)


def test_names_that_differ_stay_different():
    assert name_key("张三") != name_key("张叁")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("+86 139-0000-0001", "13900000001"),
        ("１３９００００００01", "13900000001"),
        ("36099919680402001x", "36099919680402001X"),
        ("330106********1234", "330106********1234"),
    ],
)
def test_numbers_are_compared_as_plain_ones(written, key):
    assert number_key(written) == key


@pytest.mark.parametrize(
    ("number", "whole"),
    [("1390000000", False), ("13900000001", True), ("330106********1234", False), ("", False)],
)
def test_masked_and_cut_numbers_are_nobodys(number, whole):
    assert is_whole(number) is whole


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, None), (4, None), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (1002, 1000)],
)
def test_p05_the_market_line_reads_fives_and_nothing_below_five(count, told):
    assert rounded(count) == told


def test_the_funnel_narrows():
    steps = [FunnelStep.KNOWN, FunnelStep.KNOWN, FunnelStep.MANAGED, FunnelStep.TRANSFERRED]

    assert funnel_counts(steps) == {
        FunnelStep.KNOWN: 4,
        FunnelStep.CONFIRMED: 2,
        FunnelStep.MANAGED: 2,
        FunnelStep.TRANSFERRED: 1,
    }


def test_what_somebody_declared_is_never_a_reason_for_the_market_line():
    told_by_somebody = {
        LeadSource.REGISTRATION,
        LeadSource.ANNUAL_REPORT,
        LeadSource.UNMATCHED_OWNER,
        LeadSource.MATCHING,
        LeadSource.SELF_REPORT,
    }

    assert not told_by_somebody & FIELD_SOURCES


def test_the_bar_of_steps_leads_on_and_never_back():
    """Giving a lead back to the committee would be as short a way, and is no way ahead."""
    assert way_ahead(LEAD, LeadState.ASSIGNED) == ["visited", "confirmed", "placed"]
    assert way_ahead(LEAD, LeadState.VISITED) == ["confirmed", "placed"]
