"""The rules of security.md 6.2 that concern leads, each by its name."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.access.matrix_world import make_world
from tests.access.test_matrix import RULES, addresses_of
from tests.factories import TODAY, make_user
from tests.factories.closures import make_shop, the_district
from tests.factories.district import actor_as
from tests.factories.leads import (
    a_number,
    give_proof,
    instructor_of,
    make_draft,
    make_known_member,
    make_lead,
    party_actor,
)
from tests.services.cases.kinds import moment
from xgz.access import clock
from xgz.access.actor import actor_for, clock_actor
from xgz.access.leads import visible_leads
from xgz.models import Body, Lead, MemberWorkplace, ProtectedDigest, RoleAssignment, User
from xgz.queries.inbox import inbox_counts, inbox_rows
from xgz.queries.lead_funnel import funnel
from xgz.queries.lead_identity import found_member
from xgz.queries.leads import RosterQuery, lead_sheet, roster_candidates
from xgz.rules.leads import (
    CheckResult,
    LeadSource,
    LeadState,
    StatementKind,
    StatementSays,
    VisitOutcome,
)
from xgz.rules.reveals import RevealField, RevealReason
from xgz.rules.roles import BODY_KINDS_OF_ROLE, Role
from xgz.services import leads
from xgz.services.cases import clock as case_clock

pytestmark = pytest.mark.django_db

NOW = moment()
NAME, PHONE, NUMBER = "靐麤驫", "19977465432", "530997196601010025"
NOTE, REASON_WORDS = "龘字号后院的裱糊匠", "爨记约定再谈"
CANARIES = (NAME, PHONE, NUMBER, NOTE)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.showing(lambda: NOW):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_canary_lead(**values: Any) -> Lead:
    shop = make_shop(the_district(), address="清平镇示例街7号")
    known = {"business": shop, "name": NAME, "phone": PHONE, "id_number": NUMBER, "note": NOTE}
    return make_lead(**(known | values))


def everybody() -> dict[str, User]:
    """Return somebody of every role at every body, by role and body."""
    people = {}
    member = make_known_member()
    for role in Role:
        for body in Body.objects.filter(kind__in=BODY_KINDS_OF_ROLE[role]).exclude(
            kind="organisation"
        ):
            links: dict[str, Any] = {}
            if role is Role.MEMBER:
                links = {"member": member}
            if role is Role.OWNER:
                links = {"business": make_shop(the_district())}
            people[f"{role} {body.name}"] = make_user(role, body, **links)
    return people


PAGES = ("lead-detail", "lead-script", "lead-statement", "lead-check")


def test_p06_only_those_four_find_it_and_to_everybody_else_it_is_not_there():
    lead = make_canary_lead(state=LeadState.ASSIGNED)
    people = everybody() | {"the instructor": lead.instructor}
    seen = {
        "org_dept 县委组织部",
        "township_committee 清平镇党委",
        "station_head 清平所",
        "the instructor",
    }

    for who, user in people.items():
        client = Client()
        client.force_login(user)
        status = {client.get(reverse(name, args=[lead.public_id])).status_code for name in PAGES}
        sees = visible_leads(actor_for(user, TODAY)).filter(pk=lead.pk).exists()
        assert sees is (who in seen), who
        assert (status == {404}) is (who not in seen), (who, status)
        for path in (
            f"/cases/lead/{lead.public_id}/urge/",
            f"/reveals/leads/{lead.public_id}/phone/",
        ):
            answer = client.get(path).status_code
            assert who in seen or answer in (403, 404), (who, path)


def test_p06_before_anybody_is_sent_no_station_sees_it():
    make_canary_lead()

    for who, user in everybody().items():
        sees = visible_leads(actor_for(user, TODAY)).exists()
        assert sees is (who in {"org_dept 县委组织部", "township_committee 清平镇党委"}), who


def test_p06_where_the_station_stands_empty_the_department_answers_and_not_the_bureau():
    lead = make_canary_lead(state=LeadState.ASSIGNED)
    bureau, department = (
        actor_as(role, getattr(the_district(), body))
        for role, body in ((Role.BUREAU, "bureau"), (Role.ORG_DEPT, "org_dept"))
    )
    RoleAssignment.objects.filter(user=lead.instructor).delete()
    assert inbox_counts(department).waiting == 1
    assert inbox_counts(bureau).waiting == 0
    assert not list(inbox_rows(bureau))
    case_clock.remind(today=lead.due_on + timedelta(days=1), now=NOW)
    assert (inbox_counts(bureau).unread, inbox_counts(department).unread) == (0, 1)
    case_clock.move_up(today=lead.due_on + timedelta(days=30), now=NOW)
    lead.refresh_from_db()
    assert lead.owner_body == the_district().org_dept
    assert not visible_leads(bureau).exists()


def test_p07_the_instructor_reads_a_masked_name_the_business_and_the_street():
    lead = make_canary_lead(state=LeadState.ASSIGNED, source=LeadSource.SELF_REPORT)
    client = signed_in(lead.instructor)

    pages = [
        client.get(address).content.decode()
        for address in (
            reverse("lead-list"),
            reverse("lead-detail", args=[lead.public_id]),
            reverse("lead-step", args=[lead.public_id, "visit"]),
            reverse("lead-statement", args=[lead.public_id]),
            reverse("inbox"),
            reverse("reveal-lead", args=[lead.public_id, "phone"]),
        )
    ]

    for page in pages:
        for value in (NAME, PHONE, NUMBER, PHONE[-4:], NUMBER[-4:]):
            assert value not in page
    assert "靐*" in pages[1]
    assert lead.business.name in pages[1]
    assert "示例街" in pages[1]
    assert NOTE not in pages[1]  # why is the organization line's, for it came from the person


def test_p07_of_the_own_lines_patrols_the_instructor_reads_why():
    lead = make_canary_lead(state=LeadState.ASSIGNED, source=LeadSource.PATROL)
    page = signed_in(lead.instructor).get(reverse("lead-detail", args=[lead.public_id]))

    assert NOTE in page.content.decode()
    assert "日常巡查" in page.content.decode()


@pytest.mark.parametrize(
    "source", [s for s in LeadSource if s not in ("patrol", "visit", "hint", "survey")]
)
def test_p07_no_other_reason_is_told(source):
    lead = make_canary_lead(state=LeadState.ASSIGNED, source=source)
    sheet = lead_sheet(lead, instructor_of(lead))

    assert (sheet.source, sheet.note, sheet.capacity, sheet.id_number, sheet.phone) == ("",) * 5
    assert sheet.whole is False
    whole = lead_sheet(lead, party_actor(lead, "township"))
    assert (whole.source, whole.note) == (source, NOTE)


def test_p07_the_whole_phone_is_shown_for_contact_alone_and_counts():
    lead = make_canary_lead(state=LeadState.ASSIGNED)
    client = signed_in(lead.instructor)
    address = reverse("reveal-lead", args=[lead.public_id, "phone"])

    for data in (
        {},
        {"reason": "contact", "words": "约时间"},
        {"reason": "verify", "words": REASON_WORDS * 2},
    ):
        refused = client.post(address, data)
        assert (refused.status_code, PHONE in refused.content.decode()) == (200, False)
    shown = client.post(address, {"reason": "contact", "words": REASON_WORDS + "见面时间"})

    assert shown.status_code == 302
    page = client.get(shown["Location"])
    assert PHONE in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert "data-reveal" in page.content.decode()  # blurred while nobody is there (P22)
    with clock.showing(lambda: NOW + timedelta(minutes=5)):
        assert client.get(shown["Location"]).status_code == 302
    assert client.get(reverse("reveal-lead", args=[lead.public_id, "id_number"])).status_code == 403


def test_p08_twenty_a_day_with_all_other_looks_together():
    from xgz.services.reveals import RevealsUsedUp, reveal

    first = make_canary_lead(state=LeadState.ASSIGNED)
    actor, words = instructor_of(first), "联系本人约见面的时间"

    def look(lead):
        reveal(
            actor=actor,
            subject=lead,
            field=RevealField.PHONE,
            reason=RevealReason.CONTACT,
            words=words,
            now=NOW,
        )

    look(first)
    for _ in range(19):
        look(make_lead(state=LeadState.ASSIGNED, instructor=first.instructor))
    with pytest.raises(RevealsUsedUp):
        look(make_lead(state=LeadState.ASSIGNED, instructor=first.instructor))


def test_p08_looks_at_leads_are_watched_by_the_department_and_not_by_the_bureau():
    lead = make_canary_lead(state=LeadState.ASSIGNED)
    client = signed_in(lead.instructor)
    client.post(
        reverse("reveal-lead", args=[lead.public_id, "phone"]),
        {"reason": "contact", "words": REASON_WORDS + "见面时间"},
    )

    watched = {}
    for role, body in ((Role.BUREAU, "bureau"), (Role.ORG_DEPT, "org_dept")):
        user = make_user(role, getattr(the_district(), body))
        watched[role] = signed_in(user).get(reverse("reveal-watch")).content.decode()
    assert REASON_WORDS in watched[Role.ORG_DEPT]
    assert REASON_WORDS not in watched[Role.BUREAU]
    assert "靐" not in watched[Role.BUREAU]


def test_p08_the_market_line_does_not_learn_that_somebody_reported():
    """Two leads alike but for the statement and the check read the same to whoever was sent."""
    reported = make_lead(state=LeadState.ASSIGNED, source=LeadSource.SELF_REPORT, business=None)
    plain = make_lead(
        state=LeadState.ASSIGNED,
        source=LeadSource.MATCHING,
        business=None,
        instructor=reported.instructor,
    )
    committee = party_actor(reported, "township")
    leads.statement_of_person(lead=reported, actor=committee, stated_on=TODAY, now=NOW)
    leads.record_roster_check(case=reported, actor=committee, now=NOW, result=CheckResult.NOT_FOUND)

    def page(user, lead):
        text = signed_in(user).get(reverse("lead-detail", args=[lead.public_id])).content
        told = _without_token(text).decode()
        return told.replace(lead.public_id, "").replace(lead.number, "")

    assert page(reported.instructor, reported) == page(reported.instructor, plain)
    assert "记录本人说明" in (told := page(committee.user, reported))
    assert "核对名册" in told
    # One takes the self-report back, of the other the committee writes down that the person said no.
    leads.close_as_withdrawn(reported, now=NOW)
    leads.refuse(case=plain, actor=committee, now=NOW)
    assert page(reported.instructor, reported) == page(reported.instructor, plain)
    for user in (reported.instructor, committee.user):
        assert "撤回" not in page(user, reported)


def test_p08_what_the_instructor_wrote_down_the_instructor_reads():
    lead = make_lead(state=LeadState.ASSIGNED)
    leads.record_statement(
        case=lead,
        actor=instructor_of(lead),
        now=NOW,
        kind=StatementKind.PHONE,
        says=StatementSays.MEMBER,
    )

    page = signed_in(lead.instructor).get(reverse("lead-detail", args=[lead.public_id]))

    assert "statement" in [line.event.action for line in page.context["history"]]


def test_p09_the_script_says_nothing_of_membership_and_names_nobody():
    lead = make_canary_lead(state=LeadState.ASSIGNED)
    page = signed_in(lead.instructor).get(reverse("lead-script", args=[lead.public_id]))
    text = page.content.decode()
    script = text[text.index("<article") : text.index("</article>")]

    for word in ("党员", "党组织", "共产党", "入党", "组织关系", lead.business.name, "靐"):
        assert word not in script
    assert "不当着" in script
    assert "以后不再打扰" in script
    assert "data-print" in text


def test_p10_a_refusal_is_not_opened_again_and_the_answer_is_the_same():
    lead = make_canary_lead()
    office = the_district().qingping_office
    client = signed_in(make_user(Role.STATION_HEAD, office))
    leads.refuse(case=lead, actor=party_actor(lead, "township"), now=NOW)
    leads.sweep_leads(now=NOW + timedelta(hours=24))

    def tell(name, phone):
        data = {
            "source": "hint",
            "source_on": TODAY.isoformat(),
            "township": the_district().qingping.public_id,
            "name": name,
            "phone": phone,
            "note": "街口听说",
        }
        response = client.post(reverse("lead-new"), data, follow=True)
        return response.status_code, response.redirect_chain, _without_token(response.content)

    kept_away = tell(NAME, PHONE)
    assert not Lead.objects.exists()
    opened = tell("柏长青", "13911112222")
    assert Lead.objects.count() == 1
    assert kept_away == opened


def test_p11_what_is_ruled_out_leaves_no_trace_on_the_market_side():
    """Ruled out or kept away before anybody was sent: the market line's pages do not change."""
    head = make_user(Role.STATION_HEAD, the_district().qingping_office)
    bureau = make_user(Role.BUREAU, the_district().bureau)
    make_shop(the_district())

    def pages():
        found = []
        for user in (head, bureau):
            client = Client()
            client.force_login(user)
            for name in ("lead-list", "lead-funnel", "inbox", "inbox-unread", "inbox-done", "home"):
                page = client.get(reverse(name))
                found.append((name, page.status_code, _without_token(page.content)))
        return found

    shop = make_shop(the_district())
    before = pages()
    lead = make_lead(business=shop, source=LeadSource.MATCHING)
    leads.rule_out(case=lead, actor=party_actor(lead, "township"), now=NOW, opinion="不是")
    leads.sweep_leads(now=NOW + timedelta(days=31))

    assert pages() == before


def _without_token(content: bytes) -> bytes:
    return re.sub(rb'(name="csrfmiddlewaretoken" value=")[^"]*', rb"\1", content)


def test_p05_the_market_line_reads_rounded_figures_of_what_its_stations_were_given():
    given = make_lead(state=LeadState.CONFIRMED)
    for _ in range(6):
        make_lead(state=LeadState.ASSIGNED, instructor=given.instructor)
    make_lead(state=LeadState.ASSIGNED, place="liuquan")
    bureau = funnel(actor_as(Role.BUREAU, the_district().bureau))
    head = funnel(actor_as(Role.STATION_HEAD, the_district().qingping_office))

    assert [(row.office.name, row.given) for row in bureau.given] == [
        ("清平所", 5),
        ("柳泉所", None),
    ]
    assert [(row.office.name, row.given) for row in head.given] == [("清平所", 5)]
    for told in (bureau, head):
        assert (told.rows, told.total) == ([], None)  # no step of the funnel, no total


def test_p12_both_proofs_stand_written_down_with_who_and_when():
    lead = make_canary_lead(state=LeadState.VISITED)
    member = make_known_member()
    give_proof(lead, member)
    committee = party_actor(lead, "township")
    leads.confirm(case=lead, actor=committee, now=NOW)

    assert (lead.stated_on, lead.checked_on, lead.confirmed_on) == (TODAY, TODAY, TODAY)
    assert found_member(lead) == member


def test_p15_no_value_of_a_lead_is_in_any_address_title_log_or_audit_row(caplog):
    caplog.set_level(logging.DEBUG)
    lead = make_canary_lead(state=LeadState.ASSIGNED)
    committee = make_user(Role.TOWNSHIP_COMMITTEE, lead.area)
    people = [lead.instructor, committee, make_user(Role.ORG_DEPT, the_district().org_dept)]
    values = (*CANARIES, "党员是")
    for user in people:
        client = signed_in(user)
        for name in ("lead-list", "lead-new", "lead-funnel", "inbox"):
            _check_page(client.get(reverse(name)), CANARIES)
        for name in PAGES:
            _check_page(client.get(reverse(name, args=[lead.public_id])), CANARIES)
        for action in ("visit", "refuse", "reassign", "give_back"):
            _check_page(client.get(reverse("lead-step", args=[lead.public_id, action])), CANARIES)
        posted = {"name": NAME, "born_on": "1966-01-01"}
        _check_page(client.post(reverse("lead-check", args=[lead.public_id]), posted), CANARIES)
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert not [value for value in values if value in logged]


def _check_page(response, values):
    text = response.content.decode()
    title = text[text.find("<title>") : text.find("</title>")]
    links = [part.split('"')[0] for part in text.split('href="')[1:]]
    links += [part.split('"')[0] for part in text.split('action="')[1:]]
    for value in values:
        assert value not in title
        assert not [link for link in links if value in link]
        assert value not in response.headers.get("Location", "")
        assert value not in response.headers.get("Content-Disposition", "")


def test_p15_no_cell_of_the_database_holds_a_value_of_a_lead_in_clear():
    lead = make_canary_lead(state=LeadState.ASSIGNED, capacity="羴鱻帮工")
    actor = instructor_of(lead)
    leads.record_visit(
        case=lead,
        actor=actor,
        now=NOW,
        opinion=NOTE,
        visit=leads.Visit(VisitOutcome.NOT_MET),
    )
    leads.refuse(case=lead, actor=actor, now=NOW, opinion=f"{NAME}不愿")
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 (names of our own tables)
            found += map(repr, cursor.fetchall())

    everything = "\n".join(found)
    assert not [value for value in (*CANARIES, "羴鱻帮工") if value in everything]


def test_a_stolen_database_does_not_say_which_member_a_shops_lead_is():
    """Not by row number nor by name in addresses; a digest of the lead's is nobody else's."""
    shop = make_shop(the_district())
    member = make_known_member()
    lead = make_canary_lead(state=LeadState.VISITED, business=shop)
    give_proof(lead, member)
    leads.confirm(case=lead, actor=party_actor(lead, "township"), now=NOW)
    lead.refresh_from_db()
    cells = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            cells[table] = [str(cell) for row in cursor.fetchall() for cell in row]

    assert found_member(lead) == member
    assert "xgz_member" in cells
    for table, values in cells.items():
        if table != "xgz_member":
            assert not [value for value in values if member.public_id in value], table
        assert (lead.found_digest in values) is (table == "xgz_lead")


def test_p16_to_outsiders_every_page_is_the_same_with_and_without_leads():
    """One person who sees no lead, all pages of the matrix, before and after; see test_two_worlds."""
    world = make_world()
    Lead.objects.filter(station=the_district().qingping_office).update(
        station=None, instructor=None
    )
    ids = world.public_ids()
    names = ("lead-list", "lead-funnel", "inbox", "inbox-unread", "home", "business-detail")
    client = Client()
    client.force_login(world.people[Role.INSTRUCTOR])

    def crawl():
        return {
            address: _without_token(client.get(address).content)
            for name in names
            for _rule, _thing, address in addresses_of(name, ids)
        }

    before = crawl()
    make_canary_lead()
    make_lead(business=world.here.business, source=LeadSource.UNMATCHED_OWNER)

    assert crawl() == before
    assert set(names) <= set(RULES)


class TestProtected:
    """P20: set the flag; absent from every output of finding members."""

    @pytest.fixture
    def member(self):
        shop = make_shop(the_district(), owner_name=NAME)
        member = make_known_member(name=NAME, phone=PHONE, id_number=a_number())
        MemberWorkplace.objects.create(member=member, business=shop, valid_from=TODAY)
        department = actor_as(Role.ORG_DEPT, the_district().org_dept)
        leads.protect_member(actor=department, member=member, now=NOW)
        return member

    @pytest.mark.parametrize(
        "known",
        [
            {"phone": PHONE},
            {"phone": "", "number": True},
            {"phone": "", "place": True},
            {"name": "别名字", "phone": "", "number": True},
        ],
        ids=["name and phone", "number", "name at the workplace", "number under another name"],
    )
    def test_p20_no_lead_is_opened(self, member, known):
        values = {"name": known.get("name", NAME), "phone": known["phone"]}
        if known.get("number"):
            values["id_number"] = member.id_number
        if known.get("place"):
            values["business"] = member.workplaces.get().business

        assert leads.open_lead(clock_actor(TODAY), make_draft(**values), now=NOW) is None

    def test_p20_not_even_at_a_workplace_the_roster_learns_of_later(self, member):
        shop = make_shop(the_district())
        MemberWorkplace.objects.create(member=member, business=shop, valid_from=TODAY)

        draft = make_draft(business=shop, name=NAME, phone="")
        assert leads.open_lead(clock_actor(TODAY), draft, now=NOW) is None

    def test_p20_the_roster_check_finds_nobody_and_names_nobody(self, member):
        query = RosterQuery(number=member.id_number)
        by_name = RosterQuery(name=NAME, born_on=member.born_on)

        assert roster_candidates(query) == roster_candidates(by_name) == []
        department = actor_as(Role.ORG_DEPT, the_district().org_dept)
        leads.lift_protection(actor=department, member=member, now=NOW)
        assert [each.member for each in roster_candidates(query)] == [member]

    def test_p20_a_stolen_database_points_at_nobody(self, member):
        cells = [str(row) for row in ProtectedDigest.objects.values_list()]
        trail = [str(row) for row in apps.get_model("xgz", "AuditEntry").objects.values_list()]
        for value in (member.public_id, member.key_digest, member.phone_digest, NAME, PHONE):
            assert not [cell for cell in (*cells, *trail) if value in cell]

    def test_p20_the_roster_itself_goes_on(self, member):
        client = signed_in(make_user(Role.TOWNSHIP_COMMITTEE, the_district().liuquan))

        assert client.get(reverse("member-detail", args=[member.public_id])).status_code == 200
