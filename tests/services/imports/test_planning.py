"""PostgreSQL plans the joins of an import by what the tables hold, not by what earlier imports left.

The hazard: a table that was filled and emptied, and looked at while it was empty.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_business, make_district, make_report
from tests.services.imports.worlds import NOW, TODAY, business, operator
from xgz.models import AnnualReport, Business, StagedBusiness
from xgz.rules.imports.states import ImportKind, ImportState
from xgz.services.imports import annual_reports, registry_sql
from xgz.services.imports.applying import apply_import
from xgz.services.imports.bulk import (
    insert_rows,
    own_columns,
    row_of,
    table_name,
    take_stock,
    tidy,
)

KIND = ImportKind.REGISTRY
MANY = 400
pytestmark = pytest.mark.django_db
postgresql_only = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite plans without looking at tables"
)


def leave_empty(model, rows):
    """Fill a table, empty it and have it looked at, as a rolled back trial and the server do."""
    insert_rows(model, own_columns(model), [row_of(row) for row in rows])
    model.objects.all()._raw_delete("default")
    take_stock(model)
    assert planned_rows(model) == 0


def planned_rows(model):
    """Return how many rows the planner believes a table of as many pages to hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table_name(model)]
        )
        return cursor.fetchone()[0]


def plans_of(work):
    """Return (statement, plan) of all that write by set, planned just before they run."""
    plans = []

    def explain(execute, sql, parameters, many, context):
        if not many and sql.startswith(("INSERT", "UPDATE")):
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
                plans.append((sql, cursor.fetchone()[0][0]["Plan"]))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(explain):
        work()
    return plans


def loops_in_loops(plan):
    """Return the conditions of joins that compare every row of one side with every row of the other."""
    is_one = plan["Node Type"] == "Nested Loop" and "Join Filter" in plan
    found = [plan["Join Filter"]] if is_one else []
    return found + [each for part in plan.get("Plans", ()) for each in loops_in_loops(part)]


@pytest.fixture
def notices(owning_nothing):
    """Gather how serious what the server tells beside its answers is."""
    told = []

    def note(notice):
        told.append(notice.severity)

    connection.ensure_connection()
    connection.connection.add_notice_handler(note)
    yield told
    connection.connection.remove_notice_handler(note)


def staged_rows(count):
    return [
        StagedBusiness(source_import_id=1, row_no=n, public_id=f"staged{n}", name="示例店" * 20)
        for n in range(count)
    ]


@postgresql_only
def test_staged_rows_are_looked_at_before_they_are_joined(take_in):
    leave_empty(StagedBusiness, staged_rows(MANY))

    take_in.stage(KIND, *[business(n) for n in range(1, 31)])

    assert planned_rows(StagedBusiness) == 30


@postgresql_only
def test_a_role_that_may_not_look_stages_all_the_same(take_in, notices):
    source = take_in.stage(KIND, business(1), business(2))

    assert notices == ["WARNING"]
    assert (source.state, source.created) == (ImportState.STAGED, 2)


@postgresql_only
def test_a_full_extract_after_a_first_load_is_not_compared_row_by_row(take_in):
    make_district()
    shops = [business(n, 成立日期="2019-04-11") for n in range(1, MANY + 1)]
    leave_empty(StagedBusiness, staged_rows(MANY))
    leave_empty(
        Business,
        [Business(public_id=f"b{n}", credit_code=f"c{n}", name="示例店" * 20) for n in range(MANY)],
    )
    take_in(KIND, *shops)

    plans = plans_of(lambda: take_in(KIND, *shops[: MANY // 2], is_full=True))

    assert any("missing_since" in sql and sql.startswith("INSERT") for sql, _ in plans)
    assert [sql for sql, plan in plans if loops_in_loops(plan)] == []
    assert Business.objects.filter(missing_since=TODAY).count() == MANY // 2


@postgresql_only
def test_the_newest_reports_are_found_without_knowing_how_many_there_are():
    """The trial of a first file of annual reports leaves an emptied table behind."""
    shops = [make_business() for _ in range(MANY)]
    for shop in shops:
        make_report(shop, year=2024)
    AnnualReport.objects.all()._raw_delete("default")
    take_stock(AnnualReport)
    for shop in shops:
        make_report(shop, year=2024)
        make_report(shop, year=2025, is_latest=False)

    plans = plans_of(annual_reports.settle_latest)

    assert [loops_in_loops(plan) for _, plan in plans] == [[], []]
    nodes = str([plan for _, plan in plans])
    assert "Nested Loop" not in nodes
    assert AnnualReport.objects.filter(is_latest=True, year=2025).count() == MANY


def test_the_newest_report_of_each_business_is_its_latest_one():
    shops = [make_business() for _ in range(3)]
    for shop, years in zip(shops, [(2023, 2025, 2024), (2024,), ()], strict=True):
        for year in years:
            make_report(shop, year=year, is_latest=year == 2023)

    annual_reports.settle_latest()

    latest = AnnualReport.objects.filter(is_latest=True)
    assert set(latest.values_list("business", "year")) == {(shops[0].pk, 2025), (shops[1].pk, 2024)}


@postgresql_only
@pytest.mark.parametrize(("before", "made", "looks"), [(0, 2, 1), (3, 3, 1), (4, 3, 0)])
def test_the_register_is_looked_at_once_an_import_has_made_half_of_it(take_in, before, made, looks):
    for _ in range(before):
        make_business()
    source = take_in.stage(KIND, *[business(n) for n in range(50, 50 + made)])

    with CaptureQueriesContext(connection) as found:
        apply_import(actor=operator(), source=source, today=TODAY, now=NOW)

    asked = [each["sql"] for each in found if each["sql"].startswith("ANALYZE")]
    assert asked == [f"ANALYZE {table_name(Business)}"] * looks
    if looks:
        assert planned_rows(Business) == before + made


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_a_written_import_tidies_the_register_so_that_its_index_answers_alone(take_in):
    source = take_in.stage(KIND, business(1))

    with CaptureQueriesContext(connection) as found:
        apply_import(actor=operator(), source=source, today=TODAY, now=NOW)

    statements = [each["sql"] for each in found]
    assert statements.index(f"VACUUM {table_name(Business)}") > statements.index("COMMIT")


@postgresql_only
def test_inside_a_transaction_nothing_is_tidied(django_assert_num_queries):
    with django_assert_num_queries(0):
        tidy(Business)


@pytest.mark.parametrize("portion", [1, 2, 3, 100])
def test_portions_resolve_every_row_and_forget_what_is_gone(take_in, monkeypatch, portion):
    monkeypatch.setattr(registry_sql, "_PORTION_ROWS", portion)
    take_in(KIND, business(1), business(2), business(3))
    source = take_in.stage(KIND, business(1), business(2), business(3), business(4))
    known = list(Business.objects.order_by("credit_code").values_list("pk", flat=True))
    Business.objects.filter(pk=known[1]).update(credit_code="91360999MA0000000Z")

    registry_sql.resolve_businesses(source.pk)

    rows = StagedBusiness.objects.filter(source_import=source).order_by("row_no")
    assert list(rows.values_list("business_id", flat=True)) == [known[0], None, known[2], None]
