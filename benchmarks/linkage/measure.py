"""Run a command and say how long it took and how much memory its whole process tree needed."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK_SECONDS = 0.1
_PAGE, _TICKS = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall clock and processor time in seconds, memory in bytes, and what the command printed."""

    seconds: float
    processor: float
    memory: int
    output: str


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Measured:
    """Run the command and look at its process tree ten times a second.

    Memory is the highest sum, processor time that of every process seen, as last seen. Raises
    CalledProcessError where the command fails; its standard error is shown.
    """
    started, peak = time.perf_counter(), 0
    spent: dict[int, float] = {}
    with tempfile.TemporaryFile("w+") as printed:
        process = subprocess.Popen(command, env=environment, stdout=printed)
        while process.poll() is None:
            tree = _tree(process.pid)
            peak = max(peak, sum(_resident(pid) for pid in tree))
            spent |= {pid: seconds for pid, seconds in tree.items() if seconds}
            time.sleep(_LOOK_SECONDS)
        seconds = time.perf_counter() - started
        printed.seek(0)
        output = printed.read()
    if process.returncode:
        print(output, file=sys.stderr)
        raise subprocess.CalledProcessError(process.returncode, command)
    return Measured(seconds, sum(spent.values()), peak, output)


def _tree(root: int) -> dict[int, float]:
    """Return the processes from root down and the processor time of each, in seconds."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        fields = _read(entry / "stat").rpartition(")")[2].split()
        if fields:
            pid = int(entry.name)
            parents[pid] = int(fields[1])
            spent[pid] = (int(fields[11]) + int(fields[12])) / _TICKS
    tree, last = {root}, 0
    while len(tree) > last:
        last = len(tree)
        tree |= {pid for pid, parent in parents.items() if parent in tree}
    return {pid: spent[pid] for pid in tree if pid in spent}


def _resident(pid: int) -> int:
    fields = _read(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) * _PAGE if fields else 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
