"""Elections through their services: quorum, votes, posts, terms; both sides of every limit."""

from datetime import date, timedelta

import pytest

from tests.factories import TODAY, actor_as, make_member, make_organisation
from tests.factories.closures import the_district
from tests.factories.elections import (
    BECAME_FULL,
    actor_of_party,
    complete_plan,
    complete_result,
    make_branch,
    make_election,
    mark,
    moment,
    seated,
    stand,
    take_as_somebody,
)
from xgz.access.actor import NotPermitted, shell_operator
from xgz.access.cases import owner_seat, parties_of
from xgz.models import (
    ElectionCandidate,
    Member,
    Organisation,
    OrganisationPost,
    ParameterValue,
    TermElection,
)
from xgz.queries.elections import entitled_members, findings_of
from xgz.rules.calendar import add_months
from xgz.rules.election_checks import Check
from xgz.rules.election_counts import Ballots
from xgz.rules.elections import ElectionAction, ElectionState, Reason, Sort, Standing
from xgz.rules.members import MemberClass, MembershipStatus
from xgz.rules.organisations import FormationMode, OrgChangeKind, OrgState, Post
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services import elections
from xgz.services.cases import ChangedMeanwhile
from xgz.services.elections import Meeting, Plan, Votes

pytestmark = pytest.mark.django_db
S, A = ElectionState, ElectionAction
NOW = moment()
DAY = timedelta(days=1)


@pytest.fixture
def district():
    return the_district()


def checks(case: TermElection) -> set[Check]:
    return {each.check for each in findings_of(case, TODAY) if each.is_blocker}


def branch_of(case: TermElection):
    return actor_of_party(case, "branch")


def committee_of(case: TermElection):
    return actor_of_party(case, "committee")


def attend(case: TermElection, absent: int = 0, **given) -> None:
    people = list(entitled_members(case))[:absent]
    values = {"held_on": TODAY, "chair": "丁主持", "tellers": "史监票、万计票"}
    meeting = Meeting(absent=dict.fromkeys(people, Reason.ILL), **values | given)
    elections.record_attendance(actor=branch_of(case), case=case, meeting=meeting, now=NOW)


def count(case: TermElection, ballots: Ballots, *votes: tuple[int, ...]) -> None:
    rows = case.candidates.order_by("pk")
    given = {row.public_id: Votes(*each) for row, each in zip(rows, votes, strict=True)}
    elections.record_votes(actor=branch_of(case), case=case, ballots=ballots, votes=given, now=NOW)


def take(case: TermElection, action: ElectionAction, actor=None, **given):
    actor = actor or (
        committee_of(case)
        if action in (A.APPROVE, A.RETURN, A.CONFIRM, A.SEND_BACK, A.ANNUL)
        else branch_of(case)
    )
    values = {"opinion": "按程序办理", "now": NOW} | given
    elections.ACTIONS[action](case=case, actor=actor, **values)


# Opening.


def test_the_branch_prepares_the_committee_vets_and_the_guiding_office_knows():
    case = make_election(complete=False)
    parties = parties_of(case)

    assert owner_seat(case) == Seat(Role.BRANCH_SECRETARY, case.organisation.body_id)
    assert parties["committee"].role == Role.TOWNSHIP_COMMITTEE
    assert parties["guide"].role == Role.STATION_HEAD
    assert case.is_shared
    assert (case.secretary_seats, case.as_committee) == (1, False)


def test_where_nobody_guides_the_case_stays_inside_with_numbers_of_its_own():
    case = make_election(guided=False)

    assert "guide" not in parties_of(case)
    assert case.stays_inside
    assert case.number.startswith("选举内-")


def test_a_branch_of_seven_begins_with_a_committee_of_three():
    assert make_election(full=7).seats == {
        Post.SECRETARY: 1,
        Post.DEPUTY_SECRETARY: 0,
        Post.COMMITTEE_MEMBER: 2,
    }


def test_the_committee_acts_for_an_empty_seat_and_the_first_election_begins():
    branch = make_branch(elected_on=None, term_ends_on=None)
    committee = seated(Seat(Role.TOWNSHIP_COMMITTEE, branch.body.parent_id))

    case = elections.open_first_election(actor=committee, organisation=branch, now=NOW)

    assert case.sort == Sort.FIRST
    people = list(entitled_members(case))
    elections.add_candidates(
        actor=committee, case=case, members=people[:1], post=Post.SECRETARY, now=NOW
    )
    assert case.candidates.count() == 1


def test_an_organisation_has_one_open_election_at_a_time():
    case = make_election()
    opener = committee_of(case)

    with pytest.raises(elections.ElectionUnderWay):
        elections.open_election(
            actor=opener, organisation=case.organisation, sort=Sort.TERM, now=NOW
        )
    take(case, A.WITHDRAW)
    elections.open_election(actor=opener, organisation=case.organisation, sort=Sort.TERM, now=NOW)


def test_a_first_election_is_only_where_none_is_on_record():
    case = make_election(state=S.WITHDRAWN)

    with pytest.raises(elections.SortNotFit):
        elections.open_first_election(
            actor=committee_of(case), organisation=case.organisation, now=NOW
        )


@pytest.mark.parametrize(
    "values",
    [
        {"formation_mode": FormationMode.FUNCTIONAL},
        {"state": OrgState.UNCONFIRMED},
        {"state": OrgState.DISSOLVED, "dissolved_on": TODAY},
    ],
)
def test_functional_and_inactive_organisations_hold_no_election(values):
    with pytest.raises(NotPermitted):
        make_election(branch=make_branch(**values))


@pytest.mark.parametrize("role", [Role.STATION_HEAD, Role.BUREAU, Role.SOCIAL_WORK_DEPT])
def test_nobody_of_another_line_opens_one(role, district):
    branch = make_branch()
    place = {
        Role.STATION_HEAD: district.qingping_office,
        Role.BUREAU: district.bureau,
        Role.SOCIAL_WORK_DEPT: district.social_work,
    }[role]

    with pytest.raises(NotPermitted):
        elections.open_election(
            actor=actor_as(role, place), organisation=branch, sort=Sort.TERM, now=NOW
        )


def test_the_shell_opens_none():
    with pytest.raises(NotPermitted):
        elections.open_election(
            actor=shell_operator(TODAY), organisation=make_branch(), sort=Sort.TERM, now=NOW
        )


def test_the_committee_of_another_township_opens_none(district):
    with pytest.raises(NotPermitted):
        elections.open_election(
            actor=actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan),
            organisation=make_branch(),
            sort=Sort.TERM,
            now=NOW,
        )


def test_an_organisation_of_no_township_is_the_department_s(district):
    branch = make_organisation(district.org_dept, elected_on=date(2023, 12, 1))
    make_member(branch, full_on=BECAME_FULL)

    case = elections.open_election(
        actor=actor_as(Role.ORG_DEPT, district.org_dept),
        organisation=branch,
        sort=Sort.TERM,
        now=NOW,
    )

    assert parties_of(case)["committee"] == Seat(Role.ORG_DEPT, district.org_dept.pk)


# The roll.


def test_entitled_are_the_full_members_on_the_rolls_and_those_below():
    branch = make_branch(full=3)
    case = make_election(branch=branch, complete=False)
    make_member(branch, member_class=MemberClass.PROBATIONARY)
    make_member(branch, member_class=MemberClass.ACTIVIST)
    make_member(branch, status=MembershipStatus.MOVED_OUT)
    make_member(branch, status=MembershipStatus.SUSPENDED)
    guest = make_member(None)
    guest.activity_org = branch
    guest.save()
    lost = make_member(branch, status=MembershipStatus.LOST_CONTACT)
    below = make_member(make_organisation(branch.body))

    entitled = set(entitled_members(case))

    assert {lost, below} <= entitled
    assert len(entitled) == 5


def test_who_is_marked_with_a_reason_is_not_counted_until_unmarked():
    case = make_election(complete=False)
    person = entitled_members(case)[0]
    given = {"actor": branch_of(case), "case": case, "now": NOW}

    elections.mark_roll(reasons={person: Reason.PROBATION}, **given)
    assert person not in entitled_members(case)
    assert case.voters.get().reason == Reason.PROBATION

    elections.mark_roll(reasons={}, **given)
    assert person in entitled_members(case)


def test_an_absence_takes_nobody_off_the_roll_and_a_stranger_is_not_on_it():
    case = make_election(complete=False)
    given = {"actor": branch_of(case), "case": case, "now": NOW}

    with pytest.raises(elections.ReasonNotFit):
        elections.mark_roll(reasons={entitled_members(case)[0]: Reason.ILL}, **given)
    fresh = make_member(case.organisation, member_class=MemberClass.PROBATIONARY)
    with pytest.raises(elections.NotEntitled):
        elections.mark_roll(reasons={fresh: Reason.ABROAD}, **given)
    with pytest.raises(NotPermitted):
        elections.mark_roll(reasons={make_member(None): Reason.ABROAD}, **given)


def test_a_reason_is_sealed():
    case = make_election(complete=False)
    row = mark(case, entitled_members(case)[0], Standing.EXCLUDED, Reason.PROBATION)

    assert "probation" not in row.reason_sealed
    assert row.reason == Reason.PROBATION


# Plan and candidates.


def plan(**given) -> Plan:
    values = {"sort": Sort.TERM, "day": TODAY, "place": "二楼", "deputies": 0, "members": 2}
    return Plan(**values | given)


@pytest.mark.parametrize(("full", "committee"), [(6, False), (7, True)])
def test_whether_a_committee_is_elected_follows_from_the_roll(full, committee):
    case = make_election(full=full, complete=False)

    elections.set_plan(actor=branch_of(case), case=case, plan=plan(), now=NOW)

    assert case.as_committee is committee
    assert case.member_seats == (2 if committee else 0)


def test_a_by_election_fills_what_it_is_asked_to():
    case = make_election(full=8, complete=False)
    wanted = plan(sort=Sort.BY_ELECTION, secretary=False, members=1)

    elections.set_plan(actor=branch_of(case), case=case, plan=wanted, now=NOW)

    assert not case.as_committee
    assert [case.secretary_seats, case.member_seats] == [0, 1]


def test_the_plan_is_closed_once_it_is_sent():
    case = make_election(state=S.VETTING)
    given = {"actor": branch_of(case), "case": case, "now": NOW}

    with pytest.raises(elections.FileClosed):
        elections.set_plan(plan=plan(), **given)
    with pytest.raises(elections.FileClosed):
        elections.mark_roll(reasons={}, **given)
    with pytest.raises(elections.FileClosed):
        elections.remove_candidate(row=case.candidates.first(), **given)


def test_only_the_entitled_stand_once_for_a_post_that_is_filled():
    case = make_election(complete=False)
    people = list(entitled_members(case))
    given = {"actor": branch_of(case), "case": case, "now": NOW}
    mark(case, people[1], Standing.EXCLUDED, Reason.PROBATION)

    elections.add_candidates(members=people[:1], post=Post.SECRETARY, **given)
    with pytest.raises(elections.AlreadyStanding):
        elections.add_candidates(members=people[:1], post=Post.SECRETARY, **given)
    with pytest.raises(elections.NotEntitled):
        elections.add_candidates(members=people[1:2], post=Post.SECRETARY, **given)
    with pytest.raises(elections.PostNotOffered):
        elections.add_candidates(members=people[2:3], post=Post.DEPUTY_SECRETARY, **given)

    row = case.candidates.get()
    elections.remove_candidate(row=row, **given)
    with pytest.raises(elections.NotStanding):
        elections.remove_candidate(row=row, **given)


def test_in_a_by_election_nobody_stands_for_the_post_held_already():
    case = make_election(full=8, sort=Sort.BY_ELECTION, complete=False)
    holder, other = entitled_members(case)[:2]
    make_post(case, Post.COMMITTEE_MEMBER, holder)
    given = {"actor": branch_of(case), "case": case, "now": NOW}
    wanted = plan(sort=Sort.BY_ELECTION, members=1)
    elections.set_plan(plan=wanted, **given)

    with pytest.raises(elections.HoldsPost):
        elections.add_candidates(members=[holder, other], post=Post.COMMITTEE_MEMBER, **given)
    elections.add_candidates(members=[holder], post=Post.SECRETARY, **given)
    elections.add_candidates(members=[other], post=Post.COMMITTEE_MEMBER, **given)
    assert case.candidates.count() == 2


def test_a_seat_taken_off_the_plan_leaves_no_candidate_for_it():
    case = make_election(complete=False)
    stand(case, entitled_members(case)[1], Post.DEPUTY_SECRETARY)
    complete_plan(case)

    assert checks(case) == {Check.POST_CLOSED}
    assert changed(case, deputy_seats=1) == set()


def test_the_guiding_office_changes_nothing_of_the_file():
    case = make_election(complete=False)

    with pytest.raises(NotPermitted):
        elections.set_plan(actor=actor_of_party(case, "guide"), case=case, plan=plan(), now=NOW)


def test_the_committee_helps_to_prepare_and_does_not_count():
    case = make_election(complete=False)
    elections.set_plan(actor=committee_of(case), case=case, plan=plan(), now=NOW)
    seated(parties_of(case)["branch"])
    ready = make_election(state=S.READY)
    seated(parties_of(ready)["branch"])

    with pytest.raises(NotPermitted):
        elections.record_attendance(
            actor=committee_of(ready),
            case=ready,
            meeting=Meeting(TODAY, "丁主持", "史监票", {}),
            now=NOW,
        )


# What bars the plan.


def test_a_complete_plan_has_nothing_against_it():
    assert findings_of(make_election(), TODAY) == []
    assert findings_of(make_election(full=8), TODAY) == []


def changed(case: TermElection, **values) -> set[Check]:
    TermElection.objects.filter(pk=case.pk).update(**values)
    case.refresh_from_db()
    return checks(case)


def test_each_gap_of_a_plan_is_told():
    case = make_election(full=8)

    assert changed(case, day=None) == {Check.NO_DAY}
    assert changed(case, day=TODAY - DAY) == {Check.DAY_PASSED}
    assert changed(case, day=TODAY, place="") == {Check.NO_PLACE}
    assert changed(case, place="二楼", secretary_seats=0) == {Check.NO_SEATS, Check.POST_CLOSED}
    assert changed(case, secretary_seats=1, as_committee=False) >= {Check.COMMITTEE_CHANGED}
    assert changed(case, as_committee=True, member_seats=3) == {Check.FEW_CANDIDATES}
    assert Check.COMMITTEE_TOO_LARGE in changed(case, member_seats=7)
    assert Check.COMMITTEE_TOO_LARGE not in changed(case, member_seats=6)


def test_a_committee_needs_a_fifth_more_candidates_than_seats():
    case = make_election(full=8)
    assert case.candidates.count() == 4
    last = case.candidates.last()

    ElectionCandidate.objects.filter(pk=last.pk).delete()

    (found,) = findings_of(case, TODAY)
    assert (found.check, found.rule) == (Check.FEW_CANDIDATES, "EL-6")
    assert found.numbers == {"seats": 3, "needed": 4, "given": 3}


@pytest.mark.parametrize(
    ("full_on", "fits"),
    [
        (add_months(TODAY, -12), True),
        (add_months(TODAY, -12) + DAY, False),
        (None, False),
    ],
)
def test_a_candidate_for_secretary_has_a_year_of_standing(full_on, fits):
    case = make_election()
    Member.objects.filter(pk=case.candidates.get().member_id).update(full_on=full_on)

    assert checks(case) == (set() if fits else {Check.SECRETARY_STANDING})


def test_a_candidate_who_lost_the_vote_or_left_bars_the_plan():
    case = make_election()
    row = case.candidates.get()
    mark(case, row.member, Standing.EXCLUDED, Reason.SUSPENDED)

    assert checks(case) == {Check.CANDIDATE_GONE}


@pytest.mark.parametrize(
    ("ends_on", "sort", "reason", "barred"),
    [
        (add_months(TODAY, 3), Sort.TERM, "", set()),
        (add_months(TODAY, 3) + DAY, Sort.TERM, "", {Check.EARLY_UNNAMED}),
        (add_months(TODAY, 4), Sort.EARLY, "", {Check.NO_REASON}),
        (add_months(TODAY, 4), Sort.EARLY, "班子缺员", set()),
        (add_months(TODAY, 12), Sort.EARLY, "班子缺员", set()),
        (add_months(TODAY, 12) + DAY, Sort.EARLY, "班子缺员", {Check.TOO_EARLY}),
        (add_months(TODAY, -3), Sort.TERM, "", set()),
        (add_months(TODAY, -3) - DAY, Sort.TERM, "", {Check.NO_REASON}),
        (add_months(TODAY, -3) - DAY, Sort.TERM, "人员分散", set()),
        (add_months(TODAY, -30), Sort.TERM, "人员分散", set()),
    ],
)
def test_early_and_late_elections_give_a_reason_and_none_is_too_early(
    ends_on, sort, reason, barred
):
    branch = make_branch(term_ends_on=ends_on)
    opener = seated(Seat(Role.TOWNSHIP_COMMITTEE, branch.body.parent_id))
    case = elections.open_election(
        actor=opener, organisation=branch, sort=sort, reason=reason, now=NOW
    )
    complete_plan(case)

    assert checks(case) == barred


def test_what_bars_the_plan_refuses_to_send_and_to_approve_it():
    case = make_election()
    row = case.candidates.get()
    row.delete()
    with pytest.raises(elections.FileNotComplete) as told:
        take(case, A.SUBMIT)
    assert {each.check for each in told.value.blockers} == {
        Check.FEW_CANDIDATES,
        Check.NO_SECRETARY,
    }

    sent = make_election(state=S.VETTING)
    Member.objects.filter(pk=sent.candidates.get().member_id).update(
        status=MembershipStatus.MOVED_OUT
    )
    with pytest.raises(elections.FileNotComplete):
        take(sent, A.APPROVE)


def test_who_decides_on_an_old_page_is_told_so_and_not_what_the_file_lacks():
    case = make_election(state=S.VETTING)
    case.candidates.get().delete()

    with pytest.raises(ChangedMeanwhile):
        take(case, A.APPROVE, version=case.version - 1)
    with pytest.raises(elections.FileNotComplete):
        take(case, A.APPROVE, version=case.version)


# Attendance and quorum.


@pytest.mark.parametrize(("absent", "enough"), [(0, True), (2, True), (3, False)])
def test_quorum_of_ten_is_eight(absent, enough):
    case = make_election(state=S.READY, full=10)

    attend(case, absent)

    assert (case.entitled, case.attending) == (10, 10 - absent)
    assert (Check.NO_QUORUM in checks(case)) is not enough
    if not enough:
        found = findings_of(case, TODAY)[0]
        assert found.numbers == {"entitled": 10, "attending": 7, "needed": 8}


def test_quorum_to_the_person_is_not_enough_where_the_district_asks_for_more():
    case = make_election(state=S.READY, full=10)
    attend(case, 2)
    assert Check.NO_QUORUM not in checks(case)

    ParameterValue.objects.create(
        key="election.quorum_over", value=1, valid_from=date(2020, 1, 1), entered_at=NOW
    )

    assert checks(case) == {Check.NO_QUORUM}
    attend(case, 1)
    assert Check.NO_QUORUM not in checks(case)


def test_who_is_not_counted_lowers_the_quorum():
    case = make_election(complete=False, full=5)
    people = list(entitled_members(case))
    complete_plan(case)
    for person in people[3:]:
        mark(case, person, Standing.EXCLUDED, Reason.SHOULD_MOVE)
    for action in (A.SUBMIT, A.APPROVE):
        take_as_somebody(case, action)

    attend(case)

    assert (case.entitled, case.attending) == (3, 3)
    assert case.voters.filter(standing=Standing.EXCLUDED).count() == 2


def test_the_attendance_keeps_its_numbers_when_the_roll_changes():
    case = make_election(state=S.READY)
    attend(case, 1)
    make_member(case.organisation, full_on=BECAME_FULL)

    case.refresh_from_db()
    assert (case.entitled, case.attending) == (5, 4)
    assert case.voters.count() == 5


def test_an_attendance_is_of_today_or_before_with_names_and_fitting_reasons():
    case = make_election(state=S.READY)

    with pytest.raises(elections.HeldToCome):
        attend(case, held_on=TODAY + DAY)
    with pytest.raises(elections.NamesMissing):
        attend(case, tellers=" 、")
    with pytest.raises(elections.ReasonNotFit):
        elections.record_attendance(
            actor=branch_of(case),
            case=case,
            meeting=Meeting(TODAY, "丁", "史", {entitled_members(case)[0]: Reason.PROBATION}),
            now=NOW,
        )
    with pytest.raises(elections.NotEntitled):
        elections.record_attendance(
            actor=branch_of(case),
            case=case,
            meeting=Meeting(TODAY, "丁", "史", {make_member(None): Reason.ILL}),
            now=NOW,
        )


# Votes.


def test_who_is_elected_follows_from_the_votes():
    case = make_election(state=S.READY, full=8)
    attend(case)
    count(case, Ballots(8, 8, 8, 0), (8, 0, 0), (7, 1, 0), (5, 3, 0), (4, 2, 2))

    elected = case.candidates.exclude(elected_post="")
    assert elected.count() == 3
    assert set(elected.values_list("elected_post", flat=True)) == {Post.COMMITTEE_MEMBER}
    assert checks(case) == {Check.NO_OFFICER}

    first = case.candidates.order_by("pk").first()
    elections.choose_officers(
        actor=branch_of(case), case=case, secretary=first, deputies=[], now=NOW
    )
    assert checks(case) == set()
    assert case.candidates.get(pk=first.pk).elected_post == Post.SECRETARY


def test_half_of_those_attending_is_not_enough():
    case = make_election(state=S.READY, full=6)
    attend(case)

    count(case, Ballots(6, 6, 6, 0), (3, 3, 0))
    assert checks(case) == {Check.NOBODY_ELECTED}
    count(case, Ballots(6, 5, 5, 0), (4, 1, 0))
    assert checks(case) == set()


def test_a_tie_is_told_until_a_second_ballot_decides_it():
    case = make_election(state=S.READY, full=8)
    attend(case)
    count(case, Ballots(8, 8, 8, 0), (8, 0, 0), (7, 1, 0), (4, 4, 0), (5, 3, 0))
    assert checks(case) == {Check.NO_OFFICER}
    count(case, Ballots(8, 8, 8, 0), (8, 0, 0), (6, 2, 0), (5, 3, 0), (5, 3, 0))
    assert checks(case) == {Check.TIED}
    assert case.candidates.exclude(elected_post="").count() == 2
    count(case, Ballots(8, 8, 8, 0), (8, 0, 0), (6, 2, 0), (5, 3, 0, 3), (5, 3, 0, 5))
    assert checks(case) == {Check.NO_OFFICER}
    assert case.candidates.order_by("pk")[3].elected_post


@pytest.mark.parametrize(
    ("ballots", "votes", "told"),
    [
        (Ballots(5, 5, 4, 1), (4, 0, 0), set()),
        (Ballots(4, 4, 4, 0), (4, 0, 0), {Check.OUT_NOT_ATTENDING}),
        (Ballots(5, 6, 6, 0), (5, 0, 0), {Check.MORE_RETURNED}),
        (Ballots(5, 5, 4, 0), (4, 0, 0), {Check.NOT_ADDING_UP}),
        (Ballots(5, 5, 4, 1), (4, 1, 0), {Check.VOTES_OVER_VALID}),
    ],
)
def test_numbers_that_do_not_fit_are_kept_and_bar_the_report(ballots, votes, told):
    case = make_election(state=S.READY)
    attend(case)

    count(case, ballots, votes)

    assert checks(case) == told
    assert case.ballots_out == ballots.out
    if told:
        with pytest.raises(elections.FileNotComplete):
            take(case, A.REPORT)
    else:
        take(case, A.REPORT)


def test_somebody_written_in_may_be_elected():
    case = make_election(state=S.READY)
    attend(case)
    other = entitled_members(case)[3]
    elections.write_in(actor=branch_of(case), case=case, member=other, post=Post.SECRETARY, now=NOW)
    assert Check.NO_COUNT in checks(case)

    count(case, Ballots(5, 5, 5, 0), (1, 4, 0), (4, 0, 0))

    assert case.candidates.get(elected_post=Post.SECRETARY).member == other


def test_votes_are_entered_for_everybody_who_stands():
    case = make_election(state=S.READY)

    with pytest.raises(elections.VotesMissing):
        elections.record_votes(
            actor=branch_of(case), case=case, ballots=Ballots(5, 5, 5, 0), votes={}, now=NOW
        )


def test_a_committee_chooses_among_the_elected_and_different_people():
    case = make_election(state=S.READY, full=8)
    complete_result(case)
    rows = list(case.candidates.order_by("pk"))
    given = {"actor": branch_of(case), "case": case, "now": NOW}

    with pytest.raises(elections.NotElected):
        elections.choose_officers(secretary=rows[3], deputies=[], **given)
    with pytest.raises(elections.PostNotOffered):
        elections.choose_officers(secretary=rows[0], deputies=[rows[1]], **given)
    TermElection.objects.filter(pk=case.pk).update(deputy_seats=1, member_seats=1)
    with pytest.raises(elections.NotElected):
        elections.choose_officers(secretary=rows[0], deputies=[rows[0]], **given)
    elections.choose_officers(secretary=rows[0], deputies=[rows[1]], **given)
    assert set(case.candidates.values_list("elected_post", flat=True)) == {
        Post.SECRETARY,
        Post.DEPUTY_SECRETARY,
        Post.COMMITTEE_MEMBER,
        "",
    }


def test_who_counts_does_not_stand():
    case = make_election(state=S.READY)
    complete_result(case)
    assert checks(case) == set()
    name = case.candidates.get().member.name

    attend(case, tellers=f"史监票 {name}")

    assert checks(case) == {Check.TELLER_STANDS}


# Ends.


def posts(case: TermElection) -> list[tuple[str, int | None]]:
    rows = OrganisationPost.objects.filter(organisation=case.organisation, valid_to__isnull=True)
    return sorted(rows.values_list("post", "member_id"))


def make_post(case: TermElection, post: Post, member: Member | None) -> OrganisationPost:
    return OrganisationPost.objects.create(
        organisation=case.organisation, post=post, member=member, valid_from=date(2023, 12, 13)
    )


def test_confirming_ends_the_old_posts_begins_the_new_ones_and_a_new_term():
    case = make_election(state=S.REPORTED)
    old = make_post(case, Post.SECRETARY, entitled_members(case)[4])
    deputy = make_post(case, Post.DEPUTY_SECRETARY, None)
    elected = case.candidates.get().member

    take(case, A.CONFIRM)

    assert posts(case) == [(Post.SECRETARY, elected.pk)]
    for post in (old, deputy):
        post.refresh_from_db()
        assert post.valid_to == TODAY - DAY
    organisation = case.organisation
    organisation.refresh_from_db()
    assert (organisation.elected_on, organisation.term_ends_on) == (TODAY, add_months(TODAY, 36))
    assert organisation.changes.get(kind=OrgChangeKind.ELECTED).note == case.number


def test_somebody_re_elected_holds_the_post_of_another_term():
    case = make_election(state=S.REPORTED)
    elected = case.candidates.get().member
    old = make_post(case, Post.SECRETARY, elected)

    take(case, A.CONFIRM)

    assert posts(case) == [(Post.SECRETARY, elected.pk)]
    old.refresh_from_db()
    assert old.valid_to == TODAY - DAY


def test_nothing_is_written_before_the_confirmation():
    case = make_election(state=S.REPORTED)

    assert posts(case) == []
    assert not case.organisation.changes.exists()


def test_a_by_election_fills_its_seat_and_leaves_the_term():
    branch = make_branch(full=8)
    case = make_election(branch=branch, sort=Sort.BY_ELECTION, complete=False)
    holder = make_post(case, Post.COMMITTEE_MEMBER, entitled_members(case)[0])
    TermElection.objects.filter(pk=case.pk).update(
        day=TODAY, place="二楼", secretary_seats=0, member_seats=1
    )
    case.refresh_from_db()
    fresh = entitled_members(case)[1]
    stand(case, fresh)
    for action in (A.SUBMIT, A.APPROVE, A.REPORT, A.CONFIRM):
        take_as_somebody(case, action)

    assert posts(case) == sorted(
        [(Post.COMMITTEE_MEMBER, holder.member_id), (Post.COMMITTEE_MEMBER, fresh.pk)]
    )
    before = branch.term_ends_on
    branch.refresh_from_db()
    assert branch.term_ends_on == before
    assert not branch.changes.exists()


def test_an_elected_person_who_left_stops_the_confirmation_and_nothing_is_written():
    case = make_election(state=S.REPORTED)
    Member.objects.filter(pk=case.candidates.get().member_id).update(
        status=MembershipStatus.MOVED_OUT
    )

    assert checks(case) == {Check.ELECTED_GONE}
    with pytest.raises(elections.FileNotComplete):
        take(case, A.CONFIRM)
    assert posts(case) == []

    Member.objects.update(status=MembershipStatus.NORMAL)
    take(case, A.CONFIRM)
    assert len(posts(case)) == 1


@pytest.mark.parametrize(
    ("state", "barred", "end"),
    [
        (S.PREPARING, A.SUBMIT, A.WITHDRAW),
        (S.VETTING, A.APPROVE, A.WITHDRAW),
        (S.READY, A.REPORT, A.WITHDRAW),
        (S.READY, A.REPORT, A.FAIL),
        (S.REPORTED, A.CONFIRM, A.ANNUL),
    ],
)
def test_the_election_of_an_organisation_that_ended_goes_on_nowhere_and_is_ended(
    state, barred, end
):
    case = make_election(state=state)
    if state is S.READY:
        complete_result(case)
    assert checks(case) == set()
    Organisation.objects.filter(pk=case.organisation_id).update(
        state=OrgState.DISSOLVED, dissolved_on=TODAY
    )
    case = TermElection.objects.get(pk=case.pk)

    assert checks(case) == {Check.ORGANISATION_GONE}
    with pytest.raises(elections.FileNotComplete):
        take(case, barred)
    take(case, end)

    assert not case.is_open
    assert posts(case) == []


@pytest.mark.parametrize(("held", "kept"), [(Post.DEPUTY_SECRETARY, 0), (Post.SECRETARY, 1)])
def test_who_is_elected_in_a_by_election_gives_up_the_post_before(held, kept):
    case = make_election(full=8, sort=Sort.BY_ELECTION, complete=False)
    winner, other = entitled_members(case)[:2]
    before = make_post(case, held, winner if held is Post.DEPUTY_SECRETARY else other)
    beside = make_post(case, Post.COMMITTEE_MEMBER, other)
    TermElection.objects.filter(pk=case.pk).update(
        day=TODAY, place="二楼", secretary_seats=0, deputy_seats=0, member_seats=1
    )
    if held is Post.DEPUTY_SECRETARY:
        TermElection.objects.filter(pk=case.pk).update(secretary_seats=1, member_seats=0)
    case.refresh_from_db()
    stand(case, winner, Post.SECRETARY if case.secretary_seats else Post.COMMITTEE_MEMBER)
    for action in (A.SUBMIT, A.APPROVE, A.REPORT, A.CONFIRM):
        take_as_somebody(case, action)

    now = case.organisation.posts.filter(valid_to=None)
    assert now.filter(member=winner).count() == 1
    assert now.filter(pk=before.pk).count() == kept
    assert now.filter(pk=beside.pk).exists()


def test_a_name_written_in_by_mistake_is_taken_out_until_the_report():
    case = make_election(state=S.READY)
    complete_result(case)
    stood = case.candidates.get()
    row = stand(case, entitled_members(case)[2], Post.SECRETARY, is_write_in=True)
    branch = branch_of(case)
    given = {"actor": branch, "case": case, "now": NOW}
    assert Check.NO_COUNT in checks(case)

    with pytest.raises(elections.NotStanding):
        elections.take_out_write_in(row=stood, **given)
    elections.take_out_write_in(row=row, **given)

    stood.refresh_from_db()
    assert (checks(case), stood.elected_post) == (set(), Post.SECRETARY)
    with pytest.raises(elections.NotStanding):
        elections.take_out_write_in(row=row, **given)
    take(case, A.REPORT)
    with pytest.raises(elections.FileClosed):
        elections.take_out_write_in(row=stood, **given)


@pytest.mark.parametrize(
    ("sort", "values", "too_early"),
    [
        (Sort.TERM, {"founded_on": TODAY + DAY}, True),
        (Sort.TERM, {"founded_on": TODAY}, False),
        (Sort.TERM, {"elected_on": TODAY}, True),
        (Sort.TERM, {"elected_on": TODAY - DAY}, False),
        (Sort.BY_ELECTION, {"elected_on": TODAY}, False),
        (Sort.BY_ELECTION, {"founded_on": TODAY + DAY}, True),
    ],
)
def test_a_day_before_the_founding_or_the_last_election_is_refused_when_entered(
    sort, values, too_early
):
    case = make_election(state=S.READY)
    TermElection.objects.filter(pk=case.pk).update(sort=sort)
    Organisation.objects.filter(pk=case.organisation_id).update(**values)
    case = TermElection.objects.get(pk=case.pk)

    if too_early:
        with pytest.raises(elections.HeldTooEarly):
            attend(case)
        complete_result(case)
        assert Check.HELD_TOO_EARLY in checks(case)
    else:
        attend(case)
        assert case.held_on == TODAY


def test_a_file_changed_since_the_page_was_read_is_judged_as_it_is():
    case = make_election()
    stale = TermElection.objects.get(pk=case.pk)
    TermElection.objects.filter(pk=case.pk).update(place="")

    with pytest.raises(elections.FileNotComplete):
        take(stale, A.SUBMIT)


def test_a_sound_result_is_reported_not_given_up():
    case = make_election(state=S.READY)
    complete_result(case)

    with pytest.raises(elections.ResultStands):
        take(case, A.FAIL)
    complete_result(case, absent=2)
    take(case, A.FAIL)
    assert case.state == S.FAILED
    assert not case.candidates.exclude(elected_post="").exists()


def test_a_failed_election_is_opened_again_with_its_seats_and_candidates():
    case = make_election(state=S.FAILED, full=8)
    gone = case.candidates.order_by("pk").last()
    Member.objects.filter(pk=gone.member_id).update(status=MembershipStatus.MOVED_OUT)

    fresh = elections.open_again(actor=committee_of(case), case=case, now=NOW)

    assert (fresh.state, fresh.repeats, fresh.day) == (S.PREPARING, case, None)
    assert fresh.seats == case.seats
    assert fresh.candidates.count() == case.candidates.count() - 1
    assert not fresh.candidates.filter(votes_for__isnull=False).exists()


def test_only_a_failed_election_is_opened_again():
    case = make_election(state=S.CONFIRMED)

    with pytest.raises(elections.NotFailed):
        elections.open_again(actor=committee_of(case), case=case, now=NOW)


def test_going_back_to_plan_takes_the_meeting_with_it():
    case = make_election(state=S.READY)
    complete_result(case)
    person = entitled_members(case)[2]
    stand(case, person, Post.SECRETARY, is_write_in=True)

    take(case, A.REVISE)

    assert (case.entitled, case.ballots_out, case.held_on, case.chair) == (None, None, None, "")
    assert not case.voters.exists()
    row = case.candidates.get()
    assert (row.votes_for, row.elected_post) == (None, "")


def test_the_report_is_due_some_working_days_after_the_planned_day():
    case = make_election()
    friday = date(2026, 11, 27)
    TermElection.objects.filter(pk=case.pk).update(day=friday)
    case.refresh_from_db()
    take(case, A.SUBMIT)
    take(case, A.APPROVE)

    assert case.due_on == date(2026, 12, 4)


def test_two_at_once_confirm_it_once():
    case = make_election(state=S.REPORTED)
    second = TermElection.objects.get(pk=case.pk)
    take(case, A.CONFIRM)

    with pytest.raises(ChangedMeanwhile):
        take(second, A.CONFIRM)

    assert len(posts(case)) == 1
