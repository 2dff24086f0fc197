"""The list that is worked off, as the page shows it: each line with what can be done about it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.access.establishing import Doors, doors_of
from xgz.models import Establishing, Organisation
from xgz.queries import establishing as reads
from xgz.rules.establishing import LINE_LABELS, Line, Standing
from xgz.web.establishing.election import first_election_offer
from xgz.web.establishing.forms import CARRYING, offered
from xgz.web.establishing.wording import standing_words

# What leads on from an open line; the first that is offered.
_DEEDS_OF: dict[Line, tuple[str, ...]] = {
    Line.FULL_MEMBERS: ("take-in", "transfers"),
    Line.NOT_PROPOSED: ("transfers",),
    Line.ON_THE_WAY: ("take-in",),
    Line.INSTRUCTOR: ("instructor",),
    Line.MEETING: ("held",),
}
_OF_SITE = (Line.PLACE, Line.PLAQUE, Line.SEAL, Line.SITE_REST)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line. url: of what can be done about it by the reader, "" where nothing can; deed then
    says who does it, "" for nobody in particular."""

    standing: Standing
    label: str
    words: str
    url: str
    deed: str


def check_lines(case: Establishing, actor: Actor) -> list[CheckLine]:
    """Return every line as far as the actor may know of it, with what the actor can do."""
    organisation = case.organisation
    if organisation is None:
        return []
    deeds = offered(actor, case)
    found = []
    for standing in reads.standings_for(case, actor):
        url, deed = "", ""
        if not standing.is_met:
            url, deed = _way(standing.line, case, organisation, actor, deeds)
        label, words = _(LINE_LABELS[standing.line]), standing_words(standing)
        found.append(CheckLine(standing, label, words, url, deed))
    return found


def _way(
    line: Line,
    case: Establishing,
    organisation: Organisation,
    actor: Actor,
    deeds: list[str],
) -> tuple[str, str]:
    """Return address and words of what leads on from an open line, empty for nothing."""
    doors = doors_of(actor, case)
    what = next((each for each in _DEEDS_OF.get(line, ()) if each in deeds), "")
    if what:
        address = reverse("establishing-carry-out", args=[case.public_id, what])
        return address, str(CARRYING[what].title)
    if line is Line.INSTRUCTOR and (station := reads.station_of(organisation)) is not None:
        return "", _("由%(station)s指派") % {"station": station}
    if line in _OF_SITE and doors.opens_organisation:
        return reverse("site-detail", args=[organisation.public_id]), _("登记阵地")
    if line is Line.SUPPORT and doors.opens_organisation:
        return reverse("site-detail", args=[organisation.public_id]) + "#support", _("登记保障")
    if line is Line.SECRETARY and case.is_open:
        return _to_a_secretary(organisation, actor, doors)
    return "", ""


def _to_a_secretary(organisation: Organisation, actor: Actor, doors: Doors) -> tuple[str, str]:
    election = first_election_offer(actor, organisation, may_open=doors.opens_election)
    if election is not None:
        return election.slug, str(election.title)
    if doors.changes_organisation:
        address = reverse("organisation-change", args=[organisation.public_id, "appoint"])
        return address, _("登记书记任职")
    return "", ""
