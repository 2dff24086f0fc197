"""A worker of the web server must not outlive a `xgz serve` that was killed outright."""

import os
import signal
import subprocess
import sys

import pytest

CHILD = """
import os, time
from xgz.management.parent import end_with
{deaf}
end_with(os.getppid())
print(os.getpid(), flush=True)
time.sleep(600)
"""
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
PATIENCE_SECONDS = 60
# As where the kernel cannot be asked: the thread alone must see it.
DEAF = (
    "import ctypes; ctypes.CDLL = lambda *_a, **_o: type('None', (), {'prctl': lambda *_a: None})()"
)


@pytest.mark.parametrize("deaf", ["", DEAF], ids=["told by the kernel", "by looking"])
def test_a_child_ends_when_its_parent_is_killed(deaf):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD.format(deaf=deaf)], stdout=subprocess.PIPE
    )
    with parent:
        assert int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
        # The pipe's writing end is the child's too: it reads as ended when both are gone.
        rest, _ = parent.communicate(timeout=PATIENCE_SECONDS)

    assert rest == b""
