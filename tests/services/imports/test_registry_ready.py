"""Registry rows compared before the register is locked: the same outcome as comparing while writing."""

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from tests.factories import TODAY
from tests.services.imports.worlds import NOW, business, operator
from xgz.models import Business, ImportChange, StagedBusiness, StatusEvent
from xgz.rules.imports.states import ImportKind
from xgz.services.imports import registry
from xgz.services.imports.applying import apply_import
from xgz.services.imports.undoing import undo_import

KIND = ImportKind.REGISTRY
pytestmark = pytest.mark.django_db


def write(source):
    apply_import(actor=operator(), source=source, today=TODAY, now=NOW)


def told():
    rows = StatusEvent.objects.order_by("business", "pk")
    return list(rows.values_list("business__name", "kind", "before", "after"))


def moved(number, address):
    return business(number, 住所=address)


def in_transaction(source, ready):
    with transaction.atomic():
        return registry.apply(source, TODAY, ready)


@pytest.mark.parametrize("most", [0, 1, 2, 3], ids=lambda most: f"at most {most} kept in mind")
def test_comparing_before_writes_the_same_as_comparing_while_writing(take_in, monkeypatch, most):
    write(take_in.stage(KIND, business(1), business(2), business(3)))
    monkeypatch.setattr(registry, "READY_MOST", most)
    source = take_in.stage(KIND, moved(1, "甲路1号"), moved(2, "乙路2号"), business(3), business(4))

    assert (registry.make_ready(source, TODAY) is not None) == (most >= 2)
    write(source)

    source.refresh_from_db()
    assert (source.created, source.updated, source.unchanged) == (1, 2, 1)
    addresses = Business.objects.order_by("credit_code").values_list("address", flat=True)
    assert list(addresses)[:2] == ["甲路1号", "乙路2号"]
    assert [line[3] for line in told() if line[1] == "moved"] == ["甲路1号", "乙路2号"]
    journal = ImportChange.objects.filter(source_import=source, table="business")
    assert [row.after["address"] for row in journal.order_by("row_no")] == ["甲路1号", "乙路2号"]


def test_new_businesses_are_numbered_in_the_order_of_the_file_wherever_the_rows_lie(take_in):
    source = take_in.stage(KIND, business(1), business(2), business(3))
    StagedBusiness.objects.filter(source_import=source).update(row_no=100 - F("row_no"))

    write(source)

    numbered = Business.objects.order_by("pk").values_list("credit_code", flat=True)
    assert list(numbered) == sorted(numbered, reverse=True)


def test_what_another_import_wrote_meanwhile_is_compared_again(take_in):
    write(take_in.stage(KIND, business(1), moved(2, "旧路2号")))
    slow = take_in.stage(KIND, moved(1, "甲路1号"), moved(2, "乙路2号"))
    ready = registry.make_ready(slow, TODAY)
    write(take_in.stage(KIND, moved(1, "丙路3号"), moved(2, "乙路2号")))

    counts = in_transaction(slow, ready)

    assert (counts["updated"], counts["unchanged"]) == (1, 1)
    change = ImportChange.objects.get(source_import=slow, table="business")
    assert (change.before["address"], change.after["address"]) == ("丙路3号", "甲路1号")


def test_what_was_undone_meanwhile_is_compared_again(take_in):
    first = take_in.stage(KIND, business(1))
    write(first)
    slow = take_in.stage(KIND, moved(1, "甲路1号"))
    ready = registry.make_ready(slow, TODAY)
    undo_import(actor=operator(), source=first, today=TODAY, now=NOW)

    counts = in_transaction(slow, ready)

    assert (counts["created"], counts["updated"]) == (1, 0)
    assert Business.objects.get().address == "甲路1号"


def test_making_ready_writes_nothing_of_the_register(take_in):
    write(take_in.stage(KIND, business(1)))
    source = take_in.stage(KIND, moved(1, "甲路1号"))
    before = (Business.objects.get().address, told(), ImportChange.objects.count())

    registry.make_ready(source, TODAY)

    assert (Business.objects.get().address, told(), ImportChange.objects.count()) == before


def test_writing_what_is_ready_takes_as_many_statements_for_many_rows_as_for_one(take_in):
    write(take_in.stage(KIND, *[business(number) for number in range(1, 40)]))
    costs = []
    for rows in (range(1, 2), range(2, 40)):
        source = take_in.stage(KIND, *[moved(number, f"{number}巷") for number in rows])
        ready = registry.make_ready(source, TODAY)
        with CaptureQueriesContext(connection) as found:
            in_transaction(source, ready)
        costs.append(len(found))

    assert costs[0] == costs[1]
