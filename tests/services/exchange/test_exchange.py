"""A request, its answer, its acceptance: once each, by whom it is for, or not at all."""

import json
import stat
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import TODAY, actor_as, make_business, make_district, make_organisation
from tests.factories.exchanges import (
    AGREEMENT,
    accepted,
    answered,
    asked,
    id_number,
    new_key,
    rows_of,
)
from tests.services.imports.worlds import NOW
from xgz.access.actor import NotPermitted, clock_actor, shell_operator
from xgz.access.exchanges import visible_exchanges
from xgz.files.exchange_lists import open_request
from xgz.models import Allowance, AuditEntry, Exchange, Member, sealing
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.exchange.identities import Flag, Person
from xgz.rules.exchange.terms import (
    REQUEST_DAYS,
    Agreement,
    ExchangeRefused,
    ExchangeState,
    Refusal,
    Side,
    synthetic_agreement,
)
from xgz.rules.members import MemberClass, MembershipStatus
from xgz.rules.roles import Role
from xgz.services.exchange import answering, asking
from xgz.services.exchange.keys import agreed, make_key
from xgz.services.exchange.sweeping import lapse_requests

pytestmark = pytest.mark.django_db
OPERATOR = shell_operator(TODAY)
MEMBER = Person("方柏梁", id_number(1), phone="13905710001", branch="示例支部")
NAMESAKE = Person("方柏梁", phone="13905710001")
STRANGER = Person("陶槐序", id_number(2), phone="13905710002")
PEOPLE = (MEMBER, NAMESAKE, STRANGER)


@pytest.fixture
def files(tmp_path):
    """A key, and where request, answer and flags lie."""
    return SimpleNamespace(
        key=new_key(),
        request=tmp_path / "request",
        reply=tmp_path / "reply",
        flags=tmp_path / "flags.csv",
        folder=tmp_path,
    )


def on(day):
    return shell_operator(day)


def reason_of(call, *arguments, **more):
    """Return why a call is refused, having checked that it left everything as it was."""
    before = everything()
    with pytest.raises(ExchangeRefused) as refused:
        call(*arguments, **more)
    assert everything() == before
    return refused.value.reason


def everything():
    tables = (Exchange, AuditEntry, Allowance)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def round_trip(files, *people, roster=(MEMBER,)):
    asked(files.key, files.request, *people, now=NOW)
    answered(files.key, files.request, files.reply, *roster, now=NOW)
    return accepted(files.key, files.reply, files.flags, now=NOW)


def test_flags_come_back_to_the_rows_they_were_asked_for(files):
    rows = round_trip(files, *PEOPLE)

    assert rows == [("1", Flag.SAME), ("2", Flag.POSSIBLE), ("3", Flag.NONE)]
    assert files.flags.read_text() == "lead,flag\n1,same\n2,possible\n3,none\n"
    for path in (files.request, files.reply, files.flags):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(list(files.folder.iterdir())) == 3


def test_two_people_of_the_roster_who_would_both_be_it_are_only_possible(files):
    twins = [Person("方柏梁", born_on="1985-04-12", phone="13905710001", branch=b) for b in "甲乙"]
    lead = Person("方柏梁", born_on="1985-04-12", phone="13905710001")

    assert round_trip(files, lead, roster=twins) == [("1", Flag.POSSIBLE)]


def test_one_person_twice_on_a_roster_is_one_person(files):
    assert round_trip(files, MEMBER, roster=[MEMBER, MEMBER]) == [("1", Flag.SAME)]


def test_a_member_may_run_several_businesses(files):
    assert round_trip(files, MEMBER, MEMBER) == [("1", Flag.SAME), ("2", Flag.SAME)]


def test_a_row_that_says_nothing_still_gets_its_flag(files):
    assert round_trip(files, Person(), MEMBER) == [("1", Flag.NONE), ("2", Flag.SAME)]


def test_the_order_of_the_request_tells_nothing(files):
    asked(files.key, files.request, *[MEMBER] * 20, now=NOW)
    leads = [row.lead for row in open_request(files.key, files.request.read_bytes())[1]]

    assert leads == sorted(leads)
    kept = [lead for lead, _label in json.loads(Exchange.objects.get().map)]
    assert kept != [lead.hex() for lead in leads]
    assert sorted(kept) == [lead.hex() for lead in leads]


def test_a_label_that_looks_like_a_formula_is_dead_in_the_table(files):
    people = rows_of(MEMBER)
    people[0] = type(people[0])("=1+1", MEMBER)
    asking.ask(
        actor=OPERATOR,
        key=files.key,
        agreement=AGREEMENT,
        people=people,
        target=files.request,
        now=NOW,
    )
    answered(files.key, files.request, files.reply, now=NOW)
    accepted(files.key, files.reply, files.flags, now=NOW)

    assert files.flags.read_text().splitlines()[1] == "'=1+1,none"


def make_member(person, **values):
    member = Member(key_digest=f"{Member.objects.count():032}", **values)
    for name in ("name", "id_number", "phone"):
        sealed = sealing.seal(f"member.{name}", member.public_id, getattr(person, name))
        setattr(member, f"{name}_sealed", sealed)
    member.save()
    return member


@pytest.mark.parametrize(
    ("member_class", "status", "flag"),
    [
        (MemberClass.FULL, MembershipStatus.NORMAL, Flag.SAME),
        (MemberClass.PROBATIONARY, MembershipStatus.LOST_CONTACT, Flag.SAME),
        (MemberClass.ACTIVIST, MembershipStatus.NORMAL, Flag.NONE),
        (MemberClass.DEVELOPMENT_TARGET, MembershipStatus.NORMAL, Flag.NONE),
        (MemberClass.FULL, MembershipStatus.MOVED_OUT, Flag.NONE),
        (MemberClass.FULL, MembershipStatus.DECEASED, Flag.NONE),
        (MemberClass.FULL, MembershipStatus.EXPELLED, Flag.NONE),
    ],
)
def test_the_roster_kept_here_answers_for_members_on_its_rolls(files, member_class, status, flag):
    make_member(MEMBER, member_class=member_class, status=status)
    asked(files.key, files.request, MEMBER, now=NOW)
    request = answering.look(actor=OPERATOR, key=files.key, sealed=files.request.read_bytes())

    counts = answering.answer(
        actor=OPERATOR, key=files.key, request=request, target=files.reply, now=NOW
    )

    assert counts == {flag: 1}


def test_name_branch_and_last_four_are_enough_where_there_is_no_number(files):
    district = make_district()
    branch = make_organisation(district.qingping, name="清平所示例联合党支部")
    make_member(MEMBER, member_class=MemberClass.FULL, formal_org=branch)
    last_four = MEMBER.id_number[-4:].lower()
    lead = Person("方柏梁", last_four=last_four, branch="中共清平所示例联合支部委员会")
    asked(files.key, files.request, lead, Person("方柏梁", last_four=last_four), now=NOW)
    request = answering.look(actor=OPERATOR, key=files.key, sealed=files.request.read_bytes())
    answering.answer(actor=OPERATOR, key=files.key, request=request, target=files.reply, now=NOW)

    rows = accepted(files.key, files.reply, files.flags, now=NOW)

    assert rows == [("1", Flag.SAME), ("2", Flag.POSSIBLE)]


def test_a_request_is_answered_once(files):
    asked(files.key, files.request, *PEOPLE, now=NOW)
    answered(files.key, files.request, files.reply, MEMBER, now=NOW)
    before = files.reply.read_bytes()

    again = reason_of(answered, files.key, files.request, files.reply, MEMBER, now=NOW)

    assert again is Refusal.ANSWERED_BEFORE
    assert files.reply.read_bytes() == before


def test_of_two_who_answer_one_request_at_once_one_is_refused(files):
    asked(files.key, files.request, *PEOPLE, now=NOW)
    sealed = files.request.read_bytes()
    looks = [answering.look(actor=OPERATOR, key=files.key, sealed=sealed) for _ in range(2)]
    reply = {"actor": OPERATOR, "key": files.key, "now": NOW, "roster": [MEMBER]}
    answering.answer(request=looks[0], target=files.reply, **reply)

    again = reason_of(answering.answer, request=looks[1], target=files.folder / "two", **reply)

    assert again is Refusal.ANSWERED_BEFORE
    assert not (files.folder / "two").exists()


def test_an_answer_is_accepted_once(files):
    round_trip(files, *PEOPLE)

    again = reason_of(accepted, files.key, files.reply, files.folder / "again", now=NOW)

    assert again is Refusal.ACCEPTED_BEFORE
    assert not (files.folder / "again").exists()


@pytest.mark.django_db(transaction=True)
def test_the_request_is_closed_after_the_flags_stand_in_their_place(files, monkeypatch):
    """Killed before that, or unable to put the file there, one accepts the same answer again."""
    exchange = asked(files.key, files.request, *PEOPLE, now=NOW)
    answered(files.key, files.request, files.reply, MEMBER, now=NOW)
    seen = []

    def fail(part, target):
        seen.append((connection.in_atomic_block, part.read_text()))
        raise OSError(target.name)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="flags"):
            accepted(files.key, files.reply, files.flags, now=NOW)

    assert seen == [(True, "lead,flag\n1,same\n2,possible\n3,none\n")]
    assert {path.name for path in files.folder.iterdir()} == {"request", "reply"}
    exchange.refresh_from_db()
    assert (exchange.state, exchange.closed_at) == (ExchangeState.WAITING, None)
    assert not AuditEntry.objects.filter(action="exchange.accept").exists()

    assert accepted(files.key, files.reply, files.flags, now=NOW)[0] == ("1", Flag.SAME)
    assert files.flags.read_text().startswith("lead,flag\n1,same")


def test_flags_a_killed_acceptance_left_in_clear_go_with_the_next(files):
    asked(files.key, files.request, *PEOPLE, now=NOW)
    answered(files.key, files.request, files.reply, MEMBER, now=NOW)
    left = files.folder / "flags.csv.0a1b2c3d.part"
    others = [
        files.folder / name for name in ("flags.csv.part", "flags.csv.old", "b.0a1b2c3d.part")
    ]
    for path in (left, *others):
        path.write_text("lead,flag\n1,same\n")

    accepted(files.key, files.reply, files.flags, now=NOW)

    assert not left.exists()
    assert all(path.exists() for path in others)


def test_what_stood_for_the_rows_goes_with_the_answer(files):
    exchange = asked(files.key, files.request, *PEOPLE, now=NOW)
    assert exchange.map_sealed
    assert exchange.box_key
    answered(files.key, files.request, files.reply, MEMBER, now=NOW)
    accepted(files.key, files.reply, files.flags, now=NOW)

    exchange.refresh_from_db()

    assert (exchange.state, exchange.closed_at) == (ExchangeState.ACCEPTED, NOW)
    assert (exchange.map_sealed, exchange.box_key_sealed) == ("", "")


def test_the_sealed_map_does_not_tell_a_few_rows_from_many(files):
    sizes = {
        len(asked(files.key, files.request, *[MEMBER] * n, now=NOW).map_sealed) for n in (1, 90)
    }

    assert len(sizes) == 1


@pytest.mark.parametrize("days", [REQUEST_DAYS, REQUEST_DAYS + 1])
def test_a_request_may_be_answered_for_thirty_days(files, days):
    exchange = asked(files.key, files.request, *PEOPLE, now=NOW)
    late = on(TODAY + timedelta(days=days))
    answer = (files.key, files.request, files.reply, MEMBER)

    assert exchange.expires_on == TODAY + timedelta(days=REQUEST_DAYS)
    if days > REQUEST_DAYS:
        assert reason_of(answered, *answer, actor=late, now=NOW) is Refusal.REQUEST_EXPIRED
    else:
        assert answered(*answer, actor=late, now=NOW)


@pytest.mark.parametrize("days", [REQUEST_DAYS, REQUEST_DAYS + 1])
def test_an_answer_may_be_accepted_for_thirty_days(files, days):
    asked(files.key, files.request, *PEOPLE, now=NOW)
    answered(files.key, files.request, files.reply, MEMBER, now=NOW)
    late = on(TODAY + timedelta(days=days))
    accept = (files.key, files.reply, files.flags)

    if days > REQUEST_DAYS:
        assert reason_of(accepted, *accept, actor=late, now=NOW) is Refusal.REQUEST_EXPIRED
    else:
        assert accepted(*accept, actor=late, now=NOW)


@pytest.mark.parametrize("days", [REQUEST_DAYS, REQUEST_DAYS + 1])
def test_a_request_nobody_answered_lapses_with_what_stood_for_its_rows(files, days):
    exchange = asked(files.key, files.request, *PEOPLE, now=NOW)

    lapsed = lapse_requests(today=TODAY + timedelta(days=days), now=NOW)

    exchange.refresh_from_db()
    is_late = days > REQUEST_DAYS
    assert lapsed == is_late
    assert exchange.state == (ExchangeState.LAPSED if is_late else ExchangeState.WAITING)
    assert bool(exchange.map_sealed) is not is_late
    assert bool(exchange.box_key_sealed) is not is_late
    assert lapse_requests(today=TODAY + timedelta(days=days), now=NOW) == 0


def test_the_sweep_leaves_what_was_answered_here(files):
    asked(files.key, files.request, *PEOPLE, now=NOW)
    answered(files.key, files.request, files.reply, MEMBER, now=NOW)

    assert lapse_requests(today=TODAY + timedelta(days=400), now=NOW) == 1
    assert Exchange.objects.get(side=Side.ANSWERED).state == ExchangeState.ANSWERED


def test_a_request_of_a_day_to_come_is_not_answered(files):
    """Its sender would have lengthened its life by it."""
    asked(files.key, files.request, MEMBER, now=NOW)
    sealed = files.request.read_bytes()
    yesterday = on(TODAY - timedelta(days=1))

    reason = reason_of(answering.look, actor=yesterday, key=files.key, sealed=sealed)
    assert reason is Refusal.BROKEN
    assert answering.look(actor=OPERATOR, key=files.key, sealed=sealed)


def test_a_request_ends_with_its_agreement(files):
    short = new_key(Agreement("规定", "1号", "核对", TODAY.isoformat()))
    exchange = asked(short, files.request, *PEOPLE, now=NOW)
    late = on(TODAY + timedelta(days=1))

    assert exchange.expires_on == TODAY
    assert (
        reason_of(asked, short, files.request, MEMBER, actor=late, now=NOW) is Refusal.BASIS_EXPIRED
    )
    answer = (answered, short, files.request, files.reply, MEMBER)
    assert reason_of(*answer, actor=late, now=NOW) is Refusal.BASIS_EXPIRED
    assert answered(*answer[1:], now=NOW)


def test_files_of_another_key_or_installation_are_refused(files):
    asked(files.key, files.request, *PEOPLE, now=NOW)
    answered(files.key, files.request, files.reply, MEMBER, now=NOW)
    other = new_key()

    answer = (answered, other, files.request, files.folder / "x", MEMBER)
    assert reason_of(*answer, now=NOW) is Refusal.FOREIGN_KEY
    accept = (accepted, other, files.reply, files.folder / "x")
    assert reason_of(*accept, now=NOW) is Refusal.FOREIGN_KEY
    Exchange.objects.filter(side=Side.ASKED).delete()
    accept = (accepted, files.key, files.reply, files.folder / "x")
    assert reason_of(*accept, now=NOW) is Refusal.NOT_OUR_REQUEST
    assert not (files.folder / "x").exists()


def test_files_that_changed_places_are_refused(files):
    asked(files.key, files.request, *PEOPLE, now=NOW)
    answered(files.key, files.request, files.reply, MEMBER, now=NOW)

    answer = (answered, files.key, files.reply, files.folder / "x", MEMBER)
    assert reason_of(*answer, now=NOW) is Refusal.OTHER_KIND
    accept = (accepted, files.key, files.request, files.folder / "x")
    assert reason_of(*accept, now=NOW) is Refusal.OTHER_KIND


@pytest.mark.parametrize("which", ["request", "reply"])
def test_a_file_changed_or_cut_anywhere_is_refused(files, which):
    asked(files.key, files.request, *PEOPLE, now=NOW)
    answered(files.key, files.request, files.reply, MEMBER, now=NOW)
    Exchange.objects.filter(side=Side.ANSWERED).delete()
    path = getattr(files, which)
    whole, target = path.read_bytes(), files.folder / "x"
    if which == "request":
        call = (answered, files.key, path, target, MEMBER)
    else:
        call = (accepted, files.key, path, target)
    kinds = {Refusal.NOT_SEALED, Refusal.OTHER_KIND, Refusal.FOREIGN_KEY, Refusal.BROKEN}
    for at in [*range(0, len(whole), 97), len(whole) - 1]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert reason_of(*call, now=NOW) in kinds
        path.write_bytes(whole[:at])
        assert reason_of(*call, now=NOW) in kinds
    path.write_bytes(whole)
    assert call[0](*call[1:], now=NOW)


def test_an_answer_to_another_request_is_refused(files):
    """A holder of the shared key who puts the number of one request on the answer of another."""
    asked(files.key, files.request, *PEOPLE, now=NOW)
    answered(files.key, files.request, files.reply, MEMBER, now=NOW)
    for changes in ({"request_digest": "0" * 64}, {"rows": 3}):
        asked_for = Exchange.objects.filter(side=Side.ASKED)
        if "rows" in changes:
            exchange = asked_for.get()
            shorter = json.dumps(json.loads(exchange.map)[1:])
            changes = {"map_sealed": sealing.seal("exchange.map", exchange.public_id, shorter)}
        before = asked_for.values().get()
        asked_for.update(**changes)
        accept = (accepted, files.key, files.reply, files.flags)
        assert reason_of(*accept, now=NOW) is Refusal.OTHER_REQUEST
        asked_for.update(**{name: before[name] for name in changes})


def test_twenty_requests_a_day_under_one_key(files):
    most = LIMITS[Purpose.EXCHANGE_ANSWER].most
    for _ in range(most):
        asked(files.key, files.request, MEMBER, now=NOW)
        answered(files.key, files.request, files.reply, MEMBER, now=NOW)
    asked(files.key, files.request, MEMBER, now=NOW)
    answer = (answered, files.key, files.request, files.reply, MEMBER)

    assert reason_of(*answer, now=NOW) is Refusal.ANSWERED_TOO_OFTEN
    assert answered(*answer[1:], now=NOW + timedelta(days=1))
    other = new_key()
    asked(other, files.request, MEMBER, now=NOW)
    assert answered(other, files.request, files.reply, MEMBER, now=NOW)


def test_four_hundred_thousand_rows_a_day_under_one_key(files):
    most = LIMITS[Purpose.EXCHANGE_ROWS].most
    Allowance.objects.create(
        purpose=Purpose.EXCHANGE_ROWS, subject=files.key.key_id, window_from=NOW, used=most - 2
    )
    asked(files.key, files.request, *PEOPLE, now=NOW)
    answer = (answered, files.key, files.request, files.reply, MEMBER)
    assert reason_of(*answer, now=NOW) is Refusal.ANSWERED_TOO_OFTEN

    asked(files.key, files.request, *PEOPLE[:2], now=NOW)

    assert answered(*answer[1:], now=NOW)


def test_a_request_has_at_most_so_many_rows(files, monkeypatch):
    monkeypatch.setattr(asking, "MOST_ROWS", 3)
    asked(files.key, files.request, *PEOPLE, now=NOW)
    four = (asked, files.key, files.folder / "x", *PEOPLE, MEMBER)

    assert reason_of(*four, now=NOW) is Refusal.TOO_MANY_ROWS
    assert reason_of(asked, files.key, files.folder / "x", now=NOW) is Refusal.NO_ROWS
    monkeypatch.setattr(answering, "MOST_ROWS", 2)
    answer = (answered, files.key, files.request, files.reply, MEMBER)
    assert reason_of(*answer, now=NOW) is Refusal.TOO_MANY_ROWS


def test_made_up_people_are_no_ground_in_production(files, settings):
    key = new_key(synthetic_agreement(TODAY))
    asked(key, files.request, *PEOPLE, now=NOW)
    settings.PROFILE = "production"

    answer = (answered, key, files.request, files.reply, MEMBER)
    assert reason_of(*answer, now=NOW) is Refusal.SYNTHETIC_IN_PRODUCTION
    ask = (asked, key, files.folder / "x", MEMBER)
    assert reason_of(*ask, now=NOW) is Refusal.SYNTHETIC_IN_PRODUCTION
    with pytest.raises(ExchangeRefused):
        make_key(actor=OPERATOR, agreement=key.agreement, target=files.folder / "key", now=NOW)
    assert not (files.folder / "key").exists()


def test_nothing_is_compared_without_an_agreement():
    bare = new_key(None)

    assert reason_of(agreed, bare, None) is Refusal.BASIS_MISSING
    assert agreed(bare, AGREEMENT) == AGREEMENT
    assert reason_of(agreed, new_key(), AGREEMENT) is Refusal.BASIS_TWICE
    assert agreed(new_key(), None) == AGREEMENT


def test_a_request_whose_agreement_is_not_the_keys_is_refused(files):
    other = Agreement("另一规定", "2号", "核对", AGREEMENT.expires)
    asking.ask(
        actor=OPERATOR,
        key=files.key,
        agreement=other,
        people=rows_of(MEMBER),
        target=files.request,
        now=NOW,
    )
    answer = (answered, files.key, files.request, files.reply, MEMBER)

    assert reason_of(*answer, now=NOW) is Refusal.BROKEN


ASKS = {Role.ORG_DEPT}


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_only_the_organization_department_asks_answers_and_reads(files, role):
    district = make_district()
    seats = {
        Role.ORG_DEPT: district.org_dept,
        Role.SOCIAL_WORK_DEPT: district.social_work,
        Role.BUREAU: district.bureau,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
        Role.STATION_HEAD: district.qingping_office,
        Role.INSTRUCTOR: district.qingping_office,
        Role.ASSOCIATION: district.association,
        Role.BRANCH_SECRETARY: make_organisation(district.qingping).body,
        Role.MEMBER: district.qingping,
        Role.OWNER: district.qingping_office,
    }
    seat = seats.get(role, district.administration)
    tied = {}
    if role is Role.MEMBER:
        tied["member"] = make_member(MEMBER, member_class=MemberClass.FULL)
    if role is Role.OWNER:
        tied["business"] = make_business(office=seat)
    actor = clock_actor(TODAY) if role is None else actor_as(role, seat, **tied)
    asked(files.key, files.request, MEMBER, now=NOW)
    deeds = [
        lambda: make_key(actor=actor, agreement=AGREEMENT, target=files.folder / "k", now=NOW),
        lambda: asked(files.key, files.folder / "q", MEMBER, actor=actor, now=NOW),
        lambda: answered(files.key, files.request, files.reply, MEMBER, actor=actor, now=NOW),
        lambda: accepted(files.key, files.reply, files.flags, actor=actor, now=NOW),
    ]
    if role in ASKS:
        assert all(deed() for deed in deeds)
        return
    for at, deed in enumerate(deeds):
        if at == 3:
            answered(files.key, files.request, files.reply, MEMBER, now=NOW)
        before = everything()
        with pytest.raises(NotPermitted):
            deed()
        assert everything() == before
    assert not files.flags.exists()


@pytest.mark.parametrize("role", [Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE, Role.BUREAU])
def test_a_township_committee_asks_about_leads_and_sees_its_own_requests(files, role):
    district = make_district()
    seat = {Role.ORG_DEPT: district.org_dept, Role.BUREAU: district.bureau}.get(
        role, district.qingping
    )
    actor = actor_as(role, seat)
    others = asked(files.key, files.request, MEMBER, now=NOW)
    if role is Role.BUREAU:
        with pytest.raises(NotPermitted):
            asked(files.key, files.request, MEMBER, actor=actor, now=NOW, of_leads=True)
        assert not visible_exchanges(actor).exists()
        return
    own = asked(files.key, files.request, MEMBER, actor=actor, now=NOW, of_leads=True)

    seen = set(visible_exchanges(actor))

    assert seen == ({own, others} if role is Role.ORG_DEPT else {own})


def test_a_file_that_cannot_be_written_leaves_nothing_behind(files):
    nowhere = files.folder / "missing" / "file"
    before = everything()
    with pytest.raises(OSError, match="missing"):
        asked(files.key, nowhere, MEMBER, now=NOW)
    assert everything() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"state": ExchangeState.ACCEPTED},
        {"side": Side.ANSWERED},
        {"side": Side.ANSWERED, "state": ExchangeState.ANSWERED},
        {"state": ExchangeState.ANSWERED},
    ],
)
def test_the_database_keeps_states_sides_and_maps_together(files, changes):
    asked(files.key, files.request, MEMBER, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Exchange.objects.update(**changes)
