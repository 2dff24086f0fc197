"""Merging two organisations and splitting one: links move as whole sets, with their history.

Why this is no transfer of a member stands in docs/decisions/0007-merge-and-split-move-links.md.
"""

from collections.abc import Sequence
from datetime import date, datetime

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.access.organisations import CHANGE, require_changeable
from xgz.models import Body, Coverage, Member, Organisation
from xgz.models.fields import subtree_bounds
from xgz.rules.members import LinkKind
from xgz.rules.organisations import FormationMode, OrgChangeKind, OrgState, next_state
from xgz.services.organisations.changes import NameTaken, NothingChanges, add_organisation
from xgz.services.organisations.links import (
    end_posts,
    hand_over_coverages,
    hand_over_instructors,
    relink_members,
)
from xgz.services.organisations.placing import (
    SuperiorNotAllowed,
    UnderItself,
    check_can_lead,
    living_below,
    place_under,
)
from xgz.services.organisations.records import (
    Act,
    check_active,
    check_day,
    hold,
    record_change,
    take_step,
)
from xgz.services.transactions import unit_of_work


class NothingChosen(Exception):
    """A split needs at least one member or covered unit for the new organisation."""


class NotOfThisOrganisation(Exception):
    """A chosen member or unit does not hang on the organisation that is split."""


@unit_of_work
def merge_organisation(
    *,
    actor: Actor,
    organisation: Organisation,
    into: Organisation,
    merged_on: date,
    now: datetime,
    note: str = "",
) -> None:
    """Merge an organisation into another: members, units, instructors and subordinates go over.

    Its posts end, it is dissolved, and both get a change record. Raises NotPermitted,
    NothingChanges (merged into itself), OrganisationNotActive, UnderItself, SuperiorNotAllowed,
    StepNotAllowed, DateNotAllowed, ChangedMeanwhile, TreeTooDeep or TreeFull.
    """
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    require_changeable(actor, into)
    if organisation.pk == into.pk:
        raise NothingChanges(organisation.public_id)
    act = Act(actor, merged_on, now, note)
    hold(organisation, into)
    into.refresh_from_db(fields=["state"])
    check_active(into)
    check_day(act, into)
    _move_subordinates(organisation, into)
    take_step(
        organisation,
        act,
        OrgChangeKind.MERGED,
        before=organisation.name,
        after=into.name,
        other=into,
        dissolved_on=merged_on,
    )
    _hand_over_all(organisation, into, act)
    record_change(
        into, act, OrgChangeKind.MERGED, before=organisation.name, after=into.name,
        other=organisation,
    )  # fmt: skip


@unit_of_work
def split_organisation(
    *,
    actor: Actor,
    organisation: Organisation,
    name: str,
    formation_mode: FormationMode,
    members: Sequence[Member],
    coverages: Sequence[Coverage],
    split_on: date,
    now: datetime,
    note: str = "",
) -> Organisation:
    """Set up a new organisation beside this one and hand the chosen members and units over to it.

    Raises NotPermitted, NothingChosen, NotOfThisOrganisation, NameTaken, StepNotAllowed,
    DateNotAllowed, ChangedMeanwhile, TreeTooDeep or TreeFull.
    """
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    _check_choice(organisation, members, coverages)
    if Organisation.objects.filter(code__isnull=True, name=name).exists():
        raise NameTaken
    next_state(OrgState(organisation.state), OrgChangeKind.SPLIT)
    act = Act(actor, split_on, now, note)
    check_day(act, organisation)
    fresh = add_organisation(
        act,
        _superior_of(organisation),
        name=name,
        org_type=organisation.org_type,
        formation_mode=formation_mode,
        guiding_body=organisation.guiding_body,
    )
    take_step(
        organisation, act, OrgChangeKind.SPLIT, before=organisation.name, after=name, other=fresh
    )
    record_change(fresh, act, OrgChangeKind.SET_UP, after=name, other=organisation)
    _hand_over_members(members, organisation, fresh, act)
    hand_over_coverages(coverages, fresh, act)
    return fresh


def _hand_over_all(organisation: Organisation, into: Organisation, act: Act) -> None:
    _move_members(organisation, into, act)
    hand_over_coverages(list(organisation.coverages.filter(valid_to__isnull=True)), into, act)
    hand_over_instructors(organisation, into, act)
    end_posts(organisation, act)


def _move_members(organisation: Organisation, into: Organisation, act: Act) -> None:
    """Nobody ends up as a guest of the organisation the own relation lies with."""
    own = list(Member.objects.filter(formal_org=organisation))
    at_home = [member for member in own if member.activity_org_id == into.pk]
    relink_members(own, LinkKind.FORMAL, organisation, into, act)
    relink_members(at_home, LinkKind.ACTIVITY, into, None, act)
    guests = Member.objects.filter(activity_org=organisation)
    come_home = list(guests.filter(formal_org=into))
    relink_members(come_home, LinkKind.ACTIVITY, organisation, None, act)
    relink_members(list(guests.all()), LinkKind.ACTIVITY, organisation, into, act)


def _hand_over_members(
    members: Sequence[Member], organisation: Organisation, fresh: Organisation, act: Act
) -> None:
    own = [member for member in members if member.formal_org_id == organisation.pk]
    guests = [member for member in members if member.activity_org_id == organisation.pk]
    relink_members(own, LinkKind.FORMAL, organisation, fresh, act)
    relink_members(guests, LinkKind.ACTIVITY, organisation, fresh, act)


def _move_subordinates(organisation: Organisation, into: Organisation) -> None:
    below = living_below(organisation)
    if not below:
        return
    lower, upper = subtree_bounds(organisation.body.path)
    if lower <= into.body.path < upper:
        raise UnderItself(into.public_id)
    check_can_lead(into)
    for child in below:
        place_under(child.body, Body.objects.select_for_update().get(pk=into.body_id))


def _superior_of(organisation: Organisation) -> Body:
    parent_id = Body.objects.get(pk=organisation.body_id).parent_id
    if parent_id is None:
        raise SuperiorNotAllowed(organisation.public_id)
    return Body.objects.select_for_update().get(pk=parent_id)


def _check_choice(
    organisation: Organisation, members: Sequence[Member], coverages: Sequence[Coverage]
) -> None:
    if not members and not coverages:
        raise NothingChosen(organisation.public_id)
    strangers = [
        member
        for member in members
        if organisation.pk not in {member.formal_org_id, member.activity_org_id}
    ]
    ended = [
        row
        for row in coverages
        if row.organisation_id != organisation.pk or row.valid_to is not None
    ]
    if strangers or ended:
        raise NotOfThisOrganisation(organisation.public_id)
