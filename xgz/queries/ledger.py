"""The base ledger's rows: what the register, the reports and the rolls know of each business."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.coverage import (
    counting_actor,
    may_see_declared_owners,
    may_see_roster_figures,
)
from xgz.access.organisations import organisations_in_clear, visible_organisations
from xgz.models import (
    AnnualReport,
    Business,
    MemberWorkplace,
    Organisation,
    OrganisationPost,
    Stall,
)
from xgz.models.dated import not_ended
from xgz.models.sealed_lists import find_list, read_ids
from xgz.queries.coverage import listings, valid_on
from xgz.queries.operating import Day
from xgz.rules.masking import mask_name
from xgz.rules.organisations import (
    FORMATION_MODE_LABELS,
    ORG_TYPE_LABELS,
    POST_LABELS,
    FormationMode,
    OrgType,
    Post,
)
from xgz.rules.registration import (
    BUSINESS_KIND_LABELS,
    BUSINESS_STATUS_LABELS,
    BusinessKind,
    BusinessStatus,
)
from xgz.rules.worklists import LISTED_KINDS

LedgerRow = tuple[str | int | date | None, ...]

_YES, _NO, _MEMBER = "是", "否", "中共党员"
# Columns at the form's end of which the system records nothing yet.
_NOT_RECORDED = ("电话", "群团组织", "规模以上", "标准化建设", "摸排进展", "备注")
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class _Organised:
    name: str
    mode: str
    org_type: str
    founded_on: date | None
    secretary: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked up once for the whole ledger, by the business's row number.

    owners: "" or 是/否 for the owner's post as secretary, for declared members only.
    """

    organised: dict[int, list[_Organised]]
    owners: dict[int, str]
    inside: dict[int, tuple[int, int]]
    has_organisations: bool


def ledger_rows(
    businesses: QuerySet[Business], actor: Actor, as_at: date, *, in_clear: bool = True
) -> Iterator[LedgerRow]:
    """Yield one row per business in the order of files.ledger.LEDGER_COLUMNS.

    The ledger is a register: closed businesses stay in it with their status, and so do those
    whose kind nobody stated; the kind *other* is left out (WL-5). Townships and offices stand with
    their short names. The texts are those of the form, in Chinese whatever the reader's language.
    What nobody knows stays empty: only an organisation of record makes 是, and 否 is written once organisations were
    imported at all. The owner's membership shows to the organization line alone (PR-8); the
    secretary's name shows masked where the actor does not read names. Not in clear: all secretaries
    masked, no owner's membership (EX-1).
    """
    known = _look_up(actor, Day(as_at, actor.today), in_clear=in_clear)
    listed = businesses.filter(kind__in=LISTED_KINDS)
    rows = listed.order_by("township__path", "pk").values_list(
        "pk",
        "township__short_name",
        "township__name",
        "office__short_name",
        "office__name",
        "name",
        "address",
        "owner_name",
        "staff",
        "status",
        "kind",
        "credit_code",
        "registration_number",
    )
    for number, row in enumerate(rows.iterator(chunk_size=_CHUNK), 1):
        yield _ledger_row(number, row, known)


def ledger_titles(
    businesses: QuerySet[Business], actor: Actor, as_at: date, conditions: str
) -> tuple[str, tuple[str, str]]:
    """Return the title and the two lines above the ledger: scope with filter, cut-off date.

    Markets are no rows of it: the second line says in how many of them listed businesses trade.
    conditions: the filter in words.
    """
    listed = businesses.order_by().filter(kind__in=LISTED_KINDS)
    stalls = Stall.objects.filter(valid_on(Day(as_at, actor.today)), business__in=listed)
    markets = stalls.order_by().values("market").distinct().count()
    units = [grant.body_name for grant in counting_actor(actor).grants]
    scope = "、".join(dict.fromkeys(units)) or "全区"
    return (
        "经营主体党建基本台账",
        (
            f"范围：{scope}　条件：{conditions}",
            f"截止日期：{as_at.year}年{as_at.month}月{as_at.day}日　"
            f"涉及专业市场 {markets} 个，摊位逐户列入　空白表示系统未掌握，不代表没有",
        ),
    )


def _ledger_row(number: int, row: tuple[Any, ...], known: _Known) -> LedgerRow:
    pk, *places, name, address, owner, staff, status, kind, code, old_number = row
    township, office = places[0] or places[1], places[2] or places[3]
    own = known.organised.get(pk, [])
    status_label = BUSINESS_STATUS_LABELS[BusinessStatus(status)]
    organised = _YES if own else (_NO if known.has_organisations else None)
    empty = (None,) * len(_NOT_RECORDED)
    return (
        *(number, township, None, None, name, "、".join(one.name for one in own), None, None),
        *(address, owner, _MEMBER if pk in known.owners else None, known.owners.get(pk)),
        *(staff, status_label, None, None, None, None),
        *known.inside.get(pk, (None, None)),
        organised,
        *_formation_cells(own),
        *empty,
        *(code or old_number, BUSINESS_KIND_LABELS[BusinessKind(kind)], status_label),
        *(township, office),
    )


def _formation_cells(own: Sequence[_Organised]) -> LedgerRow:
    """Return way of forming, type, first founding day, secretaries and their post."""
    secretaries = [one.secretary for one in own if one.secretary]
    return (
        "、".join(dict.fromkeys(one.mode for one in own)),
        "、".join(dict.fromkeys(one.org_type for one in own)),
        min((one.founded_on for one in own if one.founded_on), default=None),
        "、".join(secretaries),
        POST_LABELS[Post.SECRETARY] if secretaries else None,
    )


def people_in_ledger(
    businesses: QuerySet[Business], actor: Actor, as_at: date, *, in_clear: bool
) -> int:
    """Return how many people the ledger tells to be members: secretaries, declared owners (EX-2)."""
    listed = businesses.order_by().filter(kind__in=LISTED_KINDS)
    found = (
        secretaries_in_ledger(businesses, actor, as_at)
        .order_by()
        .aggregate(
            known=Count("member", distinct=True), named=Count("pk", filter=Q(member__isnull=True))
        )
    )
    people: int = found["known"] + found["named"]
    if in_clear and may_see_declared_owners(actor):
        people += _declared().filter(business__in=listed.values("pk")).count()
    return people


def secretaries_in_ledger(
    businesses: QuerySet[Business], actor: Actor, as_at: date
) -> QuerySet[OrganisationPost]:
    """Return the posts of the secretaries whom the ledger of these businesses names."""
    listed = businesses.order_by().filter(kind__in=LISTED_KINDS)
    organised = listings(Day(as_at, actor.today)).filter(business__in=listed.values("pk"))
    return _posts(actor).filter(organisation__in=organised.order_by().values("organisation"))


def _look_up(actor: Actor, day: Day, *, in_clear: bool) -> _Known:
    return _Known(
        organised=_organised(actor, day, in_clear=in_clear),
        owners=_owners() if in_clear and may_see_declared_owners(actor) else {},
        inside=_members_named(day) if may_see_roster_figures(actor) else {},
        has_organisations=Organisation.objects.exists(),
    )


def _organised(actor: Actor, day: Day, *, in_clear: bool) -> dict[int, list[_Organised]]:
    secretaries = _secretaries(actor, in_clear=in_clear)
    found: dict[int, list[_Organised]] = {}
    rows = listings(day).filter(business__isnull=False).order_by("business", "organisation")
    for business, pk, name, mode, org_type, founded_on in rows.values_list(
        "business",
        "organisation",
        "organisation__name",
        "organisation__formation_mode",
        "organisation__org_type",
        "organisation__founded_on",
    ):
        found.setdefault(business, []).append(
            _Organised(
                name,
                FORMATION_MODE_LABELS[FormationMode(mode)],
                ORG_TYPE_LABELS[OrgType(org_type)] if org_type != OrgType.UNKNOWN else "",
                founded_on,
                secretaries.get(pk, ""),
            )
        )
    return found


def _secretaries(actor: Actor, *, in_clear: bool) -> dict[int, str]:
    """Return the secretaries of the organisations the actor sees, in clear or masked."""
    readable = organisations_in_clear(counting_actor(actor)) if in_clear else None
    clear = set(readable.values_list("pk", flat=True)) if readable is not None else set()
    return {
        post.organisation_id: (
            post.holder_name if post.organisation_id in clear else mask_name(post.holder_name)
        )
        for post in _posts(actor)
    }


def _posts(actor: Actor) -> QuerySet[OrganisationPost]:
    visible = visible_organisations(counting_actor(actor))
    return OrganisationPost.objects.filter(
        post=Post.SECRETARY,
        valid_to__isnull=True,
        organisation__in=visible.order_by().values("pk"),
    )


def _owners() -> dict[int, str]:
    words = {"yes": _YES, "no": _NO}
    return {report.business_id: words.get(report.owner_is_secretary, "") for report in _declared()}


def _declared() -> QuerySet[AnnualReport]:
    sealed = find_list()
    return AnnualReport.objects.filter(pk__in=read_ids(sealed) if sealed else (), is_latest=True)


def _members_named(day: Day) -> dict[int, tuple[int, int]]:
    """Return for each business the roster's people with and without a formal organisation."""
    rows = (
        MemberWorkplace.objects.filter(not_ended(day.as_at), business__isnull=False)
        .order_by()
        .values_list("business")
        .annotate(
            moved_in=Count("pk", filter=Q(member__formal_org__isnull=False)),
            outside=Count("pk", filter=Q(member__formal_org__isnull=True)),
        )
    )
    return {pk: (moved_in, outside) for pk, moved_in, outside in rows if pk is not None}
