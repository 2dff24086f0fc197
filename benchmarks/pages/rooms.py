"""Fills a database with what the rooms of finding and forming hold, each by the thousand.

Everything is invented. Of each kind of case one in every state is made by the services; the rest
are copies of these at other places. What a page opens is one of the former.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from copies import Columns, Pattern, copied, save, spread
from ground import Ground, make_ground
from plans import make_plans

from tests.factories.adjustments import make_adjustment
from tests.factories.case_papers import make_issued
from tests.factories.district import TODAY
from tests.factories.elections import make_election
from tests.factories.establishing import make_establishing
from tests.factories.formations import make_formation
from tests.factories.leads import make_lead
from tests.factories.matching import make_pair, make_task, make_twins
from tests.factories.self_reports import hang_poster, make_claim, moment
from tests.factories.surveys import make_survey
from xgz.models import (
    Formation,
    FormationUnit,
    Lead,
    SiteCheck,
    Support,
    sealing,
)
from xgz.models.fields import new_public_id
from xgz.rules.adjustments import AdjustmentState, Sort
from xgz.rules.elections import ElectionState
from xgz.rules.establishing import EstablishingState
from xgz.rules.formations import FormationState
from xgz.rules.leads import LeadSource, LeadState
from xgz.rules.sites import BASICS, ITEM_LABELS

Rows = list[tuple[Any, Columns]]


def fill(count: int) -> dict[str, str]:
    """Fill an empty database; return of each kind the public id of one that the services made."""
    ground = make_ground(count)
    own = ground.organisations[0]
    shown = {
        "formation": _formations(ground, count),
        "election": _elections(ground, count),
        "adjustment": _adjustments(ground, count),
        "lead": _leads(ground, count),
        "survey": _surveys(ground, count),
        "matching": _matching(ground, count),
        "claim": _claims(ground, count),
        "paper": _papers(ground, count),
        "site": own.public_id,
        "plan": make_plans(ground, count // 40),
    }
    _sites(ground)
    return shown | {"establishing": _establishings(ground, count)}


def _patterns(make: Callable[..., Any], states: Any) -> list[Pattern]:
    return [Pattern(make(state=state)) for state in states]


def _formations(ground: Ground, count: int) -> str:
    """The shown one is a complete file that its township has to review."""
    patterns = _patterns(make_formation, FormationState)

    def place(number: int, pattern: Pattern) -> Rows:
        name = f"{ground.businesses[number].name}等2户联合党支部"
        return pattern.copy(f"F{number}", ground.at(number), _later(number), name=name)

    numbers = spread(patterns, count, place)
    save(
        FormationUnit(
            formation_id=pk,
            business=ground.businesses[count + number * 2 + which],
            is_held=patterns[number % len(patterns)].case.closed_at is None,
            is_inside=True,
            added_at=moment(),
        )
        for number, pk in enumerate(numbers)
        for which in (0, 1)
    )
    return _of(patterns, FormationState.STEP_1)


def _elections(ground: Ground, count: int) -> str:
    patterns = _patterns(make_election, ElectionState)
    spread(patterns, count, _of_organisations(ground, "E"))
    return _of(patterns, ElectionState.REPORTED)


def _adjustments(ground: Ground, count: int) -> str:
    patterns = _patterns(make_adjustment, AdjustmentState)
    spread(patterns, count, _of_organisations(ground, "A"))
    shown = make_adjustment(state=AdjustmentState.CARRYING_OUT, sort=Sort.REVOKE, members=10)
    return shown.public_id


def _establishings(ground: Ground, count: int) -> str:
    patterns = _patterns(make_establishing, EstablishingState)
    formations = Formation.objects.filter(number__startswith="F").order_by("pk")
    own = list(formations.values_list("pk", flat=True)[:count])
    of_organisation = _of_organisations(ground, "S")

    def place(number: int, pattern: Pattern) -> Rows:
        rows = of_organisation(number, pattern)
        rows[0][1]["formation_id"] = own[number]
        return rows

    spread(patterns, count, place)
    return _of(patterns, EstablishingState.RUNNING_IN)


def _of_organisations(ground: Ground, prefix: str) -> Callable[[int, Pattern], Rows]:
    """Return what places a case at one organisation: its own body plays the pattern's part."""

    def place(number: int, pattern: Pattern) -> Rows:
        organisation = ground.organisations[number]
        case = pattern.case
        bodies = dict(ground.at(number))
        if case.organisation is not None:
            bodies[case.organisation.body_id] = organisation.body_id
        given = {"organisation_id": organisation.pk if case.organisation else None}
        return pattern.copy(f"{prefix}{number}", bodies, _later(number), **given)

    return place


def _leads(ground: Ground, count: int) -> str:
    """Leads name a person: their own words are sealed anew for each."""
    patterns = [
        Pattern(make_lead(state=state))
        for state in LeadState
        for _often in range(3 if state in (LeadState.NEW, LeadState.ASSIGNED) else 1)
    ]

    def place(number: int, pattern: Pattern) -> Rows:
        rows = pattern.copy(
            f"L{number}",
            ground.at(number),
            _later(number),
            business_id=ground.businesses[number].pk,
            id_digest="",
            person_digest="",
            place_digest="",
            instructor_id=None,
            station_id=None,
        )
        columns = rows[0][1]
        lead = Lead(public_id=columns["public_id"])
        columns["source_sealed"] = lead.sealed("source", LeadSource.HINT)
        columns["name_sealed"] = lead.sealed("name", "柏长青")
        columns["phone_sealed"] = lead.sealed("phone", "13900001234")
        if columns["checked_on"]:
            columns |= lead.found_columns(None)
        return rows

    spread(patterns, count, place)
    return _of(patterns, LeadState.VISITED)


def _surveys(ground: Ground, count: int) -> str:
    """One walk through a whole township, and many small ones of which nothing more is asked."""
    survey = make_survey(3)
    walk = survey.round
    pattern = walk.rows.order_by("place").first()
    save(copied(walk, title=f"第{n}次摸排", area_id=ground.town(n)) for n in range(count // 20))
    save(
        copied(
            pattern,
            business_id=business.pk,
            code=f"{number:07}"[-7:],
            place=number + 10,
            street=f"老街{number // 50}巷",
        )
        for number, business in enumerate(ground.businesses[:count])
    )
    return walk.public_id


def _matching(ground: Ground, count: int) -> str:
    task = make_task(ground.district.qingping)
    save(copied(task) for _ in range(count // 40))
    member, business = make_twins(ground.organisations[0], ground.district.qingping)
    pair = make_pair(task, member, business)
    rows = []
    for number in range(count):
        row = copied(pair, turn=number + 2, business_digest=f"{number:032x}"[:32])
        row.tie_sealed = sealing.seal("match_pair.tie", row.public_id, pair.tie)
        row.reason_sealed = sealing.seal("match_pair.reason", row.public_id, pair.reason)
        rows.append(row)
    save(rows)
    return task.public_id


def _claims(ground: Ground, count: int) -> str:
    """Half of them wait in one township; a poster for each forty."""
    posters = [hang_poster(ground.district.qingping) for _ in range(5)]
    more = [copied(posters[0], area_id=ground.town(number)) for number in range(count // 40)]
    save(more)
    code = posters[0].codes.get()
    save(copied(code, poster_id=poster.pk) for poster in more)
    pattern = make_claim(posters[0])
    rows = []
    for number in range(count):
        poster = posters[number % 5] if number % 2 else more[number % len(more)]
        row = copied(pattern, poster_id=poster.pk, receipt_digest=f"{number:032x}")
        for name in ("name", "phone", "branch", "last_four", "reach"):
            clear = getattr(pattern, name)
            setattr(
                row, f"{name}_sealed", sealing.seal(f"self_report.{name}", row.public_id, clear)
            )
        row.received_at = pattern.received_at - timedelta(minutes=number)
        rows.append(row)
    save(rows)
    return pattern.public_id


def _papers(ground: Ground, count: int) -> str:
    """All of one body, over four years."""
    _case, paper, _actor = make_issued()
    entry: Any = paper.entry
    entries = [
        copied(
            entry,
            year=entry.year - number % 4,
            number=number + 10,
            label=f"清平党〔{entry.year - number % 4}〕{number + 10}号",
            case_id=new_public_id(),
        )
        for number in range(count)
    ]
    save(entries)
    rows = []
    for each in entries:
        row = copied(paper, entry_id=each.pk, case_id=each.case_id)
        row.content_sealed = sealing.seal("case_paper.content", row.public_id, paper.content)
        rows.append(row)
    save(rows)
    return paper.public_id


def _sites(ground: Ground) -> None:
    """Of three sites two have what is basic; half were looked at twice; each was given something."""
    save(
        SiteCheck(
            organisation=organisation,
            item=item,
            label=ITEM_LABELS[item],
            is_there=bool(number % 3) or item != BASICS[number % len(BASICS)],
            seen_on=day,
            recorded_at=moment(day),
        )
        for number, organisation in enumerate(ground.organisations)
        for item in BASICS
        for day in (date(2026, 5, 1), date(2026, 10, 1))
        if number % 2 or day.month == 10
    )
    save(
        Support(
            organisation=organisation,
            kind="money",
            source="dues",
            amount=Decimal(1200),
            given_on=TODAY,
            purpose="制作标牌",
            entered_at=moment(),
        )
        for organisation in ground.organisations
    )


def _later(number: int) -> int:
    """Return by how many days the dates of one copy are moved: some are overdue, some far away."""
    return number % 200 - 150


def _of(patterns: list[Pattern], state: str) -> str:
    return next(each.case.public_id for each in patterns if each.case.state == state)
