"""Check the project's files for what must not be committed.

That is: addresses of package registries, absolute paths of one particular machine, lock files that
name where a package comes from, and symbolic links, which lead elsewhere on another machine. Prints each finding as file:line and exits 1 if there is one.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOT_OURS = {".git", ".venv", "node_modules", "var", "static_root", "build", "__pycache__"}
# One letter of each pattern stands in brackets, so that this file does not match itself.
RULES = [  # what is wrong, in which files, the sign of it
    (
        "names a package registry",
        re.compile(r".*"),
        re.compile(
            r"pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|yarnpk[g]\.com|npmmirro[r]\.com"
            r"|(?:deb|security|ftp|snapshot)\.debia[n]\.org|archive\.ubunt[u]\.com"
            r"|proxy\.golan[g]\.org|mirrors?\.(?:aliyu[n]|tun[a]|ust[c]|huaweiclou[d])|pypi\.tun[a]"
        ),
    ),
    (
        "names a path of one machine",
        re.compile(r".*"),
        re.compile(r"(?<![\w.~/)}-])/(?:wor[k]|roo[t]|tm[p]/[a-z]\w*|hom[e]/\w+|User[s]/\w+)/"),
    ),
    (
        "lock file says where packages come from",
        re.compile(r"requirements[^/]*\.lock"),
        re.compile(r"://|--index|--extra|--find-links"),
    ),
    (
        "lock file says where packages come from",
        re.compile(r"package-lock\.json"),
        re.compile(r'"resolved"'),
    ),
]


def project_files() -> list[Path]:
    """Return the files that are or would be committed; all but derived ones outside git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        paths = [p for p in ROOT.rglob("*") if not NOT_OURS & set(p.relative_to(ROOT).parts)]
    return sorted(p for p in paths if p.is_symlink() or p.is_file())


def findings(name: str, content: bytes) -> Iterator[str]:
    """Yield one line for each rule broken by a line of the file; binary files break none."""
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        return
    rules = [(what, sign) for what, files, sign in RULES if files.fullmatch(name)]
    for number, line in enumerate(lines, start=1):
        for what, sign in rules:
            if found := sign.search(line):
                yield f"{name}:{number}: {what}: {found.group()}"


def findings_in(path: Path) -> list[str]:
    """Return one line for each thing wrong with a file; where a link leads is not read."""
    name = path.relative_to(ROOT).as_posix()
    if path.is_symlink():
        return [f"{name}:1: is a symbolic link"]
    return list(findings(name, path.read_bytes()))


def main() -> int:
    found = [line for path in project_files() for line in findings_in(path)]
    print("\n".join(found) or "no registry addresses, no machine paths, no links")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
