"""Lists of transfers: whose tab, the pocket list on both sides of the last day, names, counts."""

from datetime import date, timedelta

import pytest

from tests.factories import TODAY, actor_as, make_district, make_member, make_organisation
from tests.factories.transfers import OUTSIDE, make_transfer, take
from xgz.access.actor import actor_for
from xgz.access.transfers import target_organisations, visible_transfers
from xgz.queries import transfers as reads
from xgz.queries.case_names import cases_named
from xgz.queries.transfers import TransferList
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferAction, TransferState
from xgz.services.transfers import expire_letters

pytestmark = pytest.mark.django_db
A, S, L = TransferAction, TransferState, TransferList
DAY = timedelta(days=1)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def home(district):
    return make_organisation(district.qingping)


@pytest.fixture
def target(district):
    return make_organisation(district.liuquan)


@pytest.fixture
def sender(district):
    return actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)


@pytest.fixture
def receiver(district):
    return actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan)


def _lists(actor, case):
    rows = visible_transfers(actor).filter(pk=case.pk)
    lists = reads.transfer_lists(actor)
    return {which for which in L if rows.filter(lists[which]).exists()}


def _counts(actor):
    return reads.transfer_counts(actor, reads.transfer_lists(actor))


def _rows(actor):
    rows = visible_transfers(actor).select_related("member", "from_org", "to_org", "owner_body")
    return {row.transfer.pk: row for row in reads.transfer_rows(list(rows), actor)}


@pytest.mark.parametrize(
    ("state", "at_sender", "at_receiver"),
    [
        (S.DRAFT, {L.TO_DO}, {L.COMING}),
        (S.ISSUED, {L.UNDER_WAY}, {L.TO_DO, L.COMING}),
        (S.RETURNED, {L.TO_DO}, {L.COMING}),
        (S.EXPIRED, {L.TO_DO, L.POCKET}, {L.COMING, L.POCKET}),
        (S.ACCEPTED, {L.DONE}, {L.DONE}),
        (S.WITHDRAWN, {L.DONE}, {L.DONE}),
    ],
)
def test_which_list_a_transfer_stands_in(
    home, target, sender, receiver, state, at_sender, at_receiver
):
    case = make_transfer(state=state, from_org=home, to_org=target)

    assert _lists(sender, case) == at_sender
    assert _lists(receiver, case) == at_receiver


def test_the_branches_and_the_member_follow_it(home, target, sender, receiver):
    case = make_transfer(from_org=home, to_org=target)

    assert _lists(actor_as(Role.BRANCH_SECRETARY, home.body), case) == {L.UNDER_WAY}
    assert _lists(actor_as(Role.BRANCH_SECRETARY, target.body), case) == {L.COMING}
    assert _lists(actor_as(Role.MEMBER, home.body, member=case.member), case) == {L.UNDER_WAY}


def test_an_empty_seats_letters_come_to_whoever_answers(district, home, target, sender):
    case = make_transfer(from_org=home, to_org=target)

    department = actor_as(Role.ORG_DEPT, district.org_dept)

    assert _lists(department, case) == {L.TO_DO, L.COMING}


@pytest.mark.parametrize("runs", [False, True], ids=["before the daily run", "after it"])
@pytest.mark.parametrize(("after", "is_pocket"), [(89, False), (90, False), (91, True)])
def test_the_pocket_list_on_both_sides_of_the_last_day(
    home, target, sender, receiver, after, is_pocket, runs
):
    case = make_transfer(from_org=home, to_org=target, today=TODAY - after * DAY)
    gone = make_transfer(from_org=home, to_outside=OUTSIDE, state=S.SENT_OUT, today=case.issued_on)
    if runs:
        expire_letters(today=TODAY, now=case.opened_at + after * DAY)

    for actor, cases in ((sender, [case, gone]), (receiver, [case])):
        rows = _rows(actor)
        for each in cases:
            assert (L.POCKET in _lists(actor, each)) is is_pocket
            assert rows[each.pk].is_pocket is is_pocket
            assert rows[each.pk].days_left == 90 - after
    assert _counts(sender).lists[L.POCKET] == (2 if is_pocket else 0)


def test_acceptance_withdrawal_and_a_new_letter_take_a_member_off_the_pocket_list(
    home, target, sender
):
    cases = [
        make_transfer(from_org=home, to_org=target, today=TODAY - 91 * DAY) for _number in range(3)
    ]
    assert all(L.POCKET in _lists(sender, case) for case in cases)

    take(cases[0], A.EXPIRE)
    take(cases[0], A.ACCEPT_LATE)
    take(cases[1], A.WITHDRAW)
    take(cases[2], A.EXPIRE)
    take(cases[2], A.ISSUE)

    assert [L.POCKET in _lists(sender, case) for case in cases] == [False, False, False]


@pytest.mark.parametrize(
    ("left", "counted"),
    [
        (0, {30: 1, 15: 1, 0: 1}),
        (1, {30: 1, 15: 1, 0: 0}),
        (15, {30: 1, 15: 1, 0: 0}),
        (16, {30: 1, 15: 0, 0: 0}),
        (30, {30: 1, 15: 0, 0: 0}),
        (31, {30: 0, 15: 0, 0: 0}),
        (-1, {30: 0, 15: 0, 0: 0}),
    ],
)
def test_letters_about_to_run_out(home, target, sender, left, counted):
    make_transfer(from_org=home, to_org=target, today=TODAY - (90 - left) * DAY)

    assert _counts(sender).expiring == counted


def test_counts_are_the_lists(home, target, sender, receiver):
    for state in (*S, S.EXPIRED):
        make_transfer(state=state, from_org=home, to_org=None if state is S.SENT_OUT else target)

    for actor in (sender, receiver):
        rows = visible_transfers(actor)
        lists = reads.transfer_lists(actor)
        listed = {which: rows.filter(lists[which]).count() for which in L}
        assert _counts(actor).lists == listed


def test_counts_take_as_many_queries_for_three_rows_as_for_one(
    home, target, sender, django_assert_max_num_queries
):
    seen = []
    for number in (1, 2):
        for _each in range(number):
            make_transfer(from_org=home, to_org=target)
        with django_assert_max_num_queries(20) as queries:
            _counts(sender)
        with django_assert_max_num_queries(20) as more:
            _rows(sender)
        seen.append((len(queries), len(more)))

    assert seen[0] == seen[1]


def test_names_are_read_by_both_sides_and_masked_for_others(district, home, target, receiver):
    case = make_transfer(
        member=make_member(home, name="欧阳方舟", id_number="36099919680402999X"), to_org=target
    )
    social = actor_as(Role.SOCIAL_WORK_DEPT, district.social_work)

    key = ("transfer", case.public_id)
    assert cases_named([key], receiver)[key][1] == "欧阳方舟"
    assert cases_named([key], social)[key][1] == "欧*"


def test_six_months_after_the_first_letter_people_have_to_look(home, target, sender):
    case = make_transfer(
        state=S.RETURNED, from_org=home, to_org=target, issued_on=date(2026, 5, 23),
        today=date(2026, 6, 1),
    )  # fmt: skip
    take(case, A.ISSUE, date(2026, 11, 1))

    def wants(day):
        return _rows(actor_for(sender.user, day))[case.pk].wants_review

    assert [wants(date(2026, 11, 22)), wants(date(2026, 11, 23))] == [False, True]
    take(case, A.ACCEPT)
    assert not wants(date(2026, 11, 23))


def test_every_letter_of_a_case_is_kept(home, target):
    case = make_transfer(state=S.RETURNED, from_org=home, to_org=target)
    take(case, A.ISSUE)

    assert [paper.voided_on is None for paper in reads.letters_of(case)] == [True, False]


@pytest.mark.parametrize(
    ("text", "found"),
    [("商会", ["柳泉商会党支部"]), ("柳泉 党支部", ["柳泉商会党支部", "柳泉市场党支部"]),
     ("清平", ["东街党支部"]), ("没有", []), ("code-7", ["东街党支部"])],
)  # fmt: skip
def test_organisations_are_found_by_name_superior_or_code(district, sender, text, found):
    make_organisation(district.liuquan, name="柳泉商会党支部")
    make_organisation(district.liuquan, name="柳泉市场党支部")
    make_organisation(district.qingping, name="东街党支部", code="code-7")

    rows = reads.organisations_named(target_organisations(sender), text)

    assert sorted(row.name for row in rows) == sorted(found)


def test_the_open_transfer_of_a_member_is_shown_to_those_who_see_it(district, home, target, sender):
    case = make_transfer(from_org=home, to_org=target)
    stranger = actor_as(Role.BRANCH_SECRETARY, make_organisation(district.qingping).body)

    assert reads.open_transfer_of(case.member, sender) == case
    assert reads.open_transfer_of(case.member, stranger) is None
    take(case, A.ACCEPT)
    assert reads.open_transfer_of(case.member, sender) is None


def test_the_receiver_opens_the_members_page_only_after_acceptance(home, target, sender, receiver):
    case = make_transfer(from_org=home, to_org=target)
    before = (reads.may_open_member(case, sender), reads.may_open_member(case, receiver))
    take(case, A.ACCEPT)

    assert before == (True, False)
    assert (reads.may_open_member(case, sender), reads.may_open_member(case, receiver)) == (
        False,
        True,
    )
