"""The responsibility table as it holds on a day, and the bodies it means for one case (RS-1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from xgz.access.reading import once
from xgz.models import Body, Case, Responsibility
from xgz.rules.bodies import LINE_OF_KIND, BodyKind, Line
from xgz.rules.responsibilities import (
    BODY_OF_ROLE,
    Matter,
    MatterDuty,
    default_duties,
    holds_on,
    line_of,
)
from xgz.rules.roles import Role
from xgz.rules.seats import Seat


@dataclass(frozen=True, slots=True)
class ResponsibleSeat:
    """One cell of the strip: which duty, which body, on which line, with which remark."""

    duty: MatterDuty
    role: Role
    body: Body
    note: str

    @property
    def line(self) -> Line:
        return LINE_OF_KIND[BodyKind(self.body.kind)]


@dataclass(frozen=True, slots=True)
class MatterPage:
    """One matter on a day. duties: what holds; is_default: nothing of it was entered (RS-2).

    rows: everything ever entered, the last first, with what was taken back.
    """

    matter: Matter
    duties: list[tuple[MatterDuty, Role, str]]
    is_default: bool
    rows: list[Responsibility]

    def of(self, line: Line, duty: MatterDuty) -> list[tuple[Role, str]]:
        """Return the roles of one line with one duty, each with its remark."""
        return [
            (role, note)
            for each, role, note in self.duties
            if each is duty and line_of(role) is line
        ]

    @property
    def lines(self) -> list[Line]:
        """The lines shown: both always, the association's where it has a duty."""
        concerned = {line_of(role) for _duty, role, _note in self.duties}
        return [line for line in Line if line is not Line.ASSOCIATION or line in concerned]


def duties_on(matter: str, day: date) -> list[tuple[MatterDuty, Role, str]]:
    """Return (duty, role, remark) of one matter as the table holds on a day; one query.

    Where the district has entered nothing for the matter by then, the defaults hold (RS-2).
    """
    begun = Responsibility.objects.filter(
        matter=matter, valid_from__lte=day, withdrawn_at__isnull=True
    )
    return _duties(matter, begun.order_by("pk"), day)


def matter_pages(day: date) -> list[MatterPage]:
    """Return every matter as it holds on a day, with its history; one query."""
    rows: dict[str, list[Responsibility]] = {}
    entered = Responsibility.objects.select_related("entered_by")
    for row in entered.order_by("-valid_from", "-pk"):
        rows.setdefault(row.matter, []).append(row)
    return [_page(matter, rows.get(matter, []), day) for matter in Matter]


def matter_page(matter: Matter, day: date) -> MatterPage:
    """Return one matter as it holds on a day, with its history; one query."""
    rows = Responsibility.objects.filter(matter=matter).select_related("entered_by")
    return _page(matter, list(rows.order_by("-valid_from", "-pk")), day)


@once
def responsible_seats(case: Case, day: date) -> Sequence[ResponsibleSeat]:
    """Return who has which duty in a case; two queries, the same once a page.

    A role without a body in the case's township is left out; of several offices serving it, each
    has the duty. Where a case stays inside the organization line, nobody else has one (CB-5).
    """
    duties = duties_on(case.KIND.matter, day)
    if case.stays_inside:
        duties = [duty for duty in duties if line_of(duty[1]) is Line.ORGANIZATION]
    bodies = _bodies_of({role for _duty, role, _note in duties}, case.area)
    return [
        ResponsibleSeat(duty, role, body, note)
        for duty, role, note in duties
        for body in bodies.get(role, [])
    ]


def seats_for(case: Case, duty: MatterDuty, day: date) -> list[Seat]:
    """Return the seats with one duty in a case."""
    return [Seat(row.role, row.body.pk) for row in responsible_seats(case, day) if row.duty is duty]


def bodies_for(role: Role, area: Body | None) -> list[Body]:
    """Return the bodies a role means for one township, in tree order; one query.

    The township itself, the offices serving it, or the district's one body of the kind: of several
    departments, bureaus or associations the highest in the tree. Nothing without a township, and
    nothing for roles that no township or district tells apart.
    """
    return _bodies_of({role}, area).get(role, [])


def _bodies_of(roles: Iterable[Role], area: Body | None) -> dict[Role, list[Body]]:
    kinds = {role: BODY_OF_ROLE[role] for role in roles if role in BODY_OF_ROLE}
    local = {BodyKind.TOWNSHIP, BodyKind.OFFICE}
    wanted = Q(kind__in=set(kinds.values()) - local)
    if area is not None and BodyKind.TOWNSHIP in kinds.values():
        wanted |= Q(pk=area.pk, kind=BodyKind.TOWNSHIP)
    if area is not None and BodyKind.OFFICE in kinds.values():
        offices = Body.area.through.objects.filter(to_body_id=area.pk).values("from_body_id")
        wanted |= Q(kind=BodyKind.OFFICE, pk__in=offices)
    found: dict[str, list[Body]] = {}
    for body in Body.objects.filter(wanted).order_by("path"):
        found.setdefault(body.kind, []).append(body)
    return {
        role: found.get(kind, []) if kind in local else _highest(found.get(kind, []))
        for role, kind in kinds.items()
    }


def _highest(bodies: list[Body]) -> list[Body]:
    """Return the body nearest to the root, the first in the tree among equals."""
    return sorted(bodies, key=lambda body: (len(body.path), body.path))[:1]


def _duties(
    matter: str, begun: Iterable[Responsibility], day: date
) -> list[tuple[MatterDuty, Role, str]]:
    rows = list(begun)
    if not rows:
        return [(each.duty, each.role, each.note) for each in default_duties(matter)]
    return [(MatterDuty(row.duty), Role(row.role), row.note) for row in rows if holds_on(row, day)]


def _page(matter: Matter, rows: list[Responsibility], day: date) -> MatterPage:
    begun = [row for row in rows if row.withdrawn_at is None and row.valid_from <= day]
    ordered = sorted(begun, key=lambda row: row.pk)
    return MatterPage(matter, _duties(matter, ordered, day), not begun, rows)
