"""`xgz worker` as a process of its own, with its data folder, its signals and its deaths."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import OperationalError

from xgz.management import keeper, worker
from xgz.management.commands.worker import Command
from xgz.management.worker import Interruption, Worker
from xgz.services.jobs import JobStopped

ROOT = Path(__file__).parents[2]
TORTURE = ROOT / "benchmarks" / "torture" / "run.py"
_PATIENCE_SECONDS = 120


def test_the_interruption_ends_a_handler_and_nothing_else():
    stop = Interruption()

    with pytest.raises(JobStopped), stop:
        stop.ask()
    stop.ask()

    with pytest.raises(JobStopped), stop:
        raise AssertionError


def test_a_fault_that_a_driver_made_of_the_interruption_is_one_still():
    stop = Interruption()

    def copy():
        try:
            stop.ask()
        except JobStopped as broken_off:
            raise OperationalError("COPY failed") from broken_off

    with pytest.raises(JobStopped), stop:
        copy()


def test_a_fault_before_anybody_asked_is_the_handlers_own():
    with pytest.raises(OperationalError), Interruption():
        raise OperationalError("away")


def test_a_worker_without_work_ends_with_once(db, settings, monkeypatch):
    settings.JOBS_AT_ONCE = False
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)  # the test's own
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        Worker(poll_seconds=1, once=True).work()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


@pytest.mark.parametrize("poll", ["0", "-1", "61"])
def test_a_poll_that_makes_no_sense_is_refused(db, poll):
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError, match="--poll"):
        call_command(Command(), "--poll", poll)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def _start(home, *words):
    return subprocess.Popen(
        [sys.executable, "-c", "from xgz.config.shell import main; main()", *words],
        cwd=ROOT,
        env=_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _environment(home):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XGZ_", "DJANGO_"))}
    return kept | {"XGZ_HOME": str(home), "XGZ_PROFILE": "demo"}


def test_once_works_off_the_schedule_and_ends(home):
    process = _start(home, "worker", "--once")
    said, _ = process.communicate(timeout=_PATIENCE_SECONDS)

    assert process.returncode == 0
    assert "cases.remind" in said
    assert "snapshot.monthly" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_a_signal_ends_a_worker_in_good_order(home, number):
    process = _start(home, "worker", "--poll", "0.1")
    _read_until(process, "jobs.sweep")
    process.send_signal(number)
    said, _ = process.communicate(timeout=_PATIENCE_SECONDS)

    assert process.returncode == 0
    assert "Traceback" not in said


def test_the_keeper_starts_a_dead_worker_again_and_ends_it_at_last(tmp_path):
    log = tmp_path / "log"
    code = f"import time; open({str(log)!r}, 'a').write('x'); time.sleep(60)"
    kept = subprocess.Popen(
        [sys.executable, "-c", _KEEPER.format(command=(sys.executable, "-c", code))], cwd=ROOT
    )
    _until(lambda: log.exists() and log.stat().st_size == 1)
    first = _children(kept.pid)
    os.kill(first[0], signal.SIGKILL)
    _until(lambda: log.stat().st_size == 2)
    second = _children(kept.pid)
    kept.terminate()
    kept.wait(_PATIENCE_SECONDS)

    assert first != second
    assert not _is_alive(second[0])


def test_the_keeper_ends_with_whoever_started_it(tmp_path):
    log = tmp_path / "log"
    code = f"import time, os; open({str(log)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    inner = _KEEPER.format(command=(sys.executable, "-c", code))
    outer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import subprocess, sys, time; "
            f"subprocess.Popen([sys.executable, '-c', {inner!r}]); time.sleep(60)",
        ],
        cwd=ROOT,
    )
    _until(lambda: log.exists() and log.read_text())
    outer.kill()
    outer.wait()

    _until(lambda: not _is_alive(int(log.read_text())))


_KEEPER = "from xgz.management.keeper import Keeper; Keeper({command!r}, pause=0.05).keep()"


def test_the_keeper_runs_the_worker_of_this_installation():
    assert keeper.WORKER[-2:] == ("worker", "--kept")


def test_killed_workers_lose_and_double_nothing(home):
    """The short form of `make torture`: see benchmarks/torture/README.md."""
    run = subprocess.run(
        [sys.executable, TORTURE, "--kills", "5", "--small"],
        cwd=ROOT,
        env=_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "lost 0, doubled 0" in run.stdout


def _read_until(process, word):
    for line in process.stdout:
        if word in line and "left" in line:
            return
    raise AssertionError(word)


def _until(is_so):
    end = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def _children(parent):
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=True
    )
    return [int(number) for number in listed.stdout.split()]


def _is_alive(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{number}/stat").read_text(encoding="ascii").split()[2]
