"""Checks that import-linter cannot make: who writes, who asks permission, how long things are."""

import ast
import re

import pytest

from tests.source_reading import (
    ROOT,
    Function,
    asks_first,
    described,
    functions_of,
    label,
    parse,
    rows_taken_directly,
    sources,
    takes_actor,
    writes_in,
)
from xgz.files.rulebook import read_rulebook

READ_ONLY_ROOMS = ("config", "web", "api", "jobs", "management", "queries", "access", "models")
READ_ONLY_ROOMS += ("files", "engines", "rules", "templatetags")
INTERFACES = ("web", "api", "jobs", "management")
ROOMS = (*READ_ONLY_ROOMS, "services")
# The audit trail is told who acted; it is what the other services call after they have asked.
ASKS_NOBODY = {"xgz/services/audit.py"}
LONGEST_FUNCTION = 40
LONGEST_FILE = 400
RULE_ID = re.compile(r"\b(?!(?:UTF|GB|ISO|SHA|RFC)-)[A-Z]{1,4}-[0-9]+\b")
WRITING = """
from xgz.access import roster as access
from xgz.models import Member
from xgz.services import audit

def visible_members(actor): ...
"""


@pytest.mark.parametrize("path", sources(*READ_ONLY_ROOMS), ids=label)
def test_only_services_write(path):
    assert described(writes_in(parse(path))) == []


@pytest.mark.parametrize(
    "line",
    [
        "member.save(update_fields=['post'])",
        "member.delete()",
        "Member.objects.create(post='x')",
        "Member.objects.filter(pk=1).update(post='x')",
        "branch.member_set.add(member)",
        "rows = Member.objects.filter(pk=1)\nrows.update(post='x')",
        "visible_members(actor).update(post='x')",
        "Member.objects.bulk_create(rows)",
        "await member.asave()",
        "cursor.execute('UPDATE xgz_member SET post = 1')",
    ],
)
def test_a_write_is_seen(line):
    tree = ast.parse("async def change():\n    " + line.replace("\n", "\n    "))

    assert len(writes_in(tree)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "context.update(title='x')",
        "names.add('x')",
        "digest.update(b'x')",
        "workbook.save(path)",
        "cache.delete('x')",
        "cursor.execute('SELECT 1')",
        "Member.objects.filter(pk=1).count()",
    ],
)
def test_what_writes_no_row_is_left_alone(line):
    assert writes_in(ast.parse(line)) == []


@pytest.mark.parametrize("path", sources(*INTERFACES), ids=label)
def test_interfaces_start_from_the_access_room(path):
    assert rows_taken_directly(parse(path)) == []


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("Member.objects.all()", True),
        ("Member._default_manager.get(pk=1)", True),
        ("get_object_or_404(Member, pk=1)", True),
        ("get_object_or_404(visible_members(actor), pk=1)", False),
        ("ModelChoiceField(queryset=Member.objects.none())", False),
    ],
)
def test_rows_taken_past_the_access_room_are_seen(line, seen):
    assert bool(rows_taken_directly(ast.parse(line))) is seen


@pytest.mark.parametrize("path", sources("services"), ids=label)
def test_a_service_called_by_a_person_asks_permission_first(path):
    tree = parse(path)
    public = [f for f in functions_of(tree) if takes_actor(f) and not f.name.startswith("_")]
    unasked = [f.name for f in public if not asks_first(f, tree)]

    assert unasked == [] or label(path) in ASKS_NOBODY


@pytest.mark.parametrize(
    "body",
    [
        "access.require(actor, 'edit', member)\n    member.save()",
        "access.require_edit(actor)\n    _step(member)",
        "with atomic():\n        access.require(actor)\n        member.save()",
        "rows = count(member)\n    scope = access.require_scope(actor)\n    member.save()",
    ],
    ids=["first", "named action", "inside a transaction", "after a read"],
)
def test_asking_before_the_first_write_is_seen(body):
    assert asks_first(*_service(body))


@pytest.mark.parametrize(
    "body",
    [
        "member.save()\n    access.require(actor)",
        "_step(member)\n    access.require(actor)",
        "audit.record(actor=actor)\n    access.require(actor)",
        "if member:\n        access.require(actor)\n    member.save()",
        "require(actor)\n    member.save()",
        "return None",
    ],
    ids=[
        "after",
        "after a writing function",
        "after a service",
        "in a branch",
        "not ours",
        "never",
    ],
)
def test_asking_too_late_or_not_always_is_seen(body):
    assert not asks_first(*_service(body))


def _service(body: str) -> tuple[Function, ast.Module]:
    source = (
        f"{WRITING}\ndef _step(member):\n    member.save()\n\ndef edit(*, actor):\n    {body}\n"
    )
    tree = ast.parse(source)
    return functions_of(tree)[-1], tree


@pytest.mark.parametrize("path", sources(*ROOMS), ids=label)
def test_functions_are_short(path):
    if _may_be_long(path):
        return
    functions = [n for n in ast.walk(parse(path)) if isinstance(n, Function)]
    lengths = {f.name: f.end_lineno - f.lineno + 1 for f in functions}

    assert {n: length for n, length in lengths.items() if length > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("path", sources(*ROOMS), ids=label)
def test_files_are_short(path):
    if _may_be_long(path):
        return
    length = len(path.read_text(encoding="utf-8").splitlines())
    if "rules" in path.parts:
        tables = [n for n in parse(path).body if isinstance(n, ast.Assign | ast.AnnAssign)]
        length -= sum(n.end_lineno - n.lineno + 1 for n in tables)

    assert length <= LONGEST_FILE


def _may_be_long(path):
    return "migrations" in path.parts or label(path).startswith("xgz/management/demo/")


def test_every_rule_id_is_in_the_rulebook():
    cited = {i for p in sources("rules") for i in RULE_ID.findall(p.read_text(encoding="utf-8"))}

    assert cited - set(_rulebook_rows()) == set()


def test_every_rule_has_its_source_and_certainty():
    incomplete = [i for i, cells in _rulebook_rows().items() if len(cells) < 4 or not all(cells)]

    assert incomplete == []


def test_every_rule_can_be_shown():
    """Both wordings, source, certainty and dates, as the page 规则与参数 reads them."""
    pages = sorted((ROOT / "docs" / "rulebook").glob("*.md"))
    shown = read_rulebook({page.name: page.read_bytes() for page in pages})

    assert {row.id for subject in shown for row in subject.rows} == set(_rulebook_rows())


def _rulebook_rows() -> dict[str, list[str]]:
    """Return the cells of each rule's row: id, wording, source, certainty and whatever follows."""
    lines = [
        line
        for page in sorted((ROOT / "docs" / "rulebook").glob("*.md"))
        for line in page.read_text(encoding="utf-8").splitlines()
    ]
    rows = [
        [c.strip() for c in line.strip().strip("|").split("|")] for line in lines if "|" in line
    ]
    return {row[0].strip("*` "): row for row in rows if RULE_ID.fullmatch(row[0].strip("*` "))}
