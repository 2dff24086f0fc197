import json

import pytest
from allauth.mfa.models import Authenticator

from tests.factories import (
    TODAY,
    make_district,
    make_import,
    make_member,
    make_organisation,
    make_user,
    seat_of,
)
from tests.factories.closures import the_district
from tests.factories.matching import PDF, make_task
from tests.factories.sites import PICTURE, make_photo
from tests.services.imports.worlds import NOW, Importer, business, id_number, operator
from xgz.access.actor import NotPermitted, clock_actor
from xgz.models import AuditEntry, Business, ImportChange, Job, Member, StagedRow, sealing
from xgz.models.keyring import key_ring
from xgz.models.sealed_columns import sealed_columns
from xgz.rules.imports.states import ImportKind, ImportState
from xgz.rules.roles import Role
from xgz.services.backups import folder
from xgz.services.imports import folders
from xgz.services.imports.rejects import RejectsSpool, gathered_rows
from xgz.services.imports.undoing import undo_import
from xgz.services.installation import WrongKeys, ensure_ready
from xgz.services.keys import rotation
from xgz.services.keys.canaries import canary_rows
from xgz.services.keys.carried import carried_by_key
from xgz.services.keys.cells import cells_by_key
from xgz.services.keys.rotation import (
    KeyIsCurrent,
    KeyNeeded,
    KeyUnknown,
    forget_key,
    key_lines,
    retire_key,
    rotate_keys,
)
from xgz.services.matching.assessments import read_assessment, store_assessment
from xgz.services.reports import files as reports
from xgz.services.sites.photo_files import read_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def homes(settings, tmp_path, own_keys):
    """Give the test a data folder of its own, with keys and canaries."""
    settings.HOME = tmp_path
    settings.BACKUPS = tmp_path / "backups"
    ensure_ready()
    return tmp_path


def person(number, branch, **cells):
    named = {"姓名": f"甄示例{number}", "公民身份号码": id_number("1956-03-04", f"{number:03}")}
    return named | {"所在党支部": branch, "手机号": f"1390000000{number}"} | cells


def rotate():
    return rotate_keys(actor=operator(), today=TODAY, now=NOW, tell=lambda done, total: None)


def members():
    return [(m.name, m.id_number, m.phone) for m in Member.objects.order_by("pk")]


def test_everything_stands_under_the_new_key_and_reads_as_before(homes):
    old = key_ring().key_id
    branch = make_organisation(make_district().qingping)
    for number in range(3):
        make_member(
            branch,
            name=f"方柏{number}",
            id_number=id_number("1956-03-04", f"00{number}"),
            phone="13900000001",
        )
    before, total = members(), sum(cells_by_key().values())

    turned = rotate()

    assert turned.key_id == key_ring().key_id != old
    assert members() == before
    assert (turned.left, turned.sealed.unreadable, turned.is_resumed) == (0, 0, False)
    assert turned.sealed.cells == total == cells_by_key()[turned.key_id]
    assert cells_by_key()[old] == 0
    ensure_ready()


def test_values_of_many_batches_are_found(homes, monkeypatch):
    monkeypatch.setattr("xgz.services.keys.cells.BATCH_ROWS", 2)
    branch = make_organisation(make_district().qingping)
    for number in range(7):
        make_member(branch, name=f"方柏{number}")

    assert rotate().left == 0
    assert cells_by_key().keys() == {key_ring().key_id}


def test_a_value_written_meanwhile_is_not_overwritten(homes, monkeypatch):
    member = make_member(make_organisation(make_district().qingping), name="旧名")
    reseal = sealing.reseal

    def slow(column, row, sealed):
        """Change the name between reading and writing, once."""
        monkeypatch.setattr(sealing, "reseal", reseal)
        newer = sealing.seal("member.name", member.public_id, "新名")
        Member.objects.filter(pk=member.pk).update(name_sealed=newer)
        return reseal(column, row, sealed)

    monkeypatch.setattr(sealing, "reseal", slow)
    rotate()

    member.refresh_from_db()
    assert member.name == "新名"
    assert cells_by_key().keys() == {key_ring().key_id}


def test_a_broken_off_rotation_goes_on_with_the_same_key(homes, monkeypatch):
    branch = make_organisation(make_district().qingping)
    for number in range(5):
        make_member(branch, name=f"方柏{number}")
    monkeypatch.setattr("xgz.services.keys.cells.BATCH_ROWS", 2)

    def stop(done, total):
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_keys(actor=operator(), today=TODAY, now=NOW, tell=stop)
    begun, left = key_ring().key_id, cells_by_key()
    assert len(left) == 2
    turned = rotate()

    assert turned.is_resumed
    assert turned.key_id == begun
    assert cells_by_key().keys() == {begun}
    assert len(key_ring().field) == 2


def test_a_key_without_its_canary_is_given_one(homes):
    """The process was killed between the ring and the database."""
    rotate()
    key_id = key_ring().key_id
    for row in canary_rows():
        if row.name.endswith(key_id):
            row.delete()

    ensure_ready()

    assert any(row.name.endswith(key_id) for row in canary_rows())


def test_the_journal_of_an_import_still_takes_it_back(homes, tmp_path):
    take_in = Importer(tmp_path)
    branch = make_organisation(make_district().qingping)
    take_in(ImportKind.ROSTER, person(1, branch.name), person(2, branch.name))
    second = take_in(
        ImportKind.ROSTER,
        person(1, branch.name, 手机号="13900000099"),
        person(3, branch.name),
    )
    phone = Member.objects.order_by("pk").first().phone
    assert phone == "13900000099"

    rotate()
    assert carried_by_key().keys() == {key_ring().key_id}
    conflicts = undo_import(actor=operator(), source=second, today=TODAY, now=NOW)

    assert conflicts == 0
    assert Member.objects.count() == 2
    assert Member.objects.order_by("pk").first().phone != phone


def test_a_journal_half_sealed_again_takes_back_as_well(homes, tmp_path, monkeypatch):
    take_in = Importer(tmp_path)
    branch = make_organisation(make_district().qingping)
    source = take_in(ImportKind.ROSTER, person(1, branch.name))
    monkeypatch.setattr(rotation, "reseal_carried", lambda tell: rotation.reseal_files())
    rotate()
    assert len(carried_by_key()) == 1
    assert carried_by_key().keys() != cells_by_key().keys()

    assert undo_import(actor=operator(), source=source, today=TODAY, now=NOW) == 0
    assert Member.objects.count() == 0


def test_the_journal_of_rows_that_are_gone_is_sealed_again(homes, tmp_path):
    take_in = Importer(tmp_path)
    branch = make_organisation(make_district().qingping)
    source = take_in(ImportKind.ROSTER, person(1, branch.name))
    Member.objects.all().delete()

    turned = rotate()

    assert turned.left == turned.sealed.unreadable == 0
    after = ImportChange.objects.get(source_import=source, table="member").after
    opened = sealing.unseal("member.name", after["public_id"], after["name_sealed"])
    assert opened == person(1, branch.name)["姓名"]


def test_businesses_and_staged_rows_are_sealed_again(homes, tmp_path):
    take_in = Importer(tmp_path)
    take_in(ImportKind.REGISTRY, business(1, 联系电话="13900000001"))
    source = make_import(kind=ImportKind.ROSTER, state=ImportState.STAGED)
    row = StagedRow(source_import=source, row_no=1)
    row.values_sealed = sealing.seal("staged_row.values", row.public_id, json.dumps({"a": "b"}))
    row.save()

    rotate()

    assert Business.objects.get().phone == "13900000001"
    row.refresh_from_db()
    assert sealing.key_id_of(row.values_sealed) == key_ring().key_id
    assert sealing.unseal("staged_row.values", row.public_id, row.values_sealed) == '{"a": "b"}'


def test_what_a_job_was_told_is_sealed_again(homes):
    note = sealing.seal("snapshot.note", "abcdefghijkl", "会前")
    job = Job.objects.create(
        kind="snapshot.take",
        subject="abcdefghijkl",
        arguments={"as_at": "2026-11-01", "note": note},
        requested_at=NOW,
    )

    rotate()

    job.refresh_from_db()
    assert sealing.key_id_of(job.arguments["note"]) == key_ring().key_id
    assert sealing.unseal("snapshot.note", "abcdefghijkl", job.arguments["note"]) == "会前"
    assert job.arguments["as_at"] == "2026-11-01"


def test_secrets_of_authenticators_are_sealed_again(homes):
    user = make_user(Role.ORG_DEPT, seat_of(Role.ORG_DEPT, make_district()))
    secret = sealing.seal("authenticator.secret", user.public_id, "JBSWY3DPEHPK3PXP")
    held = Authenticator.objects.create(user=user, type="totp", data={"secret": secret})

    rotate()

    held.refresh_from_db()
    assert sealing.key_id_of(held.data["secret"]) == key_ring().key_id
    opened = sealing.unseal("authenticator.secret", user.public_id, held.data["secret"])
    assert opened == "JBSWY3DPEHPK3PXP"


def test_sealed_files_are_written_anew(homes, tmp_path):
    source = make_import(kind=ImportKind.ROSTER, state=ImportState.STAGED)
    with RejectsSpool(source) as spool:
        spool.put([[1, "x", ["甄示例"]]])
        spool.put([[2, "x", ["方柏梁"]]])
    clear = tmp_path / "clear"
    clear.write_bytes(b"ledger" * 100_000)
    with clear.open("rb") as stream:
        name = reports.store_sealed(stream, "abcdefghijkl", 1)
    task = make_task(assessment_name=store_assessment(PDF))
    photo = make_photo(make_organisation(the_district().qingping))
    before = list(gathered_rows(source))

    turned = rotate()

    assert turned.sealed.files == 4
    assert read_photo(photo) == PICTURE
    assert b"".join(read_assessment(task)[1]) == PDF
    assert list(gathered_rows(source)) == before
    lines = (reports.reports_folder() / name).read_text(encoding="ascii").splitlines()
    assert {sealing.key_id_of(line) for line in lines} == {key_ring().key_id}
    assert len(lines) == 4
    assert (reports.reports_folder() / name).stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_still_written_is_left_for_the_next_time(homes):
    source = make_import(kind=ImportKind.ROSTER, state=ImportState.STAGING)
    with RejectsSpool(source) as spool:
        spool.put([[1, "x", ["甄示例"]]])
        old = key_ring().key_id

    assert rotate().left == 1
    source.state = ImportState.STAGED
    source.save()
    turned = rotate()

    assert (turned.left, turned.is_resumed) == (0, True)
    assert sealing.key_id_of(folders.spool_path(source).read_text()) != old


def test_a_value_that_does_not_open_is_left_and_counted(homes):
    member = make_member(make_organisation(make_district().qingping))
    swapped = sealing.seal("member.phone", "abcdefghijkl", "13900000001")
    Member.objects.filter(pk=member.pk).update(phone_sealed=swapped)

    turned = rotate()

    assert turned.sealed.unreadable == 1
    member.refresh_from_db()
    assert member.phone_sealed == swapped
    assert rotate().key_id != turned.key_id  # it does not stand in the way of the next rotation


def test_only_the_operator_of_the_machine_turns_keys(homes):
    with pytest.raises(NotPermitted):
        rotate_keys(actor=clock_actor(TODAY), today=TODAY, now=NOW, tell=lambda *_: None)


def test_each_turn_is_in_the_audit(homes):
    rotate()

    actions = AuditEntry.objects.filter(subject_type="key").values_list("action", flat=True)
    assert list(actions) == ["keys.rotate", "keys.rotated"]


def test_a_key_in_need_is_not_retired(homes):
    branch = make_organisation(make_district().qingping)
    make_member(branch)
    old = key_ring().key_id
    with pytest.raises(KeyIsCurrent):
        retire_key(actor=operator(), key_id=old, now=NOW)
    rotate()
    member = make_member(branch)
    late = sealing.seal_with(old, "member.name", member.public_id, "方柏梁")
    Member.objects.filter(pk=member.pk).update(name_sealed=late)

    with pytest.raises(KeyNeeded) as needed:
        retire_key(actor=operator(), key_id=old, now=NOW)
    assert needed.value.needs.cells == 1
    assert old in key_ring().field


def test_a_key_that_a_kept_backup_needs_is_not_retired(homes, monkeypatch):
    old = key_ring().key_id
    rotate()
    monkeypatch.setattr(rotation, "backups_by_key", lambda: folder.Counter({old: 2}))

    with pytest.raises(KeyNeeded) as needed:
        retire_key(actor=operator(), key_id=old, now=NOW)
    assert needed.value.needs.backups == 2


def test_a_retired_key_opens_but_seals_nothing_until_it_is_forgotten(homes):
    old = key_ring().key_id
    kept = sealing.seal("member.name", "abcdefghijkl", "方柏梁")
    rotate()

    retire_key(actor=operator(), key_id=old, now=NOW)

    ensure_ready()
    assert sealing.unseal("member.name", "abcdefghijkl", kept) == "方柏梁"
    assert [line.is_retired for line in key_lines(actor=operator())] == [False, True]
    with pytest.raises(KeyUnknown):
        retire_key(actor=operator(), key_id=old, now=NOW)
    forget_key(actor=operator(), key_id=old, now=NOW)
    with pytest.raises(sealing.SealBroken):
        sealing.unseal("member.name", "abcdefghijkl", kept)
    ensure_ready()


def test_the_lines_hold_no_key(homes):
    ring, text = key_ring(), repr(key_lines(actor=operator()))

    assert ring.key_id in text
    for key in (*ring.field.values(), ring.index, ring.audit, ring.backup):
        assert key.hex() not in text
        assert repr(key) not in text


def test_a_ring_that_lost_a_key_in_use_is_refused_by_its_id(homes):
    old = key_ring().key_id
    path = homes / "keys" / "keyring.json"
    rotate()
    ring = json.loads(path.read_text())
    del ring["field"][old]
    path.write_text(json.dumps(ring))

    with pytest.raises(WrongKeys) as wrong:
        ensure_ready()
    assert [(f.key_id, f.is_absent) for f in wrong.value.faults] == [(old, True)]


def test_counting_leaves_no_column_out(homes):
    assert len(sealed_columns()) >= 20
    for column in sealed_columns():
        assert {"id", "public_id"} <= {field.attname for field in column.model._meta.fields}
