"""Ending with the process that started this one, even where that was killed outright."""

import ctypes
import os
import signal
import sys
import threading
import time

LOOK_SECONDS = 0.5
GRACE_SECONDS = 10
_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """End this process soon after `parent` is no longer its parent: what runs may finish first.

    The kernel is asked to say so (Linux); a thread looks as well, for elsewhere and for a parent
    that was gone before the kernel was asked.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    threading.Thread(target=_watch, args=(parent,), name="parent watch", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
