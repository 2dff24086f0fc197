# ruff: noqa: S608 (statements of a database administrator, of our own names)
"""The eight attacks on the trail, by somebody with every right over the database but no key."""

import json
import sqlite3
from hashlib import sha256

import pytest
from django.db import connection

from tests.factories import TODAY, actor_as, make_district
from tests.factories.trail import (
    HEAD,
    NOON,
    TABLE,
    anchor,
    anchor_file,
    as_administrator,
    copy_rows,
    forge_row,
    numbers,
    put_back,
    run,
    write_rows,
)
from xgz.access.actor import NotPermitted, shell_operator
from xgz.models import AuditEntry, AuditHead
from xgz.queries.audit_anchors import read_anchors
from xgz.queries.audit_chain import verify_chain, verify_end
from xgz.rules.audit import CHAIN_FAULT_ADVICE, CHAIN_FAULT_LABELS, ChainFault
from xgz.rules.roles import Role
from xgz.services.audit_anchor import mark_restored

pytestmark = pytest.mark.django_db
F = ChainFault


@pytest.fixture(autouse=True)
def trail():
    """Twenty rows, an anchor (with its own row), ten rows, an anchor, five rows: 37 in all."""
    anchor_file().unlink(missing_ok=True)
    write_rows(20)
    anchor()
    write_rows(10, first=21)
    anchor()
    write_rows(5, first=31)
    yield
    anchor_file().unlink(missing_ok=True)


def edit(at_number, **columns):
    marks = ", ".join(f"{name} = %s" for name in columns)
    run([f"UPDATE {TABLE} SET {marks} WHERE number = {at_number}"], *columns.values())


def renumber(first, by):
    """Shift numbers from one on, past the unique index."""
    far = 1_000_000
    run(
        [
            f"UPDATE {TABLE} SET number = number + {far} WHERE number >= {first}",
            f"UPDATE {TABLE} SET number = number - {far} + {by} WHERE number >= {far}",
        ]
    )


def value_of(number):
    return AuditEntry.objects.get(number=number).mac


def set_head(number, mac=None):
    run([f"UPDATE {HEAD} SET number = %s, mac = %s"], number, mac or value_of(number))


def keyless(number):
    return sha256(str(number).encode()).hexdigest()


def test_a_trail_as_services_wrote_it_is_whole():
    actor = actor_as(Role.ORG_DEPT, make_district().org_dept)
    write_rows(3, actor, first=36)
    verdict = verify_chain()

    assert verdict.faults == {}
    assert (verdict.rows, verdict.last_number, verdict.anchors) == (40, 40, 2)
    assert verify_end().faults == {}
    assert verdict.sentences() == []


def test_an_empty_trail_is_whole():
    with as_administrator():
        put_back(([], []))
    anchor_file().unlink()

    assert verify_chain().faults == {}
    write_rows(2)
    assert verify_chain().faults == {}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "parameter.withdraw"),
        ("at", "2026-11-22 04:00:01"),
        ("actor_label", "shell"),
        ("outcome", "refused"),
        ("subject_type", "member"),
        ("subject_id", "another"),
        ("fields", '{"value": "0"}'),
        ("address", "10.1.1.1"),
        ("session", "s"),
        ("request", "r"),
        ("mac", "0" * 64),
    ],
)
@pytest.mark.parametrize("number", [1, 7, 37])
def test_attack_edit(column, value, number):
    with as_administrator():
        edit(number, **{column: value})

    assert F.EDITED in verify_chain().faults
    assert verify_chain().faults[F.EDITED] == number


def test_attack_edit_of_who_it_was():
    other = actor_as(Role.ORG_DEPT, make_district().org_dept).user
    with as_administrator():
        edit(7, actor_id=other.pk)

    assert verify_chain().faults == {F.EDITED: 7}


def test_attack_delete_in_the_middle():
    with as_administrator():
        run([f"DELETE FROM {TABLE} WHERE number IN (8, 9)"])

    assert verify_chain().faults == {F.MISSING: 8}


def test_attack_delete_in_the_middle_and_close_the_gap():
    with as_administrator():
        run([f"DELETE FROM {TABLE} WHERE number = 8"])
        renumber(9, -1)
        set_head(36)
    faults = verify_chain().faults

    assert faults[F.MISSING] == faults[F.EDITED] == 8
    assert F.ANCHOR_BROKEN in faults


def test_attack_delete_the_tail():
    with as_administrator():
        run([f"DELETE FROM {TABLE} WHERE number > 33"])

    assert verify_chain().faults == verify_end().faults == {F.TAIL_MISSING: 34}


def test_attack_delete_the_tail_and_set_the_head_back():
    with as_administrator():
        run([f"DELETE FROM {TABLE} WHERE number > 25"])
        set_head(25)

    assert verify_chain().faults[F.ANCHOR_AHEAD] == 31
    assert verify_end().faults[F.ANCHOR_AHEAD] == 31


def test_attack_insert_at_the_end():
    with as_administrator():
        forge_row(38, keyless(38))

    assert verify_chain().faults == {F.EDITED: 38, F.ADDED: 38}
    with as_administrator():
        set_head(38)
    assert verify_chain().faults == verify_end().faults == {F.EDITED: 38}


def test_attack_insert_in_the_middle():
    with as_administrator():
        renumber(12, 1)
        forge_row(12, keyless(12))
        set_head(38)
    faults = verify_chain().faults

    assert faults[F.ADDED] == faults[F.EDITED] == 12
    assert faults[F.REORDERED] == 13  # the forged row was written last


@pytest.mark.parametrize("pair", [(5, 6), (5, 15)])
def test_attack_swap(pair):
    first, second = pair
    with as_administrator():
        edit(first, number=1_000_000)
        edit(second, number=first)
        edit(1_000_000, number=second)
    faults = verify_chain().faults

    assert faults[F.EDITED] == first
    assert F.REORDERED in faults


def test_attack_truncate_and_append_again():
    """The program itself goes on, with its key, from an emptied trail: only the anchors tell."""
    with as_administrator():
        run([f"DELETE FROM {TABLE}", f"DELETE FROM {HEAD}"])
    write_rows(3, first=101)

    assert verify_chain().faults == {F.ANCHOR_AHEAD: 20}
    write_rows(40, first=104)
    found = verify_chain().faults
    assert found[F.ANCHOR_BROKEN] == 20
    assert verify_end().faults[F.ANCHOR_BROKEN] == 20


def test_attack_truncate_and_append_without_the_key():
    rows = numbers()
    with as_administrator():
        run([f"DELETE FROM {TABLE}"])
        for number in rows:
            forge_row(number, keyless(number))
        set_head(rows[-1])
    faults = verify_chain().faults

    assert faults[F.EDITED] == 1
    assert faults[F.ANCHOR_BROKEN] == 20
    assert verify_end().faults[F.ANCHOR_BROKEN] == 20


def test_attack_rewrite_of_the_whole_chain_without_the_key():
    with as_administrator():
        for number in numbers():
            edit(number, mac=keyless(number))
        set_head(numbers()[-1])
    faults = verify_chain().faults

    assert (faults[F.EDITED], faults[F.ANCHOR_BROKEN]) == (1, 20)
    assert verify_end().faults[F.ANCHOR_BROKEN] == 20


def test_attack_older_rows_put_back():
    """What a copy of the database of an hour ago holds: sound in itself, behind the anchors."""
    copy = copy_rows()
    write_rows(5, first=36)
    anchor()
    with as_administrator():
        put_back(copy)

    assert verify_chain().faults == {F.ANCHOR_AHEAD: 42}
    assert verify_end().faults == {F.ANCHOR_AHEAD: 42}
    write_rows(9, first=136)
    assert verify_chain().faults == {F.ANCHOR_BROKEN: 42}
    assert verify_end().faults == {F.ANCHOR_BROKEN: 42}


@pytest.mark.django_db(transaction=True)
def test_attack_older_database_file_put_back(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is not one file; its rows are put back above")
    connection.ensure_connection()
    copy = sqlite3.connect(tmp_path / "copy.sqlite3")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(tmp_path / "older.sqlite3")])
    copy.close()
    write_rows(5, first=36)
    anchor()
    raw = connection.connection
    older = type(raw)(str(tmp_path / "older.sqlite3"))
    older.backup(raw)
    older.close()

    assert AuditHead.objects.get().number == 37
    assert verify_chain().faults == {F.ANCHOR_AHEAD: 42}


def test_a_head_of_ones_own_is_told():
    with as_administrator():
        set_head(37, keyless(1))

    assert verify_chain().faults == verify_end().faults == {F.HEAD_WRONG: 37}


def test_a_lost_file_of_anchors_is_told():
    anchor_file().unlink()

    assert verify_chain().faults == verify_end().faults == {F.ANCHOR_LOST: 1}
    anchor()  # a new file does not hide that the old one is gone
    assert verify_chain().faults == {F.ANCHOR_LOST: 1}
    anchor_file().unlink()
    mark_restored(actor=shell_operator(TODAY), now=NOON)  # somebody with the key says so
    anchor()
    assert verify_chain().faults == verify_end().faults == {}


def test_a_shortened_file_of_anchors_is_told():
    lines = anchor_file().read_text().splitlines(keepends=True)
    anchor_file().write_text("".join(lines[:-1]))

    assert verify_chain().faults == verify_end().faults == {F.ANCHOR_LOST: 2}
    anchor()
    assert verify_chain().faults == verify_end().faults == {F.ANCHOR_LOST: 2}


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0].replace('"number": 20', '"number": 19'), lines[1]],
        lambda lines: lines[1:],
        lambda lines: [lines[1], lines[0]],
        lambda lines: [lines[0], "{}\n"],
        lambda lines: [lines[0], "\n", lines[1]],
        lambda lines: [lines[0], lines[0]],
        lambda lines: [lines[0].replace('"restored": false', '"restored": true'), lines[1]],
    ],
    ids=["number", "first line gone", "swapped", "no anchor", "empty", "twice", "set back"],
)
def test_a_changed_file_of_anchors_is_told(change):
    lines = anchor_file().read_text().splitlines(keepends=True)
    anchor_file().write_text("".join(change(lines)))

    assert set(verify_chain().faults) == {F.ANCHOR_FORGED}
    assert F.ANCHOR_FORGED in verify_end().faults


def test_the_file_is_the_owners_alone_and_only_grows():
    before = anchor_file().read_text()
    anchor()

    assert anchor_file().stat().st_mode & 0o777 == 0o600
    assert anchor_file().read_text().startswith(before)
    assert [line.number for line in read_anchors().lines] == [20, 31, 37]
    assert set(json.loads(before.splitlines()[0])) == {
        *("at", "line", "mac", "number", "restored", "seal")
    }


def test_a_restored_copy_may_end_before_the_anchors_and_is_then_marked():
    copy = copy_rows()
    write_rows(5, first=36)
    anchor()
    with as_administrator():
        put_back(copy)

    assert verify_chain(is_copy=True).faults == {}
    with pytest.raises(NotPermitted):
        mark_restored(actor=actor_as(Role.SYSTEM_ADMIN, make_district().administration), now=NOON)
    mark_restored(actor=shell_operator(TODAY), now=NOON)
    write_rows(9, first=36)
    assert verify_chain().faults == {}
    assert verify_end().faults == {}


def test_every_fault_has_its_words():
    assert set(CHAIN_FAULT_LABELS) == set(CHAIN_FAULT_ADVICE) == set(ChainFault)
    with as_administrator():
        edit(7, subject_id="another")
    assert verify_chain().sentences() == ["记录被改动，或不是由系统写入（第 7 条起）"]
