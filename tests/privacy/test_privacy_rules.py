"""Every privacy rule has the tests that docs/privacy-rules.md names for it."""

import ast
import re
from fnmatch import fnmatchcase
from functools import cache

import pytest

from tests.source_reading import ROOT

TABLE = (ROOT / "docs/privacy-rules.md").read_text(encoding="utf-8")
RULES = [f"P{number:02}" for number in range(1, 23)]
ROWS = {
    cells[1].strip(): cells
    for line in TABLE.splitlines()
    if re.match(r"\| P\d\d \|", line) and (cells := line.split("|"))
}
NAMED = re.compile(r"`(tests/[\w/]+\.py)::([\w*]+)`")
STYLES = ROOT / "xgz/static/xgz/reveals.css"
SCRIPT = ROOT / "xgz/static/xgz/reveals.js"


@cache
def names_in(file):
    """Return the names of the tests in a file of this project, those in classes too."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return [node.name for node in found if node.name.startswith("test_")]


def test_every_rule_stands_there_once_and_in_order():
    lines = [line for line in TABLE.splitlines() if line.startswith("| P")]

    assert list(ROWS) == RULES
    assert len(lines) == len(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_the_tests_named_for_a_rule_are_there(rule):
    named = NAMED.findall(ROWS[rule][-2])

    assert named
    for file, pattern in named:
        assert (ROOT / file).exists(), file
        assert [name for name in names_in(file) if fnmatchcase(name, pattern)], (file, pattern)


def test_p22_the_page_of_a_whole_value_has_its_blur_and_keeps_off_paper():
    """P22: wherever a whole value stands, the script that blurs and the style for paper do too."""
    shown = (ROOT / "xgz/templates/reveals/shown.html").read_text(encoding="utf-8")

    assert "reveals.js" in shown
    assert "reveals.css" in shown
    assert "@media print" in STYLES.read_text(encoding="utf-8")
    assert "IDLE_MS = 60000" in SCRIPT.read_text(encoding="utf-8")
