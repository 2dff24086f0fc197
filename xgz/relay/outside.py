"""The public pages over the relay's folder: nothing can be read back from what it keeps (SR-9)."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from xgz.relay import clock
from xgz.relay.box import Box, BoxFull, BoxNotReady
from xgz.relay.codes import ValidCode
from xgz.relay.limits import Counters, UsedUp
from xgz.relay.messages import sealed_claim, sealed_wish
from xgz.relay.receipts import new_receipt
from xgz.relay.store import (
    Claim,
    CodeClosed,
    CodeUnknown,
    Key,
    Place,
    Standing,
    TooOften,
    Wish,
)
from xgz.rules.allowances import Purpose
from xgz.rules.self_reports import Answers

_FULL_SECONDS = 3600


class OutsideStore:
    """Claims and wishes are sealed at once; counters and the key of riddles live in memory alone."""

    can_look = False

    def __init__(self, box: Box, read_clock: Callable[[], datetime] = clock.now) -> None:
        self.box = box
        self._clock = read_clock
        self._secret = secrets.token_bytes(32)
        self._counters = Counters()

    def now(self) -> datetime:
        return self._clock()

    def mac(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()

    def address(self, request: HttpRequest) -> str:
        """Return the client's address; of forwarded ones only what our own proxies wrote."""
        direct: str = request.META.get("REMOTE_ADDR", "")
        if not settings.PROXIES:
            return direct
        sent = request.headers.get("X-Forwarded-For", "").split(",")
        known = [part.strip() for part in sent if part.strip()]
        return known[-settings.PROXIES] if len(known) >= settings.PROXIES else direct

    def place(self, code: str) -> Place:
        found = self._code(code)
        return Place(code, found.where, found.handler)

    def count_try(self, address: str) -> None:
        self._count((Purpose.REPORT_TRY, self.mac(f"address|{address}")))

    def count_look(self, address: str) -> None:
        self._count((Purpose.REPORT_LOOK, self.mac(f"address|{address}")))

    def count_not_me(self, address: str) -> None:
        self._count((Purpose.REPORT_NOT_ME, self.mac(f"address|{address}")))

    def use_riddle(self, token: str) -> bool:
        try:
            self._counters.take([(Purpose.REPORT_RIDDLE, token)], self.now())
        except UsedUp:
            return False
        return True

    def send(self, place: Place, claim: Claim, address: str) -> str:
        self._code(place.code)
        self._count(
            (Purpose.REPORT_ADDRESS, self.mac(f"address|{address}")),
            (Purpose.REPORT_CODE, self.mac(f"code|{place.code}")),
        )
        receipt = new_receipt()
        # How often a phone was named the inside alone knows: what goes missing here would tell (SR-6).
        self._put(sealed_claim(self._key(), place.code, claim, receipt, self.now()))
        return receipt

    def look(self, key: Key) -> Standing | None:
        """Nothing can be shown here: what was sent is sealed."""
        return None

    def correct(self, key: Key, answers: Answers) -> bool:
        return False

    def ask(self, wish: Wish) -> bool:
        self._put(sealed_wish(self._key(), wish, self.now()))
        return True

    def _code(self, code: str) -> ValidCode:
        try:
            found = self.box.codes().find(code)
        except BoxNotReady:
            raise CodeUnknown(code) from None
        if found is None:
            raise CodeUnknown(code)
        if not found.valid_from <= self.now().date() <= found.valid_to:
            raise CodeClosed(code)
        return found

    def _key(self) -> bytes:
        try:
            return self.box.keys().box
        except BoxNotReady:
            raise TooOften(_FULL_SECONDS) from None

    def _put(self, sealed: bytes) -> None:
        try:
            self.box.put(sealed)
        except BoxFull:
            raise TooOften(_FULL_SECONDS) from None

    def _count(self, *wanted: tuple[Purpose, str]) -> None:
        try:
            self._counters.take(list(wanted), self.now())
        except UsedUp as used:
            raise TooOften(max(int(used.wait.total_seconds()), 1)) from None
