# ruff: noqa: PLC0415 (models can be imported only after Django is set up for the chosen database)
"""Restarts PostgreSQL again and again under light load, and looks for errors outside the outages.

Usage: .venv/bin/python benchmarks/torture/database_restart.py [--restarts 20]

Starts a throw-away server with tools/pg.sh. Readers open pages, writers upload small files: each
upload that was acknowledged must be there once, any other at most once. Exit code 1: one was lost or
doubled, a page failed otherwise than with 503, or an error came later than 5 s after the restart.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from disk_full import ROOT, XGZ, Site, clerk_cookie, free_port

BACK_SECONDS = 5  # after the server takes connections again
PAUSE_SECONDS = 6
PAGES = ("/businesses/", "/imports/", "/", "/rules/")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--restarts", type=int, default=20)
    restarts = parser.parse_args().restarts
    home = tempfile.mkdtemp(prefix="xgz-restart-")
    server = subprocess.run(
        [ROOT / "tools/pg.sh", "start"], check=True, capture_output=True, text=True
    ).stdout.strip()
    try:
        os.environ |= {"XGZ_HOME": home, "XGZ_DATABASE_URL": f"postgresql://xgz@/xgz?host={server}"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xgz.config.settings")
        sys.path.insert(0, str(ROOT))
        is_whole = _torture(Path(server), Path(home), restarts)
    finally:
        subprocess.run([ROOT / "tools/pg.sh", "stop", server], check=False)
        shutil.rmtree(home, ignore_errors=True)
    sys.exit(0 if is_whole else 1)


def _torture(server: Path, home: Path, restarts: int) -> bool:
    import django

    django.setup()
    from xgz.services.installation import ensure_ready

    ensure_ready()
    cookie, port = clerk_cookie(), free_port()
    with (home / "site.log").open("wb") as out:
        site = subprocess.Popen([*XGZ, "serve", "--port", str(port)], stdout=out, stderr=out)
    try:
        return Load(Site(f"http://127.0.0.1:{port}", cookie)).run(server, restarts)
    finally:
        site.terminate()
        site.wait()


class Load:
    """Two readers and a writer; what each request was answered, and when."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._over = threading.Event()
        self._answers: list[tuple[float, float, str, int]] = []  # began, ended, what, status
        self._sent: dict[str, bool] = {}
        self._outages: list[tuple[float, float]] = []

    def run(self, server: Path, restarts: int) -> bool:
        """Return whether nothing was lost, doubled or wrong outside the outages."""
        self._wait_for_site()
        threads = [threading.Thread(target=work) for work in (self._read, self._read, self._write)]
        for thread in threads:
            thread.start()
        for _ in range(restarts):
            time.sleep(PAUSE_SECONDS)
            began = time.monotonic()
            _restart(server)
            self._outages.append((began, time.monotonic()))
        time.sleep(BACK_SECONDS + PAUSE_SECONDS)
        self._over.set()
        for thread in threads:
            thread.join()
        return self._report()

    def _wait_for_site(self) -> None:
        while True:
            try:
                if self._site.get("/")[0] == 200:
                    return
            except OSError:
                time.sleep(0.2)

    def _read(self) -> None:
        number = 0
        while not self._over.wait(0.05):
            number += 1
            page = PAGES[number % len(PAGES)]
            began = time.monotonic()
            status, _, _ = self._site.get(page)
            self._answers.append((began, time.monotonic(), "read", status))

    def _write(self) -> None:
        number = 0
        while not self._over.wait(0.2):
            number += 1
            name = f"{number}.csv"
            began = time.monotonic()
            text = f"统一社会信用代码,名称\n,{number}号示例店\n"
            status, _, _ = self._site.upload(text.encode(), name)
            self._sent[name] = status == 200
            self._answers.append((began, time.monotonic(), "write", status))

    def _report(self) -> bool:
        from django.db import connection

        from xgz.models import Import

        connection.close()
        stored = list(Import.objects.values_list("file_name", flat=True))
        lost = [name for name, is_acked in self._sent.items() if is_acked and name not in stored]
        doubled = [name for name in set(stored) if stored.count(name) > 1]
        odd = [answer for answer in self._answers if answer[3] not in (200, 503)]
        late = [a for a in self._answers if a[3] == 503 and not self._is_in_outage(a[0], a[1])]
        refused = [a for a in self._answers if a[3] == 503]
        down = [end - began for began, end in self._outages]
        print(
            f"{len(down)} restarts of {min(down):.1f} to {max(down):.1f} s; {len(self._answers)} requests, "
            f"{len(self._sent)} of them changes; 503: {sum(a[2] == 'read' for a in refused)} reads, "
            f"{sum(a[2] == 'write' for a in refused)} changes; other errors {len(odd)}; errors later "
            f"than {BACK_SECONDS} s after a restart {len(late)}; lost {len(lost)}; doubled {len(doubled)}"
        )
        return not (lost or doubled or odd or late)

    def _is_in_outage(self, began: float, ended: float) -> bool:
        return any(began <= end + BACK_SECONDS and ended >= start for start, end in self._outages)


def _restart(server: Path) -> None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    program = str(found[-1]) if found else "pg_ctl"
    command = [program, "-D", str(server / "data"), "-m", "fast", "-w", "restart"]
    if os.geteuid() == 0:
        owner = (server / "data").owner()
        command = ["runuser", "-u", owner, "--", *command]
    subprocess.run(command, check=True, cwd=server, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
