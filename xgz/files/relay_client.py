"""Asking a relay over the network: its sealed pieces, and taking a newer list of codes there (SR-9)."""

import base64
import json
from collections.abc import Iterable
from http.client import HTTPMessage
from typing import IO, Any
from urllib.error import URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

MOST_NAMES = 1_000  # that a relay forgets at once
_SECONDS = 30
_LONGEST = 64 * 1024 * 1024
_MOST_ASKED = 100  # times 200 pieces: more than a box holds
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class RelayUnreachable(Exception):
    """The relay does not answer, refuses the token, or answers something else."""


class _NoRedirects(HTTPRedirectHandler):
    """A relay that sends the inside elsewhere would choose what it asks, and hand its token on."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


class RelayClient:
    """url: of the relay's root; plain HTTP only on this very machine. Raises RelayUnreachable."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
            raise RelayUnreachable("https")
        self._address = url.rstrip("/") + "/inside/"
        self._token = token
        self._open = build_opener(_NoRedirects).open

    def pieces(self) -> list[tuple[str, bytes]]:
        """Return all (name, sealed piece) pairs that wait. Raises RelayUnreachable."""
        found: list[tuple[str, bytes]] = []
        for _page in range(_MOST_ASKED):
            after = quote(found[-1][0]) if found else ""
            said = self._ask("GET", f"?after={after}")
            try:
                page = {str(n): base64.b64decode(data) for n, data in said["pieces"].items()}
            except (KeyError, ValueError, TypeError, AttributeError):
                raise RelayUnreachable("form") from None
            found += sorted(page.items())
            if not page or not said.get("left"):
                break
        return found

    def drop(self, names: Iterable[str]) -> None:
        """Let the relay delete pieces that are safe here. Raises RelayUnreachable."""
        done = list(names)
        for first in range(0, len(done), MOST_NAMES):
            some = done[first : first + MOST_NAMES]
            self._ask("POST", "", json.dumps({"done": some}).encode())

    def hand_list(self, signed: bytes) -> None:
        """Hand the relay a newer list of codes. Raises RelayUnreachable."""
        self._ask("PUT", "", signed)

    def _ask(self, method: str, query: str, body: bytes | None = None) -> dict[str, Any]:
        request = Request(self._address + query, data=body, method=method)  # noqa: S310 (checked)
        request.add_header("Authorization", f"Bearer {self._token}")
        request.add_header("Content-Type", "application/octet-stream")
        try:
            with self._open(request, timeout=_SECONDS) as answer:
                said = json.loads(answer.read(_LONGEST))
        except (URLError, OSError, ValueError) as fault:
            raise RelayUnreachable(type(fault).__name__) from None
        if not isinstance(said, dict):
            raise RelayUnreachable("form")
        return said
