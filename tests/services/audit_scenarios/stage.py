"""What a scenario is, and where it plays."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.factories import TODAY, District, actor_as, make_organisation, make_user
from tests.services.imports.worlds import NOW
from xgz.access.actor import Actor, shell_operator
from xgz.models import Body, Job, User
from xgz.rules.jobs import JobState
from xgz.rules.roles import Role
from xgz.services.jobs import JobRun, enqueue

Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done, by whom, and the rows it leaves: (action, subject type, subject id) in order.

    rows: computed after the deed, for subjects made by it. by: whose the rows are, where it is not
    the actor's (the clock's, say). kept: tables that an earlier transaction of the same service
    writes on purpose, so that a fault of the later one is known.
    """

    run: Callable[[], object]
    actor: Actor
    rows: Callable[[], list[Row]]
    by: tuple[User | None, ...] = ()
    kept: frozenset[str] = frozenset()


@dataclass(slots=True)
class Stage:
    """Where scenarios play: a small district and a folder."""

    district: District
    folder: Path
    settings: Any

    def actor(self, role: Role, body: Body | None = None) -> Actor:
        seats = {
            Role.ORG_DEPT: self.district.org_dept,
            Role.BUREAU: self.district.bureau,
            Role.TOWNSHIP_COMMITTEE: self.district.qingping,
            Role.STATION_HEAD: self.district.qingping_office,
        }
        return actor_as(role, body or seats.get(role, self.district.administration))

    @property
    def security(self) -> Actor:
        return self.actor(Role.SECURITY_ADMIN)

    @property
    def department(self) -> Actor:
        return self.actor(Role.ORG_DEPT)

    @property
    def operator(self) -> Actor:
        return shell_operator(TODAY)

    def clerk(self) -> User:
        return make_user(Role.BUREAU, self.district.bureau)

    def queued(self, kind: str, by: Actor, subject: str = "") -> JobRun:
        self.settings.JOBS_AT_ONCE = False
        enqueue(kind=kind, subject=subject, requested_by=by.user, now=NOW)
        Job.objects.update(state=JobState.RUNNING, attempt=1)
        return JobRun(Job.objects.latest("pk"), lambda: NOW)


Scenario = Callable[[Stage], Deed]


def newest(model: Any) -> str:
    return str(model.objects.latest("pk").public_id)


def one(
    action: str, subject_type: str, subject: Callable[[], str] | str
) -> Callable[[], list[Row]]:
    return lambda: [(action, subject_type, subject if isinstance(subject, str) else subject())]


def make_branch(stage: Stage, **values: Any) -> Any:
    return make_organisation(stage.district.qingping, **values)
