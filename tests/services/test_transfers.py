"""Services of transfers: letter, validity, acceptance, what time does, and what happens meanwhile."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_district,
    make_member,
    make_organisation,
    make_user,
    seat_of,
)
from tests.factories.transfers import OUTSIDE, arguments_for, make_transfer, moment, take
from tests.trying import Tries
from xgz.access.actor import NotPermitted, actor_for, clock_actor, shell_operator
from xgz.access.cases import parties_of
from xgz.models import (
    AuditEntry,
    Body,
    CaseEvent,
    Member,
    MemberEvent,
    MemberLink,
    Notice,
    Organisation,
    Paper,
    ParameterValue,
    Transfer,
)
from xgz.rules.cases import OpinionMissing, StepNotAllowed
from xgz.rules.members import MemberClass, MembershipStatus
from xgz.rules.organisations import FormationMode, OrgState, OrgType
from xgz.rules.roles import ACTIONS, Role
from xgz.rules.seats import Seat
from xgz.rules.transfers import (
    TRANSFER,
    Channel,
    Missing,
    TransferAction,
    TransferParty,
    TransferReason,
    TransferState,
)
from xgz.services import members, organisations, transfers
from xgz.services.cases import ChangedMeanwhile

pytestmark = pytest.mark.django_db
A, S, P = TransferAction, TransferState, TransferParty
NOW = moment(TODAY)
DAY = timedelta(days=1)
ID = "36099919680402241X"


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def home(district):
    return make_organisation(district.qingping, name="清平商圈党支部")


@pytest.fixture
def target(district):
    return make_organisation(district.liuquan, name="柳泉商会党支部")


@pytest.fixture
def member(home):
    return make_member(home, id_number=ID)


@pytest.fixture
def sender(district):
    return actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)


@pytest.fixture
def receiver(district):
    return actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan)


def _propose(actor, member, to_org=None, **values):
    given = {"reason": TransferReason.WORKPLACE, "now": NOW, "to_org": to_org}
    return transfers.propose_transfer(actor=actor, member=member, **given | values)


def _issued(member, target, **values):
    return make_transfer(member=member, to_org=target, **values)


def _on(actor, day):
    """Return the same person on another day."""
    return actor_for(actor.user, day)


def _home(member):
    return Member.objects.get(pk=member.pk).formal_org


def _links(member, kind="formal"):
    rows = MemberLink.objects.filter(member=member, kind=kind).order_by("pk")
    return [(row.organisation, row.valid_from, row.valid_to) for row in rows]


# proposing


def test_a_proposal_names_both_sides_and_moves_nothing(district, home, target, member, sender):
    case = _propose(sender, member, target, opinion="到柳泉开店", dues_paid_to=date(2026, 10, 31))

    case.refresh_from_db()
    assert (case.state, case.owner_role, case.owner_body) == (
        S.DRAFT,
        Role.TOWNSHIP_COMMITTEE,
        district.qingping,
    )
    assert case.due_on == date(2026, 11, 30)  # five working days after Monday 2026-11-23
    assert case.area == district.liuquan
    assert parties_of(case) == {
        P.SENDER: Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk),
        P.RECEIVER: Seat(Role.TOWNSHIP_COMMITTEE, district.liuquan.pk),
        P.OLD_BRANCH: Seat(Role.BRANCH_SECRETARY, home.body_id),
        P.NEW_BRANCH: Seat(Role.BRANCH_SECRETARY, target.body_id),
    }
    assert _home(member) == home
    assert CaseEvent.objects.get().opinion == "到柳泉开店"
    assert AuditEntry.objects.get().action == "transfer.open"


def test_a_proposal_out_of_the_district_has_one_side(district, member, sender):
    case = _propose(sender, member, to_outside=f" {OUTSIDE} ")

    assert case.to_outside == OUTSIDE
    assert case.area == district.qingping
    assert set(parties_of(case)) == {P.SENDER, P.OLD_BRANCH}


def test_organisations_without_a_township_go_through_the_department(district, member):
    lonely = make_organisation(district.org_dept)
    social = make_organisation(district.social_work)
    nested = make_organisation(make_organisation(district.liuquan).body)
    operator = shell_operator(TODAY)
    department = Seat(Role.ORG_DEPT, district.org_dept.pk)

    seats = []
    for where in (lonely, social, nested):
        case = _propose(operator, member, where)
        seats.append(parties_of(case)[P.RECEIVER])
        take(case, A.WITHDRAW)

    assert seats[:2] == [department, department]
    assert seats[2] == Seat(Role.TOWNSHIP_COMMITTEE, district.liuquan.pk)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, transfers.NoDestination),
        ({"to_org": "target", "to_outside": OUTSIDE}, transfers.NoDestination),
        ({"to_outside": "  "}, transfers.NoDestination),
        ({"to_org": "home"}, transfers.SameOrganisation),
        ({"to_org": "dissolved"}, transfers.TargetNotAvailable),
        ({"to_org": "unconfirmed"}, transfers.TargetNotAvailable),
    ],
)
def test_a_proposal_goes_to_one_place(district, home, target, member, sender, given, refusal):
    places = {
        "home": home,
        "target": target,
        "dissolved": make_organisation(
            district.liuquan, state=OrgState.DISSOLVED, dissolved_on=date(2026, 1, 1)
        ),
        "unconfirmed": make_organisation(district.liuquan, state=OrgState.UNCONFIRMED),
    }
    given = {key: places.get(value, value) for key, value in given.items()}

    with pytest.raises(refusal):
        _propose(sender, member, **given)
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"member_class": MemberClass.ACTIVIST},
        {"member_class": MemberClass.DEVELOPMENT_TARGET},
        {"status": MembershipStatus.DECEASED},
        {"status": MembershipStatus.MOVED_OUT},
    ],
)
def test_only_members_on_the_rolls_are_transferred(home, target, sender, values):
    with pytest.raises(transfers.NotTransferable):
        _propose(sender, make_member(home, **values), target)


def test_a_second_transfer_waits_for_the_first(target, member, sender):
    case = _propose(sender, member, target)

    with pytest.raises(transfers.TransferUnderWay):
        _propose(sender, member, to_outside=OUTSIDE)
    take(case, A.WITHDRAW)
    assert _propose(sender, member, to_outside=OUTSIDE).is_open


def test_two_proposals_at_once_leave_one(target, member, sender, monkeypatch):
    """The check sees nothing, as in the moment before the other one commits; the table decides."""
    first = _propose(sender, member, target)
    answers = [False, True]

    class Blind:
        @staticmethod
        def filter(**conditions):
            rows = Transfer._default_manager.filter(**conditions)
            rows.exists = lambda: answers.pop(0)
            return rows

    monkeypatch.setattr(Transfer, "objects", Blind)

    with pytest.raises(transfers.TransferUnderWay):
        _propose(sender, member, to_outside=OUTSIDE)
    assert answers == []
    assert [row.pk for row in Transfer._default_manager.all()] == [first.pk]


def _links_of(role, member):
    if role is Role.MEMBER:
        return {"member": member}
    return {"business": make_business()} if role is Role.OWNER else {}


def test_who_may_propose(district, home, target, member):
    tries = Tries()
    for role in Role:
        with tries.of(role):
            links = _links_of(role, member)
            body = home.body if role is Role.BRANCH_SECRETARY else seat_of(role, district)
            actor, person = actor_as(role, body, **links), Member.objects.get(pk=member.pk)
            if "transfer.open" in ACTIONS[role]:
                assert _propose(actor, person, target).is_open
            else:
                with pytest.raises(NotPermitted):
                    _propose(actor, person, target)

    assert tries.wrong == []


def test_a_township_and_a_secretary_propose_their_own_only(district, home, target, sender):
    guest = make_member(target, activity_org=home)
    below = make_member(make_organisation(home.body))
    secretary = actor_as(Role.BRANCH_SECRETARY, home.body)

    for actor, stranger in ((sender, guest), (secretary, guest), (secretary, below)):
        with pytest.raises(NotPermitted):
            _propose(actor, stranger, to_outside=OUTSIDE)
    assert _propose(sender, below, to_outside=OUTSIDE).is_open


# the letter


def test_issuing_numbers_the_letter_and_moves_nothing(home, target, member, sender):
    case = _propose(sender, member, target)

    transfers.issue(case=case, actor=sender, now=NOW, channel=Channel.CONFIDENTIAL_MAIL)

    case.refresh_from_db()
    paper = Paper.objects.get()
    assert (case.state, case.letter_number) == (S.ISSUED, "清平转〔2026〕1号")
    assert (case.issued_on, case.first_issued_on) == (TODAY, TODAY)
    assert case.expires_on == case.due_on == date(2027, 2, 21)  # 90 days after 2026-11-23
    assert case.channel == Channel.CONFIDENTIAL_MAIL
    assert (paper.label, paper.case_id, paper.voided_on) == (
        "清平转〔2026〕1号",
        case.public_id,
        None,
    )
    assert _home(member) == home
    assert not MemberLink.objects.exists()


def test_the_receiver_has_the_case_until_the_last_day(district, target, member):
    case = _issued(member, target)

    assert (case.owner_role, case.owner_body) == (Role.TOWNSHIP_COMMITTEE, district.liuquan)


@pytest.mark.parametrize(("days", "allowed"), [(0, False), (1, True), (90, True), (91, False)])
def test_a_letter_is_valid_for_one_to_ninety_days(target, member, sender, days, allowed):
    case = _propose(sender, member, target)
    if not allowed:
        with pytest.raises(transfers.ValidityNotAllowed) as refused:
            transfers.issue(case=case, actor=sender, now=NOW, valid_days=days)
        assert refused.value.most == 90
        assert not Paper.objects.exists()
        return

    transfers.issue(case=case, actor=sender, now=NOW, valid_days=days)

    assert case.expires_on == TODAY + days * DAY


def test_the_district_may_allow_less(target, member, sender):
    ParameterValue.objects.create(
        key="transfer.letter_days", value=30, valid_from=TODAY, reason="区规定", entered_at=NOW
    )
    case = _propose(sender, member, target)
    with pytest.raises(transfers.ValidityNotAllowed):
        transfers.issue(case=case, actor=sender, now=NOW, valid_days=31)

    transfers.issue(case=case, actor=sender, now=NOW)

    assert case.expires_on == TODAY + 30 * DAY


def test_every_committee_counts_its_own_letters(district, home, target, sender, receiver):
    numbers = []
    for branch, to_org in ((home, target), (home, target), (target, home)):
        case = make_transfer(from_org=branch, to_org=to_org)
        numbers.append(case.letter_number)

    assert numbers == ["清平转〔2026〕1号", "清平转〔2026〕2号", "柳泉转〔2026〕1号"]


def test_a_new_year_begins_at_one(home, target):
    first = make_transfer(from_org=home, to_org=target, today=date(2026, 12, 31))
    second = make_transfer(from_org=home, to_org=target, today=date(2027, 1, 1))

    assert [first.letter_number, second.letter_number] == ["清平转〔2026〕1号", "清平转〔2027〕1号"]


def test_a_refused_letter_uses_no_number(target, member, sender):
    case = _propose(sender, member, target)
    with pytest.raises(ChangedMeanwhile):
        transfers.issue(case=case, actor=sender, now=NOW, version=case.version + 1)
    Member.objects.filter(pk=member.pk).update(member_class=MemberClass.UNKNOWN)
    with pytest.raises(transfers.LetterIncomplete):
        transfers.issue(case=case, actor=sender, now=NOW)
    Member.objects.filter(pk=member.pk).update(member_class=MemberClass.FULL)

    transfers.issue(case=case, actor=sender, now=NOW)

    assert case.letter_number == "清平转〔2026〕1号"


def test_a_new_letter_voids_the_one_before_and_keeps_the_first_day(target, member):
    case = _issued(member, target, state=S.RETURNED, issued_on=TODAY - 20 * DAY)

    take(case, A.ISSUE)

    old, new = Paper.objects.order_by("number")
    assert (old.label, old.voided_on) == ("清平转〔2026〕1号", TODAY)
    assert (new.label, new.voided_on) == (case.letter_number, None) == ("清平转〔2026〕2号", None)
    assert (case.first_issued_on, case.issued_on) == (TODAY - 20 * DAY, TODAY)


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"id_number_sealed": ""}, [Missing.ID_NUMBER]),
        ({"name_sealed": ""}, [Missing.NAME]),
        ({"member_class": "unknown"}, [Missing.CLASS]),
        ({"status": "expelled"}, [Missing.NOT_ON_ROLLS]),
        ({"formal_org": None}, [Missing.FROM_ORG]),
    ],
)
def test_an_incomplete_letter_is_not_issued(target, member, sender, values, missing):
    case = _propose(sender, member, target)
    Member.objects.filter(pk=member.pk).update(**values)

    with pytest.raises(transfers.LetterIncomplete) as refused:
        transfers.issue(case=case, actor=sender, now=NOW)

    assert list(refused.value.missing) == missing
    assert Transfer.objects.get().state == S.DRAFT
    assert not Paper.objects.exists()


def test_no_letter_goes_to_an_organisation_that_is_gone_or_elsewhere(
    district, home, target, member, sender
):
    case = _propose(sender, member, target)
    Organisation.objects.filter(pk=target.pk).update(state=OrgState.DISSOLVED, dissolved_on=TODAY)
    with pytest.raises(transfers.LetterIncomplete) as gone:
        transfers.issue(case=case, actor=sender, now=NOW)
    Organisation.objects.filter(pk=target.pk).update(state=OrgState.ACTIVE, dissolved_on=None)
    organisations.move_organisation(
        actor=actor_as(Role.ORG_DEPT, district.org_dept),
        organisation=target,
        superior=district.qingping,
        moved_on=TODAY,
        now=NOW,
    )
    with pytest.raises(transfers.LetterIncomplete) as moved:
        transfers.issue(case=case, actor=sender, now=NOW)
    Member.objects.filter(pk=member.pk).update(formal_org=target)
    Body.objects.filter(pk=target.body_id).update(path=district.liuquan.path + "99998")
    with pytest.raises(transfers.LetterIncomplete) as there:
        transfers.issue(case=case, actor=sender, now=NOW)

    assert gone.value.missing == (Missing.TARGET_INACTIVE,)
    assert moved.value.missing == (Missing.TARGET_MOVED,)
    assert there.value.missing == (Missing.FROM_ORG, Missing.SAME_ORG)


def test_each_kind_of_destination_has_its_own_letter(target, member, home, sender):
    inside = _propose(sender, member, target)
    outside = _propose(
        sender, make_member(home, id_number="36099919700101241X"), to_outside=OUTSIDE
    )

    with pytest.raises(transfers.TargetInDistrict):
        transfers.send_out(case=inside, actor=sender, now=NOW)
    with pytest.raises(transfers.TargetOutside):
        transfers.issue(case=outside, actor=sender, now=NOW)
    transfers.send_out(case=outside, actor=sender, now=NOW)

    assert outside.state == S.SENT_OUT
    assert outside.owner_body == inside.owner_body


# acceptance


def test_acceptance_moves_the_relation_with_dated_links(home, target, member, receiver):
    MemberLink.objects.create(
        member=member, kind="formal", organisation=home, valid_from=date(2020, 3, 1)
    )
    case = _issued(member, target)

    transfers.accept(case=case, actor=receiver, now=NOW)

    assert _home(member) == target
    assert _links(member) == [
        (home, date(2020, 3, 1), TODAY - DAY),
        (target, TODAY, None),
    ]
    assert (case.state, case.accepted_on, case.owner_body, case.due_on) == (
        S.ACCEPTED,
        TODAY,
        None,
        None,
    )
    assert Notice.objects.filter(kind="filed").count() == 1
    assert AuditEntry.objects.filter(action="member.formal_org").count() == 1


def test_acceptance_ends_a_guests_link_at_the_new_home(home, target, member, receiver):
    Member.objects.filter(pk=member.pk).update(activity_org=target)
    MemberLink.objects.create(
        member=member, kind="activity", organisation=target, valid_from=date(2026, 1, 1)
    )
    case = _issued(member, target)

    transfers.accept(case=case, actor=receiver, now=NOW)

    assert Member.objects.get(pk=member.pk).activity_org is None
    assert _links(member, "activity") == [(target, date(2026, 1, 1), TODAY - DAY)]


def test_acceptance_leaves_a_guests_link_elsewhere(district, target, member, receiver):
    host = make_organisation(district.qingping)
    Member.objects.filter(pk=member.pk).update(activity_org=host)

    transfers.accept(case=_issued(member, target), actor=receiver, now=NOW)

    assert Member.objects.get(pk=member.pk).activity_org == host


def test_the_receiver_may_place_the_member_in_another_branch_of_its_own(
    district, target, member, receiver
):
    other = make_organisation(district.liuquan)
    foreign = make_organisation(district.qingping)
    case = _issued(member, target)
    with pytest.raises(transfers.TargetNotAvailable):
        transfers.accept(case=case, actor=receiver, now=NOW, to_org=foreign)

    transfers.accept(case=case, actor=receiver, now=NOW, to_org=other)

    assert _home(member) == case.to_org == other
    assert parties_of(case)[P.NEW_BRANCH].body_id == other.body_id


@pytest.mark.parametrize(("after", "accepted"), [(89, True), (90, True), (91, False)])
def test_both_sides_of_the_last_day(home, target, member, receiver, after, accepted):
    issued_on = date(2026, 8, 23)
    case = _issued(member, target, today=issued_on)
    day = issued_on + after * DAY
    if accepted:
        transfers.accept(case=case, actor=_on(receiver, day), now=moment(day))
        assert _home(member) == target
        return

    with pytest.raises(transfers.LetterExpired) as refused:
        transfers.accept(case=case, actor=_on(receiver, day), now=moment(day))
    with pytest.raises(transfers.LetterExpired):
        transfers.return_letter(
            case=case, actor=_on(receiver, day), now=moment(day), opinion="未报到"
        )

    assert refused.value.expires_on == date(2026, 11, 21)
    assert Transfer.objects.get().state == S.ISSUED
    assert _home(member) == home


def test_a_letter_that_ran_out_unnoticed_is_accepted_late(target, member, receiver):
    """The daily run did not come yet: expiry and late acceptance happen together."""
    case = _issued(member, target, today=TODAY - 91 * DAY)

    with pytest.raises(OpinionMissing):
        transfers.accept_late(case=case, actor=receiver, now=NOW)
    case.refresh_from_db()
    assert case.state == S.ISSUED
    transfers.accept_late(
        case=case, actor=receiver, now=NOW, opinion="外出务工，未及时报到", version=case.version
    )

    assert _home(member) == target
    assert case.state == S.ACCEPTED
    history = CaseEvent.objects.filter(case_id=case.public_id).order_by("pk")
    assert list(history.values_list("action", flat=True))[-2:] == ["expire", "accept_late"]


def test_a_valid_letter_is_not_accepted_late(target, member, receiver):
    with pytest.raises(StepNotAllowed):
        transfers.accept_late(
            case=_issued(member, target), actor=receiver, now=NOW, opinion="补报到"
        )


def test_late_acceptance_of_an_expired_letter(target, member, receiver):
    case = _issued(member, target, state=S.EXPIRED)
    with pytest.raises(OpinionMissing):
        transfers.accept_late(case=case, actor=receiver, now=NOW)

    transfers.accept_late(case=case, actor=receiver, now=NOW, opinion="补报到")

    assert _home(member) == target


@pytest.mark.parametrize("action", [A.ACCEPT, A.RETURN])
def test_the_sender_does_not_act_for_the_receiver(target, member, sender, action):
    case = _issued(member, target)

    with pytest.raises(NotPermitted):
        transfers.ACTIONS[action](case=case, actor=sender, now=NOW, opinion="代办")


def test_a_return_gives_the_case_back_with_its_reason(district, home, target, member, receiver):
    case = _issued(member, target)
    with pytest.raises(OpinionMissing):
        transfers.return_letter(case=case, actor=receiver, now=NOW, opinion=" ")

    transfers.return_letter(case=case, actor=receiver, now=NOW, opinion="党费证明不全")

    assert (case.state, case.owner_body) == (S.RETURNED, district.qingping)
    assert case.due_on == date(2026, 12, 7)  # ten working days
    assert _home(member) == home


def test_withdrawal_voids_the_letter(home, target, member, sender):
    case = _issued(member, target)
    with pytest.raises(OpinionMissing):
        transfers.withdraw(case=case, actor=sender, now=NOW)

    transfers.withdraw(case=case, actor=sender, now=NOW, opinion="本人不再调动")

    assert case.state == S.WITHDRAWN
    assert Paper.objects.get().voided_on == TODAY
    assert _home(member) == home


def test_the_branch_withdraws_its_own_draft_only(home, target, member):
    secretary = actor_as(Role.BRANCH_SECRETARY, home.body)
    case = _propose(secretary, member, target)
    transfers.withdraw(case=case, actor=secretary, now=NOW)
    issued = _issued(member, target)

    with pytest.raises(NotPermitted):
        transfers.withdraw(case=issued, actor=secretary, now=NOW, opinion="不转了")
    assert Transfer.objects.get(pk=issued.pk).is_open


# outside


def test_a_receipt_from_outside_ends_the_membership_here(home, target, member, sender):
    Member.objects.filter(pk=member.pk).update(activity_org=target)
    case = make_transfer(member=member, to_outside=OUTSIDE, state=S.SENT_OUT)
    day = TODAY + 20 * DAY

    transfers.record_receipt(
        case=case, actor=_on(sender, day), now=moment(day), accepted_on=TODAY + 15 * DAY
    )

    member.refresh_from_db()
    assert (member.formal_org, member.activity_org) == (None, None)
    assert member.status == MembershipStatus.MOVED_OUT
    event = MemberEvent.objects.get()
    assert (event.field, event.before, event.after, event.happened_on) == (
        "status",
        "normal",
        "moved_out",
        TODAY + 15 * DAY,
    )
    assert _links(member) == [(home, None, TODAY + 14 * DAY)]
    assert _links(member, "activity") == [(target, None, TODAY + 14 * DAY)]
    assert (case.state, case.accepted_on) == (S.ACCEPTED, TODAY + 15 * DAY)


@pytest.mark.parametrize(("shift", "allowed"), [(-1, False), (0, True), (5, True), (6, False)])
def test_a_receipt_is_dated_from_the_letter_to_today(member, sender, shift, allowed):
    case = make_transfer(member=member, state=S.SENT_OUT)
    day = TODAY + 5 * DAY
    given = {"actor": _on(sender, day), "now": moment(day), "accepted_on": TODAY + shift * DAY}
    if allowed:
        transfers.record_receipt(case=case, **given)
        return

    with pytest.raises(transfers.ReceiptDateNotAllowed):
        transfers.record_receipt(case=case, **given)
    assert Member.objects.get(pk=member.pk).status == MembershipStatus.NORMAL


def test_a_late_receipt_wants_a_word(member, sender):
    case = make_transfer(member=member, state=S.SENT_OUT, today=TODAY - 91 * DAY)
    with pytest.raises(OpinionMissing):
        transfers.record_receipt(case=case, actor=sender, now=NOW)
    case.refresh_from_db()

    transfers.record_receipt(case=case, actor=sender, now=NOW, opinion="回执寄达较晚")

    assert Member.objects.get(pk=member.pk).formal_org is None


def test_a_receipt_is_for_outside_only(target, member, sender):
    case = _issued(member, target, state=S.EXPIRED)

    with pytest.raises(transfers.TargetInDistrict):
        transfers.record_receipt(case=case, actor=sender, now=NOW, opinion="已收到")


def test_what_outside_sends_back_is_recorded(home, member, sender):
    case = make_transfer(member=member, state=S.SENT_OUT)
    with pytest.raises(OpinionMissing):
        transfers.record_return(case=case, actor=sender, now=NOW)

    transfers.record_return(case=case, actor=sender, now=NOW, opinion="查无此人")

    assert case.state == S.RETURNED
    assert _home(member) == home


# time


def test_expiry_happens_after_the_last_day_and_once(district, home, target):
    case = make_transfer(from_org=home, to_org=target, today=date(2026, 8, 23))
    fresh = make_transfer(from_org=home, to_org=target, today=date(2026, 8, 24))
    gone = make_transfer(from_org=home, state=S.SENT_OUT, today=date(2026, 8, 23))
    last = date(2026, 11, 21)

    runs = [
        transfers.expire_letters(today=day, now=moment(day))
        for day in (last - DAY, last, last + DAY, last + DAY, last)
    ]

    assert runs == [0, 0, 2, 0, 0]
    for row, state in ((case, S.EXPIRED), (fresh, S.ISSUED), (gone, S.EXPIRED)):
        row.refresh_from_db()
        assert row.state == state
    assert case.owner_body == district.qingping
    assert case.due_on == date(2026, 12, 4)  # ten working days after Sunday the 22nd


def test_a_letter_that_still_counts_does_not_run_out(target, member):
    case = _issued(member, target)
    last = case.expires_on

    with pytest.raises(transfers.LetterStillValid):
        transfers.expire(case=case, actor=clock_actor(last), now=moment(last))


def test_nobody_but_the_clock_lets_a_letter_run_out(target, member, sender, receiver):
    case = _issued(member, target, today=TODAY - 91 * DAY)

    for actor in (sender, receiver, shell_operator(TODAY)):
        with pytest.raises(NotPermitted):
            transfers.expire(case=case, actor=actor, now=NOW)


def test_whoever_looks_lets_the_clock_catch_up(target, member):
    case = _issued(member, target, today=TODAY - 91 * DAY)
    stale = Transfer.objects.get()

    assert transfers.catch_up(case=case, today=TODAY, now=NOW)
    assert not transfers.catch_up(case=case, today=TODAY, now=NOW)
    assert not transfers.catch_up(case=stale, today=TODAY, now=NOW)
    assert stale.state == S.EXPIRED


def test_the_sender_withdraws_or_reissues_a_letter_that_ran_out_unnoticed(
    home, target, member, sender
):
    case = _issued(member, target, today=TODAY - 91 * DAY)
    with pytest.raises(transfers.ValidityNotAllowed):
        transfers.issue(case=case, actor=sender, now=NOW, valid_days=0)
    case.refresh_from_db()

    transfers.issue(case=case, actor=sender, now=NOW)

    assert (case.state, case.expires_on) == (S.ISSUED, TODAY + 90 * DAY)
    transfers.withdraw(case=case, actor=sender, now=NOW, opinion="不转了")
    assert _home(member) == home


# meanwhile


def _merge(district, organisation, into):
    organisations.merge_organisation(
        actor=actor_as(Role.ORG_DEPT, district.org_dept),
        organisation=organisation,
        into=into,
        merged_on=TODAY,
        now=NOW,
    )


def test_a_merged_home_hands_the_transfer_on(district, home, target, member, receiver):
    case = _issued(member, target)
    heir = make_organisation(district.qingping)
    _merge(district, home, heir)
    assert _home(member) == heir

    transfers.accept(case=case, actor=receiver, now=NOW)

    assert _home(member) == target
    assert case.from_org == home  # the letter says so


def test_a_home_merged_into_the_target_leaves_nothing_to_move(
    district, home, target, member, receiver
):
    case = _issued(member, target)
    _merge(district, home, target)

    transfers.accept(case=case, actor=receiver, now=NOW)

    assert _home(member) == target
    assert len(_links(member)) == 2  # those of the merger


def test_a_split_home_hands_the_transfer_on(district, home, target, member, receiver):
    case = _issued(member, target)
    organisations.split_organisation(
        actor=actor_as(Role.ORG_DEPT, district.org_dept),
        organisation=home,
        name="清平二支部",
        formation_mode=FormationMode.STANDALONE,
        members=[member],
        coverages=[],
        split_on=TODAY,
        now=NOW,
    )

    transfers.accept(case=case, actor=receiver, now=NOW)

    assert _home(member) == target


def test_a_new_letter_comes_from_the_heir(district, home, target, member):
    case = _issued(member, target, state=S.RETURNED)
    heir = make_organisation(district.qingping)
    _merge(district, home, heir)

    take(case, A.ISSUE)

    assert case.from_org == heir
    assert parties_of(case)[P.OLD_BRANCH].body_id == heir.body_id


def test_an_heir_in_another_township_sends_by_itself(district, home, target, member, sender):
    case = _issued(member, target, state=S.RETURNED)
    _merge(district, home, make_organisation(district.liuquan))
    with pytest.raises(transfers.LetterIncomplete) as refused:
        transfers.issue(case=case, actor=sender, now=NOW)

    transfers.withdraw(case=case, actor=sender, now=NOW, opinion="由柳泉镇办理")

    assert refused.value.missing == (Missing.FROM_ORG,)
    assert case.state == S.WITHDRAWN


def test_a_merged_target_is_replaced_by_the_receiver(district, target, member, receiver):
    case = _issued(member, target)
    heir = make_organisation(district.liuquan)
    _merge(district, target, heir)
    with pytest.raises(transfers.TargetNotAvailable):
        transfers.accept(case=case, actor=receiver, now=NOW)

    transfers.accept(case=case, actor=receiver, now=NOW, to_org=heir)

    assert _home(member) == heir


def test_a_target_that_left_the_receiver_is_returned(district, home, target, member, receiver):
    case = _issued(member, target)
    organisations.move_organisation(
        actor=actor_as(Role.ORG_DEPT, district.org_dept),
        organisation=target,
        superior=district.qingping,
        moved_on=TODAY,
        now=NOW,
    )
    with pytest.raises(transfers.TargetNotAvailable):
        transfers.accept(case=case, actor=receiver, now=NOW)

    transfers.return_letter(case=case, actor=receiver, now=NOW, opinion="该支部已划归清平镇")

    assert case.state == S.RETURNED


def test_a_member_who_went_elsewhere_is_not_moved(district, target, member, sender, receiver):
    case = _issued(member, target)
    third = make_organisation(district.qingping)
    Member.objects.filter(pk=member.pk).update(formal_org=third)
    with pytest.raises(transfers.MemberElsewhere):
        transfers.accept(case=case, actor=receiver, now=NOW)
    assert Transfer.objects.get().state == S.ISSUED
    case.refresh_from_db()

    transfers.withdraw(case=case, actor=sender, now=NOW, opinion="名册已变")

    assert _home(member) == third


def test_a_member_an_import_placed_already_is_accepted_without_moving(target, member, receiver):
    case = _issued(member, target)
    Member.objects.filter(pk=member.pk).update(formal_org=target)

    transfers.accept(case=case, actor=receiver, now=NOW)

    assert case.state == S.ACCEPTED
    assert _links(member) == []


@pytest.mark.parametrize("status", [MembershipStatus.DECEASED, MembershipStatus.EXPELLED])
def test_a_member_who_left_the_rolls_is_not_accepted(
    home, target, member, receiver, sender, status
):
    case = _issued(member, target)
    members.change_status(
        actor=sender, member=member, status=status, reason="决定", changed_on=TODAY, now=NOW
    )
    with pytest.raises(transfers.MemberLeft):
        transfers.accept(case=case, actor=receiver, now=NOW)
    case.refresh_from_db()

    transfers.withdraw(case=case, actor=sender, now=NOW, opinion="不再转接")

    assert _home(member) == home


def test_a_dissolved_home_is_impossible_while_somebody_travels(district, home, target, member):
    _issued(member, target)

    with pytest.raises(organisations.OrganisationNotEmpty):
        organisations.dissolve_organisation(
            actor=actor_as(Role.ORG_DEPT, district.org_dept),
            organisation=home,
            dissolved_on=TODAY,
            now=NOW,
        )


def test_two_receivers_at_once_accept_once(target, member, district, receiver):
    case = _issued(member, target)
    same = Transfer.objects.get()
    transfers.accept(case=case, actor=receiver, now=NOW)

    with pytest.raises(ChangedMeanwhile):
        transfers.accept(case=same, actor=receiver, now=NOW)
    assert len(_links(member)) == 2


# the whole table


WHITHER = [
    (state, outside)
    for state in S
    for outside in (False, True)
    if (state, outside) not in {(S.ISSUED, True), (S.SENT_OUT, False)}
]


@pytest.mark.parametrize(("state", "outside"), WHITHER, ids=str)
def test_every_state_and_action_ends_as_the_table_says(state, outside):
    case = make_transfer(state=state, to_outside=OUTSIDE if outside else "")
    tries = Tries()
    for action in A:
        with tries.of(state, action):
            _ends_as_the_table_says(Transfer.objects.get(pk=case.pk), state, action)

    assert tries.wrong == []


def _ends_as_the_table_says(case, state, action):
    assert case.state == state
    possible = (state, action) in TRANSFER.steps
    party = next(step.by[0] for (_, name), step in TRANSFER.steps.items() if name == action)
    if possible:
        given = arguments_for(action, case)
        take(case, action, **given)
        assert case.state == TRANSFER.step(state, action).to
        return
    seat = parties_of(case).get(party)
    actor = (
        actor_for(make_user(Role(seat.role), Body.objects.get(pk=seat.body_id)), TODAY)
        if seat
        else clock_actor(TODAY)
    )

    with pytest.raises((StepNotAllowed, NotPermitted)):
        transfers.ACTIONS[action](case=case, actor=actor, now=NOW, opinion="说明")
    assert Transfer.objects.get(pk=case.pk).state == state


def test_every_role_with_every_action():
    """Somebody of each role, seated in 清平镇 or the county, against a letter on its way."""
    case, tries = make_transfer(), Tries()
    for role in Role:
        for action in A:
            with tries.of(role, action):
                _is_permitted_or_not(Transfer.objects.get(pk=case.pk), role, action)

    assert tries.wrong == []


def _is_permitted_or_not(case, role, action):
    district = _existing_district()
    body = case.from_org.body if role is Role.BRANCH_SECRETARY else seat_of(role, district)
    links = _links_of(role, case.member)
    actor = actor_as(role, body, **links)
    # Both committees' seats are empty but for this person: the department answers for 柳泉镇, and
    # for 清平镇 where it is not the township itself.
    may = {
        Role.TOWNSHIP_COMMITTEE: {
            A.ISSUE, A.SEND_OUT, A.WITHDRAW, A.RECORD_RECEIPT, A.RECORD_RETURN,
        },
        Role.ORG_DEPT: set(A) - {A.EXPIRE},
    }.get(role, set())  # fmt: skip

    try:
        transfers.ACTIONS[action](case=case, actor=actor, now=NOW, opinion="说明")
        permitted = True
    except NotPermitted:
        permitted = False
    except (StepNotAllowed, transfers.TargetInDistrict):
        permitted = True

    assert permitted is (action in may)


def _existing_district():
    class Found:
        def __getattr__(self, name):
            names = {
                "org_dept": "县委组织部",
                "social_work": "县委社会工作部",
                "bureau": "县市场监督管理局",
                "association": "县个私协会",
                "qingping": "清平镇党委",
                "qingping_office": "清平所",
                "administration": "系统管理",
            }
            return Body.objects.get(name=names[name])

    return Found()


def test_no_name_stands_in_a_refusal(target, member, receiver):
    case = _issued(member, target, today=TODAY - 91 * DAY)
    with pytest.raises(transfers.LetterExpired) as refused:
        transfers.accept(case=case, actor=receiver, now=NOW)

    assert "方" not in str(refused.value)


def test_time_of_day_does_not_matter(target, member, receiver):
    """The last second of the last day is still valid."""
    case = _issued(member, target)
    last = case.expires_on
    late = datetime.combine(last, datetime.max.time(), tzinfo=UTC) - timedelta(hours=8)

    transfers.accept(case=case, actor=_on(receiver, last), now=late)

    assert case.state == S.ACCEPTED


def test_a_committee_of_a_committee(district):
    """An organisation of any type is sent and received for by its township."""
    committee = make_organisation(district.liuquan, org_type=OrgType.COMMITTEE)

    case = make_transfer(to_org=make_organisation(committee.body))

    assert case.owner_body == district.liuquan


def test_closing_a_transfer_tells_the_other_side():
    case = make_transfer(state=TransferState.ACCEPTED)

    told = Notice.objects.filter(case_id=case.public_id, kind="informed")

    sender = parties_of(case)[TransferParty.SENDER]
    assert sender in {Seat(role, body) for role, body in told.values_list("role", "body")}
