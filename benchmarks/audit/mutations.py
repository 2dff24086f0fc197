"""Takes each audit call away, one at a time, in a scratch copy, and runs the test named for it (T21).

Usage: .venv/bin/python benchmarks/audit/mutations.py [--only TEXT] [--elsewhere] [--jobs 2]

A call is killed where its test fails without it. Exit code 1: one survived, or a test fails as it is.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
COPIED = ("xgz", "tests", "docs", "deploy", "tools", "locale", "pyproject.toml")
HERE = "tests/services/test_audit_calls.py::test_a_deed_leaves_exactly_its_rows"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="sites that hold this text")
    parser.add_argument("--elsewhere", action="store_true", help="those the suite leaves to this")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    sites = {
        site: each
        for site, each in _sites().items()
        if arguments.only in site and not (arguments.elsewhere and each[3].startswith(HERE))
    }
    folder = Path(tempfile.mkdtemp(prefix="xgz-mutations-"))
    try:
        _copy(folder / "as it is")
        with ThreadPoolExecutor(arguments.jobs) as pool:
            outcomes = list(pool.map(lambda item: _try(folder, *item), sites.items()))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    alive = [line for killed, line in outcomes if not killed]
    print(f"{len(outcomes) - len(alive)} of {len(outcomes)} audit calls killed")
    print("\n".join(alive))
    sys.exit(1 if alive or not outcomes else 0)


def _sites() -> dict[str, tuple[str, int, int, str]]:
    """Return site → file, first line, last line, test."""
    import django  # noqa: PLC0415

    django.setup()
    from tests.services.audit_sites import ELSEWHERE, SITES  # noqa: PLC0415
    from tests.services.test_audit_calls import every_call  # noqa: PLC0415

    tests = {site: f"{HERE}[{scenario}]" for site, scenario in SITES.items()} | ELSEWHERE
    return {
        site: (path.relative_to(ROOT).as_posix(), first, last, tests[site])
        for site, (path, first, last) in every_call().items()
        if site in tests
    }


def _copy(target: Path) -> Path:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, target / name)
    return target


def _try(folder: Path, site: str, where: tuple[str, int, int, str]) -> tuple[bool, str]:
    file, first, last, test = where
    copy = folder / site.replace("/", "-").replace(":", "-")
    shutil.copytree(folder / "as it is", copy)
    path = copy / file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    indent = lines[first - 1][: len(lines[first - 1]) - len(lines[first - 1].lstrip())]
    lines[first - 1 : last] = [f"{indent}pass\n"]
    path.write_text("".join(lines), encoding="utf-8")
    mutated = _run(copy, test)
    shutil.rmtree(copy, ignore_errors=True)
    killed = mutated.returncode == 1  # tests failed; anything else is no verdict
    print("." if killed else "S", end="", flush=True)
    return killed, f"{site}: {test} ended with {mutated.returncode}"


def _run(folder: Path, test: str) -> subprocess.CompletedProcess[str]:
    surroundings = {name: value for name, value in os.environ.items() if name != "XGZ_HOME"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-q", "-x", test],
        cwd=folder,
        env=surroundings | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    main()
