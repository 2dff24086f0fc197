"""Reads of looks at full numbers: what one shows, who looked at mine, what the supervisor checks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from xgz.access.actor import Actor
from xgz.access.closures import visible_closures
from xgz.access.reveals import Subject, own_reveals, reveals_about, watched_reveals
from xgz.access.transfers import visible_transfers
from xgz.models import Case, Lead, Member, Reveal, RoleAssignment
from xgz.models.dated import holds_on
from xgz.queries.lead_identity import found_members
from xgz.queries.parameters import workdays
from xgz.rules.bodies import BodyKind
from xgz.rules.masking import mask_name
from xgz.rules.reveals import WATCHED_DAYS, Look, Mark, Party, RevealField, marks_of, street_of
from xgz.rules.roles import Role


@dataclass(frozen=True, slots=True)
class WatchedRow:
    """One look as its supervisor sees it. whom: 张*, or the business; why: its words."""

    reveal: Reveal
    looker: str
    whom: str
    why: str
    marks: tuple[Mark, ...]

    @property
    def of_lead(self) -> bool:
        return _of_lead(self.reveal)

    @property
    def has_case(self) -> bool:
        return _has_case(self.reveal)


@dataclass(frozen=True, slots=True)
class Looker:
    """How often one person looked in the week, at how many people, and how often it stands out."""

    name: str
    unit: str
    looks: int
    people: int
    marked: int


def running_reveal(
    actor: Actor, subject: Subject, field: RevealField, now: datetime
) -> Reveal | None:
    """Return the actor's look at the same value that is still open, so that it counts once."""
    about = {subject._meta.model_name or "": subject}
    rows = own_reveals(actor).filter(**about, field=field, until__gt=now)
    return rows.order_by("-at").first()


def cases_about(actor: Actor, subject: Subject) -> list[Case]:
    """Return the open cases about a person that the actor sees, to say what a look is for."""
    if isinstance(subject, Lead):
        return []  # it is itself what the look is for
    if isinstance(subject, Member):
        return list(visible_transfers(actor).filter(member=subject, closed_at__isnull=True))
    return list(visible_closures(actor).filter(business=subject, closed_at__isnull=True))


def reveals_of_me(actor: Actor) -> QuerySet[Reveal]:
    """Return the looks at the actor's own data, newest first; unit and role, never the looker."""
    return reveals_about(actor).select_related("body", "business").order_by("-at", "-pk")


def watched_since(now: datetime) -> datetime:
    """Return the beginning of the days the supervisor looks at (RV-7)."""
    return now - timedelta(days=WATCHED_DAYS)


def watched_week(actor: Actor, now: datetime) -> tuple[list[Looker], list[WatchedRow]]:
    """Return the looks of the last days the actor supervises: by looker, then each, newest first.

    Nine queries at most. Raises NotPermitted.
    """
    found = watched_reveals(actor).filter(at__gt=watched_since(now), at__lte=now)
    related = ("member__formal_org", "business", "lead__business", "by", "body")
    rows = list(found.select_related(*related).order_by("-at", "-pk"))
    marks = marks_of(looks_of(rows, now))
    watched = [
        WatchedRow(
            reveal=row,
            looker=str(row.by),
            whom=_whom(row),
            why=row.words,
            marks=tuple(mark for mark in Mark if mark in marks.get(row.pk, ())),
        )
        for row in rows
    ]
    return _lookers(watched), watched


def looks_of(rows: Sequence[Reveal], now: datetime) -> list[Look]:
    """Return the looks with what the marks go by; three queries beside the calendar.

    now: in the office's time zone, by which hours and days are told.

    Whoever looks is known by the own line of the roster, where the account names one.
    """
    calendar = workdays()
    selves = _selves({row.by_id for row in rows}, now.date())
    found = found_members(row.lead for row in rows if row.lead is not None)
    looks = []
    for row in rows:
        at = row.at.astimezone(now.tzinfo)
        looks.append(
            Look(
                number=row.pk,
                at=at,
                is_workday=calendar.is_workday(at.date()),
                looker=row.by_id,
                by=selves.get(row.by_id, Party(surname=row.by.display_name[:1])),
                of=_party(row, found),
                field=RevealField(row.field),
                has_case=_has_case(row),
                is_own=_is_own(row),
            )
        )
    return looks


def _selves(users: set[int], today: date) -> dict[int, Party]:
    rows = RoleAssignment.objects.filter(holds_on(today), user__in=users, member__isnull=False)
    return {row.user_id: _member(row.member) for row in rows.select_related("member") if row.member}


def _of_lead(row: Reveal) -> bool:
    """Test whether the look was at the person of a lead, also of one that was deleted since."""
    return row.case_kind == Lead.KIND.name


def _has_case(row: Reveal) -> bool:
    """Test whether whoever looked named a case. For the lead itself every look at a lead is."""
    return bool(row.case_id) and not _of_lead(row)


def _party(row: Reveal, found: Mapping[str, Member]) -> Party:
    if row.member is not None:
        return _member(row.member)
    if row.lead is not None:
        return _lead(row.lead, found)
    if row.business is None:
        return Party(f"gone {row.public_id}")  # each counts as somebody of its own (LD-11)
    address = row.business.address
    key = f"business {row.business.public_id}"
    return Party(key, row.business.owner_name[:1], street_of(address), address)


def _member(member: Member) -> Party:
    address = member.address
    return Party(f"member {member.public_id}", member.name[:1], street_of(address), address)


def _lead(lead: Lead, found: Mapping[str, Member]) -> Party:
    """Return the roster's member where one was found, else the person at the place of work."""
    if lead.found_id in found:
        return _member(found[lead.found_id])
    address = lead.business.address if lead.business is not None else ""
    return Party(f"lead {lead.public_id}", lead.name[:1], street_of(address), address)


def _is_own(row: Reveal) -> bool:
    """Test whether the person belongs to the very organisation the looker acts for."""
    if row.role != Role.BRANCH_SECRETARY or row.member is None:
        return False
    home = row.member.formal_org
    return (
        row.body.kind == BodyKind.ORGANISATION and home is not None and home.body_id == row.body_id
    )


def _whom(row: Reveal) -> str:
    if row.member is not None:
        return mask_name(row.member.name)
    if row.lead is not None:
        return mask_name(row.lead.name)
    return row.business.name if row.business is not None else ""


def _lookers(rows: Sequence[WatchedRow]) -> list[Looker]:
    looks = Counter(row.reveal.by_id for row in rows)
    marked = Counter(row.reveal.by_id for row in rows if row.marks)
    people: dict[int, set[tuple[int | None, ...]]] = {}
    first: dict[int, WatchedRow] = {}
    for row in rows:
        seen = people.setdefault(row.reveal.by_id, set())
        whom = (row.reveal.member_id, row.reveal.business_id, row.reveal.lead_id)
        seen.add(whom if any(whom) else (row.reveal.pk,))
        first.setdefault(row.reveal.by_id, row)
    return [
        Looker(
            first[key].looker,
            first[key].reveal.body.name,
            number,
            len(people[key]),
            marked[key],
        )
        for key, number in sorted(looks.items(), key=lambda pair: (-marked[pair[0]], -pair[1]))
    ]
