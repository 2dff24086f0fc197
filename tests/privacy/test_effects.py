"""What the market line does has the same effect and answer whatever the roster knows."""

import pytest
from django.urls import reverse

from tests.factories import make_import
from tests.factories.closures import open_cases
from tests.privacy.worlds import NOW, ask, make_two_worlds, signed_in, world
from tests.web.import_files import registry_row, registry_workbook, sent, workbook
from xgz.access import clock
from xgz.models import Business, Closure, Import, Job, StatusEvent
from xgz.queries.jobs import jobs_ahead
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
OWNER_FLAG = ("统一社会信用代码", "年度", "法定代表人是否党员", "从业人数")


@pytest.fixture
def worlds():
    with clock.showing(lambda: NOW):
        return make_two_worlds()


def in_both(worlds, act, hidden=None):
    """Return what `act` is answered without and with the hidden facts, by the bureau."""
    told = []
    for facts in ((), tuple(worlds.facts) if hidden is None else hidden):
        with world(worlds, facts):
            client = signed_in(worlds.base.people[Role.BUREAU])
            told.append(act(client))
    return told


def seen(answer):
    return answer.status, answer.headers, answer.body


def upload(client, content, kind, name):
    response = client.post(reverse("import-upload"), {"kind": kind, "file": sent(content, name)})
    return Import.objects.get(public_id=response["Location"].strip("/").split("/")[-1])


def follow(client, source, *steps):
    """Take the steps and return every page of the import after each."""
    pages = []
    for step in ("", *steps):
        if step:
            client.post(reverse(step, args=[source.public_id]))
        for name in ("import-detail", "import-changes", "import-rows"):
            pages.append(seen(ask(client, reverse(name, args=[source.public_id]))))
        for query in ("?undo=1", "?conflicts=1"):
            address = reverse("import-detail", args=[source.public_id])
            pages.append(seen(ask(client, address + query)))
    pages.append(seen(ask(client, reverse("import-list"))))
    pages.append(seen(ask(client, reverse("business-list"))))
    return pages


def test_undoing_an_import_whose_shop_has_a_member_and_a_case_inside(worlds):
    source = make_import(created=2, rows=2, applied_at=NOW)
    shops = [worlds.shop, worlds.ended]
    Business.objects.filter(pk__in=[shop.pk for shop in shops]).update(
        first_import=source, last_import=source
    )
    worlds.ended.status_events.update(source_import=source)
    worlds.shop.coverages.all().delete()
    worlds.shop.annual_reports.all().delete()
    facts = tuple(fact for fact in worlds.facts if fact != "declared membership")

    def act(client):
        pages = follow(client, source, "import-undo")
        return pages, Business.objects.filter(pk__in=[shop.pk for shop in shops]).count()

    plain, told = in_both(worlds, act, facts)

    assert plain == told
    assert plain[1] == 0


def test_asking_what_undoing_would_do_runs_the_same_statements(worlds):
    source = make_import(created=2, rows=2, applied_at=NOW)
    Business.objects.filter(pk__in=[worlds.shop.pk, worlds.ended.pk]).update(
        first_import=source, last_import=source
    )
    worlds.ended.status_events.update(source_import=source)
    address = reverse("import-detail", args=[source.public_id]) + "?undo=1"

    plain, told = in_both(worlds, lambda client: ask(client, address))

    assert plain == told
    assert b"undo" in plain.body


def test_closing_a_shop_where_a_member_works(worlds):
    code = worlds.shop.credit_code
    content = registry_workbook(registry_row(1, code=code, name=worlds.shop.name, status="注销"))

    def act(client):
        source = upload(client, content, "registry", "登记.xlsx")
        return follow(client, source, "import-apply", "import-undo")

    plain, told = in_both(worlds, act, ("owner on the roster", "member working at a business"))

    assert plain == told


def test_a_case_inside_leaves_no_gap_in_the_numbers_the_market_line_sees(worlds):
    def act(client):
        shop = worlds.base.there.business
        Business.objects.filter(pk=shop.pk).update(status=BusinessStatus.CANCELLED)
        source = make_import()
        StatusEvent.objects.create(
            business=shop,
            kind="closed",
            happened_on="2026-11-20",
            status=BusinessStatus.CANCELLED,
            source_import=source,
        )
        shared = [case for case in open_cases(source) if case.is_shared]
        page = seen(ask(client, reverse("closure-list")))
        return [case.number for case in shared], page

    plain, told = in_both(worlds, act, ("closure inside", "owner on the roster"))

    assert plain == told
    assert plain[0]
    assert Closure.objects.exists()


@pytest.mark.parametrize("answer", ["是", "否"])
def test_an_annual_report_cannot_ask_what_an_owner_declared(worlds, answer):
    rows = [OWNER_FLAG, (worlds.shop.credit_code, "2025", answer, "2")]
    content = workbook(("年报", rows))

    def act(client):
        source = upload(client, content, "annual_report", "年报.xlsx")
        return follow(client, source, "import-apply", "import-undo")

    plain, told = in_both(worlds, act, ("declared membership",))

    assert plain == told


def test_the_queue_does_not_tell_of_a_roster_before_one(worlds):
    def act(client):
        source = make_import(state="uploaded")
        job = Job.objects.create(kind="import.stage", subject=source.public_id, requested_at=NOW)
        page = ask(client, reverse("import-progress", args=[source.public_id]))
        return jobs_ahead(job), seen(page)

    plain, told = in_both(worlds, act, ("queued roster",))

    assert plain == told
