"""Looks at people of leads count like looks at members: by name on pages (RV-5), at numbers (RV-7)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_member, make_organisation, make_user
from tests.factories.closures import make_shop, the_district
from tests.factories.leads import give_proof, make_known_member, make_lead
from tests.services.cases.kinds import moment
from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.models import AuditEntry, Lead, Member, RoleAssignment, Sighting, sealing
from xgz.queries.reveals import watched_week
from xgz.rules.leads import LeadSource, LeadState
from xgz.rules.reveals import (
    ALARM_PEOPLE,
    MANY_AN_HOUR,
    MOST_PEOPLE,
    Mark,
    RevealField,
    RevealReason,
    sighting_step,
)
from xgz.rules.roles import Role
from xgz.services import leads
from xgz.services.leads import sweep_leads
from xgz.services.reveals import reveal

pytestmark = pytest.mark.django_db
NOW = moment()  # 11:00 of a working day here
EVENING = NOW + timedelta(hours=10)
NAME = "柏长青"
ADDRESS = "清平县清平镇和平路12号"
PAGES = ("lead-detail", "lead-statement", "lead-check")
STEPS = {LeadState.NEW: "assign", LeadState.VISITED: "rule_out"}


@pytest.fixture(autouse=True)
def at_noon():
    with clock.showing(lambda: NOW):
        yield


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def the_committee():
    return make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping)


def the_department():
    return make_user(Role.ORG_DEPT, the_district().org_dept)


def seen_by(user):
    return list(Sighting.objects.filter(user=user).values_list("member", "lead"))


# --- by name, on whatever page (RV-5) ------------------------------------------------------------


def pages_of(lead):
    """Return the addresses of all pages that name the person of a lead."""
    found = [reverse(name, args=[lead.public_id]) for name in PAGES]
    found.append(reverse("lead-step", args=[lead.public_id, STEPS[LeadState(lead.state)]]))
    found += [
        reverse("reveal-lead", args=[lead.public_id, each]) for each in ("phone", "id_number")
    ]
    return [*found, reverse("lead-list"), reverse("lead-list") + "?list=open", reverse("inbox")]


def test_every_page_that_names_the_person_of_a_lead_counts_it_once():
    lead = make_lead(state=LeadState.VISITED, name=NAME)
    user = the_committee()

    for address in pages_of(lead):
        Sighting.objects.all().delete()
        client = client_of(user)
        for _again in range(2):
            page = client.get(address).content.decode()
        assert (NAME in page, seen_by(user)) == (True, [(None, lead.pk)]), address


def test_leads_found_by_name_and_sent_together_count_their_people():
    first, second = make_lead(name=NAME), make_lead(name="甘棠")
    user = the_committee()
    client = client_of(user)

    client.post(reverse("lead-find"), {"name": NAME})
    assert seen_by(user) == [(None, first.pk)]
    Sighting.objects.all().delete()
    client.get(reverse("lead-send"), {"lead": [first.public_id, second.public_id]})

    assert sorted(seen_by(user)) == [(None, first.pk), (None, second.pk)]


def test_whoever_stands_beside_the_proofs_of_a_step_counts_where_the_lead_names_nobody():
    lead, member = make_lead(state=LeadState.VISITED, name=""), make_known_member(name=NAME)
    give_proof(lead, member)
    user = the_committee()

    page = client_of(user).get(reverse("lead-step", args=[lead.public_id, "confirm"]))

    assert NAME in page.content.decode()
    assert seen_by(user) == [(member.pk, None)]


def test_pages_that_name_nobody_count_nobody():
    unnamed = make_lead(state=LeadState.VISITED, name="")
    named = make_lead(state=LeadState.VISITED, name=NAME)
    client = client_of(the_committee())

    for address in (
        *(reverse(name, args=[unnamed.public_id]) for name in PAGES),
        reverse("lead-script", args=[named.public_id]),
        reverse("lead-funnel"),
    ):
        assert NAME not in client.get(address).content.decode()
    assert not Sighting.objects.exists()


def test_the_market_line_reads_masked_names_and_counts_nobody():
    lead = make_lead(state=LeadState.ASSIGNED, name=NAME)
    for user in (lead.instructor, make_user(Role.STATION_HEAD, the_district().qingping_office)):
        client = client_of(user)
        for name in ("lead-list", "inbox"):
            assert client.get(reverse(name)).status_code == 200
        for name in ("lead-detail", "lead-statement"):
            assert "柏*" in client.get(reverse(name, args=[lead.public_id])).content.decode()

    assert not Sighting.objects.exists()


@pytest.mark.parametrize("told", [NAME, ""])
def test_whoever_was_found_on_the_roster_counts_as_that_member(told):
    lead, member = make_lead(state=LeadState.VISITED, name=told), make_known_member(name=NAME)
    give_proof(lead, member)
    user = the_department()
    client = client_of(user)

    client.get(reverse("lead-detail", args=[lead.public_id]))
    client.get(reverse("lead-list") + "?list=open")
    client.get(reverse("member-detail", args=[member.public_id]))

    assert seen_by(user) == [(member.pk, None)]


def have_seen(user, number):
    """Let the user have seen as many members in this quarter of an hour."""
    branch = make_organisation(the_district().qingping)
    keys = [f"seen{place:08}" for place in range(number)]
    members = Member.objects.bulk_create(
        Member(
            public_id=key,
            key_digest=key,
            name_sealed=sealing.seal("member.name", key, "许知秋"),
            member_class="full",
            formal_org=branch,
        )
        for key in keys
    )
    step = sighting_step(NOW)
    Sighting.objects.bulk_create(Sighting(user=user, hour=step, member=row) for row in members)


@pytest.mark.parametrize("before", [MOST_PEOPLE - 1, MOST_PEOPLE])
def test_members_and_leads_stop_at_the_same_three_hundred(before):
    lead = make_lead(state=LeadState.VISITED, name=NAME)
    user = the_committee()
    have_seen(user, before)

    for address in pages_of(lead):
        page = client_of(user).get(address)
        is_work = address == reverse("inbox")  # counted, never refused
        if before < MOST_PEOPLE or is_work:
            assert (page.status_code, NAME in page.content.decode()) == (200, True), address
        else:
            assert (page.status_code, NAME in page.content.decode()) == (429, False), address
    assert AuditEntry.objects.filter(action="sighting.refused").count() == (before == MOST_PEOPLE)


@pytest.mark.parametrize(("before", "told"), [(ALARM_PEOPLE - 2, False), (ALARM_PEOPLE - 1, True)])
def test_the_alarm_says_who_looked_and_not_at_whom(before, told):
    lead = make_lead(name=NAME)
    user = the_committee()
    have_seen(user, before)

    client_of(user).get(reverse("lead-detail", args=[lead.public_id]))

    admin = make_user(Role.SECURITY_ADMIN, the_district().administration)
    page = client_of(admin).get(reverse("reveal-alarms"))
    assert [row.actor for row, _refused in page.context["lines"]] == [user] * told
    for word in (NAME, lead.public_id, lead.number):
        assert word not in page.content.decode()


def test_a_deleted_lead_leaves_no_sighting():
    lead = make_lead(state=LeadState.VISITED, name=NAME)
    user = the_committee()
    client_of(user).get(reverse("lead-detail", args=[lead.public_id]))
    assert seen_by(user)
    leads.rule_out(case=lead, actor=actor_for(user, NOW.date()), now=NOW, opinion="不是本人")

    sweep_leads(now=NOW + timedelta(days=31))

    assert not Lead.objects.exists()
    assert not Sighting.objects.exists()


# --- at numbers: what stands out (RV-7) ----------------------------------------------------------


def look(user, lead, field=RevealField.PHONE, at=NOW):
    reason = {RevealField.PHONE: RevealReason.CONTACT, RevealField.ID_NUMBER: RevealReason.VERIFY}
    reveal(
        actor=actor_for(user, NOW.date()),
        subject=lead,
        field=field,
        reason=reason[field],
        words="联系本人约见面的时间",
        now=at,
    )


def watched(user=None, later=timedelta(days=1)):
    """Return the week as its supervisor reads it."""
    actor = actor_for(user or the_department(), NOW.date())
    return watched_week(actor, clock.local(NOW + later))


def marks(later=timedelta(days=1)):
    return [set(row.marks) for row in watched(later=later)[1]]


@pytest.mark.parametrize(("at", "found"), [(NOW, set()), (EVENING, {Mark.AFTER_HOURS})])
def test_a_look_at_a_lead_in_the_evening_stands_out(at, found):
    lead = make_lead(state=LeadState.ASSIGNED)

    look(lead.instructor, lead, at=at)

    assert marks() == [found]


def test_the_department_reads_that_it_was_a_lead_and_no_named_case():
    lead = make_lead(state=LeadState.ASSIGNED, name=NAME)
    look(lead.instructor, lead)
    department = the_department()

    with clock.showing(lambda: NOW + timedelta(hours=1)):
        page = client_of(department).get(reverse("reveal-watch")).content.decode()

    assert '<span class="x-tag">线索</span>' in page
    assert "有对应事项" not in page
    assert ("柏*" in page, NAME in page) == (True, False)


@pytest.mark.parametrize("number", [MANY_AN_HOUR - 1, MANY_AN_HOUR])
def test_many_leads_within_an_hour_stand_out_also_when_they_are_deleted(number):
    first = make_lead(state=LeadState.ASSIGNED)
    others = [
        make_lead(state=LeadState.ASSIGNED, instructor=first.instructor) for _ in range(number - 1)
    ]
    for minute, lead in enumerate((first, *others)):
        look(first.instructor, lead, at=NOW + timedelta(minutes=minute))
    found = [{Mark.VOLUME}] * number if number == MANY_AN_HOUR else [set()] * number
    assert marks() == found
    for lead in (first, *others):
        leads.refuse(
            case=lead, actor=actor_for(first.instructor, NOW.date()), now=NOW, opinion="本人不愿"
        )
    sweep_leads(now=NOW + timedelta(days=1))
    assert not Lead.objects.exists()

    assert marks() == found
    (looker,) = watched()[0]
    assert (looker.looks, looker.people) == (number, number)


@pytest.mark.parametrize(
    ("name", "address", "found"),
    [
        (NAME, ADDRESS.replace("12", "7"), {Mark.RELATED}),
        ("方知秋", ADDRESS.replace("12", "7"), set()),
        ("方知秋", ADDRESS, {Mark.HOUSEHOLD}),
        (NAME, "清平县清平镇东街7号", set()),
    ],
)
def test_a_lead_at_the_lookers_own_place_stands_out(name, address, found):
    lead = make_lead(name=name, business=make_shop(the_district(), address=address))
    user = the_committee()
    living_at(user, ADDRESS)

    look(user, lead)

    assert marks() == [found]


def living_at(user, address):
    """Let the user be 柏知秋 of the roster, who lives there; return the member."""
    branch = make_organisation(the_district().qingping)
    own = make_member(branch, name="柏知秋", id_number="")
    sealed = sealing.seal("member.address", own.public_id, address)
    Member.objects.filter(pk=own.pk).update(address_sealed=sealed)
    RoleAssignment.objects.create(
        user=user, role=Role.MEMBER, body=branch.body, member=own, valid_from=NOW.date()
    )
    return Member.objects.get(pk=own.pk)


@pytest.mark.parametrize("is_self", [True, False])
def test_whoever_was_found_is_told_by_the_line_of_the_roster(is_self):
    """The place of work is far away; at home the two live under one roof, or are one person."""
    user = the_committee()
    own = living_at(user, ADDRESS)
    lead = make_lead(state=LeadState.VISITED, name=own.name)
    found = own
    if not is_self:
        found = make_known_member(name="柏长青")
        sealed = sealing.seal("member.address", found.public_id, ADDRESS)
        Member.objects.filter(pk=found.pk).update(address_sealed=sealed)
    give_proof(lead, found)

    look(user, lead)

    assert marks() == [set() if is_self else {Mark.RELATED, Mark.HOUSEHOLD}]


def test_both_numbers_of_a_lead_are_the_ordinary_work_on_it():
    lead = make_lead(state=LeadState.VISITED, id_number="360999196804021234")
    user = the_committee()

    for field in (RevealField.PHONE, RevealField.ID_NUMBER):
        look(user, lead, field)

    assert marks() == [set(), set()]


@pytest.mark.parametrize("source", [LeadSource.HINT, LeadSource.SELF_REPORT])
def test_the_market_line_learns_of_no_look_at_a_lead_however_odd(source):
    lead = make_lead(state=LeadState.ASSIGNED, name=NAME, source=source)
    look(lead.instructor, lead, at=EVENING)

    bureau = make_user(Role.BUREAU, the_district().bureau)

    assert watched(bureau) == ([], [])
    with clock.showing(lambda: EVENING + timedelta(hours=1)):
        page = client_of(bureau).get(reverse("reveal-watch")).content.decode()
    for word in (lead.number, lead.public_id, lead.subject, str(lead.instructor), "柏*"):
        assert word not in page


def test_a_week_asks_for_those_who_were_found_all_at_once(django_assert_max_num_queries):
    """As many questions for three looks as for one."""
    user, department, counts = the_committee(), the_department(), []
    for number in (1, 2):
        for _ in range(number):
            lead = make_lead(state=LeadState.VISITED)
            give_proof(lead, make_known_member())
            look(user, lead)
        with django_assert_max_num_queries(20) as asked:
            assert len(watched(department)[1]) == 2 * number - 1
        counts.append(len(asked))

    assert counts[0] == counts[1]
