"""When leads go, what goes with them, and what alone stays: both sides of each limit."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from tests.factories import TODAY
from tests.factories.closures import the_district
from tests.factories.district import actor_as
from tests.factories.leads import (
    a_phone,
    instructor_of,
    make_draft,
    make_known_member,
    make_lead,
    party_actor,
)
from tests.factories.self_reports import ANSWERS, make_claim
from tests.services.cases.kinds import moment
from xgz.access.actor import clock_actor, shell_operator
from xgz.models import (
    AuditEntry,
    CaseEvent,
    CaseParty,
    Lead,
    LeadTally,
    LeadVisit,
    Member,
    Notice,
    ParameterValue,
    RefusalDigest,
    Reveal,
    SelfReport,
)
from xgz.models.sealed_columns import sealed_columns
from xgz.models.sealing import unseal
from xgz.rules.leads import RAN_OUT, LeadState, StatementKind, StatementSays
from xgz.rules.reveals import RevealField, RevealReason
from xgz.rules.roles import Role
from xgz.services import leads
from xgz.services.cases import clock, owning
from xgz.services.leads import sweeping
from xgz.services.reveals import reveal

pytestmark = pytest.mark.django_db

NOW = moment()
SECOND = timedelta(seconds=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECRETS = ("龘靐麤", "19977465001", "530997196601010017", "羴鱻后院东头", "羴鱻说起三年前转来")


def sweep(after):
    return leads.sweep_leads(now=NOW + after)


def dumped():
    """Return every cell of the database as one text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 (names of our own tables)
            found += [f"{model.__name__} {row!r}" for row in cursor.fetchall()]
    return "\n".join(found)


def test_a_lead_that_cannot_go_holds_up_no_other(monkeypatch):
    stuck = make_lead(state=LeadState.REFUSED)
    make_lead(state=LeadState.REFUSED)

    def erase(lead, by, now):
        if lead.pk == stuck.pk:
            raise LookupError
        lead.delete()

    monkeypatch.setattr(sweeping, "erase", erase)
    with pytest.raises(LookupError):
        sweep(DAY)

    assert list(Lead.objects.values_list("pk", flat=True)) == [stuck.pk]


@pytest.mark.parametrize(
    ("state", "limit"),
    [
        (LeadState.REFUSED, 23 * HOUR),
        (LeadState.RULED_OUT, 30 * DAY),
        (LeadState.MOVED_AWAY, 30 * DAY),
        (LeadState.NEW, 60 * DAY),
        (LeadState.ASSIGNED, 60 * DAY),
        (LeadState.VISITED, 60 * DAY),
    ],
)
def test_p10_a_lead_goes_at_its_limit_and_not_before(state, limit):
    make_lead(state=state)

    assert sweep(limit - SECOND) == 0
    assert Lead.objects.count() == 1
    assert sweep(limit) == 1
    assert not Lead.objects.exists()
    assert sweep(limit) == 0  # a second run finds nothing


def test_p10_with_an_hourly_run_a_refused_lead_is_gone_within_24_hours():
    """Whenever in the hour the first run comes, the last one before the limit deletes."""
    for minutes in (0, 1, 30, 59):
        make_lead(state=LeadState.REFUSED)
        for hour in range(24):
            sweep(timedelta(hours=hour, minutes=minutes))
        assert not Lead.objects.exists()


@pytest.mark.parametrize("state", [LeadState.CONFIRMED, LeadState.PLACED])
def test_a_confirmed_member_stays(state):
    make_lead(state=state)

    assert sweep(400 * DAY) == 0


def test_p10_a_confirmation_taken_back_gives_the_lead_its_days_anew():
    lead = make_lead(state=LeadState.CONFIRMED)
    again = NOW + 100 * DAY
    leads.reconsider(case=lead, actor=party_actor(lead, "township"), now=again, opinion="有误")

    assert sweep(100 * DAY + HOUR) == 0
    assert sweep(160 * DAY - SECOND) == 0
    assert sweep(160 * DAY) == 1


@pytest.mark.parametrize("days", [30, 90])
def test_p10_the_district_sets_how_long_unconfirmed_ones_stay(days):
    ParameterValue.objects.create(
        key="lead.unconfirmed_days", value=days, valid_from=TODAY, entered_at=NOW
    )
    make_lead()

    assert sweep(days * DAY - SECOND) == 0
    assert sweep(days * DAY) == 1


def a_full_life():
    """Make a lead that has everything: visits, statement, notices, looks, opinions; say no at last."""
    name, phone, number, note, words = SECRETS
    lead = make_lead(state=LeadState.ASSIGNED, name=name, phone=phone, id_number=number, note=note)
    instructor = instructor_of(lead)
    head = actor_as(Role.STATION_HEAD, lead.station)
    reveal(
        actor=instructor,
        subject=lead,
        field=RevealField.PHONE,
        reason=RevealReason.CONTACT,
        words=f"联系{name}本人约时间",
        now=NOW,
    )
    leads.record_statement(
        case=lead,
        actor=instructor,
        now=NOW,
        kind=StatementKind.IN_PERSON,
        says=StatementSays.MEMBER,
        words=words,
    )
    committee = party_actor(lead, "township")
    owning.urge(actor=committee, case=lead, now=NOW, text=f"{name}那边抓紧")
    clock.remind(today=lead.due_on + DAY, now=NOW)
    leads.record_visit(case=lead, actor=instructor, now=NOW, opinion=f"{name}在店里")
    leads.refuse(case=lead, actor=head, now=NOW, opinion=f"{name}不愿意")
    return lead


def test_p10_everything_goes_and_a_digest_and_a_counter_stay():
    lead = a_full_life()
    public_id, area = lead.public_id, lead.area
    assert Notice.objects.filter(case_id=public_id).exists()
    audits = AuditEntry.objects.filter(subject_id=public_id).count()

    sweep(DAY)

    for model in (CaseEvent, CaseParty, Notice):
        assert not model.objects.filter(case_id=public_id).exists()
    assert not LeadVisit.objects.exists()
    assert not Lead.objects.exists()
    look = Reveal.objects.get()
    assert (look.lead, look.case_id, look.words, look.reason) == (None, "", "", "contact")
    tally = LeadTally.objects.get()
    assert (tally.month, tally.area, tally.source) == (TODAY.replace(day=1), area, "hint")
    assert (tally.end, tally.count) == (LeadState.REFUSED, 1)
    assert RefusalDigest.objects.count() == 5
    rows = AuditEntry.objects.filter(subject_id=public_id)
    assert rows.count() == audits + 1  # the trail stays whole, and names nobody
    assert rows.latest("number").action == "lead.erase"


def test_p10_of_a_deleted_lead_no_cell_of_the_database_holds_its_sealed_values():
    """Even who has the key finds nothing: every sealed cell that is left is opened."""
    lead = a_full_life()
    sealed = [getattr(lead, name) for name in ("name_sealed", "phone_sealed", "note_sealed")]
    before = dumped()
    assert all(value in before for value in sealed)

    sweep(DAY)

    after = dumped()
    assert not [value for value in (*sealed, *SECRETS) if value in after]
    assert not [text for text in opened_cells() if any(secret in text for secret in SECRETS)]


def opened_cells():
    for column in sealed_columns():
        for row in column.model._default_manager.all():
            value = getattr(row, column.attname)
            if value and hasattr(row, "public_id"):
                yield unseal(column.name, row.public_id, value)


def test_the_counter_counts_by_month_township_source_and_end():
    make_lead(state=LeadState.REFUSED)
    make_lead(state=LeadState.REFUSED)
    make_lead(state=LeadState.REFUSED, place="liuquan")
    make_lead()

    sweep(60 * DAY)

    rows = LeadTally.objects.order_by("area__path", "end").values_list("area__name", "end", "count")
    assert list(rows) == [
        ("清平镇党委", RAN_OUT, 1),
        ("清平镇党委", LeadState.REFUSED, 2),
        ("柳泉镇党委", LeadState.REFUSED, 1),
    ]


def test_a_lead_that_was_confirmed_meanwhile_is_left_alone(monkeypatch):
    """What was found over its time is looked at again before it goes."""
    lead = make_lead(state=LeadState.VISITED)
    erased = []
    monkeypatch.setattr(sweeping, "erase", lambda lead, *_: erased.append(lead))
    real = sweeping._sweep

    def confirmed_first(number, ends, now):
        Lead.objects.filter(pk=number).update(state=LeadState.NEW, opened_at=now)
        return real(number, ends, now)

    monkeypatch.setattr(sweeping, "_sweep", confirmed_first)

    assert sweep(60 * DAY) == 0
    assert erased == []
    assert Lead.objects.get() == lead


class TestProtection:
    def protect(self, member):
        department = actor_as(Role.ORG_DEPT, the_district().org_dept)
        leads.protect_member(actor=department, member=member, now=NOW)

    def test_p20_leads_of_a_protected_person_go_at_once(self):
        member = make_known_member(name="纪北辰")
        by_phone = make_lead(name="纪北辰", phone=member.phone)
        other = make_lead(name="纪北辰")  # a namesake stays

        self.protect(member)

        assert list(Lead.objects.all()) == [other]
        assert not CaseEvent.objects.filter(case_id=by_phone.public_id).exists()

    def test_p20_leads_by_the_phone_alone_go_too_and_none_is_opened_again(self):
        member, other = make_known_member(name="纪北辰"), make_lead(name="", phone=a_phone())
        make_lead(name="", phone=member.phone)

        self.protect(member)

        assert list(Lead.objects.all()) == [other]
        for name, opens in (("", False), ("纪北辰", False), ("纪北星", True)):
            draft = make_draft(name=name, phone=member.phone)
            lead = leads.open_lead(clock_actor(TODAY), draft, now=NOW)
            assert (lead is not None) is opens

    def test_p20_without_the_roster_row_the_kept_phone_still_holds_a_nameless_lead_back(self):
        member = make_known_member(name="纪北辰")
        self.protect(member)
        Member.objects.filter(pk=member.pk).update(phone_digest="")

        draft = make_draft(name="", phone=member.phone)

        assert leads.open_lead(clock_actor(TODAY), draft, now=NOW) is None

    def test_p20_what_the_person_reported_goes_too(self):
        member = make_known_member(name=ANSWERS.name, phone=ANSWERS.phone)
        other = make_claim(answers=replace(ANSWERS, name="方柏松"))
        make_claim()

        self.protect(member)

        assert SelfReport.objects.get() == other

    def test_only_the_department_protects(self):
        member, district = make_known_member(), the_district()

        for role, body in (
            (Role.TOWNSHIP_COMMITTEE, district.liuquan),
            (Role.BUREAU, district.bureau),
            (Role.SOCIAL_WORK_DEPT, district.social_work),
        ):
            with pytest.raises(Exception, match=r"member\.protect"):
                leads.protect_member(actor=actor_as(role, body), member=member, now=NOW)

    def test_twice_is_refused_and_lifting_lets_the_person_be_found_again(self):
        member = make_known_member(name="纪北辰")
        self.protect(member)
        with pytest.raises(leads.ProtectedAlready):
            self.protect(member)
        operator = shell_operator(TODAY)

        leads.lift_protection(actor=operator, member=member, now=NOW)

        make_lead(name="纪北辰", phone=member.phone)
        with pytest.raises(leads.ProtectedAlready):
            leads.lift_protection(actor=operator, member=member, now=NOW)
