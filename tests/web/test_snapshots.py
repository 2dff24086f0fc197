import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_organisation,
    make_stall,
    make_user,
    seat_of,
)
from tests.factories.snapshots import make_counted_rows, make_monthly, make_snapshot
from tests.factories.transfers import make_transfer
from xgz.access import clock
from xgz.models import AuditEntry, Business, Coverage, Job, Organisation, Snapshot
from xgz.rules.coverage import Figure, FigureKind, Part
from xgz.rules.jobs import JobState
from xgz.rules.registration import BusinessKind, BusinessStatus
from xgz.rules.roles import Role
from xgz.rules.snapshots import Table, last_month_end
from xgz.services.jobs import running

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def today():
    return clock.today()


def sign_in(client, role, district):
    user = make_user(role, seat_of(role, district))
    client.force_login(user)
    return user


def links(page):
    """Return (address, number) of every link of a page that shows a number."""
    found = re.findall(r'<a href="([^"]+)">([\d,]+)</a>', page.content.decode())
    return [(url.replace("&amp;", "&"), int(number.replace(",", ""))) for url, number in found]


def test_every_number_of_a_snapshot_opens_exactly_its_rows(client, district, today):
    make_counted_rows(district)
    make_transfer(today=today)
    snapshot = make_snapshot(today, today=today)
    Business.objects.order_by("pk")[0].delete()
    sign_in(client, Role.ORG_DEPT, district)
    found = links(client.get(reverse("snapshot-detail", args=[snapshot.public_id])))
    numbers = [(url, n) for url, n in found if "/rows/" in url]

    assert len(numbers) > 60
    assert any(n for _, n in numbers)
    for url, number in numbers:
        assert client.get(url).context["total"] == number, url


@pytest.mark.parametrize("role", [Role.BUREAU, Role.TOWNSHIP_COMMITTEE, Role.STATION_HEAD], ids=str)
def test_a_snapshot_page_says_what_the_live_page_says(role, client, district, today):
    make_counted_rows(district)
    snapshot = make_snapshot(today, today=today)
    sign_in(client, role, district)
    live = client.get(reverse("coverage"), {"figure": "work"}).context
    stored = client.get(
        reverse("snapshot-detail", args=[snapshot.public_id]), {"figure": "work"}
    ).context

    def numbers(context):
        tables = [[(row.name, row.rate) for row in each["rows"]] for each in context["tables"]]
        return (
            [card.rate for card in context["cards"]],
            [card.title for card in context["cards"]],
            tables,
            [(row.name, row.rate) for row in context["townships"]],
        )

    assert numbers(stored) == numbers(live)
    assert bool(stored["chart"]) is bool(live["chart"])


def test_rows_gone_since_say_removed_and_rows_moved_say_so(client, district, today):
    here = {"township": district.qingping, "office": district.qingping_office}
    gone, moved, stays = (make_business(name=name, **here) for name in ("甲店", "乙店", "丙店"))
    snapshot = make_snapshot(today, today=today)
    gone.delete()
    moved.township, moved.office = district.liuquan, district.liuquan_office
    moved.status = BusinessStatus.CANCELLED
    moved.save()
    sign_in(client, Role.TOWNSHIP_COMMITTEE, district)
    page = client.get(
        reverse("snapshot-rows", args=[snapshot.public_id]),
        {"figure": Figure.WORK, "kind": FigureKind.ALL, "part": Part.DENOMINATOR},
    )

    text = page.content.decode()
    assert page.context["listing"].total == 3
    assert stays.name in text
    assert moved.name not in text
    assert gone.name not in text
    assert text.count("已删除</td>") == 1
    assert text.count("现不在管辖范围</td>") == 1


def test_rows_of_findings_cases_and_markets_are_listed(client, district, today):
    make_counted_rows(district)
    case = make_transfer(today=today)
    snapshot = make_snapshot(today, today=today)
    sign_in(client, Role.ORG_DEPT, district)
    url = reverse("snapshot-rows", args=[snapshot.public_id])
    pages = {
        (figure, kind): client.get(url, {"figure": figure, "kind": kind}).content.decode()
        for figure, kind in (
            (Table.FINDINGS, "any"),
            (Table.CASES, "transfer"),
            (Figure.WORK, FigureKind.MARKET),
        )
    }

    assert Organisation.objects.first().name in pages[Table.FINDINGS, "any"]
    assert case.number in pages[Table.CASES, "transfer"]
    assert "农贸市场" in pages[Figure.WORK, FigureKind.MARKET]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"figure": "none", "kind": "none", "part": "none", "township": "none", "page": "x"},
        {"figure": Table.CLASSES, "kind": "all"},
    ],
    ids=["nothing", "nonsense", "a kind of another table"],
)
def test_an_address_that_makes_no_sense_asks_for_the_first(query, client, district, today):
    snapshot = make_snapshot(today, today=today)
    sign_in(client, Role.ORG_DEPT, district)

    assert client.get(reverse("snapshot-rows", args=[snapshot.public_id]), query).status_code == 200


def test_rows_of_one_township_and_of_none(client, district, today):
    for township in (district.qingping, district.qingping, district.liuquan, None):
        make_business(township=township)
    snapshot = make_snapshot(today, today=today)
    sign_in(client, Role.BUREAU, district)
    url = reverse("snapshot-rows", args=[snapshot.public_id])

    def total(**query):
        return client.get(url, query).context["listing"].total

    assert total() == 4
    assert total(township=district.qingping.public_id) == 2
    assert total(unplaced="on") == 1


def test_taking_one_queues_it_and_leads_to_its_page(client, district, today):
    make_business()
    user = sign_in(client, Role.BUREAU, district)
    day = today - timedelta(days=40)
    answer = client.post(reverse("snapshot-take"), {"as_at": day.isoformat(), "note": "例会用"})
    snapshot = Snapshot.objects.get()

    assert answer["Location"] == reverse("snapshot-detail", args=[snapshot.public_id])
    assert (snapshot.as_at, snapshot.taken_by, snapshot.note) == (day, user, "例会用")
    page = client.get(answer["Location"]).content.decode()
    assert "例会用" in page
    assert "截止日早于生成日" in page
    assert "例会用" not in str(Job.objects.values_list("arguments", flat=True).get())
    assert AuditEntry.objects.filter(action="snapshot.take", actor=user).count() == 1


@pytest.mark.parametrize(
    "given",
    [{"as_at": ""}, {"as_at": "2999-01-01"}, {"as_at": "bald"}, {"note": "13800006021" * 2}],
    ids=["no day", "to come", "no date", "a phone in the note"],
)
def test_a_form_that_does_not_hold_comes_back(given, client, district, today):
    sign_in(client, Role.ORG_DEPT, district)
    answer = client.post(reverse("snapshot-take"), {"as_at": today.isoformat(), "note": ""} | given)

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Job.objects.exists()


def test_who_may_not_take_them_is_offered_no_form(client, district):
    sign_in(client, Role.TOWNSHIP_COMMITTEE, district)

    assert "snapshot-take" not in client.get(reverse("snapshot-list")).content.decode()
    assert client.get(reverse("snapshot-list")).context["form"] is None
    assert client.post(reverse("snapshot-take"), {}).status_code == 403


def test_a_waiting_snapshot_shows_its_progress(client, district, settings, today):
    settings.JOBS_AT_ONCE = False
    sign_in(client, Role.ORG_DEPT, district)
    given = {"as_at": today.isoformat(), "note": ""}
    first = client.post(reverse("snapshot-take"), given)["Location"]
    assert client.post(reverse("snapshot-take"), given)["Location"] == first  # not twice
    job = Job.objects.get()

    assert "已排队" in client.get(first).content.decode()
    part = client.get(first, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    Job.objects.update(state=JobState.RUNNING, attempt=1, lease_until=clock.now())
    assert "正在统计" in client.get(first).content.decode()
    job.refresh_from_db()
    running.run_job(job, clock.now)
    done = client.get(first, headers={"HX-Request": "true"})
    assert done["HX-Refresh"] == "true"
    assert client.get(first).status_code == 200
    assert Snapshot.objects.count() == 1
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_a_failed_snapshot_says_so_and_strangers_learn_nothing(client, district, settings, today):
    settings.JOBS_AT_ONCE = False
    sign_in(client, Role.ORG_DEPT, district)
    url = client.post(reverse("snapshot-take"), {"as_at": today.isoformat()})["Location"]
    Job.objects.update(state=JobState.FAILED)

    assert "没有生成" in client.get(url).content.decode()
    sign_in(client, Role.TOWNSHIP_COMMITTEE, district)
    assert client.get(url).status_code == 404
    assert client.get(reverse("snapshot-detail", args=["nosuchthing1"])).status_code == 404


@pytest.mark.parametrize("other", ["today", "earlier", "default"])
def test_comparing_shows_both_sides_and_the_points(other, client, district, today):
    covered = make_business(township=district.qingping)
    for _ in range(3):
        make_business(township=district.qingping)
    before = make_snapshot(today - timedelta(days=1), today=today)
    make_coverage(make_organisation(district.qingping), business=covered)
    after = make_snapshot(today, today=today)
    sign_in(client, Role.ORG_DEPT, district)
    of = before if other == "today" else after
    query = {"today": {"with": "today"}, "earlier": {"with": before.public_id}, "default": {}}
    page = client.get(reverse("snapshot-compare", args=[of.public_id]), query[other])

    line = dict(page.context["tables"])["组织覆盖率"][0]
    assert (line.change.before.numerator, line.change.before.denominator) == (0, 4)
    assert (line.change.after.numerator, line.change.after.denominator) == (1, 4)
    assert (line.tone, line.words) == ("up", "25.0 个百分点")
    assert [each.label for each in page.context["townships"]] == ["清平镇党委", "柳泉镇党委"]
    for url, number in links(page):
        if "rows" in url:
            answer = client.get(url)
            assert answer.context["total"] == number, url


def test_a_fall_and_a_change_too_small_are_told_apart(client, district, today):
    Business.objects.bulk_create(
        Business(
            credit_code=f"C{number:017}",
            name=f"店{number}",
            kind=BusinessKind.INDIVIDUAL_BUSINESS,
            status=BusinessStatus.IN_BUSINESS,
            staff=1,
        )
        for number in range(2100)
    )
    shops = list(Business.objects.order_by("pk"))
    organisation = make_organisation(district.qingping)
    Coverage.objects.bulk_create(
        Coverage(organisation=organisation, business=shop, valid_from=date(2020, 1, 1))
        for shop in shops[:1000]
    )
    snapshot = make_snapshot(today, today=today)
    shops[0].coverages.all().delete()
    sign_in(client, Role.ORG_DEPT, district)
    url = reverse("snapshot-compare", args=[snapshot.public_id])

    def first_line():
        tables = dict(client.get(url, {"with": "today"}).context["tables"])
        return tables["组织覆盖率"][0]

    assert (first_line().tone, first_line().words) == ("flat", "变化不到 0.1 个百分点")
    organisation.coverages.all().delete()
    assert first_line().tone == "down"


def test_figures_of_another_definition_are_marked(client, district, today):
    make_coverage(make_organisation(district.qingping), business=make_business())
    snapshot = make_monthly(last_month_end(today), today=today)
    sign_in(client, Role.ORG_DEPT, district)
    url = reverse("snapshot-compare", args=[snapshot.public_id])
    warning = "两期口径不同"

    assert warning not in client.get(url, {"with": "today"}).content.decode()
    snapshot.definition["version"] = 0
    snapshot.save()
    assert warning in client.get(url, {"with": "today"}).content.decode()
    assert client.get(reverse("home")).context["since"] is None


def test_an_unknown_day_to_compare_with_is_not_found(client, district, today):
    snapshot = make_snapshot(today, today=today)
    sign_in(client, Role.ORG_DEPT, district)
    url = reverse("snapshot-compare", args=[snapshot.public_id])

    assert client.get(url, {"with": "nosuchthing1"}).status_code == 404


def test_the_snapshots_own_words_are_shown_not_todays(client, district, today, monkeypatch):
    make_business()
    snapshot = make_snapshot(today, today=today)
    snapshot.definition["figures"]["organisation"] = ["旧口径覆盖率", "旧公式", "CV-2"]
    snapshot.definition["operating"] = "旧的实体运营"
    snapshot.definition["parameters"]["case.near_days"] = 9
    snapshot.save()
    sign_in(client, Role.ORG_DEPT, district)
    page = client.get(reverse("snapshot-detail", args=[snapshot.public_id])).content.decode()

    assert "旧口径覆盖率" in page
    assert "旧公式" in page
    assert "旧的实体运营" in page
    assert "9 个工作日" in page


def workbook(response):
    import openpyxl  # slow import

    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
    return list(book.active.values)


def test_the_sentences_of_the_workbook_stand_apart_in_english(client, district, today):
    snapshot = make_snapshot(today - timedelta(days=30), today=today)
    sign_in(client, Role.ORG_DEPT, district)
    client.cookies["django_language"] = "en"

    note = workbook(client.get(reverse("snapshot-export", args=[snapshot.public_id])))[2][0]

    assert re.search(r"\. The ", note)
    assert not re.search(r"\.[A-Z]", note)


@pytest.mark.parametrize("role", [Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE, Role.BUREAU], ids=str)
def test_the_workbook_holds_every_figure_in_scope_and_is_recorded(role, client, district, today):
    make_counted_rows(district)
    make_transfer(today=today)
    snapshot = make_snapshot(today, today=today)
    sign_in(client, role, district)
    rows = workbook(client.get(reverse("snapshot-export", args=[snapshot.public_id])))
    live = client.get(reverse("coverage")).context

    assert today.isoformat() in rows[0][0]
    whole = {(row[0], row[1]): row for row in rows[4:] if row[2] == "合计"}
    for table in live["tables"]:
        for cells in table["rows"]:
            row = whole[table["title"], cells.name]
            assert row[3:7] == (
                cells.rate.numerator,
                cells.rate.denominator,
                cells.rate.percent,
                cells.rate.unknown,
            )
    assert ("未办结事项", "关系转接") in whole or role is Role.BUREAU
    townships = {row[2] for row in rows[4:]}
    assert ("柳泉镇党委" in townships) is (role is not Role.TOWNSHIP_COMMITTEE)
    assert AuditEntry.objects.filter(action="export.snapshot").count() == 1


def test_the_first_page_shows_the_change_since_the_last_month(client, district, today):
    month_end = last_month_end(today)
    covered = make_business(established_on=date(2015, 1, 1))
    for _ in range(3):
        make_business(established_on=date(2015, 1, 1))
    market = make_market()
    make_stall(market, covered)
    make_coverage(make_organisation(district.qingping), market=market)
    sign_in(client, Role.ORG_DEPT, district)
    assert all(card.change is None for card in client.get(reverse("home")).context["cards"])
    older = last_month_end(month_end)
    make_monthly(older, today=today)
    monthly = make_monthly(month_end, today=today)
    make_snapshot(today, today=today)  # on demand: never the one to go by
    make_coverage(make_organisation(district.qingping), business=covered)

    page = client.get(reverse("home"))
    organised, work, should_form, markets = page.context["cards"]
    assert page.context["since"] == monthly
    assert (organised.change.tone, organised.change.words) == ("up", "20.0 个百分点")
    assert monthly.public_id in organised.change.url
    assert work.change.tone == "up"
    assert should_form.change is None  # nobody is counted
    assert (markets.change.tone, markets.change.words) == ("flat", "与上期持平")
    assert f"上期 {month_end.isoformat()}" in page.content.decode()


def queries_of(client, url, query=None):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url, query or {}).status_code == 200
    return len(captured)


def test_pages_ask_the_same_number_of_queries_for_one_row_and_for_many(client, district, today):
    sign_in(client, Role.ORG_DEPT, district)
    make_counted_rows(district)
    make_transfer(today=today)
    snapshot = make_snapshot(today, today=today)
    urls = [
        (reverse("snapshot-list"), {}),
        (reverse("snapshot-detail", args=[snapshot.public_id]), {}),
        (reverse("snapshot-rows", args=[snapshot.public_id]), {"figure": "work"}),
        (reverse("snapshot-compare", args=[snapshot.public_id]), {"with": "today"}),
    ]
    for url, query in urls:
        client.get(url, query)
    few = [queries_of(client, *each) for each in urls]
    make_counted_rows(district)
    for _ in range(3):
        make_transfer(today=today)
    for _ in range(3):
        snapshot = make_snapshot(today, today=today)
    first = urls[1][0].split("/")[2]
    many = [
        queries_of(client, url.replace(first, snapshot.public_id), query) for url, query in urls
    ]

    assert many == few
    assert max(few[:3]) <= 30
