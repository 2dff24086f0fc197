"""A survey round of the demo county that is under way: one street of 清平镇, rows in every state."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from xgz.access import surveys as access
from xgz.access.actor import Actor, actor_for
from xgz.access.users import actor_named
from xgz.management.demo.district import TOWNSHIP_BY_NAME, AccountRow
from xgz.models import SurveyRound, SurveyRow
from xgz.queries.survey_choice import Ground, chosen_businesses
from xgz.queries.surveys import NOBODY, RowWanted
from xgz.rules.roles import Role
from xgz.rules.surveys import MOST_ROWS, Answer, RowState, Told
from xgz.services.surveys.answering import Sent, answer_row
from xgz.services.surveys.opening import RoundPlan, open_round
from xgz.services.surveys.steering import Handing, hand_out, remind

PLACE = "清平镇"
_BEGAN, _LASTS = 12, 21  # days
_FULL = 400  # shops: what a township walks in three weeks
_ANSWERED = 80  # rows of the walk that somebody has been to
_OFFICE_HOURS = time(15, 30)
# What becomes of every tenth shop.
_OUTCOMES: dict[int, RowState] = {
    0: RowState.NOT_MET,
    1: RowState.GONE,
    2: RowState.REFUSED,
    **dict.fromkeys(range(3, 8), RowState.VISITED),
}


@dataclass(slots=True)
class SurveySeeder:
    """accounts: everybody with an account; steps are taken by the people of the demo themselves."""

    accounts: list[AccountRow]
    today: Actor
    now: datetime

    def seed(self) -> int:
        """Let the township order a round and its instructors walk; return how many shops it has.

        0 where the county is too small to have a street worth a walk.
        """
        clerk = self._clerk(_BEGAN)
        ground = self._ground(clerk)
        if ground is None:
            return 0
        began = self.today.today - timedelta(days=_BEGAN)
        plan = RoundPlan(
            f"{PLACE}{ground.street}三季度摸排", ground, began, began + timedelta(days=_LASTS)
        )
        survey = open_round(actor=clerk, plan=plan, now=self._moment(_BEGAN))
        self._give_out(clerk, survey)
        for row in survey.rows.select_related("walker").order_by("place")[:_ANSWERED]:
            self._walk(row)
        remind(actor=self._clerk(1), survey=survey, now=self._moment(1))
        return survey.rows.count()

    def _clerk(self, days_ago: int) -> Actor:
        body = TOWNSHIP_BY_NAME[PLACE].committee
        account = next(
            row for row in self.accounts if row.body == body and row.role is Role.TOWNSHIP_COMMITTEE
        )
        return actor_named(account.user_name, self.today.today - timedelta(days=days_ago))

    def _moment(self, days_ago: int) -> datetime:
        day = self.today.today - timedelta(days=days_ago)
        return min(datetime.combine(day, _OFFICE_HOURS, self.now.tzinfo), self.now)

    def _ground(self, clerk: Actor) -> Ground | None:
        """Return the street with the most shops that three weeks are enough for."""
        area = access.steerable_townships(clerk).get()
        found = []
        for street in TOWNSHIP_BY_NAME[PLACE].streets:
            ground = Ground(area, street=street)
            count = chosen_businesses(clerk, ground, clerk.today).count()
            if 0 < count <= MOST_ROWS:
                found.append((count > _FULL, count if count > _FULL else -count, street, ground))
        return min(found, default=(None, 0, "", None), key=lambda each: each[:3])[3]

    def _give_out(self, clerk: Actor, survey: SurveyRound) -> None:
        """Give what nobody is linked to, in halves, to two instructors of the office."""
        seats = list(access.walkers_for(clerk, survey.area)[:2])
        free = survey.rows.filter(walker__isnull=True).count()
        for seat, number in zip(seats, ((free + 1) // 2, free // 2), strict=False):
            if number:
                handing = Handing(RowWanted(walker=NOBODY), seat, number)
                hand_out(actor=clerk, survey=survey, handing=handing, now=self._moment(_BEGAN))

    def _walk(self, row: SurveyRow) -> None:
        outcome = _OUTCOMES.get(row.place % 10)
        if outcome is None or row.walker is None:
            return
        days_ago = max(_BEGAN - row.place // 8, 1)
        actor = actor_for(row.walker, self.today.today - timedelta(days=days_ago))
        answer = Answer(outcome, actor.today, **_told(row.place, outcome))
        sent = Sent(answer, row.public_id, row.version)
        answer_row(actor=actor, row=row, sent=sent, now=self._moment(days_ago))


def _told(place: int, outcome: RowState) -> dict[str, Any]:
    if outcome is not RowState.VISITED:
        return {}
    return {
        "staff": 1 + place % 7,
        "members": (0, 0, 1, None, 0, 2)[place % 6],
        "has_organisation": (Told.NO, Told.NO, Told.YES)[place % 3],
        "has_plaque": (Told.NO, Told.UNKNOWN, Told.YES, Told.NO)[place % 4],
    }
