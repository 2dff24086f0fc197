"""One visit to the relay: a fresh list of codes there, what it kept here (SR-9)."""

import logging
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from xgz.access.actor import Actor
from xgz.access.self_reports import require_handling
from xgz.files.relay_client import RelayClient, RelayUnreachable
from xgz.files.relay_keys import (
    RelayKeys,
    new_relay_keys,
    place_relay_keys,
    read_relay_keys,
)
from xgz.queries.poster_codes import valid_codes
from xgz.relay.box import Box
from xgz.relay.codes import signed_list
from xgz.services.self_reports.fetching import Fetched, take_in

_log = logging.getLogger(__name__)


def relay_keys() -> RelayKeys:
    """Return this installation's keys for the relay. Raises RelayKeysMissing, RelayKeysBroken.

    It makes none: fresh ones open nothing of what a relay has sealed to those that were.
    """
    return read_relay_keys(Path(settings.RELAY_KEYS))


def make_relay_keys(*, actor: Actor) -> bool:
    """Make the keys for a first relay where there are none; return whether they were made.

    Raises NotPermitted, OSError.
    """
    require_handling(actor)
    return place_relay_keys(Path(settings.RELAY_KEYS), new_relay_keys())


def code_list(*, today: date, now: datetime) -> bytes:
    """Return the signed list of codes that work from today on.

    Raises RelayKeysMissing, RelayKeysBroken.
    """
    return signed_list(relay_keys().sign, valid_codes(today), now)


def visit_relay(*, today: date, now: datetime) -> dict[str, int]:
    """Take in what waits at the relay, let it forget what is safe here, then hand it its list.

    A list it does not take holds up nothing. Return how many pieces were taken, known, refused or
    sealed for another key ("foreign", left there), and of the list 1 under "list_refused" where it
    was not taken. Raises RelayUnreachable, RelayKeysMissing, RelayKeysBroken; the relay then keeps
    what it has.
    """
    keys = relay_keys()
    token = Path(settings.RELAY_TOKEN).read_text(encoding="ascii").strip()
    client = RelayClient(settings.RELAY_URL, token)
    result = _take(keys, client.pieces(), today, now)
    client.drop(result.done)
    return result.counts | {"list_refused": int(not _hand_list(client, today, now))}


def take_folder(folder: Path, *, today: date, now: datetime) -> Fetched:
    """Take in what lies in a relay's folder that was carried here, and delete it there.

    Pieces sealed for another key stay. Raises RelayKeysMissing, RelayKeysBroken; then nothing is
    deleted.
    """
    keys, box = relay_keys(), Box(folder)
    result = _take(keys, [(name, box.read(name)) for name in box.names()], today, now)
    for name in result.done:
        box.drop(name)
    return result


def _hand_list(client: RelayClient, today: date, now: datetime) -> bool:
    """Hand the relay its list; return whether it took it."""
    try:
        client.hand_list(code_list(today=today, now=now))
    except RelayUnreachable as refused:
        _log.error("the relay did not take the list of codes: %s", refused)
        return False
    return True


def _take(keys: RelayKeys, pieces: list[tuple[str, bytes]], today: date, now: datetime) -> Fetched:
    result = take_in(pieces, private_key=keys.box, today=today, now=now)
    if result.foreign:
        _log.error("%d pieces of the relay are sealed for another key and stay", result.foreign)
    return result
