"""Pieces of work: their audit rows stand and fall with them, and are one chain under concurrency."""

import ast
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection

from tests.factories import TODAY, actor_as, make_district
from tests.factories.trail import NOON, anchor_file, as_administrator, run, write_rows
from tests.factories.transfers import make_transfer, take
from tests.source_reading import label, parse, sources
from xgz.access.actor import actor_for, clock_actor, shell_operator
from xgz.models import AuditEntry, AuditHead, Body, RoleAssignment, User
from xgz.queries.audit_chain import verify_chain
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferAction
from xgz.services import accounts, audit, bodies
from xgz.services.transactions import AuditNotWritten, AuditOutsideWork, unit, unit_of_work


@pytest.fixture(autouse=True)
def _no_anchors():
    anchor_file().unlink(missing_ok=True)


def note(subject):
    audit.record(
        actor=clock_actor(TODAY),
        action="parameter.set",
        subject_type="parameter_value",
        subject_id=subject,
        now=NOON,
    )


def subjects():
    return list(AuditEntry.objects.order_by("number").values_list("subject_id", flat=True))


@pytest.mark.django_db
def test_rows_are_chained_in_the_order_they_were_recorded():
    with unit():
        note("first")
        with unit():
            note("second")
        note("third")
    with unit():
        note("fourth")

    assert subjects() == ["first", "second", "third", "fourth"]
    assert AuditHead.objects.get().number == 4
    assert verify_chain().faults == {}


@pytest.mark.django_db
def test_work_without_audit_rows_leaves_the_head_alone():
    with unit():
        pass

    assert not AuditHead.objects.filter(number__gt=0).exists()


@unit_of_work
def fail_in_part():
    note("lost")
    with unit():
        note("lost too")
    raise ZeroDivisionError


@pytest.mark.django_db
def test_a_part_that_fails_takes_its_rows_with_it():
    with unit():
        note("kept")
        with pytest.raises(ZeroDivisionError):
            fail_in_part()
        note("kept too")

    assert subjects() == ["kept", "kept too"]
    assert verify_chain().faults == {}


@pytest.mark.django_db
def test_work_that_fails_leaves_nothing():
    @unit_of_work
    def fail():
        note("lost")
        AuditHead.objects.count()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    write_rows(1)

    assert subjects() == ["row1"]
    assert verify_chain().faults == {}


@pytest.mark.django_db
def test_a_row_outside_a_piece_of_work_is_refused():
    with pytest.raises(AuditOutsideWork):
        note("nowhere")
    with unit():
        pass
    with pytest.raises(AuditOutsideWork):
        note("nowhere")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["DELETE FROM xgz_audithead", "UPDATE xgz_audithead SET number = 1"]
)
def test_a_head_that_does_not_fit_stops_every_action(statement):
    """Not an IntegrityError, which a service would take for a row of its own."""
    write_rows(3)
    run([statement])
    district = make_district()
    with pytest.raises(AuditNotWritten):
        bodies.add_body(
            actor=shell_operator(TODAY),
            name="新办公室",
            kind="office",
            line="market",
            parent=district.bureau,
            now=NOON,
        )

    assert not Body.objects.filter(name="新办公室").exists()
    assert subjects() == ["row1", "row2", "row3"]


@pytest.mark.django_db
def test_nobody_changes_or_removes_a_row():
    write_rows(2)
    for statement in ("UPDATE xgz_auditentry SET action = 'x'", "DELETE FROM xgz_auditentry"):
        with pytest.raises(IntegrityError, match="append-only"), unit():
            run([statement])

    assert verify_chain().rows == 2
    with as_administrator():
        run(["DELETE FROM xgz_auditentry"])
    assert verify_chain().rows == 0


@pytest.mark.parametrize("path", sources("management", "web", "jobs"), ids=label)
def test_only_services_begin_transactions(path):
    assert "atomic" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sources("services"), ids=label)
def test_a_plain_transaction_holds_no_audit_rows(path):
    """They would be chained before its end, or stay although it was rolled back."""
    if label(path) == "xgz/services/transactions.py":
        return
    nodes = list(ast.walk(parse(path)))
    decorators = [ast.unparse(d) for n in nodes for d in getattr(n, "decorator_list", [])]
    blocks = [ast.unparse(n) for n in nodes if isinstance(n, ast.With) and _opens_atomic(n)]

    assert [each for each in decorators if "atomic" in each] == []
    assert [each for each in blocks if "audit" in each] == []


def _opens_atomic(node):
    return any("transaction.atomic" in ast.unparse(item.context_expr) for item in node.items)


def at_once(*works):
    """Run the works in threads of their own at the same moment; return what went wrong."""
    start, faults = Barrier(len(works)), []

    def call(work):
        start.wait()
        try:
            work()
        except Exception as fault:
            faults.append(repr(fault))
        finally:
            connection.close()

    threads = [Thread(target=call, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_make_one_chain_without_fork_or_gap():
    """The first of them finds no head, as in a database just emptied."""
    AuditHead.objects.all().delete()
    each = 25

    faults = at_once(*[lambda n=n: write_rows(each, first=1000 * n) for n in range(8)])

    assert faults == []
    assert AuditEntry.objects.count() == AuditHead.objects.get().number == 8 * each
    assert verify_chain().faults == {}


@pytest.mark.django_db(transaction=True)
def test_steps_of_cases_and_other_work_do_not_wait_in_a_circle():
    cases = [make_transfer(state=None) for _ in range(4)]
    before = AuditEntry.objects.count()
    issue = TransferAction.ISSUE
    works = [lambda case=case: take(case, issue, valid_days=30) for case in cases]

    faults = at_once(*works, *[lambda n=n: write_rows(20, first=1000 * n) for n in range(4)])

    assert faults == []
    assert AuditEntry.objects.count() >= before + 84
    assert verify_chain().faults == {}


@pytest.mark.django_db(transaction=True)
def test_a_person_acts_while_their_roles_are_changed():
    """Granting locks the person's row; the foreign key of the person's own audit rows does too."""
    district = make_district()
    actor = actor_as(Role.SECURITY_ADMIN, district.administration)
    clerk = actor_as(Role.ORG_DEPT, district.org_dept)
    rounds = 15

    def change_roles():
        for day in range(1, rounds + 1):
            bodies.grant_role(
                actor=actor,
                user=User.objects.get(pk=clerk.user.pk),
                role=Role.SOCIAL_WORK_DEPT,
                body=district.social_work,
                valid_from=date(2027, 1, day),
                now=NOON,
            )

    def act(first):
        write_rows(rounds, actor_for(User.objects.get(pk=clerk.user.pk), TODAY), first=first)

    faults = at_once(change_roles, *[lambda n=n: act(1000 * n) for n in range(5)])

    assert faults == []
    assert RoleAssignment.objects.filter(user=clerk.user).count() == rounds + 1
    assert verify_chain().faults == {}
    assert accounts.set_account_open(actor=actor, user=clerk.user, is_open=False, now=NOON)
