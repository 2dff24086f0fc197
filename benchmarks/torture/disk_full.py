# ruff: noqa: PLC0415 (models can be imported only after Django is set up for the chosen folder)
"""Fills a small disk in the middle of an import, frees it again, and counts.

Usage: .venv/bin/python benchmarks/torture/disk_full.py [--rows 60000] [--megabytes 480]

The site and its worker run on a tmpfs of their own, which needs root. The disk is filled twice:
while the file is read and while its rows are written. Exit code 1: something was wrong afterwards.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
XGZ = (sys.executable, "-c", "from xgz.config.shell import main; main()")
PATIENCE_SECONDS = 300
FULL_SECONDS = 8  # how long the disk stays full
LEFT_BYTES = 4 << 20  # room for the work to begin
PAGES = ("/businesses/", "/imports/", "/", "/rules/")
BLOCK = 1 << 20


def main() -> None:
    arguments = _arguments()
    if sys.platform != "linux" or os.geteuid() != 0:
        print("disk full: left out, mounting a small disk needs root on Linux")
        return
    disk = Path(tempfile.mkdtemp(prefix="xgz-small-disk-"))
    options = f"size={arguments.megabytes}m,mode=700"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)]
    if subprocess.run(mount, check=False).returncode:
        print("disk full: left out, this machine does not let a small disk be mounted")
        disk.rmdir()
        return
    try:
        os.environ |= {"XGZ_HOME": str(disk / "home"), "XGZ_LOG": "json"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xgz.config.settings")
        os.environ.pop("XGZ_DATABASE_URL", None)
        sys.path.insert(0, str(ROOT))
        is_whole = _torture(disk, arguments.rows)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)
        shutil.rmtree(disk, ignore_errors=True)
    sys.exit(0 if is_whole else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--megabytes", type=int, default=480)
    return parser.parse_args()


def _torture(disk: Path, rows: int) -> bool:
    import django

    django.setup()
    from xgz.services.installation import ensure_ready

    ensure_ready()
    port = free_port()
    log = Path(tempfile.mkstemp(prefix="xgz-disk-full-", suffix=".log")[1])
    with log.open("wb") as out:
        site = subprocess.Popen([*XGZ, "serve", "--port", str(port)], stdout=out, stderr=out)
    try:
        is_whole = Round(disk, port, rows).run()
    finally:
        site.terminate()
        site.wait()
    if is_whole:
        log.unlink()
    else:
        print(f"log of the site: {log}")
    return is_whole


class Round:
    """One clerk's import across two full disks, and what was seen meanwhile."""

    def __init__(self, disk: Path, port: int, rows: int) -> None:
        self._disk, self._rows = disk, rows
        self._ballast = disk / "ballast"
        self._wrong: list[str] = []
        self._site = Site(f"http://127.0.0.1:{port}", clerk_cookie())

    def run(self) -> bool:
        """Return whether reads worked, the page said why, work went on, and everything adds up."""
        self._wait("the site", lambda: self._site.get("/health/live")[0] == 200)
        status, where, _ = self._site.upload(_registry(self._rows))
        self._expect("upload", status, 200)
        self._fill_and_free("reading", where)
        self._wait("the end of reading", lambda: self._import().state in ("staged", "failed"))
        self._expect("state after reading", self._import().state, "staged")
        self._eat(LEFT_BYTES)
        self._expect("asking to write", self._site.post(where + "apply/")[0], 200)
        self._fill_and_free("writing", where)
        self._wait("the end of writing", lambda: self._import().state in ("applied", "failed"))
        self._count()
        for line in self._wrong:
            print(f"  WRONG {line}")
        print(f"disk full: {self._rows} rows, {'all adds up' if not self._wrong else 'failed'}")
        return not self._wrong

    def _fill_and_free(self, when: str, where: str) -> None:
        """Leave the work little room, wait until it has none, keep it so, then free the disk."""
        self._eat(LEFT_BYTES)
        seen = {"reads": 0, "bad": 0, "said": 0, "refused": 0}
        self._wait(f"the disk to be full while {when}", self._is_job_waiting_for_room)
        self._expect(f"businesses while {when}", self._businesses(), 0)
        began = time.monotonic()
        while time.monotonic() - began < FULL_SECONDS:
            self._eat(0)
            self._look(where, seen)
        self._ballast.unlink()
        self._expect(f"pages that did not open while {when}", seen["bad"], 0)
        if not seen["said"]:
            self._wrong.append(f"nobody was told that the disk is full while {when}")
        freed = time.monotonic()
        self._expect("sign-in", self._site.sign_in("torture", "wrong password")[0], 200)
        self._wait("work to go on", lambda: not self._is_job_waiting_for_room())
        print(
            f"  full for {FULL_SECONDS} s while {when}: {seen['reads']} pages read, told "
            f"{seen['said']} times, {seen['refused']} sign-ins refused with 503; work went on "
            f"{time.monotonic() - freed:.0f} s after room was free"
        )

    def _eat(self, left: int) -> None:
        """Take all room but so much, the reserve too once it is given back."""
        try:
            with self._ballast.open("ab", buffering=0) as ballast:
                while shutil.disk_usage(self._disk).free >= left + BLOCK:
                    ballast.write(bytes(BLOCK))
        except OSError:
            return

    def _is_job_waiting_for_room(self) -> bool:
        from django.db import connection

        from xgz.models import Job
        from xgz.rules.jobs import NO_ROOM

        connection.close()
        return Job.objects.filter(state="queued", fault=NO_ROOM).exists()

    def _businesses(self) -> int:
        from xgz.models import Business

        return Business.objects.count()

    def _look(self, where: str, seen: dict[str, int]) -> None:
        for page in (*PAGES, where):
            status, _, text = self._site.get(page)
            seen["reads"] += status == 200
            seen["bad"] += status != 200
            seen["said"] += "存储空间已满" in text
        status, _, text = self._site.sign_in("torture", "wrong password")
        seen["refused"] += status == 503
        seen["said"] += "存储空间已满" in text
        if status >= 500 and status != 503:
            self._wrong.append(f"sign-in answered {status}")

    def _count(self) -> None:
        from django.db import connection

        from xgz.models import Business, StagedBusiness

        source = self._import()
        self._expect("state", source.state, "applied")
        self._expect("rows of the file", source.rows, self._rows)
        self._expect("created", source.created, self._rows)
        self._expect("businesses", Business.objects.count(), self._rows)
        self._expect("staged rows left", StagedBusiness.objects.count(), 0)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            self._expect("integrity check", cursor.fetchone()[0], "ok")

    def _import(self) -> Any:
        from django.db import connection

        from xgz.models import Import

        connection.close()  # no state of an earlier moment, no lock on the log of writes
        return Import.objects.get()

    def _expect(self, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self._wrong.append(f"{what}: {found} instead of {wanted}")

    def _wait(self, what: str, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                if is_so():
                    return
            except OSError:
                pass
            time.sleep(0.05)
        self._wrong.append(f"waited {PATIENCE_SECONDS} s for {what}")


class Site:
    """A browser without a screen: cookies, forms, the status of each answer."""

    def __init__(self, base: str, cookie: str) -> None:
        self._base, self._cookie = base, cookie
        self._plain = urllib.request.build_opener()

    def get(self, path: str) -> tuple[int, str, str]:
        """Return status, final path and text of a page, signed in."""
        return self._open(self._plain, self._request(path))

    def post(self, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, str]:
        """Send a form, signed in."""
        token = "t" * 32
        request = self._request(path, f"; csrftoken={token}")
        request.data, request.method = body, "POST"
        request.add_header("X-CSRFToken", token)
        request.add_header("Content-Type", kind or "application/x-www-form-urlencoded")
        return self._open(self._plain, request)

    def upload(self, content: bytes, name: str = "r.csv") -> tuple[int, str, str]:
        """Send a registry file through the form of the import page."""
        edge = "xgz-edge"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nregistry\r\n',
            f'--{edge}\r\nContent-Disposition: form-data; name="sender"\r\n\r\n\r\n',
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: text/csv\r\n\r\n",
        ]
        body = "".join(parts).encode() + content + f"\r\n--{edge}--\r\n".encode()
        return self.post("/imports/upload/", body, f"multipart/form-data; boundary={edge}")

    def sign_in(self, name: str, password: str) -> tuple[int, str, str]:
        """Try to sign in as a stranger does; a wrong password is answered with the form again."""
        token = "t" * 32
        request = urllib.request.Request(  # noqa: S310
            self._base + "/sign-in/",
            data=f"username={name}&password={password.replace(' ', '+')}".encode(),
            headers={"Cookie": f"csrftoken={token}", "X-CSRFToken": token},
        )
        return self._open(self._plain, request)

    def _request(self, path: str, more: str = "") -> urllib.request.Request:
        return urllib.request.Request(  # noqa: S310
            self._base + path, headers={"Cookie": f"sessionid={self._cookie}{more}"}
        )

    def _open(
        self, opener: urllib.request.OpenerDirector, request: urllib.request.Request
    ) -> tuple[int, str, str]:
        try:
            answer = opener.open(request, timeout=60)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            path = answer.geturl().removeprefix(self._base)
            return answer.status, path, answer.read().decode("utf-8", "replace")


def clerk_cookie() -> str:
    """Make a person of the bureau and return the cookie of a session of theirs."""
    from django.test import Client

    from xgz.models import Body, RoleAssignment, User
    from xgz.rules.bodies import BodyKind, Line

    body = Body.objects.create(
        name="市场监管局", kind=BodyKind.BUREAU, line=Line.MARKET, path="00001"
    )
    user = User.objects.create(username="torture")
    RoleAssignment.objects.create(user=user, role="bureau", body=body, valid_from="2020-01-01")
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def _registry(rows: int) -> bytes:
    from xgz.rules.credit_codes import ALPHABET, is_credit_code

    lines = ["统一社会信用代码,名称,主体类型,登记状态"]
    for row in range(rows):
        head = f"923609990{row:08}"
        code = next(head + last for last in ALPHABET if is_credit_code(head + last))
        lines.append(f"{code},{row}号示例店,个体工商户,存续")
    return "\n".join(lines).encode()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
