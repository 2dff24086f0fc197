"""P03: identity is compared with identity; widening what may be compared fails here."""

import ast
from dataclasses import fields
from pathlib import Path

from xgz.rules.linkage.evidence import Evidence
from xgz.rules.linkage.identities import Identities
from xgz.rules.linkage.sides import COLUMNS, Side

ALLOWED = ("name", "sex", "born_on", "id_number", "phone", "address")
ROOT = Path(__file__).parents[3]


def test_six_columns_may_be_compared_and_no_other():
    assert tuple(field.name for field in fields(Identities)) == ALLOWED


def test_each_file_brings_these_six_columns_and_no_other():
    assert {side: tuple(columns) for side, columns in COLUMNS.items()} == dict.fromkeys(
        Side, ALLOWED
    )


def test_evidence_speaks_of_these_six_columns_only():
    assert {field.name for field in fields(Evidence)} == {
        *("name", "sex", "born", "id_number", "phone", "address")
    }


def test_the_matcher_imports_no_model_and_no_other_subject():
    """Only identity rules may be known where people are compared: no members, leads or businesses."""
    allowed = ("xgz.rules.linkage", "xgz.engines.linkage", "xgz.rules.id_numbers")
    allowed += ("xgz.rules.imports",)  # the headers of the two files
    folders = [ROOT / "xgz/rules/linkage", ROOT / "xgz/engines/linkage"]
    paths = [path for folder in folders for path in folder.rglob("*.py")]
    known = {
        name for path in paths for name in _imports(path) if name.split(".")[0] in ("xgz", "django")
    }

    assert len(paths) > 20
    assert {name for name in known if not name.startswith(allowed)} == set()


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "xgz"
