"""The people of the demo county who act in its stories, each under the rights of a past day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from xgz.access.actor import Actor
from xgz.access.cases import parties_of
from xgz.access.organisations import visible_bodies, visible_organisations
from xgz.access.users import actor_named
from xgz.management.demo.district import BUREAU, TOWNSHIP_BY_NAME, AccountRow, office_name
from xgz.models import Case, Organisation
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role

_OFFICE_HOURS = time(15, 10)


@dataclass(frozen=True, slots=True)
class Cast:
    """operator: the shell operator, who looks rows up; accounts: everybody with an account.

    now: the moment of the seeding, later than which nothing happens.
    """

    operator: Actor
    accounts: Sequence[AccountRow]
    now: datetime

    def day(self, days_ago: int) -> date:
        """Return the day so many days before today; a negative number lies ahead."""
        return self.operator.today - timedelta(days=days_ago)

    def at(self, day: date) -> datetime:
        """Return an hour of the afternoon of a day, the present moment at the latest."""
        return min(datetime.combine(day, _OFFICE_HOURS, self.now.tzinfo), self.now)

    def committee(self, place: str, day: date) -> Actor:
        """Return the Party committee of a township."""
        return self._holder(Role.TOWNSHIP_COMMITTEE, TOWNSHIP_BY_NAME[place].committee, day)

    def station(self, place: str, day: date) -> Actor:
        """Return the head of the guidance station of a township."""
        return self._holder(Role.STATION_HEAD, office_name(TOWNSHIP_BY_NAME[place].office), day)

    def bureau(self, day: date) -> Actor:
        """Return the bureau's Party committee."""
        return self._holder(Role.BUREAU, BUREAU, day)

    def committee_above(self, branch: Organisation, day: date) -> Actor:
        """Return the Party committee of the township a branch stands below."""
        parent = branch.body.parent
        if parent is None:
            raise LookupError(f"nothing stands above {branch.public_id}")
        return self._holder(Role.TOWNSHIP_COMMITTEE, parent.name, day)

    def party(self, case: Case, party: str, day: date) -> Actor:
        """Return who plays a party of a case; for a branch without an account its committee."""
        seat = parties_of(case)[party]
        body = visible_bodies(self.operator).select_related("parent").get(pk=seat.body_id)
        found = self._named(Role(seat.role), body.name)
        if found is None and body.parent is not None:
            found = self._named(Role.TOWNSHIP_COMMITTEE, body.parent.name)
        if found is None:
            raise LookupError(f"nobody plays {party} of {case.public_id}")
        return actor_named(found.user_name, day)

    def organisation(self, name: str) -> Organisation | None:
        """Return the active organisation of that name, if there is one."""
        rows = visible_organisations(self.operator).filter(state=OrgState.ACTIVE, name=name)
        return rows.select_related("body__parent", "guiding_body").first()

    def _holder(self, role: Role, body: str, day: date) -> Actor:
        found = self._named(role, body)
        if found is None:
            raise LookupError(f"nobody is {role} of {body}")
        return actor_named(found.user_name, day)

    def _named(self, role: Role, body: str) -> AccountRow | None:
        """Return who holds a role at a body; a branch secretary's body is the branch."""
        rows = (row for row in self.accounts if row.role is role)
        return next((row for row in rows if body == (row.organisation or row.body)), None)
