"""What a page calls before it shows people of the roster, or of leads, by name."""

from collections.abc import Iterable
from typing import Protocol

from django.http import HttpRequest

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.rules.reveals import Seen
from xgz.services import sightings


class _Line(Protocol):
    @property
    def named(self) -> Seen | None: ...


def count_work(request: HttpRequest, lines: Iterable[_Line]) -> None:
    """Count the people named in lines of the actor's own work; it is counted, never refused."""
    count_people(request, [line.named for line in lines], refuses=False)


def count_seen(request: HttpRequest, members: Iterable[int]) -> None:
    """Count the members shown by name, by row number; those masked are left out by the caller (RV-5).

    Raises TooManySeen, which becomes the 429 page.
    """
    count_people(request, [Seen(member=key) for key in members])


def count_people(
    request: HttpRequest, people: Iterable[Seen | None], *, refuses: bool = True
) -> None:
    """Count the people shown by name, None where nobody is named in clear (RV-5).

    refuses: False for the actor's own work. Raises TooManySeen, which becomes the 429 page.
    """
    shown = [seen for seen in people if seen is not None]
    sightings.see(actor=actor_of(request), people=shown, now=clock.now(), refuses=refuses)
