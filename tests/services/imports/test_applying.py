from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests.factories import make_district, make_user, seat_of
from tests.services.imports.worlds import NOW, TODAY, business, operator
from xgz.access.actor import NotPermitted, actor_for
from xgz.models import (
    AuditEntry,
    Business,
    Import,
    ImportMapping,
    RejectedRow,
    StagedBusiness,
    StatusEvent,
)
from xgz.rules.imports.reasons import FileReason, FileRefused
from xgz.rules.imports.states import ImportKind, ImportState, ImportStepNotAllowed
from xgz.rules.roles import Role
from xgz.services.imports import folders, registry, staging
from xgz.services.imports.applying import RowSumBroken, apply_import
from xgz.services.imports.bulk import table_name
from xgz.services.imports.opening import map_columns, register_file
from xgz.services.imports.staging import abandon_import, stage_import
from xgz.services.imports.steps import ChangedMeanwhile
from xgz.services.imports.undoing import undo_import

KIND = ImportKind.REGISTRY
postgresql_only = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite knows no roles"
)


def write(source, actor=None):
    apply_import(actor=actor or operator(), source=source, today=TODAY, now=NOW)


@pytest.mark.django_db
def test_rows_that_do_not_add_up_leave_nothing_behind(take_in, monkeypatch):
    source = take_in.stage(KIND, business(1), business(2))
    honest = registry.apply
    monkeypatch.setitem(
        staging.WRITERS, KIND, lambda *args, **ready: honest(*args, **ready) | {"created": 1}
    )

    with pytest.raises(RowSumBroken):
        write(source)

    source.refresh_from_db()
    assert (source.state, Business.objects.count()) == (ImportState.FAILED, 0)
    assert not StagedBusiness.objects.exists()
    assert [row.action for row in AuditEntry.objects.all()] == ["import.upload"]


@pytest.mark.django_db
def test_second_writing_is_refused(take_in):
    source = take_in.stage(KIND, business(1))
    stale = Import.objects.get(pk=source.pk)
    write(source)

    with pytest.raises(ImportStepNotAllowed):
        write(source)
    with pytest.raises(ChangedMeanwhile):
        write(stale)
    assert Business.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_race_of_two_writers_writes_once(take_in):
    source = take_in.stage(KIND, *[business(n) for n in range(1, 30)])
    copies = [Import.objects.get(pk=source.pk) for _ in range(2)]
    start, outcomes = Barrier(2), []

    def attempt(copy):
        start.wait()
        try:
            write(copy)
            outcomes.append("written")
        except (ChangedMeanwhile, ImportStepNotAllowed):
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=attempt, args=(copy,)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    source.refresh_from_db()
    assert sorted(outcomes) == ["refused", "written"]
    assert (source.state, source.created, Business.objects.count()) == (ImportState.APPLIED, 29, 29)
    assert AuditEntry.objects.filter(action="import.registry").count() == 1


@pytest.mark.django_db
def test_refused_file_changes_nothing_and_says_why(take_in, tmp_path):
    path = tmp_path / "wrong.csv"
    path.write_text("姓名,性别\n示例人,男\n", encoding="utf-8")
    source = register_file(actor=operator(), kind=KIND, file_name=path.name, digest="", now=NOW)

    with pytest.raises(FileRefused):
        stage_import(actor=operator(), source=source, today=TODAY, path=path)

    source.refresh_from_db()
    assert source.state == ImportState.REFUSED
    assert source.refusal["reason"] == FileReason.NO_HEADER
    assert not folders.spool_path(source).exists()


@pytest.mark.django_db
def test_rows_staged_before_a_refusal_are_gone(tmp_path):
    good = "\n".join(f"{business(n)['统一社会信用代码']},示例店" for n in range(5000))
    path = tmp_path / "mixed.csv"
    path.write_bytes(f"统一社会信用代码,名称\n{good}\n".encode() + "91,示例商店\n".encode("gbk"))
    source = register_file(actor=operator(), kind=KIND, file_name="x", digest="", now=NOW)

    with pytest.raises(FileRefused) as caught:
        stage_import(actor=operator(), source=source, today=TODAY, path=path)

    assert (caught.value.reason, caught.value.details) == (FileReason.MIXED_ENCODING, (5002,))
    assert not StagedBusiness.objects.exists()
    assert not RejectedRow.objects.exists()


@pytest.mark.django_db
def test_abandoned_import_leaves_neither_rows_nor_files(
    take_in, django_capture_on_commit_callbacks
):
    source = take_in.stage(KIND, business(1), business(1))

    with django_capture_on_commit_callbacks(execute=True):
        abandon_import(actor=operator(), source=source, now=NOW)

    assert source.state == ImportState.ABANDONED
    assert not StagedBusiness.objects.exists()
    assert not RejectedRow.objects.exists()
    assert not folders.spool_path(source).exists()


@pytest.mark.django_db
def test_sender_is_remembered_with_its_own_columns(take_in, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(f"证照,店名\n{business(1)['统一社会信用代码']},示例店\n", encoding="utf-8")
    renamed = {"证照": "统一社会信用代码", "店名": "名称"}
    first = register_file(
        actor=operator(), kind=KIND, file_name="x", digest="", now=NOW, sender="清平所"
    )
    with pytest.raises(FileRefused):
        stage_import(actor=operator(), source=first, today=TODAY, path=path)

    map_columns(actor=operator(), source=first, renamed=renamed, codes={}, now=NOW, remember=True)
    stage_import(actor=operator(), source=first, today=TODAY, path=path)
    later = register_file(
        actor=operator(), kind=KIND, file_name="x", digest="", now=NOW, sender="清平所"
    )

    assert (first.state, first.created) == (ImportState.STAGED, 1)
    assert (later.renamed, ImportMapping.objects.count()) == (renamed, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "kind", "allowed"),
    [
        (Role.ORG_DEPT, ImportKind.ROSTER, True),
        (Role.BUREAU, ImportKind.REGISTRY, True),
        (Role.BUREAU, ImportKind.ROSTER, False),
        (Role.BUREAU, ImportKind.ORGANISATIONS, False),
        (Role.STATION_HEAD, ImportKind.REGISTRY, False),
        (Role.SYSTEM_ADMIN, ImportKind.REGISTRY, False),
    ],
    ids=str,
)
def test_only_roles_with_the_right_import(role, kind, allowed):
    district = make_district()
    actor = actor_for(make_user(role, seat_of(role, district)), TODAY)
    open_one = {"actor": actor, "kind": kind, "file_name": "x", "digest": "", "now": NOW}

    if allowed:
        assert register_file(**open_one).kind == kind
        return
    source = Import.objects.create(kind=kind, file_name="x", uploaded_at=NOW)
    calls = [
        lambda: register_file(**open_one),
        lambda: stage_import(actor=actor, source=source, today=TODAY),
        lambda: write(source, actor),
        lambda: undo_import(actor=actor, source=source, today=TODAY, now=NOW + timedelta(days=1)),
        lambda: abandon_import(actor=actor, source=source, now=NOW),
        lambda: map_columns(actor=actor, source=source, renamed={}, codes={}, now=NOW),
    ]
    for call in calls:
        with pytest.raises(NotPermitted):
            call()
    source.refresh_from_db()
    assert source.state == ImportState.UPLOADED


def held_constraints():
    with connection.cursor() as cursor:
        return {
            model.__name__: connection.introspection.get_constraints(cursor, model._meta.db_table)
            for model in (Business, StatusEvent)
        }


def load_first(take_in, monkeypatch):
    """Load two businesses as if they were many; return (indexes and keys taken away, created)."""
    monkeypatch.setattr(registry, "FIRST_LOAD_ROWS", 2)
    before = held_constraints()
    source = take_in.stage(KIND, business(1, 成立日期="2019-04-11"), business(2))
    with CaptureQueriesContext(connection) as found:
        write(source)

    assert held_constraints() == before
    assert StatusEvent.objects.count() == 1
    return sum(" DROP " in f" {each['sql']}" for each in found), source.created


@pytest.mark.django_db
def test_first_load_puts_back_every_index_and_key(take_in, monkeypatch):
    taken, created = load_first(take_in, monkeypatch)

    assert taken > 0
    assert created == 2


@postgresql_only
def test_first_load_of_a_role_that_owns_nothing_leaves_them_in_place(
    take_in, monkeypatch, owning_nothing
):
    assert load_first(take_in, monkeypatch) == (0, 2)


@postgresql_only
@pytest.mark.parametrize("may_create", [True, False])
def test_an_owner_takes_them_away_where_it_may_make_them_anew(
    take_in, monkeypatch, owning_nothing, may_create
):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        if may_create:
            cursor.execute(f"GRANT CREATE ON SCHEMA public TO {owning_nothing}")
        for model in (Business, StatusEvent):
            cursor.execute(f"ALTER TABLE {table_name(model)} OWNER TO {owning_nothing}")
        cursor.execute(f"GRANT REFERENCES ON ALL TABLES IN SCHEMA public TO {owning_nothing}")
        cursor.execute(f"SET LOCAL ROLE {owning_nothing}")

    taken, created = load_first(take_in, monkeypatch)

    assert (taken > 0, created) == (may_create, 2)
