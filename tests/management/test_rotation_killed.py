"""The short form of benchmarks/torture/rotation.py: a rotation killed outright, then run again."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_rotation_killed_twice_leaves_every_value_readable():
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("XGZ_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "benchmarks/torture/rotation.py", "--people", "1000", "--kills", "2"],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT), "XGZ_PROFILE": "demo"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip().endswith("PASS"), done.stdout + done.stderr
    assert "killed 2 of 2" in done.stdout
    assert "left under older keys 0" in done.stdout
