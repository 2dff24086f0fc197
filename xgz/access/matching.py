"""Who runs comparisons and reads what came of them: the organization department alone (MT-2).

The lists that follow from them are for the organization line, each in its own reach; the market
line hears a rounded number and nothing else (MT-7).
"""

from django.db.models import QuerySet

from xgz.access.actor import Actor, NotPermitted, may, require
from xgz.access.businesses import businesses_reached_as
from xgz.access.members import visible_members
from xgz.access.scopes import with_action
from xgz.models import Body, Business, MatchingNotice, MatchingTask, MatchPair, Member, OwnerTie
from xgz.rules.bodies import BodyKind
from xgz.rules.members import PARTY_CLASSES, MembershipStatus
from xgz.rules.registration import ENDED
from xgz.rules.roles import roles_with

RUN = "matching.run"
LISTS = "matching.lists"
HEAR = "matching.hear"


def visible_tasks(actor: Actor) -> QuerySet[MatchingTask]:
    """Return every task for the organization department, none for anybody else."""
    return MatchingTask.objects.all() if may(actor, RUN) else MatchingTask.objects.none()


def visible_pairs(actor: Actor) -> QuerySet[MatchPair]:
    """Return every pair for the organization department, none for anybody else."""
    return MatchPair.objects.all() if may(actor, RUN) else MatchPair.objects.none()


def visible_ties(actor: Actor) -> QuerySet[OwnerTie]:
    """Return every confirmed owner for the organization department, none for anybody else."""
    return OwnerTie.objects.all() if may(actor, RUN) else OwnerTie.objects.none()


def visible_notices(actor: Actor) -> QuerySet[MatchingNotice]:
    """Return what the actor's own bureau or station was told (MT-7)."""
    own = {grant.body_id for grant in with_action(actor, HEAR).grants}
    return MatchingNotice.objects.filter(body__in=own).select_related("body")


def require_task(actor: Actor, task: MatchingTask) -> None:
    """Raise NotPermitted unless the actor runs comparisons and sees this task."""
    require(actor, RUN)
    if not visible_tasks(actor).filter(pk=task.pk).exists():
        raise NotPermitted(RUN)


def comparable_members(actor: Actor) -> QuerySet[Member]:
    """Return the Party members of the roster in the actor's reach that may be compared (MT-3).

    On the rolls in the ordinary way. Who is protected is left out by queries/held_back.
    """
    rows = visible_members(with_action(actor, RUN))
    return rows.filter(status=MembershipStatus.NORMAL, member_class__in=PARTY_CLASSES)


def comparable_businesses(actor: Actor, task: MatchingTask) -> QuerySet[Business]:
    """Return the businesses of a task's townships that have not ended and name an owner."""
    rows = businesses_reached_as(actor, roles_with(RUN))
    rows = rows.filter(township__in=task.areas.all()).exclude(owner_name="")
    return rows.exclude(status__in=ENDED)


def tied_members(actor: Actor) -> QuerySet[Member]:
    """Return the members in reach of whom a tie may be shown to be looked over (MT-6).

    Also those who left the rolls since: such a tie still keeps the owner from being somebody else.
    """
    return visible_members(with_action(actor, RUN))


def listed_members(actor: Actor) -> QuerySet[Member]:
    """Return the Party members in reach whom the actor's lists may name; see queries/held_back."""
    rows = visible_members(with_action(actor, LISTS))
    return rows.filter(status=MembershipStatus.NORMAL, member_class__in=PARTY_CLASSES)


def listed_businesses(actor: Actor) -> QuerySet[Business]:
    """Return the businesses that the actor's lists may name: in reach and not ended."""
    return businesses_reached_as(actor, roles_with(LISTS)).exclude(status__in=ENDED)


def townships_to_choose(actor: Actor) -> QuerySet[Body]:
    """Return the townships a task may cover."""
    if not may(actor, RUN):
        return Body.objects.none()
    return Body.objects.filter(kind=BodyKind.TOWNSHIP).order_by("path")
