# ruff: noqa: S608 (names of our own tables)
"""Every call that writes an audit row is named here with a scenario that dies without it (T21).

A call is known by its file and function ("#2" for the second of one function). SCENARIOS are run
here; ELSEWHERE names tests of other files that look for the row. benchmarks/audit/mutations.py
really takes each call away.
"""

import ast
import sys
from functools import cache
from importlib import import_module
from inspect import unwrap
from types import CodeType, FunctionType

import pytest
from django.apps import apps
from django.db import connection

from tests.factories import make_district
from tests.factories.trail import anchor_file
from tests.services.audit_scenarios import SCENARIOS
from tests.services.audit_scenarios.stage import Stage
from tests.services.audit_sites import ELSEWHERE, SITES
from tests.source_reading import ROOT, label, parse, sources, writes_in
from xgz.models import AuditEntry
from xgz.queries.audit_chain import verify_chain
from xgz.services import transactions
from xgz.web.audit.fields import field_label

EVERYWHERE = sorted(set(SITES.values()))


class NoRoom(Exception):
    """The trail cannot be written."""


@pytest.fixture
def stage(tmp_path, settings, db):
    anchor_file().unlink(missing_ok=True)
    return Stage(make_district(), tmp_path, settings)


def calls_in(path):
    """Yield (site, first line, last line) of every call of a file that writes an audit row."""
    tree = parse(path)
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    helpers = {f.name for f in functions if _only_records(f)}
    for function in functions:
        calls = sorted(_calls(function, helpers), key=lambda call: call.lineno)
        for order, call in enumerate(calls, start=1):
            mark = f"#{order}" if order > 1 else ""
            yield f"{label(path)}:{function.name}{mark}", call.lineno, call.end_lineno


def _only_records(function):
    """Test whether a private function does nothing but write an audit row for its callers."""
    is_short = len(function.body) <= 3 and not writes_in(function)
    return function.name.startswith("_") and is_short and any(_calls(function, set()))


def _calls(function, helpers):
    """Yield calls of the audit itself, of what writes it for a case or organisation, of helpers."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name in {"audit.record", "record_event", "record_audit"} or name in helpers:
            yield node


@cache
def every_call():
    """Return site → (path, first line, last line) of every call in the services."""
    return {site: (path, *lines) for path in sources("services") for site, *lines in calls_in(path)}


def test_every_call_has_its_scenario():
    known = set(every_call())

    assert known - SITES.keys() - ELSEWHERE.keys() == set()
    assert (SITES.keys() | ELSEWHERE.keys()) - known == set()


@pytest.mark.parametrize("site", sorted(ELSEWHERE))
def test_the_test_named_for_a_call_is_there(site):
    file, _, name = ELSEWHERE[site].partition("::")
    names = {n.name for n in ast.walk(parse(ROOT / file)) if isinstance(n, ast.FunctionDef)}

    assert name.partition("[")[0] in names


@pytest.fixture
def passed(monkeypatch):
    """Note through which calls each audit row came."""
    lines, add = [], transactions.add_to_work

    def noting(entry):
        frame = sys._getframe()
        while frame is not None:
            lines.append((frame.f_code.co_filename, frame.f_lineno))
            frame = frame.f_back
        add(entry)

    monkeypatch.setattr("xgz.services.audit.add_to_work", noting)
    return lines


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_deed_leaves_exactly_its_rows(name, stage, passed):
    deed = SCENARIOS[name](stage)
    before = AuditEntry.objects.count()
    passed.clear()

    deed.run()

    rows = AuditEntry.objects.order_by("number")[before:]
    assert [(row.action, row.subject_type, row.subject_id) for row in rows] == deed.rows()
    assert [row.actor for row in rows] == list(deed.by or [deed.actor.user] * len(rows))
    if not deed.by:
        assert {row.actor_label for row in rows} == {deed.actor.label}
    assert [name for row in rows for name in row.fields if field_label(name) == name] == []
    assert verify_chain().faults == {}
    calls = every_call()
    for site in (site for site, scenario in SITES.items() if scenario == name):
        path, first, last = calls[site]
        assert any(file == str(path) and first <= line <= last for file, line in passed), site


@pytest.mark.parametrize("site", sorted(SITES))
def test_without_the_call_its_scenario_fails(site, stage, monkeypatch):
    """The call is really taken out of the running function."""
    path, first, last = every_call()[site]
    take_away(path, first, last, monkeypatch)
    deed = SCENARIOS[SITES[site]](stage)
    before = AuditEntry.objects.count()

    deed.run()

    rows = AuditEntry.objects.order_by("number")[before:]
    assert [(row.action, row.subject_type, row.subject_id) for row in rows] != deed.rows()


class _Without(ast.NodeTransformer):
    def __init__(self, first, last):
        self.lines = (first, last)
        self.taken = 0

    def visit_Expr(self, node):
        if (node.lineno, node.end_lineno) != self.lines:
            return node
        self.taken += 1
        return ast.copy_location(ast.Pass(), node)


def take_away(path, first, last, monkeypatch):
    """Give the function that holds the call a body without it."""
    changed = _Without(first, last)
    tree = ast.fix_missing_locations(changed.visit(parse(path)))
    assert changed.taken == 1
    name = label(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    functions = list(_functions_of(import_module(name)))
    for code in _codes(compile(tree, str(path), "exec")):
        for function in functions:
            own = function.__code__
            same = (own.co_name, own.co_firstlineno) == (code.co_name, code.co_firstlineno)
            if same and own.co_freevars == code.co_freevars:
                monkeypatch.setattr(function, "__code__", code)


def _codes(code):
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


def _functions_of(module):
    """Yield the functions and methods of a module, as they were before any decorator."""
    for value in vars(module).values():
        parts = vars(value).values() if isinstance(value, type) else [value]
        for part in parts:
            function = unwrap(part) if callable(part) else None
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                yield function


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_deed_that_cannot_be_written_down_does_not_happen(name, stage, monkeypatch):
    deed = SCENARIOS[name](stage)
    before = every_row()

    def fail(entries):
        raise NoRoom

    monkeypatch.setattr(transactions, "_append", fail)
    with pytest.raises(NoRoom):
        deed.run()

    after = every_row()
    changed = {table for table in before if before[table] != after[table]}
    assert changed <= deed.kept


def every_row():
    """Return all rows of every table."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {table}")
            found[model._meta.db_table] = sorted(map(repr, cursor.fetchall()))
    return found
