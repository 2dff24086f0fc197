"""Running the reading child and drawing its answers; the child may die, the parent may not."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import xgz
from xgz.files.intake import MEGABYTE, UPLOAD_MAX_BYTES
from xgz.files.reader import Request
from xgz.rules.imports.reasons import FileReason, FileRefused

UPLOAD_MEMORY_BYTES = 1024 * MEGABYTE
UPLOAD_CPU_SECONDS = 60
UPLOAD_WALL_SECONDS = 90
SHELL_MEMORY_BYTES = 4096 * MEGABYTE

_PIPE_BYTES = 1 << 20


def upload_limits() -> dict[str, int]:
    """Return the limits of a Request for a file that came through the web."""
    return {
        "max_bytes": UPLOAD_MAX_BYTES,
        "memory_bytes": UPLOAD_MEMORY_BYTES,
        "cpu_seconds": UPLOAD_CPU_SECONDS,
    }


def read_in_child(request: Request, wall_seconds: int = 0) -> Generator[dict[str, Any], None, None]:
    """Yield the child's answers: header, rows, faults, done. Raises FileRefused.

    wall_seconds: the child is killed after so long; 0 means no limit. A child that ends without
    "done" (killed, out of memory, aborted by a library) refuses the file.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "xgz.files.reader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
        bufsize=_PIPE_BYTES,
        close_fds=True,
    )
    expired = threading.Event()
    timer = _watch(child, wall_seconds, expired)
    try:
        yield from _answers(child, request)
        if expired.is_set():
            raise FileRefused(FileReason.TIMEOUT, wall_seconds)
        if child.wait() != 0:
            raise FileRefused(FileReason.CRASHED)
    except _Ended:
        if expired.is_set():
            raise FileRefused(FileReason.TIMEOUT, wall_seconds) from None
        raise FileRefused(FileReason.CRASHED) from None
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()


class _Ended(Exception):
    """The child's answers stopped before the last one."""


def _answers(child: "subprocess.Popen[bytes]", request: Request) -> Iterator[dict[str, Any]]:
    if child.stdin is None or child.stdout is None:
        raise _Ended
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(json.dumps(asdict(request)).encode() + b"\n")
        child.stdin.close()
    for line in child.stdout:
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError:
            raise _Ended from None
        if answer["event"] == "refused":
            raise FileRefused(FileReason(answer["reason"]), *answer.get("details", ()))
        yield answer
        if answer["event"] == "done":
            return
    raise _Ended


def _watch(
    child: "subprocess.Popen[bytes]", wall_seconds: int, expired: threading.Event
) -> threading.Timer:
    def kill() -> None:
        expired.set()
        child.kill()

    timer = threading.Timer(wall_seconds, kill)
    timer.daemon = True
    if wall_seconds:
        timer.start()
    return timer


def child_environment() -> dict[str, str]:
    """Return what the child may know: where Python and the project lie, no settings, no secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    root = str(Path(xgz.__file__).resolve().parent.parent)
    return kept | {"PYTHONPATH": root, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
