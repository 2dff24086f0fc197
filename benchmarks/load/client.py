"""People at their desks: threads that ask for pages, fill in forms and think in between.

Standard library only, and little of it: the client runs on the same cores as the server.
"""

import http.client
import random
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode, urlsplit

THINK_SECONDS = 3.0
_LONGEST_THOUGHT = 30.0
_TIMEOUT_SECONDS = 60
_CSRF_LETTERS = 32
FILE_NAME = "load-register.csv"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Page:
    """Something to read: its kind, how often it is chosen, the addresses to choose from."""

    name: str
    weight: int
    addresses: list[str]


@dataclass(frozen=True, slots=True)
class Write:
    """One form: where it is shown, where it is sent, what is filled in (one value of several).

    carried: hidden values taken over from the shown page; without one of them nothing is sent.
    """

    name: str
    form: str
    address: str
    values: dict[str, list[str]] = field(default_factory=dict)
    carried: tuple[str, ...] = ()


@dataclass(slots=True)
class Round:
    """Writes one after another, over and over; `{case}` stands for where the first one led."""

    steps: list[Write]
    place: int = 0
    case: str = ""

    def next(self) -> Write:
        step = self.steps[self.place]
        return replace(
            step,
            form=step.form.replace("{case}", self.case),
            address=step.address.replace("{case}", self.case),
        )

    def went(self, location: str) -> None:
        """Go on to the next step, or begin again where this one was not taken."""
        if self.place == 0:
            self.case = location
        self.place = (self.place + 1) % len(self.steps) if location else 0


@dataclass(frozen=True, slots=True)
class Person:
    """cookie: name and value of the session; write_share: how many of the actions are writes."""

    name: str
    cookie: tuple[str, str]
    pages: list[Page]
    rounds: list[Round]
    write_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One request. fault: "" where the answer was as it should be; refused: a form said no."""

    at: float
    kind: str  # read, write, or what the importer does
    name: str
    seconds: float
    fault: str
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    body: bytes


class Site:
    """One browser: a connection that is kept, a session, and its own CSRF secret."""

    def __init__(self, port: int, cookie: tuple[str, str], note: Callable[[Sample], None]) -> None:
        self._secret = secrets.token_hex(_CSRF_LETTERS // 2)
        self._headers = {
            "Cookie": f"{cookie[0]}={cookie[1]}; csrftoken={self._secret}",
            "Accept-Language": "zh-CN",
        }
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
        self._note = note

    def get(self, address: str, *, name: str, kind: str = "read") -> Answer:
        """Ask for a page; anything but 200 is a fault."""
        began = time.monotonic()
        answer, fault = self._try("GET", address, None, {})
        if not fault and answer.status != http.client.OK:
            fault = f"{answer.status} {answer.location}".strip()
        self._note(Sample(began, kind, name, time.monotonic() - began, fault))
        return answer

    def post(self, address: str, values: dict[str, str], *, name: str, kind: str) -> Answer:
        """Send a form; a redirect means it was taken, 200 that the page says why not."""
        sent = urlencode({"csrfmiddlewaretoken": self._secret, **values}).encode()
        return self.send(address, sent, FORM, name=name, kind=kind)

    def upload(self, address: str, values: dict[str, str], file: bytes, *, name: str) -> Answer:
        """Send a form with one file."""
        mark = secrets.token_hex(16)
        fields = {"csrfmiddlewaretoken": self._secret, **values}
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        ]
        head = f'Content-Disposition: form-data; name="file"; filename="{FILE_NAME}"'
        parts += [f"--{mark}\r\n{head}\r\nContent-Type: text/csv\r\n\r\n".encode(), file]
        parts.append(f"\r\n--{mark}--\r\n".encode())
        kind = f"multipart/form-data; boundary={mark}"
        return self.send(address, b"".join(parts), kind, name=name, kind="import")

    def send(self, address: str, body: bytes, content_type: str, *, name: str, kind: str) -> Answer:
        """Post a body and note how it went."""
        began = time.monotonic()
        answer, fault = self._try("POST", address, body, {"Content-Type": content_type})
        taken = answer.status == http.client.FOUND and "/sign-in/" not in answer.location
        if not fault and not taken and answer.status != http.client.OK:
            fault = f"{answer.status} {answer.location}".strip()
        spent = time.monotonic() - began
        self._note(Sample(began, kind, name, spent, fault, not taken and not fault))
        return answer if taken else replace(answer, location="")

    def _try(
        self, method: str, address: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[Answer, str]:
        try:
            self._connection.request(method, address, body, self._headers | headers)
            response = self._connection.getresponse()
            location = urlsplit(response.getheader("Location") or "").path
            return Answer(response.status, location, response.read()), ""
        except (OSError, http.client.HTTPException) as fault:
            self._connection.close()
            return Answer(0, "", b""), type(fault).__name__


class Desk(threading.Thread):
    """One person, from a moment within the ramp until everybody goes home."""

    def __init__(
        self, person: Person, site: Site, *, over: threading.Event, ramp: float, seed: int
    ) -> None:
        super().__init__(name=person.name, daemon=True)
        self._person, self._site, self._over, self._ramp = person, site, over, ramp
        self._chance = random.Random(seed)
        self._weights = [page.weight for page in person.pages]

    def run(self) -> None:
        self._over.wait(self._chance.uniform(0, self._ramp))
        while not self._over.is_set():
            if self._person.rounds and self._chance.random() < self._person.write_share:
                self._write()
            else:
                self._read()
            self._think()

    def _read(self) -> None:
        (page,) = self._chance.choices(self._person.pages, self._weights)
        self._site.get(self._chance.choice(page.addresses), name=page.name)

    def _write(self) -> None:
        """Open the form, fill it in, send it."""
        a_round = self._chance.choice(self._person.rounds)
        write = a_round.next()
        shown = self._site.get(write.form, name=f"form: {write.name}")
        values = {key: self._chance.choice(of) for key, of in write.values.items()}
        for name in write.carried:
            found = re.search(rb'name="%s" value="([^"]*)"' % name.encode(), shown.body)
            if found is None:
                a_round.went("")
                return
            values[name] = found[1].decode()
        self._think()
        if not self._over.is_set():
            answer = self._site.post(write.address, values, name=write.name, kind="write")
            a_round.went(answer.location)

    def _think(self) -> None:
        self._over.wait(min(self._chance.expovariate(1 / THINK_SECONDS), _LONGEST_THOUGHT))
