"""The first start of an installation: killed in the middle, and by two processes at once."""

import os
import subprocess
import sys

# Ends the process where Django notes the steps of tables that are made, as a kill would.
KILLED = """
import os
from django.db.migrations.recorder import MigrationRecorder
note = MigrationRecorder.record_applied
def record_applied(self, app, name):
    if name == "0005_export_approvals":
        os._exit(9)
    note(self, app, name)
MigrationRecorder.record_applied = record_applied
from xgz.config.shell import main
main()
"""
WHOLE = "from xgz.config.shell import main; main()"


def start(home, program=WHOLE):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XGZ_", "DJANGO_"))}
    return subprocess.Popen(
        [sys.executable, "-c", program, "body", "list"],
        env=kept | {"XGZ_HOME": str(home), "XGZ_PROFILE": "demo"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_first_start_that_was_killed_begins_anew(tmp_path):
    killed = start(tmp_path, KILLED)
    killed.communicate()
    assert killed.returncode == 9

    again = start(tmp_path)
    _out, told = again.communicate()

    assert again.returncode == 0, told


def test_site_and_worker_may_make_the_tables_at_once(tmp_path):
    both = [start(tmp_path), start(tmp_path)]

    told = [each.communicate()[1] for each in both]

    assert [each.returncode for each in both] == [0, 0], told
