"""Finding a claim by name or phone at the desk: digests alone, own reach alone, each counted (SR-4)."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_district, make_user
from tests.factories.self_reports import (
    ANSWERS,
    decide_on,
    hang_poster,
    make_claim,
    make_correction,
)
from xgz.access import clock
from xgz.access.actor import actor_for, shell_operator
from xgz.models import (
    Allowance,
    AuditEntry,
    SelfReport,
    SelfReportNameDigest,
    sealing,
)
from xgz.queries import self_reports
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.roles import Role
from xgz.rules.self_reports import Answers, ReportAction
from xgz.services.allowances import take
from xgz.services.self_reports.claims import correct
from xgz.services.self_reports.remedies import correct as correct_as_asked
from xgz.services.self_reports.removing import sweep_reports

pytestmark = pytest.mark.django_db
FIND = "self_report-find"
OTHER = Answers("欧阳青青", "13900001111")


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def poster(district):
    return hang_poster(district.qingping, today=clock.today())


@pytest.fixture
def desk(district):
    return client_as(Role.TOWNSHIP_COMMITTEE, district.qingping)


def client_as(role, body):
    client = Client()
    client.force_login(make_user(role, body))
    return client


def claim_at(poster, **values):
    return make_claim(poster, today=clock.today(), now=clock.now(), **values)


def found_by(client, **asked):
    page = client.post(reverse(FIND), asked)
    assert page.status_code == 200
    rows = page.context["rows"]
    return None if rows is None else [row.report for row in rows]


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"name": "方柏梁"}, True),
        ({"name": " 方 柏 梁 "}, True),
        ({"name": "柏梁"}, True),
        ({"name": "方"}, True),
        ({"name": "方梁"}, False),
        ({"name": "方柏良"}, False),
        ({"phone": "13800006021"}, True),
        ({"phone": "+86 138-0000-6021"}, True),
        ({"phone": "13800006022"}, False),
        ({"phone": "6021"}, True),
        ({"phone": "６０２１"}, True),
        ({"phone": "6022"}, False),
        ({"name": "方柏梁", "phone": "6021"}, True),
        ({"name": "方柏梁", "phone": "1111"}, False),
    ],
    ids=str,
)
def test_a_claim_is_found_by_name_phone_or_the_phones_end(poster, desk, asked, is_found):
    claim = claim_at(poster)
    claim_at(poster, answers=OTHER)

    assert found_by(desk, **asked) == ([claim] if is_found else [])


@pytest.mark.parametrize(
    "asked", [{}, {"name": " · "}, {"phone": "021"}, {"phone": "60213"}, {"phone": "六零二一"}]
)
def test_what_is_too_little_is_not_searched(poster, desk, asked):
    claim_at(poster)

    assert found_by(desk, **asked) is None
    assert not AuditEntry.objects.filter(action="self_report.search").exists()


def test_decided_claims_are_found_too_and_what_was_found_is_masked(poster, desk):
    claim = claim_at(poster)
    decide_on(shell_operator(clock.today()), claim, ReportAction.DOUBT, now=clock.now())

    page = desk.post(reverse(FIND), {"phone": "6021"})

    assert reverse("self_report-detail", args=[claim.public_id]) in page.text
    assert "方*" in page.text
    assert "138****6021" in page.text
    assert ANSWERS.name not in page.text
    assert desk.get(reverse(FIND), {"phone": "6021"}).context["rows"] is None


def test_no_claim_of_another_township_and_none_off_the_desk(district, poster, desk):
    elsewhere = claim_at(hang_poster(district.liuquan, today=clock.today()))
    surplus = claim_at(poster)
    SelfReport.objects.filter(pk=surplus.pk).update(is_surplus=True)

    assert found_by(desk, phone="6021") == []
    assert found_by(client_as(Role.ORG_DEPT, district.org_dept), phone="6021") == [elsewhere]


@pytest.mark.parametrize(("most", "has_more"), [(2, True), (3, False)])
def test_more_than_are_shown_is_told_and_the_newest_are_those(
    poster, desk, monkeypatch, most, has_more
):
    claims = [claim_at(poster) for _ in range(3)]
    SelfReport.objects.update(is_surplus=False)
    monkeypatch.setattr(self_reports, "MOST_NAMED", most)

    page = desk.post(reverse(FIND), {"phone": "6021"})

    assert [row.report for row in page.context["rows"]] == claims[::-1][:most]
    told = f"找到的超过 {most} 条，只列出最近收到的 {most} 条"
    assert (told in page.text) is has_more
    assert "只列出" not in desk.post(reverse(FIND), {"phone": "6022"}).text


@pytest.mark.parametrize("role", [Role.BUREAU, Role.STATION_HEAD, Role.SOCIAL_WORK_DEPT])
def test_p05_nobody_else_searches(district, poster, role):
    body = {Role.BUREAU: district.bureau, Role.STATION_HEAD: district.qingping_office}
    client = client_as(role, body.get(role, district.social_work))

    assert client.post(reverse(FIND), {"phone": "6021"}).status_code == 403


def test_each_search_is_counted_and_written_down_without_its_words(poster, desk):
    claim = claim_at(poster)
    assert found_by(desk, name=ANSWERS.name, phone="6021") == [claim]
    entry = AuditEntry.objects.get(action="self_report.search")
    assert set(entry.fields) == {"term"}
    assert ANSWERS.name not in str(entry.fields)
    assert Allowance.objects.get(purpose=Purpose.EXACT_SEARCH).used == 1
    person = desk.get(reverse(FIND)).wsgi_request.user.public_id
    limit = LIMITS[Purpose.EXACT_SEARCH].most
    take(Purpose.EXACT_SEARCH, person, now=clock.now(), amount=limit - 2)

    assert found_by(desk, phone="6021") == [claim]
    refused = desk.post(reverse(FIND), {"phone": "6021"})

    assert refused.context["rows"] is None
    assert "查找次数已用完" in refused.text


def test_after_a_correction_the_new_values_find_it_and_the_old_ones_do_not(poster, desk):
    claim = claim_at(poster)
    correct(report=claim, answers=OTHER, today=clock.today(), now=clock.now())
    assert found_by(desk, name="青青", phone="1111") == [claim]
    assert found_by(desk, name="柏梁") == found_by(desk, phone="6021") == []

    case = make_correction(answers=OTHER, poster=poster, today=clock.today(), now=clock.now())
    committee = actor_for(make_user(Role.TOWNSHIP_COMMITTEE, poster.area), clock.today())
    correct_as_asked(actor=committee, case=case, now=clock.now())

    assert set(found_by(desk, name="欧阳")) == {claim, case.report}
    assert found_by(desk, name="柏梁") == []


def test_nothing_of_name_or_phone_lies_in_clear_and_all_goes_with_the_claim(poster):
    claim_at(poster)
    row = SelfReport.objects.values().get()
    kept = [*row.values(), *SelfReportNameDigest.objects.values_list("digest", flat=True)]
    for value in (ANSWERS.name, *ANSWERS.name, ANSWERS.phone, "6021"):
        assert not [each for each in kept if each == value]
    # Of another purpose than those of the roster: the two tables cannot be laid beside each other.
    roster = sealing.name_digests("member.name", ANSWERS.name)
    assert not roster & set(SelfReportNameDigest.objects.values_list("digest", flat=True))

    sweep_reports(today=clock.today().replace(year=clock.today().year + 1), now=clock.now())

    assert not SelfReportNameDigest.objects.exists()


def test_claims_that_were_there_before_are_found_after_the_migration(poster, desk):
    claim = claim_at(poster)
    SelfReportNameDigest.objects.all().delete()
    SelfReport.objects.update(phone_end_digest="")
    assert found_by(desk, name="方柏梁", phone="6021") == []

    migration = import_module("xgz.migrations.0023_claims")
    migration.write_digests(apps, SimpleNamespace(connection=connection))

    assert found_by(desk, name="方柏梁", phone="6021") == [claim]


def test_a_search_costs_the_same_for_one_and_for_many(poster, desk):
    claim_at(poster)
    counts = []
    for number in (0, 12):
        for _ in range(number):
            claim_at(poster)
            Allowance.objects.all().delete()
        SelfReport.objects.update(is_surplus=False)
        found_by(desk, phone="6021")  # begins the allowances
        with CaptureQueriesContext(connection) as asked:
            assert len(found_by(desk, name="方柏梁", phone="6021")) == number + 1
        counts.append(len(asked))
    assert counts[1] <= counts[0] <= 29
