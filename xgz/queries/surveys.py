"""Reads of survey rounds: progress by round, street and walker, and the rows behind each number."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum

from xgz.access.actor import Actor
from xgz.access.surveys import countable_rows, own_rows, sees_rows
from xgz.models import Stall, SurveyReminder, SurveyRound, SurveyRow, User
from xgz.models.dated import holds_on
from xgz.queries.deadlines import deadlines_on
from xgz.rules.roles import Role
from xgz.rules.surveys import WAITING, RoundState, RowState, Told, may_sum
from xgz.rules.workdays import Standing

NOBODY = "none"  # in an address: rows without a walker


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of rows by state; what the shops told, summed up.

    staff, members: people, of those shops that said a number (…_shops); organisations, plaques:
    shops that said yes. None for who sees no rows, but of a whole round that is over and in which
    enough shops answered (SV-8).
    """

    total: int = 0
    to_visit: int = 0
    not_met: int = 0
    visited: int = 0
    gone: int = 0
    refused: int = 0
    nobody: int = 0
    staff: int | None = 0
    staff_shops: int = 0
    members: int | None = 0
    member_shops: int = 0
    organisations: int | None = 0
    plaques: int | None = 0

    @property
    def settled(self) -> int:
        """Shops nobody has to go to any more: visited, gone or refused."""
        return self.visited + self.gone + self.refused

    @property
    def waiting(self) -> int:
        return self.to_visit + self.not_met

    @property
    def percent(self) -> float | None:
        return 100 * self.settled / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round with its counts; light: of its last day, None where it runs no more."""

    round: SurveyRound
    tally: Tally
    light: Standing | None


@dataclass(frozen=True, slots=True)
class Part:
    """One walker or street of a round; key: as it stands in an address. reminded: last time."""

    key: str
    label: str
    tally: Tally
    reminded: datetime | None = None


@dataclass(frozen=True, slots=True)
class RowWanted:
    """Conditions on the rows of a round; an empty value asks nothing.

    state: a RowState or "waiting"; walker: public id or NOBODY; street: None asks nothing, "" the
    rows without one. told: a column of which the shop said yes or a number above 0.
    """

    state: str = ""
    walker: str = ""
    street: str | None = None
    told: str = ""

    def narrow(self, rows: QuerySet[SurveyRow]) -> QuerySet[SurveyRow]:
        """Return the rows that meet every condition."""
        if self.state == "waiting":
            rows = rows.filter(state__in=WAITING)
        elif self.state:
            rows = rows.filter(state=self.state)
        if self.walker == NOBODY:
            rows = rows.filter(walker__isnull=True)
        elif self.walker:
            rows = rows.filter(walker__public_id=self.walker)
        if self.street is not None:
            rows = rows.filter(street=self.street)
        return rows.filter(TOLD_CONDITIONS.get(self.told, Q()))


TOLD_CONDITIONS: dict[str, Q] = {
    "staff": Q(staff__gt=0),
    "members": Q(members__gt=0),
    "organisation": Q(has_organisation=Told.YES),
    "plaque": Q(has_plaque=Told.YES),
}


def round_lines(rounds: Sequence[SurveyRound], actor: Actor) -> list[RoundLine]:
    """Return the rounds in the order given with their counts; three queries."""
    rows = countable_rows(actor).filter(round__in=rounds)
    over = {each.pk for each in rounds if not each.is_running}
    tallies = _tallies(rows, "round", sees=sees_rows(actor), over=over)
    deadlines = deadlines_on(actor.today)
    return [
        RoundLine(
            each,
            tallies.get(each.pk, Tally()),
            deadlines.standing(each.ends_on) if each.is_running else None,
        )
        for each in rounds
    ]


def tally_of(rows: QuerySet[SurveyRow], actor: Actor) -> Tally:
    """Return the counts of some rows; one query."""
    return _tally(rows.order_by().aggregate(**_counts()), sees=sees_rows(actor), is_over=False)


def parts_by_walker(survey: SurveyRound, actor: Actor) -> list[Part]:
    """Return the round's counts by walker, rows without one last; three queries."""
    tallies = _tallies(countable_rows(actor).filter(round=survey), "walker", sees=sees_rows(actor))
    people = {user.pk: user for user in User.objects.filter(pk__in=[pk for pk in tallies if pk])}
    reminded = dict(
        SurveyReminder.objects.filter(round=survey).values_list("walker").annotate(Max("at"))
    )
    named = sorted((str(people[pk]), pk) for pk in tallies if pk is not None)
    parts = [Part(people[pk].public_id, name, tallies[pk], reminded.get(pk)) for name, pk in named]
    if None in tallies:
        parts.append(Part(NOBODY, "", tallies[None]))
    return parts


def parts_by_street(survey: SurveyRound, actor: Actor) -> list[Part]:
    """Return the round's counts by street, the largest first; one query."""
    tallies = _tallies(countable_rows(actor).filter(round=survey), "street", sees=sees_rows(actor))
    ordered = sorted(tallies.items(), key=lambda pair: (-pair[1].total, pair[0]))
    return [Part(street, street, tally) for street, tally in ordered]


def with_stalls(rows: QuerySet[SurveyRow], today: date) -> QuerySet[SurveyRow]:
    """Return the rows with business, walker, and the stall number as `stall` ("" or None for none)."""
    stalls = Stall.objects.filter(holds_on(today), business=OuterRef("business"))
    found: QuerySet[SurveyRow] = rows.select_related("business", "walker", "round").annotate(
        stall=Subquery(stalls.values("number")[:1])
    )
    return found


def todays_rows(actor: Actor, most: int) -> list[SurveyRow]:
    """Return the rows that wait for the walker in running rounds, the nearest end first."""
    rows = own_rows(actor).filter(state__in=WAITING, round__state=RoundState.RUNNING)
    ordered = with_stalls(rows, actor.today).order_by("round__ends_on", "round", "place")
    return list(ordered[:most])


@dataclass(frozen=True, slots=True)
class OwnWork:
    """What waits for a walker: how many shops, until when, and when somebody last reminded."""

    waiting: int
    ends_on: date
    reminded: datetime | None


def own_work(actor: Actor) -> OwnWork | None:
    """Return what waits for the actor as a walker, None where nothing does; one query at most."""
    if Role.INSTRUCTOR not in actor.roles:
        return None
    rows = own_rows(actor).filter(state__in=WAITING, round__state=RoundState.RUNNING)
    reminders = SurveyReminder.objects.filter(walker=actor.user, round=OuterRef("round"))
    per_round = (
        rows.order_by()
        .values("round", ends_on=F("round__ends_on"))
        .annotate(
            waiting=Count("pk"), reminded=Subquery(reminders.order_by("-at").values("at")[:1])
        )
    )
    found = list(per_round)
    if not found:
        return None
    calls = [each["reminded"] for each in found if each["reminded"] is not None]
    return OwnWork(
        sum(each["waiting"] for each in found),
        min(each["ends_on"] for each in found),
        max(calls, default=None),
    )


def _tallies(
    rows: QuerySet[SurveyRow], by: str, *, sees: bool, over: Collection[int] = ()
) -> dict[Any, Tally]:
    """Return the counts by one column; over: the keys of rounds that are over."""
    counted = rows.order_by().values(by).annotate(**_counts())
    return {each[by]: _tally({**each}, sees=sees, is_over=each[by] in over) for each in counted}


def _counts() -> dict[str, Any]:
    states = {state.value: Count("pk", filter=Q(state=state.value)) for state in RowState}
    return states | {
        "total": Count("pk"),
        "nobody": Count("pk", filter=Q(walker__isnull=True)),
        "staff_sum": Sum("staff"),
        "staff_shops": Count("staff"),
        "members_sum": Sum("members"),
        "member_shops": Count("members"),
        "organisations": Count("pk", filter=TOLD_CONDITIONS["organisation"]),
        "plaques": Count("pk", filter=TOLD_CONDITIONS["plaque"]),
    }


def _tally(counts: dict[str, Any], *, sees: bool, is_over: bool) -> Tally:
    counts["staff"], counts["members"] = counts.pop("staff_sum"), counts.pop("members_sum")
    asked = {
        "staff": counts["staff_shops"],
        "members": counts["member_shops"],
        "organisations": counts["visited"],
        "plaques": counts["visited"],
    }
    for name, shops in asked.items():
        counts[name] = (
            (counts[name] or 0) if may_sum(shops, sees_rows=sees, is_over=is_over) else None
        )
    return Tally(**{each.name: counts[each.name] for each in fields(Tally)})
