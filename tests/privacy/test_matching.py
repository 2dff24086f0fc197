"""Rules P01 to P05, P11, P18 and P20 of the security paper, as far as comparisons concern them."""

import ast
import re
from dataclasses import fields
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories import (
    TODAY,
    actor_as,
    make_district,
    make_organisation,
    make_report,
    make_user,
    seat_of,
)
from tests.factories.matching import NOW, PDF, make_pair, make_task, make_tie, make_twins
from tests.source_reading import ROOT
from xgz.access import clock
from xgz.models import (
    AuditEntry,
    Business,
    MatchingNotice,
    MatchPair,
    Member,
    MemberWorkplace,
    NotSame,
    OwnerTie,
    SelfReportWindow,
)
from xgz.queries.owner_lists import ListWanted, entries_of
from xgz.rules.linkage.identities import Identities
from xgz.rules.linkage.verdicts import Verdict
from xgz.rules.matching import (
    Decision,
    MatchPurpose,
    Missing,
    OwnerList,
    TaskState,
    TieMistake,
)
from xgz.rules.roles import Role
from xgz.services import matching
from xgz.services.leads import protect_member
from xgz.services.matching import TaskPapers, identities

pytestmark = pytest.mark.django_db

ALLOWED = {"name", "sex", "born_on", "id_number", "phone", "address"}
MARKET_LINE = (Role.BUREAU, Role.STATION_HEAD, Role.INSTRUCTOR, Role.ASSOCIATION)
# What belongs to comparisons themselves, inside the organization department, and the trail.
INSIDE = {
    "xgz_matchpair",
    "xgz_matchingtask",
    "xgz_notsame",
    "xgz_matchingnotice",
    "xgz_auditentry",
    "xgz_audithead",
}


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def department(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


@pytest.fixture
def village(district):
    return make_organisation(district.qingping)


def papers(*areas, **values):
    whole = {
        "legal_basis": "条例第二十九条",
        "document_number": "清组发〔2026〕8号",
        "purpose": MatchPurpose.FIND,
        "expires_on": TODAY + timedelta(days=90),
        "areas": areas,
        "assessment": PDF,
    }
    return TaskPapers(**whole | values)


def window(area, closes_on):
    SelfReportWindow.objects.create(
        area=area, opens_on=closes_on - timedelta(days=29), closes_on=closes_on, entered_at=NOW
    )


def say(actor, pair, decision):
    matching.decide(
        actor=actor, pair=pair, decision=decision, version=pair.version, purpose="find", now=NOW
    )


def carry_out(actor, task):
    task.refresh_from_db()
    return matching.carry_out(actor=actor, task=task, purpose="find", now=NOW)


def client_of(role, district):
    client = Client()
    client.force_login(make_user(role, seat_of(role, district)))
    return client


@pytest.mark.parametrize(
    ("closes_on", "may_start"),
    [(None, False), (TODAY, False), (TODAY - timedelta(days=1), True)],
    ids=["never opened", "last day", "ended yesterday"],
)
def test_p01_no_comparison_before_the_self_report_window_has_ended(
    district, department, closes_on, may_start
):
    if closes_on is not None:
        window(district.qingping, closes_on)
    task = matching.create_task(actor=department, papers=papers(district.qingping), now=NOW)

    if may_start:
        matching.start_task(actor=department, task=task, now=NOW)
        task.refresh_from_db()
        assert task.state == TaskState.DONE
    else:
        with pytest.raises(matching.TaskIncomplete) as refused:
            matching.start_task(actor=department, task=task, now=NOW)
        assert refused.value.missing == (Missing.WINDOW,)


def test_p01_every_township_of_the_task_counts(district, department):
    window(district.qingping, TODAY - timedelta(days=1))
    window(district.liuquan, TODAY)
    both = (district.qingping, district.liuquan)
    task = matching.create_task(actor=department, papers=papers(*both), now=NOW)

    with pytest.raises(matching.TaskIncomplete):
        matching.start_task(actor=department, task=task, now=NOW)


@pytest.mark.parametrize("page", ["matching-review", "matching-decided", "matching-carry-out"])
@pytest.mark.parametrize("purpose", [None, "form", "curiosity"])
def test_p02_no_page_of_an_outcome_without_its_purpose(district, village, page, purpose):
    member, business = make_twins(village, district.qingping, name="石有余")
    task = make_task(district.qingping)
    make_pair(task, member, business, decision=Decision.YES)
    client = client_of(Role.ORG_DEPT, district)
    query = "" if purpose is None else f"?purpose={purpose}"

    answer = client.get(reverse(page, args=[task.public_id]) + query)

    assert "石有余" not in answer.content.decode()
    assert answer.status_code == (403 if purpose == "form" else 200)
    refused = AuditEntry.objects.filter(action="matching.read", outcome="refused")
    assert refused.exists() is (purpose is not None or page != "matching-review")


def test_p02_what_was_found_for_one_purpose_is_on_no_list_of_another(district, department, village):
    member, business = make_twins(village, district.qingping)
    make_report(business, owner_is_member="no")
    make_tie(member, business)

    for which in (OwnerList.UNDECLARED, OwnerList.SHOULD_MOVE):
        for purpose in MatchPurpose:
            found = entries_of(which, department, ListWanted(purpose))
            assert bool(found) is (purpose is MatchPurpose.FIND)


def test_p03_six_columns_are_read_and_no_other():
    """Row number and public id name the row; everything else read is one of the six."""
    bare = {
        column.removesuffix("_sealed").removeprefix("owner_")
        for column in (*identities.MEMBER_COLUMNS, *identities.BUSINESS_COLUMNS)
    }

    renamed = {"id": "id_number"}
    assert {renamed.get(each, each) for each in bare} - {"pk", "public_id"} == ALLOWED
    assert {field.name for field in fields(Identities)} == ALLOWED
    for model, columns in (
        (Member, identities.MEMBER_COLUMNS),
        (Business, identities.BUSINESS_COLUMNS),
    ):
        assert {c for c in columns if c != "pk"} <= {f.attname for f in model._meta.concrete_fields}


def test_p03_the_reading_knows_no_other_table_and_no_whole_rows():
    """The module that reads people takes named columns of two tables, and asks nothing else."""
    path = ROOT / "xgz" / "services" / "matching" / "identities.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    models = [
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "xgz.models"
        for name in node.names
    ]
    reads = [
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]

    assert set(models) == {"Business", "Member", "sealing"}
    assert reads.count("values_list") == 2
    assert not {"all", "filter", "get", "values", "select_related", "only"} & set(reads)


def test_p03_the_engine_and_its_rules_import_no_model():
    for path in (ROOT / "xgz" / "engines" / "linkage").rglob("*.py"):
        assert "xgz.models" not in path.read_text(encoding="utf-8"), path
    for path in (ROOT / "xgz" / "rules" / "linkage").rglob("*.py"):
        assert "xgz.models" not in path.read_text(encoding="utf-8"), path


def test_p04_there_are_two_verdicts_and_silence_and_no_column_for_a_score():
    assert set(Verdict) == {"same", "possible"}
    words = re.compile(r"score|weight|probab|likel|percent|confiden|rank", re.IGNORECASE)
    columns = [
        f"{model.__name__}.{column.attname}"
        for model in apps.get_app_config("xgz").get_models()
        if "match" in model.__name__.lower() or model in (NotSame, OwnerTie)
        for column in model._meta.concrete_fields
    ]

    assert columns
    assert [each for each in columns if words.search(each)] == []


@pytest.mark.parametrize("verdict", list(Verdict))
def test_p04_a_page_says_possible_and_never_how_likely(district, village, verdict):
    task = make_task(district.qingping)
    make_pair(task, *make_twins(village, district.qingping), verdict=verdict)

    page = client_of(Role.ORG_DEPT, district).get(
        reverse("matching-review", args=[task.public_id]) + "?purpose=find"
    )

    text = page.content.decode()
    assert ("可能是同一人" in text) is (verdict is Verdict.POSSIBLE)
    assert "%" not in re.sub(r"<[^>]+>", "", text)
    assert not re.search(r"得分|分数|概率|可能性|相似度|权重|置信", text)


def test_p05_the_market_line_is_told_that_it_is_done_and_about_how_many(
    district, department, village
):
    task = make_task(district.qingping)
    names = ["石有余", "甘棠", "阮小满"]
    pairs = [make_pair(task, *make_twins(village, district.qingping, name=name)) for name in names]
    for pair in pairs:
        say(department, pair, Decision.YES)
    carry_out(department, task)

    for role in (Role.BUREAU, Role.STATION_HEAD):
        client = client_of(role, district)
        text = client.get(reverse("matching-notices")).content.decode()
        assert "比对完成，已分派线索约 5 条" in text
        assert not any(name in text for name in names)
        for name in ("matching-list", "owner-lists"):
            assert client.get(reverse(name)).status_code == 403
    assert set(MatchingNotice.objects.values_list("about", flat=True)) == {5}
    columns = {field.attname for field in MatchingNotice._meta.concrete_fields}
    assert columns == {"id", "public_id", "body_id", "about", "made_on"}


def test_p05_the_other_station_hears_nothing(district, department, village):
    task = make_task(district.qingping)
    say(department, make_pair(task, *make_twins(village, district.qingping)), Decision.YES)
    carry_out(department, task)
    client = Client()
    client.force_login(make_user(Role.STATION_HEAD, district.liuquan_office))

    assert "比对完成" not in client.get(reverse("matching-notices")).content.decode()


def test_p11_a_rejected_pair_changes_nothing_outside_the_department(district, department, village):
    """Table by table before and after; and every page of the market line, byte for byte."""
    member, business = make_twins(village, district.qingping)
    task = make_task(district.qingping)
    clients = {role: client_of(role, district) for role in MARKET_LINE}
    pages = _pages(clients, business)
    before = _tables()

    pair = make_pair(task, member, business)
    say(department, pair, Decision.NO)
    carry_out(department, task)

    after = _tables()
    assert {name for name in after if after[name] != before[name]} <= INSIDE
    assert not MatchPair.objects.exists()
    assert _pages(clients, business) == pages


def test_p11_without_the_market_line_seeing_a_pair_that_waits(district, village):
    member, business = make_twins(village, district.qingping)
    clients = {role: client_of(role, district) for role in MARKET_LINE}
    pages = _pages(clients, business)

    make_pair(make_task(district.qingping), member, business)

    assert _pages(clients, business) == pages


def test_p18_no_comparison_without_the_impact_assessment(district, department):
    window(district.qingping, TODAY - timedelta(days=1))
    lacking = papers(district.qingping, assessment=b"")
    task = matching.create_task(actor=department, papers=lacking, now=NOW)

    with pytest.raises(matching.TaskIncomplete) as refused:
        matching.start_task(actor=department, task=task, now=NOW)

    assert refused.value.missing == (Missing.ASSESSMENT,)
    assert not MatchPair.objects.exists()


def test_p20_a_protected_member_is_in_no_pair_no_list_and_no_count(district, department, village):
    window(district.qingping, TODAY - timedelta(days=1))
    member, business = make_twins(village, district.qingping, name="石有余")
    MemberWorkplace.objects.create(
        member=member, business=business, valid_from=TODAY - timedelta(days=400)
    )
    make_report(business, owner_is_member="no")
    make_tie(member, business)
    waiting = make_pair(
        make_task(district.qingping), *make_twins(village, district.qingping, name="石有余")
    )
    for each in Member.objects.all():
        protect_member(actor=department, member=each, now=NOW)
    task = matching.create_task(actor=department, papers=papers(district.qingping), now=NOW)
    matching.start_task(actor=department, task=task, now=NOW)
    task.refresh_from_db()
    client = client_of(Role.ORG_DEPT, district)

    assert (task.compared_members, task.found, task.known) == (0, 0, 0)
    for which in OwnerList:
        page = client.get(reverse("owner-list", args=[which]) + "?purpose=find")
        assert page.status_code == 200
        assert "石有余" not in page.content.decode()
    review = reverse("matching-review", args=[waiting.task.public_id])
    for query in ("?purpose=find", f"?purpose=find&pair={waiting.public_id}"):
        assert "石有余" not in client.get(review + query).content.decode()


def test_a_stolen_database_does_not_say_which_owner_is_a_member(district, department, village):
    """No row of matching names a member or a business, in clear or by a row number."""
    member, business = make_twins(village, district.qingping, name="石有余")
    pair = make_pair(make_task(district.qingping), member, business)
    make_tie(member, business)
    say(department, make_pair(pair.task, *make_twins(village, district.qingping)), Decision.NO)
    secrets = (
        member.public_id,
        business.public_id,
        member.name,
        member.id_number,
        business.name,
    )

    tables = _tables()

    for name in ("xgz_matchpair", "xgz_ownertie", "xgz_notsame", "xgz_matchingtask"):
        assert not any(secret in tables[name] for secret in secrets), name
    for model in (MatchPair, OwnerTie, NotSame):
        related = {
            field.related_model for field in model._meta.concrete_fields if field.related_model
        }
        assert not {Member, Business} & related


def test_an_undone_tie_leaves_no_clear_link(district, department, village):
    """Neither the row that goes, nor the "no" that stays, nor the trail names the two."""
    member, business = make_twins(village, district.qingping, name="石有余")
    tie = make_tie(member, business)
    before = _tables()

    matching.untie_owner(
        actor=department, tie=tie, mistake=TieMistake.SLIP, purpose="find", now=NOW
    )

    after = _tables()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"xgz_ownertie", "xgz_notsame", "xgz_auditentry", "xgz_audithead"}
    for name in changed:
        for secret in (member.public_id, business.public_id, member.name, business.name):
            assert secret not in after[name], name


def _tables():
    """Return table → all its rows as text."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("xgz").get_models():
            table = model._meta.db_table
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608 (our own table)
            found[table] = repr(cursor.fetchall())
    return found


def _pages(clients, business):
    names = ("home", "business-list", "inbox", "inbox-unread")
    addresses = [reverse(name) for name in names]
    addresses.append(reverse("business-detail", args=[business.public_id]))
    token = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')
    pages = {}
    for role, client in clients.items():
        for address in addresses:
            answer = client.get(address)
            pages[role, address] = answer.status_code, token.sub(rb"\1", answer.content)
    return pages
