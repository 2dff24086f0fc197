"""Reads of members: search by keyed digests, list rows with masked values, timeline."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.businesses import visible_businesses
from xgz.access.members import guided_members, members_in_clear, visible_members
from xgz.access.organisations import organisations_in_reach
from xgz.models import Member, MemberNameDigest, MemberWorkplace, Organisation, sealing
from xgz.models.dated import not_ended
from xgz.rules.masking import mask_address, mask_id_number, mask_name, mask_phone
from xgz.rules.members import (
    ON_ROLLS,
    PARTY_CLASSES,
    LinkKind,
    MemberClass,
    MembershipStatus,
)
from xgz.rules.organisations import Post, age_at


class Happening(StrEnum):
    """What a line of a member's timeline tells."""

    LINK_BEGAN = "link_began"
    LINK_ENDED = "link_ended"
    POST_BEGAN = "post_began"
    POST_ENDED = "post_ended"
    STATUS = "status"
    CLASS = "class"
    WORK_BEGAN = "work_began"
    WORK_ENDED = "work_ended"
    JOINED = "joined"
    BECAME_FULL = "became_full"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One line of a list; name is clear or 张*, the other personal values are always masked.

    in_clear: the name is, so that the person counts as seen (RV-5). has_status: False for people
    in development, who have no Party membership to be in a status.
    """

    member: Member
    name: str
    id_number: str
    phone: str
    age: int | None
    posts: tuple[Post, ...]
    has_status: bool
    in_clear: bool


@dataclass(frozen=True, slots=True)
class Heads:
    """How many people are Party members, in development, or of a class nobody stated."""

    party: int
    in_development: int
    unknown: int


@dataclass(frozen=True, slots=True)
class GuidedRow:
    """A person of a guided organisation: the market line sees 张* and posts, nothing else."""

    name: str
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class WorkplaceRow:
    workplace: MemberWorkplace
    name: str
    capacity: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """kind says which sentence it is; before and after are codes or names of organisations."""

    happened_on: date
    kind: Happening
    detail: str  # LinkKind, Post or a class or status code, by kind
    name: str = ""  # of the organisation or business
    before: str = ""
    note: str = ""


def members_named(members: QuerySet[Member], text: str) -> QuerySet[Member]:
    """Return those of `members` whose name holds the text, found by keyed digests.

    Pairs of neighbours must match, single characters where the text is one long; nothing is
    unsealed. An empty text returns `members` unchanged.
    """
    for digest in sorted(sealing.name_digests("member.name", text)):
        holders = MemberNameDigest.objects.filter(digest=digest).values("member")
        members = members.filter(pk__in=holders)
    return members


def members_numbered(members: QuerySet[Member], number: str) -> QuerySet[Member]:
    """Return those of `members` with this whole ID number or phone, found by keyed digests.

    One condition for both, so that no answer tells by its queries which of them it was.
    """
    by_id = Q(key_digest=sealing.digest("member.key", f"id|{number}"))
    return members.filter(by_id | Q(phone_digest=sealing.digest("member.phone", number)))


def members_of(organisation: Organisation, members: QuerySet[Member]) -> QuerySet[Member]:
    """Return those of `members` whose relation lies with the organisation or who take part."""
    return members.filter(Q(formal_org=organisation) | Q(activity_org=organisation))


def member_rows(
    members: Sequence[Member],
    actor: Actor,
    posts: Mapping[int, tuple[Post, ...]] | None = None,
) -> list[MemberRow]:
    """Return list rows of members the actor sees; two queries, then one unsealing per cell.

    posts: member → the posts to be shown, as held_now returns them; None: those held anywhere.
    """
    keys = [member.pk for member in members]
    clear = set(members_in_clear(actor).filter(pk__in=keys).values_list("pk", flat=True))
    posts = _posts_of(keys) if posts is None else posts
    return [
        MemberRow(
            member=member,
            name=member.name if member.pk in clear else mask_name(member.name),
            id_number=mask_id_number(member.id_number),
            phone=mask_phone(member.phone),
            age=age_at(member.born_on, actor.today) if member.born_on else None,
            posts=posts.get(member.pk, ()),
            has_status=_has_status(member),
            in_clear=member.pk in clear,
        )
        for member in members
    ]


def named_in(rows: Iterable[MemberRow]) -> list[int]:
    """Return the row numbers of those whose name a list shows in clear (RV-5)."""
    return [row.member.pk for row in rows if row.in_clear]


def count_heads(members: QuerySet[Member]) -> Heads:
    """Return the number of people by what they are; one query."""
    party = Q(member_class__in=PARTY_CLASSES)
    unknown = Q(member_class=MemberClass.UNKNOWN)
    return Heads(
        **members.order_by().aggregate(
            party=Count("pk", filter=party),
            in_development=Count("pk", filter=~party & ~unknown),
            unknown=Count("pk", filter=unknown),
        )
    )


def guided_rows(organisation: Organisation, actor: Actor) -> list[GuidedRow]:
    """Return the people of an organisation the actor guides as 张* with their posts."""
    members = list(guided_members(actor, organisation).filter(status__in=ON_ROLLS).order_by("pk"))
    posts = _posts_of([member.pk for member in members])
    rows = [GuidedRow(mask_name(member.name), posts.get(member.pk, ())) for member in members]
    return sorted(rows, key=lambda row: (not row.posts, row.posts))


def workplace_rows(member: Member, actor: Actor) -> list[WorkplaceRow]:
    """Return where the member works or trades now; units the registry does not know by name."""
    rows = list(
        member.workplaces.filter(not_ended(actor.today)).select_related("business").order_by("pk")
    )
    keys = [row.business_id for row in rows if row.business_id]
    visible = set(visible_businesses(actor).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        WorkplaceRow(
            workplace=row,
            name=row.business.name if row.business else row.unit_name,
            capacity=row.capacity,
            may_open=row.business_id in visible,
        )
        for row in rows
    ]


def masked_address(member: Member) -> str:
    """Return the county and township of the member's address, stars for the rest."""
    return mask_address(member.address)


def timeline_of(member: Member) -> list[TimelineRow]:
    """Return every dated fact of the member, newest first; facts without a day are left out."""
    rows = [*_link_rows(member), *_post_rows(member), *_event_rows(member), *_work_rows(member)]
    if member.joined_on:
        rows.append(TimelineRow(member.joined_on, Happening.JOINED, ""))
    if member.full_on:
        rows.append(TimelineRow(member.full_on, Happening.BECAME_FULL, ""))
    return sorted(rows, key=lambda row: row.happened_on, reverse=True)


def openable_members(members: Sequence[int], actor: Actor) -> frozenset[int]:
    """Return those row numbers whose page the actor may open."""
    return frozenset(visible_members(actor).filter(pk__in=members).values_list("pk", flat=True))


def openable_organisations(member: Member, actor: Actor) -> frozenset[int]:
    """Return which of the member's two organisations the actor may open."""
    keys = [key for key in (member.formal_org_id, member.activity_org_id) if key]
    return frozenset(organisations_in_reach(actor, keys))


def link_began_on(member: Member, kind: LinkKind) -> date | None:
    """Return the day the member's current link of this kind began, where it is known."""
    row = member.links.filter(kind=kind, valid_to__isnull=True).order_by("-valid_from").first()
    return row.valid_from if row else None


def _has_status(member: Member) -> bool:
    """Somebody in development who left the rolls is still told to have gone, as 去世 or 已转出."""
    if member.member_class in PARTY_CLASSES or member.member_class == MemberClass.UNKNOWN:
        return True
    return member.status not in {MembershipStatus.NORMAL, MembershipStatus.UNKNOWN}


def held_now(posts: Iterable[tuple[int, str]]) -> dict[int, tuple[Post, ...]]:
    """Return member → posts in their order, of pairs of a member's row number and a post."""
    held: dict[int, list[Post]] = {}
    for key, post in posts:
        held.setdefault(key, []).append(Post(post))
    order = list(Post)
    return {key: tuple(sorted(names, key=order.index)) for key, names in held.items()}


def _posts_of(keys: Sequence[int]) -> dict[int, tuple[Post, ...]]:
    posts = Member.objects.filter(pk__in=keys, posts__valid_to__isnull=True, posts__isnull=False)
    return held_now(posts.values_list("pk", "posts__post"))


def _link_rows(member: Member) -> list[TimelineRow]:
    rows = []
    for link in member.links.select_related("organisation").order_by("pk"):
        name = link.organisation.name
        if link.valid_from:
            rows.append(TimelineRow(link.valid_from, Happening.LINK_BEGAN, link.kind, name))
        if link.valid_to:
            rows.append(TimelineRow(link.valid_to, Happening.LINK_ENDED, link.kind, name))
    return rows


def _post_rows(member: Member) -> list[TimelineRow]:
    rows = []
    for post in member.posts.select_related("organisation").order_by("pk"):
        name = post.organisation.name
        if post.valid_from:
            rows.append(TimelineRow(post.valid_from, Happening.POST_BEGAN, post.post, name))
        if post.valid_to:
            rows.append(TimelineRow(post.valid_to, Happening.POST_ENDED, post.post, name))
    return rows


def _event_rows(member: Member) -> list[TimelineRow]:
    kinds = {"status": Happening.STATUS, "member_class": Happening.CLASS}
    return [
        TimelineRow(
            event.happened_on,
            kinds[event.field],
            event.after,
            before=event.before,
            note=event.reason,
        )
        for event in member.events.order_by("pk")
        if event.field in kinds
    ]


def _work_rows(member: Member) -> list[TimelineRow]:
    rows = []
    for work in member.workplaces.select_related("business").order_by("pk"):
        name = work.business.name if work.business else work.unit_name
        if work.valid_from:
            rows.append(TimelineRow(work.valid_from, Happening.WORK_BEGAN, "", name))
        if work.valid_to:
            rows.append(TimelineRow(work.valid_to, Happening.WORK_ENDED, "", name))
    return rows
