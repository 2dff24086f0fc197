"""Cases of closed businesses: who is concerned, what is not yet carried out, the rows of lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value

from xgz.access.actor import Actor
from xgz.access.adjustments import visible_adjustments
from xgz.access.businesses import visible_businesses
from xgz.access.clock import day_of
from xgz.access.closures import visible_closures
from xgz.access.formations import visible_formations
from xgz.access.members import members_in_clear, visible_members
from xgz.access.organisations import visible_organisations
from xgz.access.prepared import Each, One, record, records
from xgz.access.reading import once
from xgz.access.transfers import visible_transfers
from xgz.models import (
    Adjustment,
    CaseReview,
    Closure,
    Coverage,
    Formation,
    FormationUnit,
    Member,
    MemberWorkplace,
    Organisation,
    Transfer,
)
from xgz.models.dated import holds_on
from xgz.queries.closings import current_workplaces, units_left
from xgz.rules.cases import Verdict
from xgz.rules.closures import CONCERNED_CLASSES, Blocker, ClosureOption
from xgz.rules.masking import mask_name
from xgz.rules.members import ON_ROLLS
from xgz.rules.organisations import OrgState
from xgz.rules.transfers import TransferState

_BUSINESS, _ORGANISATION = range(2)


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not yet so; count: of members or transfers, 0 where nothing is counted."""

    blocker: Blocker
    count: int = 0


@dataclass(frozen=True, slots=True)
class Concerned:
    """One member behind a case. name: as the actor may read it, in_clear or masked (RV-5);
    transfer: newest of this case.

    is_elsewhere: an open transfer outside this case is under way; is_settled: the relation lies
    where it was to go.
    """

    member: Member
    name: str
    in_clear: bool
    transfer: Transfer | None
    is_elsewhere: bool
    is_settled: bool

    @property
    def may_propose(self) -> bool:
        """Test whether a transfer can be proposed: none is under way and none is needed."""
        running = self.transfer is not None and self.transfer.is_open
        return not (running or self.is_elsewhere or self.is_settled)


@dataclass(frozen=True, slots=True)
class Extent:
    """What a decision is about. members: those concerned that the actor may see; hidden: others.

    units: what the organisation still lists and has not ended; None without an organisation.
    """

    members: int
    hidden: int
    units: int | None


@dataclass(frozen=True, slots=True)
class _Behind:
    """Who stands behind a case, whoever may see them; all by row number.

    concerned: member → where the relation lies; own: the case's transfers, the newest last;
    elsewhere: members on their way by another one; arrived: those who went since it was opened.
    """

    concerned: Mapping[int, int | None]
    own: Sequence[Transfer]
    elsewhere: frozenset[int]
    arrived: frozenset[int]


def is_objected(case: Closure) -> bool:
    """Test whether an answer to a sub-step of the present state is an objection (CB-10)."""
    rows = CaseReview.objects.filter(case_kind=case.KIND.name, case_id=case.public_id)
    return rows.filter(state=case.state, verdict=Verdict.OBJECTED).exists()


def extent_of(case: Closure, actor: Actor) -> Extent:
    """Return how much hangs on a decision; for the eyes of the organization line (CB-5)."""
    hidden = hidden_members(case, actor)
    units = (
        units_left([case.organisation_id], actor.today).count() if case.organisation_id else None
    )
    return Extent(len(_behind(case, actor.today).concerned) - hidden, hidden, units)


def members_concerned(case: Closure, today: date) -> QuerySet[Member]:
    """Return the members a case is about, whoever may see them (CB-8).

    Who worked at the business when the case was opened stays concerned, also where a later roster
    no longer says so.
    """
    rows = Member.objects.filter(status__in=ON_ROLLS, member_class__in=CONCERNED_CLASSES)
    places = MemberWorkplace.objects.filter(
        current_workplaces([case.business_id], day_of(case.opened_at))
    )
    there = rows.filter(pk__in=places.values("member"))
    if case.organisation_id is None:
        return there
    whole = case.option == ClosureOption.REVOKE
    if whole or not units_left([case.organisation_id], today).exists():
        return rows.filter(formal_org=case.organisation_id)
    return there.filter(formal_org=case.organisation_id)


def members_left(case: Closure, today: date) -> frozenset[int]:
    """Return the members concerned whose relation has not gone where it was to go (CB-4)."""
    behind = _behind(case, today)
    return frozenset(
        number
        for number, lies in behind.concerned.items()
        if lies != case.target_org_id
        and not (number in behind.arrived and lies != case.organisation_id)
    )


def missing_of(case: Closure, today: date) -> list[Missing]:
    """Return what has to become a fact before the case can be finished (CB-4).

    Empty where nothing is missing, and where nothing was decided yet.
    """
    if case.option == ClosureOption.RE_HOME:
        counted = {
            Blocker.MEMBERS_LEFT: len(members_left(case, today)),
            Blocker.TRANSFERS_OPEN: sum(row.is_open for row in _behind(case, today).own),
        }
        return [Missing(blocker, count) for blocker, count in counted.items() if count]
    if case.option in (ClosureOption.MERGE, ClosureOption.REVOKE):
        living = Organisation.objects.exclude(state=OrgState.DISSOLVED)
        stands = living.filter(pk=case.organisation_id or 0).exists()
        return [Missing(Blocker.ORGANISATION_STANDS)] if stands else []
    if case.option == ClosureOption.KEEP and listing_of(case, today) is not None:
        return [Missing(Blocker.STILL_LISTED)]
    return []


def listing_of(case: Closure, today: date) -> Coverage | None:
    """Return the row by which the organisation still lists the business, or None."""
    if case.organisation_id is None:
        return None
    rows = Coverage.objects.filter(
        holds_on(today), organisation=case.organisation_id, business=case.business_id
    )
    return rows.select_related("organisation", "business").order_by("pk").first()


@once
def concerned_rows(case: Closure, actor: Actor) -> list[Concerned]:
    """Return the members concerned, and those moved by the case, that the actor may see."""
    behind = _behind(case, actor.today)
    newest = {row.member_id: row for row in behind.own}
    clear = members_in_clear(actor).filter(pk=OuterRef("pk"))
    rows = visible_members(actor).filter(pk__in={*behind.concerned, *newest})
    rows = rows.annotate(in_clear=Exists(clear)).select_related("formal_org")
    return [
        Concerned(
            member=row,
            name=row.name if row.in_clear else mask_name(row.name),
            in_clear=row.in_clear,
            transfer=newest.get(row.pk),
            is_elsewhere=row.pk in behind.elsewhere,
            is_settled=(row.pk in behind.arrived and row.formal_org_id != case.organisation_id)
            or _is_at_target(row, case),
        )
        for row in rows.order_by("born_on", "pk")
    ]


def hidden_members(case: Closure, actor: Actor) -> int:
    """Return how many members concerned lie outside the actor's reach; for the owner's eyes."""
    seen = {row.member.pk for row in concerned_rows(case, actor)}
    return len(_behind(case, actor.today).concerned.keys() - seen)


@once
def _behind(case: Closure, today: date) -> _Behind:
    """Return whom a case is about, and the transfers that matter for it; three queries."""
    concerned = dict(members_concerned(case, today).values_list("pk", "formal_org"))
    people = Q(member__in=list(concerned)) | Q(member__in=case.transfers.values("member"))
    # Completed since the case was opened, by this case or by itself.
    arrived = Q(state=TransferState.ACCEPTED, closed_at__gte=case.opened_at)
    told = Q(closure=case) | (people & (Q(closed_at__isnull=True) | arrived))
    transfers = list(Transfer.objects.filter(told).order_by("pk"))
    return _Behind(
        concerned,
        own=[row for row in transfers if row.closure_id == case.pk],
        elsewhere=frozenset(
            row.member_id for row in transfers if row.is_open and row.closure_id != case.pk
        ),
        arrived=frozenset(row.member_id for row in transfers if _arrived(row, case)),
    )


def _arrived(transfer: Transfer, case: Closure) -> bool:
    done = transfer.closed_at is not None and transfer.closed_at >= case.opened_at
    return done and transfer.state == TransferState.ACCEPTED


def _is_at_target(member: Member, case: Closure) -> bool:
    return case.target_org_id is not None and member.formal_org_id == case.target_org_id


def formations_of(case: Closure, actor: Actor) -> list[Formation]:
    """Return the open formations the business is in, as far as the actor sees them (FM-22).

    No query where closure_at found the business in none.
    """
    if not getattr(case, "is_planned", True):
        return []
    units = FormationUnit.objects.filter(business=case.business_id)
    rows = visible_formations(actor).filter(closed_at__isnull=True)
    return list(rows.filter(pk__in=units.values("formation")).order_by("pk"))


def adjustment_of(case: Closure, actor: Actor) -> Adjustment | None:
    """Return the organisation's own case a closure led to, as far as the actor sees it (AD-8).

    No query where closure_at found out already.
    """
    if case.adjustment_id is None:
        return None
    if not hasattr(case, "sees_adjustment"):
        return visible_adjustments(actor).filter(pk=case.adjustment_id).first()
    return case.adjustment if case.sees_adjustment else None


def transfers_of(case: Closure, actor: Actor) -> list[Transfer]:
    """Return the transfers of a case that the actor sees, the oldest first."""
    if not _behind(case, actor.today).own:
        return []
    rows = visible_transfers(actor).filter(closure=case).select_related("to_org")
    return list(rows.order_by("pk"))


def openable(case: Closure, actor: Actor) -> tuple[bool, bool]:
    """Test whether the actor may open the business, and the organisation, of a case; one query."""
    businesses = visible_businesses(actor).filter(pk=case.business_id)
    organisations = visible_organisations(actor).filter(pk=case.organisation_id or 0)
    found = {
        place
        for (place,) in businesses.order_by()
        .values_list(Value(_BUSINESS))
        .union(organisations.order_by().values_list(Value(_ORGANISATION)))
    }
    return _BUSINESS in found, _ORGANISATION in found


def closure_at(actor: Actor, public_id: str) -> Closure | None:
    """Return the case of that address with all its page shows, None where it is out of sight."""
    return record(_at_address, actor.bare, One(public_id))


def _at_address(actor: Actor, public_id: str) -> QuerySet[Closure]:
    rows = visible_closures(actor).select_related(
        "business__township",
        "business__office",
        "organisation__body__parent",
        "organisation__guiding_body",
        "target_org",
        "owner_body",
        "assignee",
        "area",
        "adjustment",
    )
    seen = visible_adjustments(actor).filter(pk=OuterRef("adjustment"))
    planned = FormationUnit.objects.filter(
        business=OuterRef("business"), formation__closed_at__isnull=True
    )
    return rows.filter(public_id=public_id).annotate(
        is_planned=Exists(planned), sees_adjustment=Exists(seen)
    )


def cases_of_businesses(actor: Actor, businesses: Iterable[int]) -> dict[int, Closure]:
    """Return business number → its newest case the actor sees, an open one first."""
    rows = records(_cases_of, actor.bare, Each(businesses))
    return {row.business_id: row for row in rows}


def _cases_of(actor: Actor, businesses: Iterable[int]) -> QuerySet[Closure]:
    rows = visible_closures(actor).filter(business__in=businesses).select_related("business")
    return rows.order_by(F("closed_at").asc(nulls_last=True), "opened_at", "pk")
