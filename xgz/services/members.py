"""Changes of members: class, membership status, the organisation they take part in.

The formal organisation is not changed here: the acceptance of a transfer moves it, and a merge or
split of organisations moves whole sets of links. Nobody is ever deleted.
"""

from datetime import date, datetime

from xgz.access import actor as access
from xgz.access.actor import Actor, NotPermitted
from xgz.access.members import CHANGE, changeable_members, require_changeable_member
from xgz.access.organisations import visible_organisations
from xgz.access.scopes import with_action
from xgz.models import Member, MemberEvent, Organisation, sealing
from xgz.rules.members import (
    LinkKind,
    MemberClass,
    MembershipStatus,
    check_class_step,
    check_probation,
)
from xgz.rules.words import visible_words
from xgz.services import audit
from xgz.services.organisations.links import relink_members
from xgz.services.organisations.records import (
    Act,
    ChangedMeanwhile,
    check_active,
    check_day,
)
from xgz.services.transactions import unit_of_work


class ReasonMissing(Exception):
    """A change of membership status needs its reason."""


class NothingChanges(Exception):
    """What was asked for is already so."""


@unit_of_work
def change_status(
    *,
    actor: Actor,
    member: Member,
    status: MembershipStatus,
    reason: str,
    changed_on: date,
    now: datetime,
) -> None:
    """Record a decision taken by people on someone's membership; the program takes none.

    Raises NotPermitted (also for those who reach only the activity link), ReasonMissing,
    NothingChanges, DateNotAllowed or ChangedMeanwhile.
    """
    access.require(actor, CHANGE)
    _require_home(actor, member)
    if not visible_words(reason):
        raise ReasonMissing
    act = Act(actor, changed_on, now, visible_words(reason))
    check_day(act)
    if member.status == status:
        raise NothingChanges(member.public_id)
    _write(member, act, "status", status)


@unit_of_work
def change_class(
    *,
    actor: Actor,
    member: Member,
    member_class: MemberClass,
    changed_on: date,
    now: datetime,
    reason: str = "",
) -> None:
    """Record the next step towards membership, or the way back (MB-1).

    Becoming probationary sets the day of joining, becoming full the day of that. Raises
    NotPermitted, ClassStepNotAllowed, ProbationNotOver (MB-2), DateNotAllowed or ChangedMeanwhile.
    """
    access.require(actor, CHANGE)
    _require_home(actor, member)
    act = Act(actor, changed_on, now, visible_words(reason))
    check_day(act)
    check_class_step(MemberClass(member.member_class), member_class)
    dates: dict[str, date] = {}
    if member_class is MemberClass.PROBATIONARY:
        dates = {"joined_on": changed_on}
    elif member_class is MemberClass.FULL:
        check_probation(member.joined_on, changed_on)
        dates = {"full_on": changed_on}
    _write(member, act, "member_class", member_class, **dates)


@unit_of_work
def set_activity_org(
    *,
    actor: Actor,
    member: Member,
    organisation: Organisation | None,
    changed_on: date,
    now: datetime,
) -> None:
    """Let the member take part elsewhere (None: at the own organisation); the relation stays.

    Raises NotPermitted, NothingChanges, OrganisationNotActive, DateNotAllowed or ChangedMeanwhile.
    """
    access.require(actor, CHANGE)
    require_changeable_member(actor, member)
    act = Act(actor, changed_on, now)
    check_day(act, organisation)
    before = member.activity_org
    if organisation is not None:
        _check_host(actor, member, organisation)
    elif before is None:
        raise NothingChanges(member.public_id)
    relink_members([member], LinkKind.ACTIVITY, before, organisation, act)
    member.refresh_from_db()
    _audit(member, act, "activity", {"activity_org": organisation and organisation.public_id})


@unit_of_work
def register_floating(*, actor: Actor, member: Member, host: Organisation, now: datetime) -> None:
    """Register a member as floating and let an organisation here take the member in (LD-9).

    The host's own committee registers whom it takes in, wherever the relation lies; the relation
    stays. Raises NotPermitted, OrganisationNotActive or ChangedMeanwhile.
    """
    access.require(actor, CHANGE)
    reach = visible_organisations(with_action(actor, CHANGE))
    if not reach.filter(pk=host.pk).exists():
        raise NotPermitted("organisation")
    check_active(host)
    act = Act(actor, actor.today, now)
    if host.pk not in {member.activity_org_id, member.formal_org_id}:
        relink_members([member], LinkKind.ACTIVITY, member.activity_org, host, act)
    Member.objects.filter(pk=member.pk).update(
        is_floating=True,
        flow_to_sealed=sealing.seal("member.flow_to", member.public_id, host.name),
    )
    member.refresh_from_db()
    _audit(member, act, "floating", {"activity_org": host.public_id})


def _require_home(actor: Actor, member: Member) -> None:
    """Class and status belong to the organisation where the relation is, not to a host."""
    require_changeable_member(actor, member)
    reach = visible_organisations(with_action(actor, CHANGE))
    at_home = changeable_members(actor).filter(pk=member.pk, formal_org__in=reach)
    unplaced = member.formal_org_id is None
    if not unplaced and not at_home.exists():
        raise NotPermitted(CHANGE)


def _check_host(actor: Actor, member: Member, organisation: Organisation) -> None:
    reach = visible_organisations(with_action(actor, CHANGE))
    if not reach.filter(pk=organisation.pk).exists():
        raise NotPermitted("organisation")
    check_active(organisation)
    if organisation.pk in {member.activity_org_id, member.formal_org_id}:
        raise NothingChanges(member.public_id)


def _write(member: Member, act: Act, field: str, value: str, **dates: date) -> None:
    before = getattr(member, field)
    same = Member.objects.filter(pk=member.pk, **{field: before})
    if not same.update(**{field: value}, **dates):
        raise ChangedMeanwhile(member.public_id)
    MemberEvent.objects.create(
        member=member,
        happened_on=act.day,
        field=field,
        before=before,
        after=value,
        reason=act.note,
    )
    member.refresh_from_db()
    _audit(member, act, field, {field: value})


def _audit(member: Member, act: Act, action: str, fields: dict[str, object]) -> None:
    audit.record(
        actor=act.actor,
        action=f"member.{action}",
        subject_type="member",
        subject_id=member.public_id,
        now=act.now,
        fields={"day": act.day, **fields},
    )
