"""Set up, confirm, rename, move, guide, elect, record life, dissolve."""

from datetime import date, datetime

from xgz.access import actor as access
from xgz.access.actor import Actor, NotPermitted
from xgz.access.organisations import CHANGE, guiding_bodies, require_changeable
from xgz.models import Body, Member, Organisation
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.members import ON_ROLLS, LinkKind
from xgz.rules.organisations import FormationMode, OrgChangeKind, OrgState, OrgType, term_end
from xgz.services.organisations.guidance import hand_over_cases
from xgz.services.organisations.links import (
    end_posts,
    hand_over_coverages,
    hand_over_instructors,
    relink_members,
)
from xgz.services.organisations.placing import (
    SubordinatesLeft,
    child_path,
    living_below,
    locked_superior,
    place_under,
)
from xgz.services.organisations.records import (
    Act,
    ChangedMeanwhile,
    check_active,
    check_day,
    hold,
    record_audit,
    record_change,
    take_step,
)
from xgz.services.transactions import unit_of_work


class NameTaken(Exception):
    """Another organisation without a code bears this name."""


class CodeTaken(Exception):
    """Another organisation bears this code."""


class NothingChanges(Exception):
    """What was asked for is already so."""


class OrganisationNotEmpty(Exception):
    """Members are still on the rolls of the organisation; `members` says how many."""

    def __init__(self, members: int) -> None:
        super().__init__(str(members))
        self.members = members


@unit_of_work
def set_up_organisation(
    *,
    actor: Actor,
    name: str,
    org_type: OrgType,
    formation_mode: FormationMode,
    superior: Body,
    founded_on: date,
    now: datetime,
    guiding_body: Body | None = None,
    code: str | None = None,
    note: str = "",
) -> Organisation:
    """Set up an organisation under `superior`, with its own body and a change record.

    Raises NotPermitted, SuperiorNotAllowed, NameTaken, CodeTaken, DateNotAllowed, TreeTooDeep or
    TreeFull.
    """
    access.require(actor, CHANGE)
    act = Act(actor, founded_on, now, note)
    check_day(act)
    _check_names(name, code)
    _check_guide(actor, guiding_body)
    organisation = add_organisation(
        act,
        locked_superior(act, superior),
        name=name,
        code=code or None,
        org_type=org_type,
        formation_mode=formation_mode,
        guiding_body=guiding_body,
    )
    record_change(organisation, act, OrgChangeKind.SET_UP, after=name)
    return organisation


def add_organisation(act: Act, superior: Body, *, name: str, **values: object) -> Organisation:
    """Write the rows of an active organisation below `superior`; the caller has checked all."""
    body = Body.objects.create(
        name=name,
        kind=BodyKind.ORGANISATION,
        line=Line.ORGANIZATION,
        parent=superior,
        path=child_path(superior),
    )
    return Organisation.objects.create(
        body=body, name=name, state=OrgState.ACTIVE, founded_on=act.day, **values
    )


@unit_of_work
def confirm_organisation(
    *,
    actor: Actor,
    organisation: Organisation,
    superior: Body,
    org_type: OrgType,
    formation_mode: FormationMode,
    confirmed_on: date,
    now: datetime,
    guiding_body: Body | None = None,
    note: str = "",
) -> None:
    """Make an unconfirmed organisation active, at its place in the tree.

    Raises NotPermitted, SuperiorNotAllowed, StepNotAllowed, DateNotAllowed, ChangedMeanwhile,
    UnderItself, TreeTooDeep or TreeFull.
    """
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    _check_guide(actor, guiding_body)
    act = Act(actor, confirmed_on, now, note)
    above = locked_superior(act, superior)
    take_step(
        organisation,
        act,
        OrgChangeKind.CONFIRMED,
        after=above.name,
        org_type=org_type,
        formation_mode=formation_mode,
        guiding_body_id=guiding_body.pk if guiding_body else None,
    )
    if organisation.body.parent_id != above.pk:
        place_under(organisation.body, above)


@unit_of_work
def rename_organisation(
    *,
    actor: Actor,
    organisation: Organisation,
    name: str,
    renamed_on: date,
    now: datetime,
    note: str = "",
) -> None:
    """Give the organisation and its body a new name; the old one stands in the change record.

    Raises NotPermitted, NothingChanges, NameTaken, StepNotAllowed, DateNotAllowed or
    ChangedMeanwhile.
    """
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    if name == organisation.name:
        raise NothingChanges(organisation.public_id)
    if organisation.code is None:
        _check_names(name, None)
    act = Act(actor, renamed_on, now, note)
    before = organisation.name
    take_step(organisation, act, OrgChangeKind.RENAMED, before=before, after=name, name=name)
    Body.objects.filter(pk=organisation.body_id).update(name=name)


@unit_of_work
def move_organisation(
    *,
    actor: Actor,
    organisation: Organisation,
    superior: Body,
    moved_on: date,
    now: datetime,
    note: str = "",
) -> None:
    """Place the organisation, with everything below it, under another formal superior.

    Raises NotPermitted, NothingChanges, SuperiorNotAllowed, UnderItself, TreeTooDeep, TreeFull,
    StepNotAllowed, DateNotAllowed or ChangedMeanwhile.
    """
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    body = Body.objects.select_related("parent").get(pk=organisation.body_id)
    if body.parent_id == superior.pk:
        raise NothingChanges(organisation.public_id)
    act = Act(actor, moved_on, now, note)
    above = locked_superior(act, superior)
    before = body.parent.name if body.parent else ""
    take_step(organisation, act, OrgChangeKind.MOVED, before=before, after=above.name)
    place_under(body, above)


@unit_of_work
def change_guidance(
    *,
    actor: Actor,
    organisation: Organisation,
    guiding_body: Body | None,
    changed_on: date,
    now: datetime,
    note: str = "",
) -> None:
    """Let another body guide the organisation, or none; the formal line stays.

    The body is a party of its open cases from now on, the one before no longer (AD-9, EL-14).
    Raises NotPermitted, NothingChanges, StepNotAllowed, DateNotAllowed or ChangedMeanwhile.
    """
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    _check_guide(actor, guiding_body)
    guide_id = guiding_body.pk if guiding_body else None
    if organisation.guiding_body_id == guide_id:
        raise NothingChanges(organisation.public_id)
    act = Act(actor, changed_on, now, note)
    take_step(
        organisation,
        act,
        OrgChangeKind.GUIDANCE,
        before=organisation.guiding_body.name if organisation.guiding_body else "",
        after=guiding_body.name if guiding_body else "",
        guiding_body_id=guide_id,
    )
    hand_over_cases(organisation, act)


@unit_of_work
def record_election(
    *, actor: Actor, organisation: Organisation, elected_on: date, now: datetime, note: str = ""
) -> None:
    """Record the day of an election and the end of the term it begins (OR-4).

    Raises NotPermitted, NothingChanges (not later than the last one), StepNotAllowed,
    DateNotAllowed or ChangedMeanwhile.
    """
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    if organisation.elected_on is not None and elected_on <= organisation.elected_on:
        raise NothingChanges(organisation.public_id)
    ends_on = term_end(elected_on, OrgType(organisation.org_type))
    take_step(
        organisation,
        Act(actor, elected_on, now, note),
        OrgChangeKind.ELECTED,
        before=organisation.term_ends_on.isoformat() if organisation.term_ends_on else "",
        after=ends_on.isoformat(),
        elected_on=elected_on,
        term_ends_on=ends_on,
    )


@unit_of_work
def record_life(*, actor: Actor, organisation: Organisation, held_on: date, now: datetime) -> None:
    """Record the day of the latest organisation life.

    Raises NotPermitted, NothingChanges (not later than the last one), OrganisationNotActive,
    DateNotAllowed or ChangedMeanwhile.
    """
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    check_active(organisation)
    act = Act(actor, held_on, now)
    check_day(act, organisation)
    before = organisation.last_life_on
    if before is not None and held_on <= before:
        raise NothingChanges(organisation.public_id)
    same = Organisation.objects.filter(pk=organisation.pk, last_life_on=before)
    if not same.update(last_life_on=held_on):
        raise ChangedMeanwhile(organisation.public_id)
    organisation.last_life_on = held_on
    record_audit(organisation, act, "life", {"last_life_on": held_on})


@unit_of_work
def dissolve_organisation(
    *,
    actor: Actor,
    organisation: Organisation,
    dissolved_on: date,
    now: datetime,
    note: str = "",
) -> None:
    """Dissolve an organisation that has nobody left; its posts, coverage and guests' links end.

    People no longer on the rolls keep their link to it as history. Raises NotPermitted,
    OrganisationNotEmpty, SubordinatesLeft, StepNotAllowed, DateNotAllowed or ChangedMeanwhile.
    """
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    hold(organisation)
    left = Member.objects.filter(formal_org=organisation, status__in=ON_ROLLS).count()
    if left:
        raise OrganisationNotEmpty(left)
    if living_below(organisation):
        raise SubordinatesLeft(organisation.public_id)
    act = Act(actor, dissolved_on, now, note)
    take_step(
        organisation,
        act,
        OrgChangeKind.DISSOLVED,
        before=organisation.name,
        dissolved_on=dissolved_on,
    )
    guests = list(Member.objects.filter(activity_org=organisation))
    relink_members(guests, LinkKind.ACTIVITY, organisation, None, act)
    hand_over_coverages(list(organisation.coverages.filter(valid_to__isnull=True)), None, act)
    hand_over_instructors(organisation, None, act)
    end_posts(organisation, act)


def _check_names(name: str, code: str | None) -> None:
    if code and Organisation.objects.filter(code=code).exists():
        raise CodeTaken
    if not code and Organisation.objects.filter(code__isnull=True, name=name).exists():
        raise NameTaken


def _check_guide(actor: Actor, guide: Body | None) -> None:
    if guide is not None and not guiding_bodies(actor).filter(pk=guide.pk).exists():
        raise NotPermitted("organisation.guide")
