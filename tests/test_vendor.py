"""The third-party files served are the ones listed, byte for byte."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "xgz" / "static" / "vendor"
ROW = re.compile(r"^\| \S+ \| \S+ \| \S+ \| (\S+) \| ([0-9a-f]{64}) \|$", re.MULTILINE)
LISTED = dict(ROW.findall((VENDOR / "LICENCES.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", LISTED)
def test_a_vendored_file_has_the_listed_digest(name):
    assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == LISTED[name]


@pytest.mark.parametrize("name", LISTED)
def test_a_vendored_file_names_no_source_map(name):
    assert "sourceMappingURL" not in (ROOT / name).read_text(encoding="utf-8")


def test_no_vendored_file_is_unlisted():
    folders = [VENDOR, ROOT / "tests" / "browser" / "vendor"]
    present = {p.relative_to(ROOT).as_posix() for folder in folders for p in folder.rglob("*.*s")}

    assert present == set(LISTED)
