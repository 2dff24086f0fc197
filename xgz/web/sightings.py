"""What a page calls before it shows people of the roster by name."""

from collections.abc import Iterable
from typing import Protocol

from django.http import HttpRequest

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.services import sightings


class _Line(Protocol):
    @property
    def named(self) -> int | None: ...


def count_work(request: HttpRequest, lines: Iterable[_Line]) -> None:
    """Count the people named in lines of the actor's own work; it is counted, never refused."""
    people = [line.named for line in lines]
    count_seen(request, [key for key in people if key is not None], refuses=False)


def count_seen(request: HttpRequest, members: Iterable[int], *, refuses: bool = True) -> None:
    """Count the people shown by name; members: row numbers of those not masked (RV-5).

    refuses: False for the actor's own work. Raises TooManySeen, which becomes the 429 page.
    """
    sightings.see(actor=actor_of(request), members=members, now=clock.now(), refuses=refuses)
