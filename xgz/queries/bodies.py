"""Reads of the page of bodies: the tree of offices, who holds what there, instructors' loads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from xgz.models import Body, InstructorLink, RoleAssignment, User
from xgz.models.bodies import ROLE_LABELS
from xgz.models.dated import holds_on
from xgz.models.fields import PATH_DIGITS
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Role

# Holding one of these says something about the person's membership or business, not of an office.
_PRIVATE_ROLES = frozenset({Role.MEMBER, Role.OWNER, Role.BRANCH_SECRETARY})


@dataclass(frozen=True, slots=True)
class Holder:
    """role_label: Chinese name of the role; name: the office-holder's."""

    name: str
    role_label: str
    is_deputy: bool


@dataclass(frozen=True, slots=True)
class BodyRow:
    """depth: steps below the root, 0 for a root; holders: without instructors, who have a table."""

    body: Body
    depth: int
    area: tuple[str, ...]
    holders: tuple[Holder, ...]
    instructors: int


@dataclass(frozen=True, slots=True)
class InstructorLoad:
    name: str
    station: str
    businesses: int
    markets: int
    organisations: int

    @property
    def total(self) -> int:
        return self.businesses + self.markets + self.organisations


def office_bodies(bodies: QuerySet[Body]) -> QuerySet[Body]:
    """Return the bodies without the acting sides of organisations, in the order of the tree."""
    return bodies.exclude(kind=BodyKind.ORGANISATION).order_by("path")


def body_rows(bodies: QuerySet[Body], today: date, *, by_account: bool = False) -> list[BodyRow]:
    """Return the tree of offices with the office-holders of `today`; three queries.

    by_account: show user names in place of people's names, as for administrators (AC-10).
    """
    offices = list(office_bodies(bodies).prefetch_related("area"))
    holders, instructors = _holders_of(offices, today, by_account)
    return [
        BodyRow(
            body=body,
            depth=len(body.path) // PATH_DIGITS - 1,
            area=tuple(str(area) for area in body.area.all()),
            holders=tuple(holders.get(body.pk, ())),
            instructors=instructors.get(body.pk, 0),
        )
        for body in offices
    ]


def instructor_loads(today: date, *, by_account: bool = False) -> list[InstructorLoad]:
    """Return every instructor of `today` with the number of businesses, markets, organisations.

    by_account: as for body_rows.
    """
    links = (
        InstructorLink.objects.filter(holds_on(today))
        .order_by()
        .values("instructor", "station")
        .annotate(
            businesses=Count("business"),
            markets=Count("market"),
            organisations=Count("organisation"),
        )
    )
    loads = {
        (row["instructor"], row["station"]): (
            row["businesses"],
            row["markets"],
            row["organisations"],
        )
        for row in links
    }
    instructors = RoleAssignment.objects.filter(holds_on(today), role=Role.INSTRUCTOR)
    return [
        InstructorLoad(
            _name(row.user, by_account),
            str(row.body),
            *loads.get((row.user_id, row.body_id), (0, 0, 0)),
        )
        for row in instructors.select_related("user", "body").order_by("body__path", "user")
    ]


def _holders_of(
    offices: Sequence[Body], today: date, by_account: bool
) -> tuple[dict[int, list[Holder]], dict[int, int]]:
    holders: dict[int, list[Holder]] = {}
    instructors: dict[int, int] = {}
    rows = RoleAssignment.objects.filter(holds_on(today), body__in=offices)
    public = rows.exclude(role__in=list(_PRIVATE_ROLES)).select_related("user")
    for row in public.order_by("deputy", "role", "pk"):
        role = Role(row.role)
        if role is Role.INSTRUCTOR:
            instructors[row.body_id] = instructors.get(row.body_id, 0) + 1
            continue
        holder = Holder(_name(row.user, by_account), ROLE_LABELS[role], row.deputy)
        holders.setdefault(row.body_id, []).append(holder)
    return holders, instructors


def _name(user: User, by_account: bool) -> str:
    return user.username if by_account else str(user)
