"""What is left of imports whose process was killed, and of files kept long enough."""

import os
import threading
from datetime import timedelta

import pytest
from django.conf import settings

from tests.services.imports.worlds import NOW, business, operator, write_csv
from xgz.models import AuditEntry, Import, RejectedRow, StagedBusiness
from xgz.rules.imports.states import ImportKind, ImportState
from xgz.services import transactions
from xgz.services.imports import folders, rejects
from xgz.services.imports.downloads import NothingHandedBack, discard_rejects, take_rejects
from xgz.services.imports.locks import AlreadyUnderWay, import_lock, is_under_way, turn
from xgz.services.imports.staging import abandon_import
from xgz.services.imports.sweeping import KEEP_FILES_DAYS, sweep_imports
from xgz.services.imports.whole import import_file

KIND = ImportKind.REGISTRY
FAULTY = {"登记状态": "正常经营"}
FIGURES = ("rows", "rows_read", "created", "updated", "unchanged", "rejected", "duplicate", "blank")

pytestmark = pytest.mark.django_db


def _killed(take_in, state):
    """Return an import as kill -9 leaves it: staged rows there, state unchanged, lock free."""
    source = take_in.stage(KIND, business(1), business(2, **FAULTY))
    Import.objects.filter(pk=source.pk).update(state=state)
    source.refresh_from_db()
    return source


@pytest.mark.parametrize("state", [ImportState.STAGING, ImportState.APPLYING], ids=str)
def test_dead_import_is_ended_and_nothing_of_it_stays(take_in, state):
    source = _killed(take_in, state)

    sweep_imports(NOW)

    source.refresh_from_db()
    assert source.state == ImportState.FAILED
    assert [getattr(source, name) for name in FIGURES] == [0] * len(FIGURES)
    assert not StagedBusiness.objects.exists()
    assert not RejectedRow.objects.exists()
    assert not folders.spool_path(source).exists()


def test_next_import_sweeps_the_dead_one(take_in):
    dead = _killed(take_in, ImportState.STAGING)

    take_in(KIND, business(1))

    dead.refresh_from_db()
    assert dead.state == ImportState.FAILED


def test_import_somebody_works_on_is_left_alone(take_in):
    source = _killed(take_in, ImportState.APPLYING)

    with import_lock(source.public_id):
        sweep_imports(NOW)
        busy = is_under_way(source)
        with pytest.raises(AlreadyUnderWay):
            abandon_import(actor=operator(), source=source, now=NOW)

    source.refresh_from_db()
    assert (busy, is_under_way(source)) == (True, False)
    assert source.state == ImportState.APPLYING
    assert StagedBusiness.objects.count() == 1


def test_dead_import_can_be_abandoned(take_in):
    source = _killed(take_in, ImportState.APPLYING)

    abandon_import(actor=operator(), source=source, now=NOW)

    assert source.state == ImportState.ABANDONED
    assert not StagedBusiness.objects.exists()
    assert not folders.spool_path(source).exists()


def test_shell_holds_the_lock_while_it_reads(take_in):
    seen = []

    def look(_rows):
        seen.append(is_under_way(Import.objects.get()))

    source = take_in(KIND, business(1), progress=look)

    assert set(seen) == {True}
    assert not is_under_way(source)


def test_second_import_waits_for_its_turn_and_says_so(tmp_path):
    begun, done, told = threading.Event(), threading.Event(), []

    def first():
        with turn():
            begun.set()
            done.wait(30)

    def tell():
        told.append(Import.objects.count())
        done.set()

    path = write_csv(tmp_path / "r.csv", KIND, [business(1)])
    thread = threading.Thread(target=first)
    thread.start()
    begun.wait(30)
    source = import_file(
        actor=operator(), kind=KIND, path=path, today=operator().today, now=NOW, on_wait=tell
    )
    thread.join()

    assert told == [0]
    assert source.state == ImportState.APPLIED


def test_rows_handed_back_wait_sealed_and_private(take_in):
    source = take_in.stage(KIND, business(1), business(2, 名称="清平镇密示例店", **FAULTY))

    spool = folders.spool_path(source)
    content = spool.read_bytes()
    clear = "".join(rejects.gathered_rows(source))

    assert (spool.stat().st_mode & 0o777) == 0o600
    assert "密示例店" in clear
    assert "密示例店".encode() not in content
    assert b"\\u5bc6" not in content


def test_download_leaves_no_file_in_clear(take_in):
    source = take_in.stage(KIND, business(1), business(2, **FAULTY))

    file = take_rejects(actor=operator(), source=source, now=NOW)

    with file.stream as stream:
        assert stream.read(2) == b"PK"
    mine = [path for path in folders.rejects_folder().iterdir() if source.public_id in path.name]
    assert mine == [folders.spool_path(source)]


def test_failed_writer_of_the_workbook_leaves_the_good_rows_and_the_sealed_ones(
    take_in, monkeypatch
):
    monkeypatch.setattr(rejects, "END_OF_ROWS", "")

    with pytest.raises(rejects.RejectsNotWritten) as caught:
        take_in(KIND, business(1), business(2, **FAULTY))

    monkeypatch.undo()
    source = Import.objects.get()
    assert (caught.value.source, source.state) == (source, ImportState.APPLIED)
    with take_rejects(actor=operator(), source=source, now=NOW).stream as stream:
        assert stream.read(2) == b"PK"


def test_files_are_kept_seven_days_and_no_longer(take_in):
    source = take_in(KIND, business(1), business(2, **FAULTY))
    original = folders.upload_path(Import(stored_name="an-original"))
    original.write_bytes(b"x")
    Import.objects.filter(pk=source.pk).update(stored_name="an-original")

    sweep_imports(NOW + timedelta(days=KEEP_FILES_DAYS))
    kept = (folders.rejects_path(source).exists(), original.exists())
    sweep_imports(NOW + timedelta(days=KEEP_FILES_DAYS, seconds=1))
    gone = (folders.rejects_path(source).exists(), original.exists())

    source.refresh_from_db()
    assert (kept, gone) == ((True, True), (False, False))
    with pytest.raises(NothingHandedBack):
        take_rejects(actor=operator(), source=source, now=NOW)


@pytest.mark.parametrize("folder", [folders.uploads_folder, folders.rejects_folder])
def test_files_of_no_import_go_after_an_hour(folder):
    stray = folder() / "gone.part"
    stray.write_bytes(b"x")
    moment = NOW.timestamp()
    os.utime(stray, (moment, moment))

    sweep_imports(NOW + timedelta(hours=1))
    kept = stray.exists()
    sweep_imports(NOW + timedelta(hours=1, seconds=1))

    assert (kept, stray.exists()) == (True, False)


def test_discarded_rejects_are_gone_and_their_reasons_stay(take_in):
    source = take_in(KIND, business(1), business(2, **FAULTY))
    path = folders.rejects_path(source)

    for _ in range(2):
        discard_rejects(actor=operator(), source=source, now=NOW)

    assert not path.exists()
    assert RejectedRow.objects.filter(source_import=source).count() == 1
    assert AuditEntry.objects.filter(action="import.discard").count() == 1  # the second had none


def test_rejects_stay_where_their_discarding_cannot_be_written_down(take_in, monkeypatch):
    source = take_in(KIND, business(1), business(2, **FAULTY))

    def fail(entries):
        raise OSError("no room")

    monkeypatch.setattr(transactions, "_append", fail)
    with pytest.raises(OSError, match="no room"):
        discard_rejects(actor=operator(), source=source, now=NOW)

    assert folders.rejects_path(Import.objects.get()).exists()


def test_locks_lie_in_the_data_folder(take_in):
    source = take_in.stage(KIND, business(1))

    with import_lock(source.public_id):
        names = {path.name for path in (settings.HOME / "run").iterdir()}

    assert f"import-{source.public_id}.lock" in names
