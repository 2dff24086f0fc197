"""The third-party files served are the ones listed, byte for byte."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "xgz" / "static" / "vendor"
ROW = re.compile(r"^\| \S+ \| \S+ \| \S+ \| (\S+) \| ([0-9a-f]{64}) \|$", re.MULTILINE)
UNLISTED = {"LICENCES.md", "tabler-LICENCE.txt"}
LISTED = dict(ROW.findall((VENDOR / "LICENCES.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", LISTED)
def test_a_vendored_file_has_the_listed_digest(name):
    assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == LISTED[name]


@pytest.mark.parametrize("name", LISTED)
def test_a_vendored_file_names_no_source_map(name):
    assert b"sourceMappingURL" not in (ROOT / name).read_bytes()


def test_a_vendored_stylesheet_finds_its_pictures():
    named = re.findall(r"url\((images/[^)]+)\)", (VENDOR / "leaflet.css").read_text("utf-8"))

    assert named
    assert [name for name in named if not (VENDOR / name).is_file()] == []


def test_no_vendored_file_is_unlisted():
    folders = [VENDOR, ROOT / "tests" / "browser" / "vendor"]
    present = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in folder.rglob("*.*")
        if path.name not in UNLISTED
    }

    assert present == set(LISTED)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "xgz/static/xgz").glob("*.css")), ids=lambda p: p.name
)
def test_every_block_of_our_own_sheets_is_closed(path):
    """A sheet whose block stays open loses every rule after it, and no page says so."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    depth = 0
    for line in text.splitlines():
        depth += line.count("{") - line.count("}")
        assert depth >= 0, line
    assert depth == 0
