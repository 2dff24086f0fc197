"""The clerk at the bureau who imports one registry file after another, through the pages."""

import http.client
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.load.client import Site
from xgz.rules.credit_codes import check_character

ROWS = 50_000
_FRESH = ROWS // 10  # of every further file: so many rows leave, come new, and are changed
_LOOK_SECONDS = 1.0  # the page asks for its progress as often
_PATIENCE_SECONDS = 300
_BUSY = b'id="import-progress"'
_HEADERS = (
    "统一社会信用代码,名称,主体类型,登记状态,经营者,证件号码,联系电话,经营场所,注册日期,"
    "乡镇街道,从业人数"
)


class RegistryFiles:
    """Files of one window that slides over an endless register: most rows known, some new."""

    def __init__(self, townships: list[str], rows: int = ROWS) -> None:
        self._chance, self._townships, self._rows = random.Random(7), townships, rows
        self._next, self._version = 0, 0
        self._lines: list[bytes] = []
        self._numbers: list[int] = []

    def next_file(self) -> bytes:
        """Return the next file: the first is all new, later ones a tenth new and a tenth changed."""
        self._version += 1
        share = min(_FRESH, self._rows // 10)
        fresh = share if self._lines else self._rows
        del self._lines[:share], self._numbers[:share]
        for at in self._chance.sample(range(len(self._lines)), share if self._lines else 0):
            self._lines[at] = self._line(self._numbers[at])
        for number in range(self._next, self._next + fresh):
            self._numbers.append(number)
            self._lines.append(self._line(number))
        self._next += fresh
        return b"\xef\xbb\xbf" + b"\n".join([_HEADERS.encode(), *self._lines, b""])

    def _line(self, number: int) -> bytes:
        township = self._townships[number % len(self._townships)]
        head = f"92360998{number:09}"
        return (
            f"{head}{check_character(head)},{township}{number}号示例店,个体工商户,存续,许一宁,"
            f",1380000{number % 10_000:04},{township}朝阳路{self._version}巷{number % 400}号,"
            f"20{number % 25:02}-0{number % 9 + 1}-15,{township},{(number + self._version) % 7}"
        ).encode()


@dataclass(slots=True)
class Tally:
    """What became of the imports, and how long each stage of the finished ones took."""

    finished: int = 0
    failed: list[str] = field(default_factory=list)
    seconds: Counter[str] = field(default_factory=Counter)


class Importer(threading.Thread):
    """Uploads, waits for the dry run, confirms, waits for the writing; and once more."""

    def __init__(self, site: Site, files: RegistryFiles, over: threading.Event) -> None:
        super().__init__(name="importer", daemon=True)
        self._site, self._files, self._over = site, files, over
        self.tally = Tally()

    def run(self) -> None:
        while not self._over.is_set():
            said = self._import()
            if said:
                self.tally.failed.append(said)
                self._over.wait(_LOOK_SECONDS)

    def _import(self) -> str:
        """Bring one file through; return what stopped it, "" where nothing did."""
        file, values = self._files.next_file(), {"kind": "registry", "sender": ""}
        began = time.monotonic()
        page = self._site.upload("/imports/upload/", values, file, name="upload").location
        if not page:
            return "upload refused"
        if not self._wait_for(page, is_staged=True):
            return "" if self._over.is_set() else "not staged"
        staged = time.monotonic()
        self._site.post(f"{page}apply/", {}, name="confirm", kind="import")
        if not self._wait_for(page, is_staged=False):
            return "" if self._over.is_set() else "not written"
        self.tally.finished += 1
        self.tally.seconds += Counter(read=staged - began, written=time.monotonic() - staged)
        return ""

    def _wait_for(self, page: str, *, is_staged: bool) -> bool:
        """Look at the import's page until it works no more and offers to write, or no longer does."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until and not self._over.wait(_LOOK_SECONDS):
            shown = self._site.get(page, name="import page", kind="import")
            if shown.status != http.client.OK or _BUSY in shown.body:
                continue
            offers = f"{page}apply/".encode() in shown.body
            return offers is is_staged and f"{page}start/".encode() not in shown.body
        return False
