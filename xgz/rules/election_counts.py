"""Counting an election: quorum, ballots, who is elected, how large a leading body may be.

Elections are counted on those who attend, ordinary decisions on those who should (EL-4, EL-7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xgz.rules.calendar import add_months
from xgz.rules.organisations import OrgType, Post

QUORUM_PART, QUORUM_OF = 4, 5  # EL-4: four fifths of those entitled
COMMITTEE_FROM = 7  # EL-5: full members from which a branch has a committee
SPARE_PERCENT = 20  # EL-6: at least so many more candidates than seats of a committee


class Shift(StrEnum):
    """Where a planned day lies to the end of the term (EL-12)."""

    IN_TIME = "in_time"
    EARLY = "early"
    LATE = "late"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"


class BallotFault(StrEnum):
    """Which number of a count does not fit (EL-8)."""

    OUT_NOT_ATTENDING = "out_not_attending"
    MORE_RETURNED = "more_returned"
    NOT_ADDING_UP = "not_adding_up"
    VOTES_OVER_VALID = "votes_over_valid"
    TOO_MANY_CHOICES = "too_many_choices"


@dataclass(frozen=True, slots=True)
class Size:
    """How many seats a committee has: usually from `least` to `most`, never above `ceiling`."""

    least: int
    most: int
    ceiling: int


@dataclass(frozen=True, slots=True)
class Ballots:
    """Papers handed out, returned, and of these valid and invalid."""

    out: int
    returned: int
    valid: int
    invalid: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes of one person. key: names the person; second: for, in the second ballot of a tie."""

    key: str
    votes_for: int
    against: int = 0
    abstained: int = 0
    second: int | None = None

    @property
    def total(self) -> int:
        return self.votes_for + self.against + self.abstained


@dataclass(frozen=True, slots=True)
class Race:
    """Candidates voted for together for so many equal seats. post: None for a whole committee."""

    post: Post | None
    seats: int
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """elected: by key, most votes first; tied: of whom the votes do not tell; open_seats: left."""

    elected: tuple[str, ...]
    tied: tuple[str, ...]
    open_seats: int


# By type: branch, general branch, committee (EL-5).
_SIZES: dict[OrgType, Size] = {
    OrgType.GENERAL_BRANCH: Size(5, 7, 9),
    OrgType.COMMITTEE: Size(5, 9, 11),
    OrgType.INDUSTRY_COMMITTEE: Size(5, 9, 11),
}
_BRANCH_SIZE = Size(3, 5, 7)


def quorum_needed(entitled: int, *, strict: bool = False) -> int:
    """Return how many of those entitled have to attend (EL-4).

    Not fewer than four fifths; strict: more than four fifths, where the district tightens it.
    """
    if strict:
        return entitled * QUORUM_PART // QUORUM_OF + 1
    return -(-entitled * QUORUM_PART // QUORUM_OF)


def quorum(entitled: int, attending: int, *, strict: bool = False) -> bool:
    """Test whether enough of those entitled attend (EL-4); with nobody entitled never."""
    return entitled > 0 and attending >= quorum_needed(entitled, strict=strict)


def majority_of(attending: int) -> int:
    """Return the fewest votes that are more than half of those attending (EL-7)."""
    return attending // 2 + 1


def winners(race: Race, attending: int) -> Outcome:
    """Return who is elected: more than half of those attending, most votes first (EL-7).

    Where more have a majority than there are seats and the last ones have equal votes, a second
    ballot among them decides (`second`, most votes); until its votes are entered for all of them
    they are tied. Seats without a majority stay open.
    """
    needed = majority_of(attending)
    strong = [each for each in race.tallies if each.votes_for >= needed]
    strong.sort(key=_rank, reverse=True)
    if len(strong) <= race.seats:
        return Outcome(tuple(each.key for each in strong), (), race.seats - len(strong))
    if race.seats <= 0:
        return Outcome((), (), 0)
    last, next_one = strong[race.seats - 1], strong[race.seats]
    equal = [each for each in strong if each.votes_for == last.votes_for]
    if last.votes_for == next_one.votes_for and any(each.second is None for each in equal):
        sure, tied = [each for each in strong if each.votes_for > last.votes_for], equal
    elif _rank(last) == _rank(next_one):
        sure = [each for each in strong if _rank(each) > _rank(last)]
        tied = [each for each in strong if _rank(each) == _rank(last)]
    else:
        sure, tied = strong[: race.seats], []
    open_seats = race.seats - len(sure)
    return Outcome(tuple(each.key for each in sure), tuple(each.key for each in tied), open_seats)


def ballot_faults(ballots: Ballots, attending: int, races: Sequence[Race]) -> list[BallotFault]:
    """Return which numbers of a count do not fit together, empty for a sound one (EL-8).

    MORE_RETURNED makes the election void; the others are slips of whoever entered the numbers.
    """
    faults = []
    if ballots.out != attending:
        faults.append(BallotFault.OUT_NOT_ATTENDING)
    if ballots.returned > ballots.out:
        faults.append(BallotFault.MORE_RETURNED)
    if ballots.valid + ballots.invalid != ballots.returned:
        faults.append(BallotFault.NOT_ADDING_UP)
    tallies = [each for race in races for each in race.tallies]
    if any(each.total > ballots.valid or (each.second or 0) > attending for each in tallies):
        faults.append(BallotFault.VOTES_OVER_VALID)
    for race in races:
        if sum(each.votes_for for each in race.tallies) > race.seats * ballots.valid:
            faults.append(BallotFault.TOO_MANY_CHOICES)
            break
    return faults


def has_committee(org_type: OrgType, full_members: int) -> bool:
    """Test whether the organisation elects a committee: a branch from 7 full members on (EL-5)."""
    return org_type in _SIZES or full_members >= COMMITTEE_FROM


def committee_size(org_type: OrgType) -> Size:
    """Return how many seats a committee of this type of organisation has (EL-5)."""
    return _SIZES.get(org_type, _BRANCH_SIZE)


def candidates_needed(seats: int) -> int:
    """Return how many candidates a committee of so many seats needs: a fifth more, rounded up (EL-6)."""
    return -(-seats * (100 + SPARE_PERCENT) // 100)


def has_standing(full_on: date | None, day: date, months: int) -> bool:
    """Test whether somebody who became full on a day has the standing of a secretary (EL-9).

    The day on which so many months are over will do; an unknown day will not.
    """
    return full_on is not None and add_months(full_on, months) <= day


def shift_of(term_ends_on: date | None, day: date, *, leeway: int, limit: int) -> Shift:
    """Return where a day of election lies to the end of the term (EL-12).

    leeway, limit: months before and after that end; both ends still count as within. A term whose
    end nobody knows is always in time.
    """
    if term_ends_on is None:
        return Shift.IN_TIME
    if day < add_months(term_ends_on, -limit):
        return Shift.TOO_EARLY
    if day < add_months(term_ends_on, -leeway):
        return Shift.EARLY
    if day > add_months(term_ends_on, limit):
        return Shift.TOO_LATE
    if day > add_months(term_ends_on, leeway):
        return Shift.LATE
    return Shift.IN_TIME


def races_of(
    seats: Mapping[Post, int],
    standing: Sequence[tuple[Post, Tally]],
    *,
    as_committee: bool,
) -> list[Race]:
    """Return who is voted for together (EL-5): a whole committee at once, or each post by itself.

    standing: the post each person stands for, with the votes.
    """
    if as_committee:
        tallies = tuple(tally for _post, tally in standing)
        return [Race(None, sum(seats.values()), tallies)]
    return [
        Race(post, number, tuple(tally for each, tally in standing if each is post))
        for post, number in seats.items()
        if number
    ]


def _rank(tally: Tally) -> tuple[int, int]:
    return tally.votes_for, -1 if tally.second is None else tally.second
