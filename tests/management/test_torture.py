"""The short forms of `make torture`: a handful of kills, and nothing lost or doubled.

See benchmarks/torture/README.md; the workers' own short form stands in test_worker.py, that of
a rotation in test_rotation_killed.py.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS = "benchmarks/torture/run.py"


def run(home, *words):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XGZ_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=kept | {"XGZ_HOME": str(home), "XGZ_PROFILE": "demo"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_killed_site_loses_and_doubles_nothing(tmp_path):
    """How soon it is back is measured on a machine of its own: the whole form's business."""
    done = run(tmp_path, "-m", "benchmarks.torture.web", "--kills", "4", "--away", "180")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 lost, 0 doubled" in done.stdout


def test_imports_killed_in_the_middle_are_there_whole_and_once(tmp_path):
    done = run(tmp_path / "home", RUNS, "--imports", "--kills", "5", "--small")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost 0, doubled 0, seen in part 0" in done.stdout
