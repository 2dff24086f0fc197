"""The demo county's cases: what stands in the inboxes, on the pocket list and among the closures."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.access.seats import seating_of
from xgz.management.demo.officers import STATION_WITHOUT_ANYBODY, WITHOUT_ANYBODY, WITHOUT_HEAD
from xgz.models import (
    Adjustment,
    Body,
    CaseEvent,
    CasePaper,
    CaseReview,
    Closure,
    Establishing,
    Formation,
    Lead,
    MatchingNotice,
    MatchingTask,
    Notice,
    OwnerTie,
    Paper,
    Plan,
    SelfReport,
    SelfReportRequest,
    SelfReportWindow,
    SitePhoto,
    SupportUse,
    SurveyReminder,
    SurveyRound,
    TermElection,
    Transfer,
    User,
)
from xgz.models.cases import case_models
from xgz.queries.elections import findings_of as findings_of_election
from xgz.queries.establishing import standings_of
from xgz.queries.formations import findings_of
from xgz.queries.inbox import inbox_counts, inbox_rows, load_by_seat
from xgz.queries.self_reports import ended_among
from xgz.queries.surveys import todays_rows
from xgz.rules.adjustments import AdjustmentState, Sort
from xgz.rules.closures import ClosureOption
from xgz.rules.elections import ElectionState
from xgz.rules.establishing import EstablishingState, Line, blockers
from xgz.rules.formations import FormationAction, FormationState, Origin
from xgz.rules.leads import LeadState
from xgz.rules.linkage.verdicts import Verdict
from xgz.rules.matching import Decision, TaskState
from xgz.rules.papers.kinds import PaperKind, PaperState
from xgz.rules.planning.plans import CountSource, PlanState
from xgz.rules.registration import ENDED
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.rules.sites import Moment
from xgz.rules.surveys import RowState
from xgz.rules.transfers import TransferState
from xgz.services.sites.photo_files import read_photo


def _demo_inbox_of_all_seats_holds_every_open_item_once(county):
    open_cases = sum(
        model._default_manager.filter(closed_at__isnull=True).count() for model in case_models()
    )
    open_reviews = CaseReview.objects.filter(closed_at__isnull=True).count()

    assert open_cases > 10
    assert sum(load_by_seat(county).values()) == open_cases + open_reviews


def _demo_has_a_letter_of_ninety_days_issued_ninety_one_days_ago(county):
    letters = Transfer.objects.filter(
        state=TransferState.EXPIRED, from_org__body__parent__short_name="清平镇"
    )

    assert [(case.expires_on - case.issued_on).days for case in letters] == [90]
    assert [(county - case.issued_on).days for case in letters] == [91]
    assert [case.to_org.body.parent.short_name for case in letters] == ["石桥镇"]


def _demo_knows_every_state_of_a_transfer(county):
    states = Counter(Transfer.objects.values_list("state", flat=True))

    assert set(states) == set(TransferState)


def _demo_knows_every_state_of_a_lead(county):
    assert set(Lead.objects.values_list("state", flat=True)) == set(LeadState)
    assert Lead.objects.filter(instructor__username="zhidao01", closed_at__isnull=True).exists()


def _demo_forms_organisations_in_every_state_of_the_procedure(county):
    cases = {case.state: case for case in Formation.objects.order_by("pk")}

    assert set(cases) == set(FormationState) - {FormationState.STEP_3, FormationState.STEP_4}
    assert findings_of(cases[FormationState.STEP_1], county) == []
    begun = Formation.objects.filter(state=FormationState.PREPARING).order_by("pk")
    assert any(each.is_blocker for each in findings_of(begun[0], county))
    assert Formation.objects.filter(origin=Origin.SHOULD_FORM).exists()
    given_back = CaseEvent.objects.filter(case_kind="formation", action=FormationAction.RETURN)
    assert begun.filter(public_id__in=given_back.values("case_id")).exists()


def _demo_formations_lie_with_every_body_of_the_procedure(county):
    for name in ("zuzhibu", "shichangju", "qingpingzhen", "shiqiaozhen"):
        actor = actor_for(User.objects.get(username=name), county)

        assert len(inbox_rows(actor, kind="formation")) > 0, name


def _demo_has_a_plan_of_the_bureau_worked_out_and_adjusted(county):
    plan, wider = Plan.objects.order_by("pk")

    assert (plan.state, plan.source) == (PlanState.READY, CountSource.DECLARED)
    assert plan.covered > 0
    assert plan.groups.filter(is_locked=True).exists()
    assert (wider.state, wider.asked["radius_m"]) == (PlanState.READY, 1000)


def _demo_sets_up_organisations_and_leaves_something_to_do(county):
    cases = {case.state: case for case in Establishing.objects.all()}

    assert set(cases) == set(EstablishingState) - {EstablishingState.STOPPED}
    assert blockers(standings_of(cases["done"], county)) == []
    left = {each.line for each in blockers(standings_of(cases["running_in"], county))}
    assert {Line.SEAL, Line.FULL_MEMBERS, Line.MEETING} <= left
    assert Line.INSTRUCTOR not in left
    pictures = {
        (photo.organisation_id, Moment(photo.moment)): read_photo(photo)
        for photo in SitePhoto.objects.all()
    }
    begun = cases["running_in"].organisation_id
    assert pictures[begun, Moment.BEFORE] != pictures[begun, Moment.AFTER]
    assert SupportUse.objects.exists()


def _demo_knows_every_state_of_an_election(county):
    states = Counter(TermElection.objects.values_list("state", flat=True))
    counted = TermElection.objects.filter(state=ElectionState.READY, ballots_valid__gt=0)
    overdue = TermElection.objects.filter(organisation__term_ends_on__lt=county)

    assert set(states) == set(ElectionState)
    assert counted.exists()
    assert overdue.filter(closed_at=None).exists()
    to_be_held = TermElection.objects.filter(state=ElectionState.READY, held_on=None)
    assert to_be_held.filter(day__gt=county, as_committee=True).exists()
    for case in TermElection.objects.filter(closed_at=None).exclude(pk__in=to_be_held):
        assert not [each for each in findings_of_election(case, county) if each.is_blocker]


def _demo_adjusts_organisations_each_way(county):
    ways = set(Adjustment.objects.values_list("state", "sort"))

    assert ways == {
        (AdjustmentState.SUGGESTED, Sort.OPEN),
        (AdjustmentState.CARRYING_OUT, Sort.REVIVE),
        (AdjustmentState.CARRYING_OUT, Sort.MERGE),
        (AdjustmentState.FILING, Sort.REVIVE),
        (AdjustmentState.DECIDING, Sort.REVOKE),
        (AdjustmentState.DROPPED, Sort.OPEN),
    }
    revoked = Adjustment.objects.get(sort=Sort.REVOKE)
    assert Closure.objects.get(adjustment=revoked).option == ClosureOption.REVOKE


def _demo_issued_papers_of_formations_and_elections(county):
    issued = CasePaper.objects.filter(state=PaperState.ISSUED)

    assert set(CasePaper.objects.values_list("kind", flat=True)) == set(PaperKind)
    assert issued.filter(entry__isnull=False).count() >= 5
    assert CasePaper.objects.filter(state=PaperState.DRAFT).exists()
    assert CasePaper.objects.get(state=PaperState.VOID).entry.voided_on is not None


def _demo_moves_only_members_whose_transfer_was_accepted(county):
    for case in Transfer.objects.exclude(state=TransferState.ACCEPTED).select_related("member"):
        assert case.member.formal_org_id == case.from_org_id


def _demo_has_a_survey_under_way_with_rows_in_every_state(county):
    survey = SurveyRound.objects.get()
    states = Counter(survey.rows.values_list("state", flat=True))

    assert survey.area.short_name == "清平镇"
    assert survey.is_running
    assert survey.starts_on < county < survey.ends_on
    assert set(states) == set(RowState)
    assert states[RowState.VISITED] >= 10
    walker = User.objects.get(username="zhidao01")
    assert todays_rows(actor_for(walker, county), 100) != []
    assert SurveyReminder.objects.filter(walker=walker).exists()


def _demo_letters_are_numbered_without_gaps(county):
    for series in set(Paper.objects.values_list("series", "year")):
        numbers = Paper.objects.filter(series=series[0], year=series[1])
        found = sorted(numbers.values_list("number", flat=True))

        assert found == list(range(1, len(found) + 1))


def _demo_reminds_of_every_late_case_once(county):
    late = [
        (model.KIND.name, case.public_id, case.due_on)
        for model in case_models()
        for case in model._default_manager.filter(due_on__lt=county)
    ]
    reminded = Counter(
        Notice.objects.filter(kind="late", subject_id="").values_list(
            "case_kind", "case_id", "due_on"
        )
    )

    assert late
    assert all(reminded[item] == 1 for item in late)


def _demo_closures_come_from_the_extracts_and_the_organisations(county):
    cases = Closure.objects.select_related("source_import", "business")

    assert {case.source_import.kind for case in cases} >= {"registry"}
    assert {case.source_import.kind for case in cases} <= {"registry", "organisations", "roster"}
    assert all(case.business.status in ENDED for case in cases)


def _empty_seats_of_the_demo_go_to_deputy_or_superior(county):
    def answers(body: str, role: Role) -> Seat:
        seat = Seat(role, Body.objects.get(short_name=body).pk)
        return seating_of([seat], county).answering(seat)

    alone = Body.objects.get(short_name=WITHOUT_HEAD)
    assert answers(WITHOUT_HEAD, Role.TOWNSHIP_COMMITTEE).body_id == alone.pk
    assert answers(WITHOUT_ANYBODY, Role.TOWNSHIP_COMMITTEE).role == Role.ORG_DEPT
    assert answers(STATION_WITHOUT_ANYBODY, Role.STATION_HEAD).role == Role.BUREAU


def _demo_accounts_of_both_sides_have_work(county):
    names = "zuzhibu", "qingpingzhen", "qingpingsuo", "shichangju", "zhidao01", "shuji"
    for name in (*names, "shiqiaozhen", "shiqiaosuo"):
        actor = actor_for(User.objects.get(username=name), county)

        assert inbox_counts(actor).waiting > 0, name
    for name in ("gesixie", "shegongbu"):
        actor = actor_for(User.objects.get(username=name), county)

        assert inbox_counts(actor).unread > 0, name


def _demo_people_reported_themselves(county):
    states = Counter(SelfReport.objects.values_list("state", flat=True))

    assert states == {"new": 4, "verified": 1, "duplicate": 1}
    assert SelfReportRequest.objects.get(closed_at=None).topic == "complaint"
    areas = set(SelfReportWindow.objects.values_list("area", flat=True))
    ended = ended_among(areas, county)
    assert ended
    assert ended < areas


def _demo_compared_once_and_left_pairs_in_every_decision(county):
    task = MatchingTask.objects.get()

    assert (task.state, task.confirmed, task.told) == (TaskState.DONE, 1, 1)
    assert set(task.pairs.values_list("decision", flat=True)) == set(Decision)
    assert OwnerTie.objects.count() == 1
    assert set(MatchingNotice.objects.values_list("about", flat=True)) == {0}


def _demo_leaves_pairs_of_both_verdicts_to_whoever_looks(county):
    waiting = MatchingTask.objects.get().pairs.filter(decision=Decision.OPEN)

    assert set(waiting.values_list("verdict", flat=True)) == set(Verdict)


_CHECKS = (
    _demo_people_reported_themselves,
    _demo_compared_once_and_left_pairs_in_every_decision,
    _demo_leaves_pairs_of_both_verdicts_to_whoever_looks,
    _demo_inbox_of_all_seats_holds_every_open_item_once,
    _demo_has_a_letter_of_ninety_days_issued_ninety_one_days_ago,
    _demo_knows_every_state_of_a_transfer,
    _demo_knows_every_state_of_a_lead,
    _demo_forms_organisations_in_every_state_of_the_procedure,
    _demo_formations_lie_with_every_body_of_the_procedure,
    _demo_has_a_plan_of_the_bureau_worked_out_and_adjusted,
    _demo_sets_up_organisations_and_leaves_something_to_do,
    _demo_knows_every_state_of_an_election,
    _demo_adjusts_organisations_each_way,
    _demo_issued_papers_of_formations_and_elections,
    _demo_moves_only_members_whose_transfer_was_accepted,
    _demo_has_a_survey_under_way_with_rows_in_every_state,
    _demo_letters_are_numbered_without_gaps,
    _demo_reminds_of_every_late_case_once,
    _demo_closures_come_from_the_extracts_and_the_organisations,
    _empty_seats_of_the_demo_go_to_deputy_or_superior,
    _demo_accounts_of_both_sides_have_work,
)


@pytest.mark.django_db
def test_the_demo_inbox_pocket_list_and_closures(subtests):
    """One county, made once, for all checks: making it takes ten seconds."""
    call_command("demo", "--no-serve", "--businesses", "2000", stdout=StringIO(), stderr=StringIO())

    for check in _CHECKS:
        with subtests.test(check.__name__):
            check(clock.today())
