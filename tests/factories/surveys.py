"""A survey round of a township with shops of one street, given to an instructor of its office."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from tests.factories.closures import the_district
from tests.factories.district import TODAY, District, make_user
from tests.factories.rows import make_business
from xgz.access.actor import Actor, actor_for
from xgz.models import Body, Business, InstructorLink, SurveyRound, SurveyRow, User
from xgz.queries.survey_choice import Ground
from xgz.rules.roles import Role
from xgz.rules.surveys import Answer, RowState, Told
from xgz.services.surveys.answering import Sent, answer_row
from xgz.services.surveys.opening import RoundPlan, open_round

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
STREET = "老街"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Survey:
    """A round, who ordered it, and the instructor all its rows are given to."""

    round: SurveyRound
    runner: Actor
    walker: User
    district: District

    def rows(self) -> list[SurveyRow]:
        return list(self.round.rows.order_by("place"))

    def actor(self, today: date = TODAY) -> Actor:
        """Return the walker as today's actor."""
        return actor_for(self.walker, today)


def make_survey(
    shops: int = 3,
    *,
    place: str = "qingping",
    walker: User | None = None,
    role: Role = Role.TOWNSHIP_COMMITTEE,
    today: date = TODAY,
    now: datetime = NOW,
    **plan: Any,
) -> Survey:
    """Let the township committee (or another role) order a round over new shops of one street."""
    district = the_district()
    area, office = getattr(district, place), getattr(district, f"{place}_office")
    walker = walker or make_user(Role.INSTRUCTOR, office)
    street = f"{STREET}{next(_numbers)}巷"
    for number in range(1, shops + 1):
        link(make_shop_at(area, office, street, number), walker, office)
    runner = actor_for(make_user(role, _seat(role, district, area, office)), today)
    ground = {"area": area, "street": street[:-1]} | plan.pop("ground", {})
    dates = {"starts_on": today - timedelta(days=3), "ends_on": today + timedelta(days=14)}
    values = {"title": f"{area.name}{street}摸排", "ground": Ground(**ground)} | dates | plan
    survey = open_round(actor=runner, plan=RoundPlan(**values), now=now)
    return Survey(survey, runner, walker, district)


def make_shop_at(area: Body, office: Body, street: str, number: int, **values: Any) -> Business:
    """Make a shop with a house number of a street."""
    address = f"澄川县{area.name.removesuffix('党委')}{street}{number}号"
    return make_business(**{"township": area, "office": office, "address": address} | values)


def link(business: Business, walker: User, office: Body) -> InstructorLink:
    """Link a shop to an instructor since 2024."""
    return InstructorLink.objects.create(
        instructor=walker, station=office, business=business, valid_from=date(2024, 1, 1)
    )


def told(outcome: RowState = RowState.VISITED, day: date = TODAY, **values: Any) -> Answer:
    """Return an answer; a visited shop counts 3 people, one of them a member, and has no plaque."""
    counts: dict[str, Any] = {}
    if outcome is RowState.VISITED:
        counts = {"staff": 3, "members": 1, "has_organisation": Told.NO, "has_plaque": Told.NO}
    return Answer(outcome, day, **counts | values)


def give(
    row: SurveyRow,
    actor: Actor,
    answer: Answer | None = None,
    *,
    key: str = "",
    version: int | None = None,
    now: datetime = NOW,
) -> int:
    """Answer a row as a phone does, by default having seen it as it is."""
    seen = SurveyRow.objects.get(pk=row.pk).version if version is None else version
    sent = Sent(answer or told(), key or f"key{next(_numbers)}", seen)
    return answer_row(actor=actor, row=row, sent=sent, now=now)


def _seat(role: Role, district: District, area: Body, office: Body) -> Body:
    return {
        Role.ORG_DEPT: district.org_dept,
        Role.TOWNSHIP_COMMITTEE: area,
        Role.STATION_HEAD: office,
        Role.BUREAU: district.bureau,
        Role.INSTRUCTOR: office,
    }[role]
