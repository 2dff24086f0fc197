"""Backups made, tried, pruned: on both databases, against a live one."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from tests.factories import (
    TODAY,
    actor_as,
    make_district,
    make_import,
    make_member,
    make_organisation,
    seat_of,
)
from tests.factories.closures import the_district
from tests.factories.matching import PDF
from tests.factories.sites import make_photo
from tests.services.imports.worlds import NOW, operator
from xgz.access.actor import NotPermitted
from xgz.models import AuditEntry, AuditHead, Backup, Job, Member
from xgz.models.keyring import forget_key_ring, key_ring, make_key_ring
from xgz.queries.audit_anchors import read_anchors
from xgz.queries.backups import backup_state
from xgz.rules.backups import BackupFault
from xgz.rules.imports.states import ImportState
from xgz.rules.jobs import JobState
from xgz.rules.roles import Role
from xgz.services.backups import container, making, postgresql, trying
from xgz.services.backups.container import BackupRefused, unpack
from xgz.services.imports.rejects import RejectsSpool
from xgz.services.installation import ensure_ready
from xgz.services.jobs import claim, enqueue, run_job
from xgz.services.keys.rotation import rotate_keys
from xgz.services.matching.assessments import store_assessment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(settings, tmp_path, own_keys):
    settings.HOME = tmp_path / "home"
    settings.BACKUPS = tmp_path / "backups"
    settings.AUDIT_ANCHORS = tmp_path / "anchors" / "audit.jsonl"
    settings.JOBS_AT_ONCE = False
    ensure_ready()
    return tmp_path


@pytest.fixture
def members():
    branch = make_organisation(make_district().qingping)
    return [make_member(branch, name=f"方柏{number}", phone="13900000001") for number in range(5)]


def back_up(now=NOW):
    return making.make_backup(actor=operator(), now=now)


def path_of(backup, home):
    return home / "backups" / backup.name


def refused(path):
    with pytest.raises(BackupRefused) as why:
        trying.try_backup(actor=operator(), source=path)
    return why.value


def test_a_backup_restores_to_what_was_there(home, members):
    backup = back_up()

    trial = trying.try_backup(actor=operator(), source=path_of(backup, home))

    assert trial.is_restored
    assert not trial.is_older
    assert trial.opened >= 10  # names and phones
    assert trial.manifest["counts"]["xgz_member"] == 5
    assert trial.manifest["counts"] == backup.counts
    assert path_of(backup, home).stat().st_mode & 0o777 == 0o600
    assert backup.size == path_of(backup, home).stat().st_size


def test_it_is_noted_audited_and_anchored(home, members):
    backup = back_up()

    entry = AuditEntry.objects.get(action="backup.make")
    assert entry.subject_id == backup.public_id
    assert read_anchors().lines[-1].number == entry.number
    assert backup.audit_number == entry.number - 1
    assert AuditHead.objects.get().number > entry.number  # the anchor itself


def test_nothing_of_it_can_be_read_without_the_key(home, members):
    text = path_of(back_up(), home).read_bytes()
    ring = key_ring()

    assert b"SQLite format" not in text
    assert b"xgz_member" not in text
    for key in (*ring.field.values(), ring.index, ring.audit, ring.backup):
        assert key not in text
        assert key.hex().encode() not in text


def test_keys_are_not_in_it_and_nothing_lies_about(home, members, tmp_path):
    backup = back_up()

    (tmp_path / "laid").mkdir()
    unpacked = unpack(path_of(backup, home), tmp_path / "laid")

    names = {path.name for path in (tmp_path / "laid").rglob("*") if path.is_file()}
    assert names == {Path(unpacked.manifest["database"]).name}
    left = {path.name for path in (home / "backups").iterdir()}
    assert left == {backup.name, ".lock"}


def test_sealed_files_go_with_it(home, tmp_path):
    source = make_import(kind="roster", state=ImportState.STAGED)
    with RejectsSpool(source) as spool:
        spool.put([[1, "x", ["甄示例"]]])
    assessment = store_assessment(PDF)
    photo = make_photo(make_organisation(the_district().qingping))

    backup = back_up()

    (tmp_path / "laid").mkdir()
    unpacked = unpack(path_of(backup, home), tmp_path / "laid")
    assert unpacked.files() == [
        f"assessments/{assessment}",
        f"photos/{photo.stored_name}",
        f"rejects/{source.public_id}.sealed",
    ]


def test_what_is_written_while_it_is_made_is_not_half_in_it(home, members, monkeypatch):
    pack = container.pack

    def slow(*arguments):
        make_member(members[0].formal_org, name="后来")
        return pack(*arguments)

    monkeypatch.setattr(container, "pack", slow)
    backup = back_up()

    trial = trying.try_backup(actor=operator(), source=path_of(backup, home))
    assert trial.manifest["counts"]["xgz_member"] == 5
    assert Member.objects.count() == 6


@pytest.mark.parametrize("at", [0, 20, 200, -1, -17])
def test_a_changed_byte_is_found(home, members, at):
    path = path_of(back_up(), home)
    text = bytearray(path.read_bytes())
    text[at] ^= 1
    path.write_bytes(text)

    assert refused(path).fault in {BackupFault.BROKEN, BackupFault.NOT_SEALED}


@pytest.mark.parametrize("kept", [0, 5, 300, -1, -100])
def test_a_cut_file_is_found(home, members, kept):
    path = path_of(back_up(), home)
    path.write_bytes(path.read_bytes()[:kept])

    assert refused(path).fault in {BackupFault.BROKEN, BackupFault.NOT_SEALED}


def test_another_ring_is_told_by_the_ids_it_lacks(home, members, settings, tmp_path):
    path, ring = path_of(back_up(), home), key_ring()
    settings.KEY_RING = tmp_path / "other" / "keyring.json"
    forget_key_ring()
    make_key_ring()

    why = refused(path)

    assert why.fault is BackupFault.OTHER_KEYS
    assert ring.key_id in why.key_ids


def test_a_ring_without_one_field_key_is_told(home, members, own_keys):
    old = key_ring().key_id
    path = path_of(back_up(), home)
    rotate_keys(actor=operator(), today=TODAY, now=NOW, tell=lambda *_: None)
    assert trying.try_backup(actor=operator(), source=path).opened >= 10  # a rotated ring opens it
    ring = json.loads(own_keys.read_text())
    del ring["field"][old]
    own_keys.write_text(json.dumps(ring))

    assert refused(path).key_ids == [old]


def test_a_swapped_backup_key_is_told(home, members, own_keys):
    path = path_of(back_up(), home)
    ring = json.loads(own_keys.read_text())
    own_keys.write_text(json.dumps(ring | {"backup": ring["index"]}))

    assert refused(path).fault is BackupFault.OTHER_KEYS


def test_a_database_that_does_not_match_its_manifest_is_found(home, members, monkeypatch):
    manifest = making._manifest
    wrong = {"xgz_member": 6}
    monkeypatch.setattr(
        making,
        "_manifest",
        lambda f, now: (m := manifest(f, now)) | {"counts": m["counts"] | wrong},
    )

    assert refused(path_of(back_up(), home)).fault is BackupFault.COUNTS


def test_a_trail_changed_before_the_backup_is_found(home, members):
    back_up()
    head = AuditHead.objects.get()
    AuditHead.objects.filter(pk=head.pk).update(mac="0" * 64)

    assert refused(path_of(back_up(NOW + timedelta(hours=1)), home)).fault is BackupFault.CHAIN


def test_values_moved_between_rows_are_found(home, members):
    first, second = members[:2]
    Member.objects.filter(pk=second.pk).update(name_sealed=first.name_sealed)

    assert refused(path_of(back_up(), home)).fault is BackupFault.UNREADABLE


def test_one_of_a_newer_program_is_refused(home, members, monkeypatch):
    manifest = making._manifest
    monkeypatch.setattr(
        making, "_manifest", lambda f, now: manifest(f, now) | {"migrations": ["xgz.9999_later"]}
    )

    assert refused(path_of(back_up(), home)).fault is BackupFault.NEWER_PROGRAM


def test_one_of_the_other_engine_is_refused(home, members, monkeypatch):
    manifest = making._manifest
    monkeypatch.setattr(
        making, "_manifest", lambda f, now: manifest(f, now) | {"engine": "another"}
    )

    assert refused(path_of(back_up(), home)).fault is BackupFault.OTHER_ENGINE


def test_two_at_once_do_not_disturb_each_other(home, members):
    with (
        making._alone(making.backups_folder()),
        pytest.raises(making.BackupUnderWay),
    ):
        back_up()
    assert Backup.objects.count() == 0


def test_two_of_one_second_both_stand(home, members, tmp_path):
    """Somebody asks for one in the second of the hourly one, or for one into another folder."""
    first = making.make_backup(actor=operator(), now=NOW, folder=home / "backups")
    second = making.make_backup(actor=operator(), now=NOW, folder=home / "backups")
    beside = making.make_backup(actor=operator(), now=NOW, folder=tmp_path / "disk")

    names = [first.name, second.name, beside.name]
    assert names == sorted(set(names))
    assert sorted(path.name for path in (home / "backups").glob("*.xgzb")) == names[:2]
    for path in (path_of(first, home), path_of(second, home), tmp_path / "disk" / beside.name):
        assert trying.try_backup(actor=operator(), source=path).is_restored


def test_a_name_is_not_given_again(home, members):
    first = back_up()
    path_of(first, home).unlink()

    assert back_up().name != first.name


def test_what_a_killed_backup_left_goes_with_the_next(home, members):
    folder = making.backups_folder()
    (folder / ".scratch-dead").mkdir()
    (folder / ".scratch-dead" / "database.sqlite3").write_text("x")
    (folder / ".xgz-20261123-171400.xgzb.part").write_text("x")

    backup = back_up()

    assert {path.name for path in folder.iterdir()} == {backup.name, ".lock"}


def test_one_may_go_to_another_folder(home, members, tmp_path):
    backup = making.make_backup(actor=operator(), now=NOW, folder=tmp_path / "usb")

    assert trying.try_backup(actor=operator(), source=tmp_path / "usb" / backup.name).is_restored
    state = backup_state(NOW)
    assert [line.is_here for line in state.lines] == [False]
    assert state.is_too_old


def test_hourly_and_daily_ones_stay_the_rest_go(home, settings):
    settings.BACKUP_HOURS_KEPT, settings.BACKUP_DAYS_KEPT = 2, 2
    moments = [
        NOW,
        NOW + timedelta(minutes=10),
        *(NOW + timedelta(hours=n) for n in (1, 2, 24, 25)),
    ]
    made = [back_up(moment).name for moment in moments]

    here = {path.name for path in (home / "backups").glob("*.xgzb")}

    assert here == {made[3], made[4], made[5]}
    assert Backup.objects.filter(removed_at__isnull=True).count() == 3


def run_kind(kind, subject="", user=None, now=NOW):
    enqueue(kind=kind, subject=subject, requested_by=user, now=now)
    run_job(claim(worker="w", now=now), lambda: now)
    return Job.objects.filter(kind=kind).latest("pk")


def test_the_nightly_trial_notes_how_it_went(home, members):
    assert run_kind("backup.make").state == JobState.DONE
    job = run_kind("backup.drill", now=NOW + timedelta(hours=1))

    backup = Backup.objects.get()
    assert (job.state, backup.fault) == (JobState.DONE, "")
    assert backup.tried_at == NOW + timedelta(hours=1)
    assert {path.name for path in (home / "backups").iterdir()} == {backup.name, ".lock"}


def test_a_trial_that_fails_is_loud(home, members, caplog):
    run_kind("backup.make")
    path = path_of(Backup.objects.get(), home)
    path.write_bytes(path.read_bytes()[:-1])

    run_kind("backup.drill")

    assert Backup.objects.get().fault == "broken"
    assert "backup drill" in caplog.text
    assert backup_state(NOW).lines[0].fault_label


def test_a_file_that_is_gone_is_told(home, members):
    run_kind("backup.make")
    path_of(Backup.objects.get(), home).unlink()

    run_kind("backup.drill")

    assert Backup.objects.get().fault == "file_gone"


def test_who_may(home):
    district = make_district()
    administrator = actor_as(Role.SYSTEM_ADMIN, district.administration)
    making.ask_for_backup(actor=administrator, now=NOW)
    run_job(claim(worker="w", now=NOW), lambda: NOW)
    assert Backup.objects.count() == 1

    for role in (Role.ORG_DEPT, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        actor = actor_as(role, seat_of(role, district))
        with pytest.raises(NotPermitted):
            making.ask_for_backup(actor=actor, now=NOW)
    with pytest.raises(NotPermitted):
        trying.try_backup(actor=administrator, source=path_of(Backup.objects.get(), home))


sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="files of SQLite")
postgresql_only = pytest.mark.skipif("connection.vendor == 'sqlite'", reason="tools of PostgreSQL")


@sqlite_only
def test_rows_still_in_the_log_are_in_the_backup_but_not_in_a_copied_file(home, members, tmp_path):
    """Why a copied file is no backup: what was just written stands in the log beside it."""
    name = Path(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with connection.cursor() as reader:
        reader.execute("PRAGMA wal_autocheckpoint=0")
    late = make_member(members[0].formal_org, name="后来")
    copied = tmp_path / "copied.sqlite3"
    copied.write_bytes(name.read_bytes())

    trial = trying.try_backup(actor=operator(), source=path_of(back_up(), home))

    assert trial.manifest["counts"]["xgz_member"] == 6
    with sqlite3.connect(copied) as plain:
        found = plain.execute("SELECT COUNT(*) FROM xgz_member WHERE id = ?", [late.pk]).fetchone()
    assert found == (0,)


@sqlite_only
def test_an_unsound_database_is_not_taken_for_a_backup(home, members, monkeypatch):
    monkeypatch.setattr(making, "quick_check", lambda: False)

    with pytest.raises(making.CopyUnsound):
        back_up()
    assert Backup.objects.count() == 0


@postgresql_only
def test_where_no_database_may_be_made_the_list_is_read(home, members, monkeypatch):
    backup = back_up()
    monkeypatch.setattr(postgresql, "may_create_databases", lambda: False)

    trial = trying.try_backup(actor=operator(), source=path_of(backup, home))

    assert not trial.is_restored


@postgresql_only
def test_a_missing_tool_is_told(home, members, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(postgresql.ToolMissing):
        back_up()


@pytest.mark.parametrize("name", ["../evil", "/evil", "manifest.json"])
def test_only_what_the_manifest_names_is_laid_out(home, members, tmp_path, monkeypatch, name):
    add = container._add
    monkeypatch.setattr(
        container, "_add", lambda a, n, c: add(a, name if n.startswith("database") else n, c)
    )
    path = path_of(back_up(), home)
    (tmp_path / "laid").mkdir()

    with pytest.raises(BackupRefused):
        unpack(path, tmp_path / "laid")
    assert not (tmp_path / "evil").exists()
