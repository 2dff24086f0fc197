"""The golden files of docs/imports.md, in their order, each twice."""

import json
from pathlib import Path

import pytest

from tests.data.make_import_files import FOLDER, files
from tests.services.imports.worlds import NOW, TODAY, counts, operator
from xgz.rules.imports.states import ImportKind
from xgz.services.imports.whole import import_file

EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


def take_in(name):
    kind = ImportKind(EXPECTED[name]["kind"])
    return import_file(actor=operator(), kind=kind, path=Path(FOLDER / name), today=TODAY, now=NOW)


@pytest.mark.django_db
def test_files_give_their_figures_and_nothing_new_the_second_time():
    found, again = {}, {}
    for name in EXPECTED:
        found[name] = counts(take_in(name))
        again[name] = counts(take_in(name))

    assert found == {name: entry["figures"] for name, entry in EXPECTED.items()}
    assert not [name for name, figures in again.items() if {"created", "updated"} & figures.keys()]


def test_figures_are_those_of_the_script():
    assert {f"{name}.csv": parts[3] for name, parts in files().items()} == {
        name: entry["figures"] for name, entry in EXPECTED.items()
    }
