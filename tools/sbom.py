"""Write docs/dependencies.md: what the locked installation is made of, with versions and licences.

Usage: .venv/bin/python tools/sbom.py [--check]
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "dependencies.md"
_LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+?)(?: ; (.+?))? \\$")
# Packages that state their licence in no field; read from the file that comes with them.
_READ_BY_HAND = {"pysqlite3": "Zlib"}
_HEAD = """# What an installation is made of

Written by `tools/sbom.py` from `requirements.lock` and the packages' own statements. Hashes stand in the lock; the front-end files are pinned in `package-lock.json`.

| package | version | licence | only where |
|---|---|---|---|
"""


def locked() -> list[tuple[str, str, str]]:
    """Return name, version and condition of every locked package."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    found = [match.groups(default="") for line in lines if (match := _LOCKED.match(line))]
    return [(name, version, condition) for name, version, condition in found]


def licence_of(name: str) -> str:
    """Return the licence a package states, in few words; "not installed here" where it cannot say."""
    try:
        stated = metadata(name)
    except PackageNotFoundError:
        return "not installed here"
    marks = [mark for mark in stated.get_all("Classifier", []) if mark.startswith("License ::")]
    named = [mark.rpartition(" :: ")[2] for mark in marks]
    text = stated.get("License-Expression") or ", ".join(named) or stated.get("License")
    return str(text or _READ_BY_HAND.get(name, "?")).splitlines()[0][:60]


def page() -> str:
    """Return the page as it should be."""
    rows = [
        f"| {name} | {version} | {licence_of(name)} | {condition} |"
        for name, version, condition in locked()
    ]
    return _HEAD + "\n".join(rows) + "\n"


def main() -> int:
    if "--check" not in sys.argv:
        TARGET.write_text(page(), encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == page():
        return 0
    print("docs/dependencies.md is not what requirements.lock says; run tools/sbom.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
