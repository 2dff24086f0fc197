"""Posts: who is appointed and relieved, kept as history."""

from datetime import date, datetime

from xgz.access import actor as access
from xgz.access.actor import Actor, NotPermitted
from xgz.access.members import visible_members
from xgz.access.organisations import CHANGE, require_changeable
from xgz.models import Member, Organisation, OrganisationPost, sealing
from xgz.models.fields import new_public_id
from xgz.rules.organisations import Post
from xgz.services.organisations.records import (
    Act,
    ChangedMeanwhile,
    check_active,
    check_day,
    last_day,
    record_audit,
)
from xgz.services.transactions import unit_of_work


class HolderMissing(Exception):
    """A post needs a member or a name."""


class AlreadyAppointed(Exception):
    """This member holds this post already."""


@unit_of_work
def appoint(
    *,
    actor: Actor,
    organisation: Organisation,
    post: Post,
    appointed_on: date,
    now: datetime,
    member: Member | None = None,
    holder_name: str = "",
) -> OrganisationPost:
    """Give a post to a member, or to a person who is in no roster here.

    A new secretary ends the term of the one before, whose last day is the day before. Raises
    NotPermitted, HolderMissing, AlreadyAppointed, OrganisationNotActive or DateNotAllowed.
    """
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    act = Act(actor, appointed_on, now)
    check_active(organisation)
    check_day(act, organisation)
    name = _holder_name(actor, member, holder_name)
    held = organisation.posts.filter(post=post, valid_to__isnull=True)
    if member is not None and held.filter(member=member).exists():
        raise AlreadyAppointed(member.public_id)
    if post is Post.SECRETARY:
        for predecessor in held:
            _end(predecessor, act)
    public_id = new_public_id()
    fresh = OrganisationPost.objects.create(
        public_id=public_id,
        organisation=organisation,
        post=post,
        member=member,
        holder_name_sealed=sealing.seal("post.holder_name", public_id, name),
        valid_from=appointed_on,
    )
    record_audit(organisation, act, "appoint", {"post": post, "holder": name})
    return fresh


@unit_of_work
def relieve(*, actor: Actor, post: OrganisationPost, relieved_on: date, now: datetime) -> None:
    """End a post; the day before `relieved_on` is its last. It stays as history.

    Raises NotPermitted, DateNotAllowed or ChangedMeanwhile (ended already).
    """
    access.require(actor, CHANGE)
    require_changeable(actor, post.organisation)
    act = Act(actor, relieved_on, now)
    check_day(act, post.organisation)
    _end(post, act)
    record_audit(post.organisation, act, "relieve", {"post": post.post})


def _holder_name(actor: Actor, member: Member | None, holder_name: str) -> str:
    if member is None:
        if not holder_name.strip():
            raise HolderMissing
        return holder_name.strip()
    if not visible_members(actor).filter(pk=member.pk).exists():
        raise NotPermitted("member")
    return member.name


def _end(post: OrganisationPost, act: Act) -> None:
    held = OrganisationPost.objects.filter(pk=post.pk, valid_to__isnull=True)
    if not held.update(valid_to=last_day(post.valid_from, act.day)):
        raise ChangedMeanwhile(post.public_id)
