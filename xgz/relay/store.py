"""What the public pages need from whatever stands behind them: the site itself, or the relay."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.http import HttpRequest

from xgz.rules.self_reports import Answers, ReportState, RequestTopic


class CodeUnknown(Exception):
    """No poster has this code."""


class CodeClosed(Exception):
    """The code of a poster is over or the poster was taken down."""


class TooOften(Exception):
    """So much was sent that it has to wait. seconds: until it goes on."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Place:
    """Where a poster hangs and who handles what comes by it, in public words; code: its address."""

    code: str
    where: str
    handler: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What was sent with a poster's form, and the notice the person agreed to."""

    answers: Answers
    notice_version: int


@dataclass(frozen=True, slots=True)
class Key:
    """By what a person shows that a claim is the own one: receipt code and end of the phone."""

    receipt: str
    phone_end: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for. key: None for somebody without a receipt, then `phone` says whose."""

    topic: RequestTopic
    words: str = ""
    key: Key | None = None
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A wish of the person's and what became of it. words: the person's own, of a complaint."""

    topic: RequestTopic
    asked_on: date
    due_on: date | None
    answer: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a claim stands, for the person who sent it. answers: None where it is gone."""

    answers: Answers | None
    state: ReportState
    where: str
    sent_on: date | None
    delete_on: date | None
    notice_version: int
    wishes: tuple[Said, ...]


class Store(Protocol):
    """can_look: whether a claim can be shown and corrected here, or only asked to be taken back."""

    can_look: bool

    def now(self) -> datetime:
        """Return the present moment in the office's time zone."""

    def mac(self, text: str) -> str:
        """Return a keyed digest, for riddles."""

    def address(self, request: HttpRequest) -> str:
        """Return where a request comes from; kept nowhere in clear."""

    def place(self, code: str) -> Place:
        """Return the place of a poster's code. Raises CodeUnknown, CodeClosed."""

    def count_try(self, address: str) -> None:
        """Count whatever is sent from an address. Raises TooOften."""

    def count_look(self, address: str) -> None:
        """Count one receipt code tried from an address. Raises TooOften."""

    def count_not_me(self, address: str) -> None:
        """Count one "not me" said from an address. Raises TooOften."""

    def use_riddle(self, token: str) -> bool:
        """Use a riddle up; return whether nobody had before."""

    def send(self, place: Place, claim: Claim, address: str) -> str:
        """Keep a claim and return its receipt code. Raises TooOften, CodeClosed.

        The receipt code opens the claim, however often its phone was named before.
        """

    def look(self, key: Key) -> Standing | None:
        """Return how a claim stands, None where the key opens none."""

    def correct(self, key: Key, answers: Answers) -> bool:
        """Put other values in place of the old ones; return whether the key opened a claim."""

    def ask(self, wish: Wish) -> bool:
        """Take a wish; return whether its key, where it has one, opened anything."""
