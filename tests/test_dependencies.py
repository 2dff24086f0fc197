"""The list of what an installation is made of says what the lock says."""

import re
from importlib import util
from pathlib import Path

ROOT = Path(__file__).parents[1]
_spec = util.spec_from_file_location("sbom", ROOT / "tools" / "sbom.py")
sbom = util.module_from_spec(_spec)
_spec.loader.exec_module(sbom)


def rows():
    lines = sbom.TARGET.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[6:] if line]


def test_every_locked_package_is_listed_with_its_version():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    assert [tuple(row[:2]) for row in rows()] == re.findall(r"^([a-z]\S*?)==(\S+)", lock, re.M)


def test_every_package_states_a_licence():
    unknown = [row for row in rows() if row[2] == "?" or row[2].startswith("not installed")]

    # Only packages of other systems cannot be asked here.
    assert [row for row in unknown if not row[3] or row[2] == "?"] == []
