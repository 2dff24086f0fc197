"""Pages of elections: what is said, what is hidden, what is refused, how many questions are asked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import TODAY, actor_as, make_member
from tests.factories.closures import the_district
from tests.factories.elections import (
    BECAME_FULL,
    actor_of_party,
    complete_result,
    make_branch,
    make_election,
    moment,
    stand,
    take_as_somebody,
)
from tests.factories.establishing import make_establishing
from xgz.access import clock
from xgz.models import Establishing, Member, Organisation, TermElection
from xgz.queries.elections import entitled_members
from xgz.rules.calendar import add_months
from xgz.rules.election_checks import WARNINGS, Check, Finding
from xgz.rules.elections import ElectionAction, ElectionState, Reason, Sort
from xgz.rules.establishing import EstablishingState
from xgz.rules.members import MembershipStatus
from xgz.rules.organisations import FormationMode, OrgState, Post
from xgz.rules.roles import Role
from xgz.web.elections.wording import finding_words

pytestmark = pytest.mark.django_db
S = ElectionState
NAME = "方柏梁"


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(moment):
        yield


@pytest.fixture
def district():
    return the_district()


def sign_in(client, case, party):
    client.force_login(actor_of_party(case, party).user)


def page_of(client, case) -> str:
    return client.get(reverse("election-detail", args=[case.public_id])).text


def file_of(case, what) -> str:
    return reverse("election-file", args=[case.public_id, what])


@pytest.mark.parametrize(("sort", "place"), [(Sort.FIRST, "清平市场二楼会议室"), (Sort.TERM, "")])
def test_a_first_election_is_planned_for_the_first_meeting_arranged(client, sort, place):
    founding = make_establishing(state=EstablishingState.RUNNING_IN)
    Establishing.objects.filter(pk=founding.pk).update(
        meeting_on=TODAY, meeting_place="清平市场二楼会议室"
    )
    case = make_election(branch=founding.organisation, sort=sort, complete=False)
    client.force_login(actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping).user)

    form = client.get(file_of(case, "plan")).context["form"]

    assert form["place"].value() == place
    assert bool(form["day"].value()) is bool(place)


def test_the_page_leads_to_the_organisation(client):
    case = make_election()
    sign_in(client, case, "committee")

    address = reverse("organisation-detail", args=[case.organisation.public_id])
    assert address in page_of(client, case)
    assert client.get(address).status_code == 200


def test_the_page_says_which_number_does_not_fit_with_its_rule(client):
    case = make_election(state=S.READY)
    complete_result(case, absent=2)
    sign_in(client, case, "branch")

    page = page_of(client, case)

    assert "应到会 5 人，实到会 3 人，没有达到规定人数（须 4 人），不能选举" in page
    assert "EL-4" in page
    assert '<button class="btn" type="button" disabled aria-describedby="barred">' in page


def test_a_quorum_that_is_there_is_said_with_its_numbers(client):
    case = make_election(state=S.READY)
    complete_result(case, absent=1)
    sign_in(client, case, "branch")

    assert "应到会 5 人，实到会 4 人，达到五分之四（须 4 人）" in page_of(client, case)


@pytest.mark.parametrize("state", [S.PREPARING, S.READY, S.REPORTED, S.FAILED])
def test_the_guiding_office_reads_day_and_seats_and_nobody(client, state):
    case = make_election(state=state)
    sign_in(client, case, "guide")

    page = page_of(client, case)

    assert "清平市场二楼" in page
    assert "书记 1 名" in page
    for hidden in (NAME, "方*", "实到会", "转正日期", "到会情况", "计票单"):
        assert hidden not in page


def test_after_the_confirmation_the_guiding_office_reads_the_elected_masked(client):
    case = make_election(state=S.CONFIRMED)
    sign_in(client, case, "guide")

    page = page_of(client, case)

    assert "方*" in page
    assert NAME not in page


@pytest.mark.parametrize("what", ["plan", "votes"])
def test_the_guiding_office_opens_no_part_of_the_file_and_no_tally(client, what):
    case = make_election()
    sign_in(client, case, "guide")

    assert client.get(file_of(case, what)).status_code == 403
    assert client.get(reverse("election-tally", args=[case.public_id])).status_code == 403


def test_a_part_of_the_file_that_is_closed_is_told_and_an_unknown_one_is_not_there(client):
    case = make_election(state=S.VETTING)
    sign_in(client, case, "branch")

    assert client.get(file_of(case, "plan")).status_code == 409
    assert client.get(file_of(case, "no-such-part")).status_code == 404


def test_an_election_is_opened_from_the_organisation(client, district):
    branch = make_branch()
    client.force_login(actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping).user)
    page = client.get(reverse("organisation-detail", args=[branch.public_id])).text
    address = f"{reverse('election-new')}?organisation={branch.public_id}"
    assert address in page

    form = client.get(address)
    assert branch.name in form.text
    made = client.post(address, {"organisation": branch.name, "sort": "term"})

    case = TermElection.objects.get()
    assert made.headers["Location"] == reverse("election-detail", args=[case.public_id])
    page = client.get(reverse("organisation-detail", args=[branch.public_id])).text
    assert case.number in page
    assert address not in page


def test_an_organisation_out_of_reach_is_none_that_could_be_named(client, district):
    branch = make_branch(place="liuquan")
    client.force_login(actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping).user)
    address = reverse("election-new")

    assert client.get(f"{address}?organisation={branch.public_id}").status_code == 404
    page = client.post(address, {"organisation": branch.name, "sort": "term"}).text
    assert "没有找到您能办理的这个党组织" in page


def test_a_second_election_of_an_organisation_is_refused_with_words(client):
    case = make_election()
    sign_in(client, case, "committee")

    page = client.post(
        reverse("election-new"), {"organisation": case.organisation.name, "sort": "term"}
    )

    assert "已有一件未办结的选举" in page.text


def test_the_worklist_of_terms_opens_an_election_and_shows_one_under_way(client, district):
    case = make_election()
    free = make_branch()
    functional = make_branch(formation_mode=FormationMode.FUNCTIONAL)
    client.force_login(actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping).user)

    page = client.get(reverse("worklist", args=["terms"])).text

    new = f"{reverse('election-new')}?organisation="
    assert reverse("election-detail", args=[case.public_id]) in page
    assert f"{new}{free.public_id}" in page
    assert f"{new}{functional.public_id}" not in page
    assert f"{new}{case.organisation.public_id}" not in page


def test_the_market_line_s_worklist_offers_no_election(client, district):
    branch = make_branch()
    client.force_login(actor_as(Role.BUREAU, district.bureau).user)

    page = client.get(reverse("worklist", args=["terms"])).text

    assert branch.name in page
    assert reverse("election-new") not in page


def test_the_list_of_ending_terms_is_for_those_who_open_elections(client, district):
    branch = make_branch()
    address = reverse("election-list") + "?list=terms"
    client.force_login(actor_as(Role.BRANCH_SECRETARY, branch.body).user)
    assert branch.name in client.get(address).text

    client.force_login(actor_as(Role.BUREAU, district.bureau).user)
    assert client.get(address).status_code == 403
    assert "届满提醒" not in client.get(reverse("election-list")).text


def test_the_lists_hold_what_lies_with_whom_and_what_is_over(client):
    open_case, closed = make_election(), make_election(state=S.WITHDRAWN)
    sign_in(client, open_case, "branch")
    address = reverse("election-list")

    assert open_case.number in client.get(address).text
    assert open_case.number in client.get(address + "?list=open&q=党支部").text
    assert open_case.number not in client.get(address + "?list=closed").text
    sign_in(client, closed, "committee")
    assert closed.number in client.get(address + "?list=closed").text


def test_the_roll_is_marked_and_shown_with_reasons(client):
    case = make_election(complete=False)
    person = entitled_members(case)[1]
    sign_in(client, case, "branch")

    sent = client.post(file_of(case, "roll"), {person.public_id: Reason.SHOULD_MOVE})

    assert sent.status_code == 302
    page = page_of(client, case)
    assert "外出，应转未转组织关系" in page
    assert "正式党员 5 人，应到会 4 人，须到会 4 人" in page


def test_a_plan_is_kept_and_early_ones_ask_for_a_reason(client):
    case = make_election(complete=False)
    sign_in(client, case, "committee")
    given = {
        "sort": Sort.EARLY,
        "day": TODAY.isoformat(),
        "place": "二楼会议室",
        "secretary": "on",
        "deputies": 1,
        "members": 0,
        "reason": "",
    }

    assert client.post(file_of(case, "plan"), given).status_code == 302

    case.refresh_from_db()
    assert (case.day, case.place, case.deputy_seats) == (TODAY, "二楼会议室", 1)
    assert "提前或延期选举没有写明理由" in page_of(client, case)
    assert "二楼会议室" in client.get(file_of(case, "plan")).text


def test_votes_are_typed_in_one_table_and_what_is_wrong_comes_back(client):
    case = make_election(state=S.READY)
    complete_result(case)
    row = case.candidates.get()
    sign_in(client, case, "branch")
    address = file_of(case, "votes")
    key = row.public_id
    assert f'name="{key}-votes_for"' in client.get(address).text

    given = {"out": 5, "returned": 5, "valid": 5, "invalid": 0}
    page = client.post(address, {**given, f"{key}-votes_for": "", f"{key}-against": 1})
    assert page.status_code == 200
    assert "请填写这一项" in page.text

    votes = {f"{key}-votes_for": 4, f"{key}-against": 1, f"{key}-abstained": 0}
    assert client.post(address, {**given, **votes}).status_code == 302
    row.refresh_from_db()
    assert (row.votes_for, row.against, row.second) == (4, 1, None)


def test_somebody_is_written_in_and_a_committee_s_officers_are_chosen(client):
    case = make_election(state=S.READY, full=8)
    sign_in(client, case, "branch")
    other = make_member(case.organisation, name="祝新来", full_on=BECAME_FULL)
    address = file_of(case, "write-in")

    sent = client.post(address, {"member": other.public_id, "post": Post.COMMITTEE_MEMBER})
    assert sent.status_code == 302
    assert "另选他人" in page_of(client, case)

    complete_result(case)
    first = case.candidates.order_by("pk").first()
    sent = client.post(file_of(case, "officers"), {"secretary": first.public_id})
    assert sent.status_code == 302
    first.refresh_from_db()
    assert first.elected_post == Post.SECRETARY


def test_a_write_in_entered_by_mistake_is_taken_out_where_there_is_one(client):
    case = make_election(state=S.READY)
    complete_result(case)
    sign_in(client, case, "branch")
    address = file_of(case, "write-in-out")
    assert address not in page_of(client, case)
    row = stand(case, case.organisation.members.last(), Post.SECRETARY, is_write_in=True)

    assert address in page_of(client, case)
    stood = case.candidates.get(is_write_in=False).public_id
    assert client.post(address, {"candidate": stood}).status_code == 200
    assert client.post(address, {"candidate": row.public_id}).status_code == 302

    assert not case.candidates.filter(is_write_in=True).exists()


def test_the_page_says_at_once_that_an_elected_person_left_or_the_organisation_ended(client):
    case = make_election(state=S.REPORTED)
    sign_in(client, case, "committee")
    member = case.candidates.get().member
    Member.objects.filter(pk=member.pk).update(status=MembershipStatus.MOVED_OUT)
    assert "当选人中 1 名现在不是本组织在册的正式党员" in page_of(client, case)

    Organisation.objects.filter(pk=case.organisation_id).update(
        state=OrgState.DISSOLVED, dissolved_on=TODAY
    )
    page = page_of(client, case)

    assert "党组织已撤销或合并，选举不能继续" in page
    assert reverse("election-step", args=[case.public_id, "annul"]) in page


def test_a_branch_without_a_committee_has_no_officers_to_choose(client):
    case = make_election(state=S.READY)
    complete_result(case)
    sign_in(client, case, "branch")

    assert file_of(case, "officers") not in page_of(client, case)


def test_taking_a_candidate_out_is_offered_once_there_is_one(client):
    case = make_election(complete=False)
    sign_in(client, case, "branch")
    assert file_of(case, "candidates") in page_of(client, case)
    assert file_of(case, "candidate-out") not in page_of(client, case)

    stand(case, entitled_members(case)[0], Post.SECRETARY)

    assert file_of(case, "candidate-out") in page_of(client, case)


def test_candidates_are_put_in_and_out(client):
    case = make_election(complete=False)
    person = entitled_members(case)[0]
    sign_in(client, case, "branch")

    given = {"post": Post.SECRETARY, "members": [person.public_id]}
    assert client.post(file_of(case, "candidates"), given).status_code == 302
    row = case.candidates.get()
    assert person.public_id not in client.get(file_of(case, "candidates")).text
    assert (
        client.post(file_of(case, "candidate-out"), {"candidate": row.public_id}).status_code == 302
    )
    assert not case.candidates.exists()


def test_a_failed_election_is_held_again_in_one_step(client):
    case = make_election(state=S.FAILED)
    sign_in(client, case, "committee")
    address = reverse("election-again", args=[case.public_id])
    assert address in page_of(client, case)

    sent = client.post(address)

    fresh = TermElection.objects.get(repeats=case)
    assert sent.headers["Location"] == reverse("election-detail", args=[fresh.public_id])
    client.post(address)
    assert TermElection.objects.count() == 2


def test_a_confirmation_that_the_organisation_refuses_is_told_in_words(client):
    case = make_election(state=S.REPORTED)
    case.organisation.elected_on = TODAY
    case.organisation.save()
    sign_in(client, case, "committee")

    page = client.post(
        reverse("election-step", args=[case.public_id, "confirm"]),
        {"opinion": "同意", "version": case.version},
    )

    assert "不晚于已登记的上一次选举，请在到会情况中更正" in page.text
    case.refresh_from_db()
    assert case.state == S.REPORTED


def test_whoever_vets_reads_reason_and_who_is_not_counted_beside_the_step(client):
    branch = make_branch(term_ends_on=add_months(TODAY, -5))
    case = make_election(branch=branch, complete=False)
    sign_in(client, case, "committee")
    plan = {"sort": Sort.TERM, "day": TODAY.isoformat(), "place": "二楼", "secretary": "on"}
    plan |= {"deputies": 0, "members": 0, "reason": "人员外出，延后召开"}
    client.post(file_of(case, "plan"), plan)
    people = entitled_members(case)
    client.post(file_of(case, "roll"), {people[4].public_id: Reason.ABROAD})
    stand(case, people[0], Post.SECRETARY)
    case.refresh_from_db()
    take_as_somebody(case, ElectionAction.SUBMIT)

    page = client.get(reverse("election-step", args=[case.public_id, "approve"])).text

    assert "人员外出，延后召开" in page
    assert "1 名正式党员不计入应到会" in page
    assert "正式党员 5 人，应到会 4 人，须到会 4 人" in page


def test_the_tally_holds_the_numbers_for_paper(client):
    case = make_election(state=S.READY)
    complete_result(case, absent=1)
    sign_in(client, case, "branch")

    page = client.get(reverse("election-tally", args=[case.public_id])).text

    for told in (
        *(NAME, "清平镇党委", "丁主持", "史监票、万计票", "因病"),
        *("发出 4 张，收回 4 张", "当选须 3 票赞成"),
    ):
        assert told in page


@pytest.mark.parametrize("party", ["branch", "committee", "guide"])
def test_the_page_asks_as_many_questions_however_many_people_there_are(client, party):
    few, many = make_election(state=S.READY), make_election(state=S.READY, full=9)
    for person in entitled_members(many)[5:]:
        if not many.candidates.filter(member=person).exists():
            stand(many, person)
    counts = []
    for case in (few, many):
        complete_result(case)
        sign_in(client, case, party)
        page_of(client, case)
        with CaptureQueriesContext(connection) as queries:
            page_of(client, case)
        counts.append(len(queries))

    assert counts[1] <= counts[0] <= 26


@pytest.mark.parametrize("check", list(Check))
def test_every_finding_reads_as_a_sentence_with_its_numbers(check):
    names = "months full seats least most ceiling count needed given entitled attending"
    numbers = dict.fromkeys([*names.split(), "out", "returned", "valid", "invalid"], 31)

    words = finding_words(Finding(check, numbers))

    assert words
    assert "%(" not in words
    assert Finding(check).is_blocker is (check not in WARNINGS)
