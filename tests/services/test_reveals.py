"""Looking at one full number: who may, for which reason, how often, what stays of it (RV-1…RV-3)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_member,
    make_organisation,
)
from tests.factories.transfers import make_transfer
from xgz.access.actor import NotPermitted, clock_actor, shell_operator
from xgz.models import AuditEntry, InstructorLink, Member, Reveal, sealing
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.reveals import (
    BUSINESS_REASONS,
    KEEP_MONTHS,
    SHOWN_MINUTES,
    RevealField,
    RevealReason,
)
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferState
from xgz.services.reveals import (
    NothingKnown,
    ReasonNotOffered,
    RevealsUsedUp,
    WordsTooShort,
    reveal,
    sweep_reveals,
)
from xgz.services.transfers import take_letter

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
ID_NUMBER, PHONE, ADDRESS = "36099919680402241X", "13800006021", "清平县清平镇和平路12号"
WORDS = "通知本人参加组织生活会"
MOST = LIMITS[Purpose.REVEAL].most
F = RevealField


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def branch(district):
    return make_organisation(district.qingping)


@pytest.fixture
def member(branch):
    return somebody(branch)


@pytest.fixture
def shop(district, branch):
    business = make_business(township=district.qingping, office=district.qingping_office)
    business.owner_id_sealed = sealing.seal("business.owner_id", business.public_id, ID_NUMBER)
    business.phone_sealed = sealing.seal("business.phone", business.public_id, PHONE)
    business.save()
    make_coverage(branch, business=business)
    return business


def somebody(branch):
    member = make_member(branch, id_number=ID_NUMBER, phone=PHONE)
    sealed = sealing.seal("member.address", member.public_id, ADDRESS)
    Member.objects.filter(pk=member.pk).update(address_sealed=sealed, key_digest=member.public_id)
    return Member.objects.get(pk=member.pk)


def look(actor, subject, field=F.PHONE, **values):
    given = {"reason": RevealReason.CONTACT, "words": WORDS, "now": NOW}
    return reveal(actor=actor, subject=subject, field=field, **given | values)


def actor_in(role, district, branch, shop=None):
    """Return somebody of each role near 清平镇, the instructor linked to the shop."""
    places = {
        Role.ORG_DEPT: district.org_dept,
        Role.SOCIAL_WORK_DEPT: district.social_work,
        Role.BUREAU: district.bureau,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
        Role.STATION_HEAD: district.qingping_office,
        Role.INSTRUCTOR: district.qingping_office,
        Role.ASSOCIATION: district.association,
        Role.BRANCH_SECRETARY: branch.body,
        Role.MEMBER: branch.body,
        Role.OWNER: district.qingping,
    }
    links = {}
    if role is Role.MEMBER:
        links["member"] = make_member(branch, id_number="")
    if role is Role.OWNER:
        links["business"] = shop or make_business()
    actor = actor_as(role, places.get(role, district.administration), **links)
    if role is Role.INSTRUCTOR and shop is not None:
        InstructorLink.objects.create(
            instructor=actor.user,
            station=district.qingping_office,
            business=shop,
            valid_from=TODAY,
        )
    return actor


@pytest.mark.parametrize(
    ("field", "value"), [(F.ID_NUMBER, ID_NUMBER), (F.PHONE, PHONE), (F.ADDRESS, ADDRESS)]
)
def test_one_value_is_shown_for_five_minutes_and_written_down(district, member, field, value):
    actor = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)

    seen = look(actor, member, field)

    row, entry = Reveal.objects.get(), AuditEntry.objects.get()
    assert (seen.value, seen.until) == (value, NOW + timedelta(minutes=SHOWN_MINUTES))
    assert (row.member, row.business, row.field, row.reason) == (member, None, field, "contact")
    assert (row.words, row.by, row.role) == (WORDS, actor.user, Role.TOWNSHIP_COMMITTEE)
    assert (row.body, row.at, row.until) == (district.qingping, NOW, seen.until)
    assert WORDS not in row.words_sealed
    assert (entry.action, entry.outcome) == ("person.reveal", "done")
    assert (entry.subject_type, entry.subject_id) == ("member", member.public_id)
    assert set(entry.fields) == {field.value, "reason"}
    assert value not in str(entry.fields)


@pytest.mark.parametrize("role", Role)
def test_members_are_for_the_organization_line_alone(district, branch, member, shop, role):
    actor = actor_in(role, district, branch, shop)
    may = role in {Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE, Role.BRANCH_SECRETARY}

    for field in RevealField:
        if may:
            assert look(actor, member, field).value
        else:
            with pytest.raises(NotPermitted):
                look(actor, member, field)

    assert Reveal.objects.exists() is may


@pytest.mark.parametrize("role", Role)
def test_owners_are_for_who_visits_and_who_keeps_the_register(district, branch, shop, role):
    actor = actor_in(role, district, branch, shop)
    keeps = {Role.ORG_DEPT, Role.BUREAU, Role.TOWNSHIP_COMMITTEE, Role.STATION_HEAD}
    may = {F.PHONE: role in keeps | {Role.INSTRUCTOR}, F.ID_NUMBER: role in keeps, F.ADDRESS: False}

    for field, is_allowed in may.items():
        if is_allowed:
            assert look(actor, shop, field).value
        else:
            with pytest.raises(NotPermitted):
                look(actor, shop, field)


def test_nobody_out_of_reach(district, member, shop):
    far = actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan)
    secretary = actor_as(Role.BRANCH_SECRETARY, make_organisation(district.qingping).body)

    for actor in (far, secretary, shell_operator(TODAY), clock_actor(TODAY)):
        for subject in (member, shop):
            with pytest.raises(NotPermitted):
                look(actor, subject)

    assert not Reveal.objects.exists()


@pytest.mark.parametrize(
    ("words", "enough"),
    [
        ("一二三四五六七八", True),
        ("一二三四五六七", False),
        ("一二三四五六七 　\u200b\u3164", False),
        ("一二三四 五六七八", True),
        ("", False),
    ],
)
def test_the_reason_in_words_has_eight_visible_characters(district, member, words, enough):
    actor = actor_as(Role.ORG_DEPT, district.org_dept)

    if enough:
        assert look(actor, member, words=words).value == PHONE
    else:
        with pytest.raises(WordsTooShort):
            look(actor, member, words=words)
        assert not Reveal.objects.exists()


@pytest.mark.parametrize("reason", RevealReason)
def test_an_owner_is_not_asked_about_as_a_member(district, shop, reason):
    actor = actor_as(Role.BUREAU, district.bureau)

    if reason in BUSINESS_REASONS:
        assert look(actor, shop, reason=reason).value
    else:
        with pytest.raises(ReasonNotOffered):
            look(actor, shop, reason=reason)


def test_where_nothing_is_known_nothing_is_used(district, branch):
    actor = actor_as(Role.ORG_DEPT, district.org_dept)

    with pytest.raises(NothingKnown):
        look(actor, make_member(branch, phone=""))

    assert not Reveal.objects.exists()


def test_twenty_a_day_and_the_refusal_is_written_down(district, branch, shop):
    actor = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)
    for _ in range(MOST - 1):
        look(actor, somebody_new(branch))
    look(actor, shop)

    with pytest.raises(RevealsUsedUp) as refused:
        look(actor, somebody_new(branch), F.ID_NUMBER)

    assert refused.value.until == NOW + timedelta(days=1)
    assert Reveal.objects.count() == MOST
    (entry,) = AuditEntry.objects.filter(outcome="refused")
    assert (entry.action, set(entry.fields)) == ("person.reveal", {"id_number", "reason"})
    assert look(actor, somebody_new(branch), now=NOW + timedelta(days=1)).value


def somebody_new(branch):
    return make_member(branch, id_number=f"3609991968040{Member.objects.count():05}")


def test_the_case_it_is_for(district, branch):
    member = make_member(branch, id_number=ID_NUMBER)
    case = make_transfer(member=member)

    look(actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping), member, case=case)

    row = Reveal.objects.get()
    assert (row.case_kind, row.case_id) == ("transfer", case.public_id)


def test_a_valid_letter_is_a_look_that_the_day_does_not_limit(district, branch):
    member = make_member(branch, id_number=ID_NUMBER, phone=PHONE)
    case = make_transfer(member=member)
    sender = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)
    for _ in range(MOST):
        look(sender, somebody_new(branch))
    Reveal.objects.all().delete()

    letter = take_letter(actor=sender, case=case, now=NOW)

    assert (letter.id_number, letter.phone, letter.age) == (ID_NUMBER, PHONE, 58)
    rows = Reveal.objects.order_by("pk")
    assert [(row.field, row.reason, row.case_id) for row in rows] == [
        ("id_number", "transfer", case.public_id),
        ("phone", "transfer", case.public_id),
    ]
    assert {(row.member, row.by, row.body) for row in rows} == {
        (member, sender.user, district.qingping)
    }
    assert all(row.until == NOW for row in rows)


def test_a_letter_that_is_no_longer_valid_is_masked_and_no_look(district, branch):
    member = make_member(branch, id_number=ID_NUMBER, phone=PHONE)
    case = make_transfer(member=member, state=TransferState.EXPIRED)

    letter = take_letter(
        actor=actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping), case=case, now=NOW
    )

    assert (letter.id_number, letter.phone) == ("360999********241X", "138****6021")
    assert not Reveal.objects.exists()


@pytest.mark.parametrize(("day", "kept"), [(23, True), (22, False)])
def test_looks_are_kept_for_thirty_six_months(district, member, day, kept):
    look(
        actor_as(Role.ORG_DEPT, district.org_dept),
        member,
        now=datetime(2026, 11, day, 3, tzinfo=UTC),
    )
    later = datetime(2026 + KEEP_MONTHS // 12, 11, 23, 3, tzinfo=UTC)

    assert sweep_reveals(now=later) == (0 if kept else 1)
    assert Reveal.objects.exists() is kept


@pytest.mark.django_db(transaction=True)
def test_of_looks_at_once_no_more_get_through_than_a_day_allows():
    district = make_district()
    branch = make_organisation(district.qingping)
    actor = actor_as(Role.ORG_DEPT, district.org_dept)
    members = [somebody_new(branch) for _ in range(MOST + 6)]
    answers = []

    def ask(member):
        try:
            answers.append(look(actor, member).value)
        except RevealsUsedUp:
            answers.append("")
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(bool(answer) for answer in answers) == Reveal.objects.count() == MOST
    assert AuditEntry.objects.filter(action="person.reveal", outcome="refused").count() == 6
