"""Bodies, accounts and roles: setting up the tree and granting roles."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from xgz.access import actor as access
from xgz.access import scopes
from xgz.access.actor import Actor
from xgz.models import (
    Body,
    Business,
    InstructorLink,
    Market,
    Member,
    Organisation,
    RoleAssignment,
    User,
    sealing,
)
from xgz.models.dated import not_ended
from xgz.models.fields import PATH_DIGITS
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.roles import ADMINISTRATORS, Role, check_place
from xgz.services import audit
from xgz.services.transactions import unit_of_work


class TreeFull(Exception):
    """A body already has as many children as its path has room for."""


class AdministratorAlready(Exception):
    """System, security and audit administration exclude each other, to the last day of each."""


# What the database says where an administrator would hold another role (migration 0004).
_ALONE = ("administrators hold one role", "one_administrator_role_per_person")


class LinkNotOpen(Exception):
    """The instructor's link has ended already, or begins after that day."""


@unit_of_work
def add_body(
    *,
    actor: Actor,
    name: str,
    kind: BodyKind,
    line: Line,
    parent: Body | None,
    now: datetime,
    short_name: str = "",
    area: Sequence[Body] = (),
) -> Body:
    """Add one body under `parent` (None: a root). Raises NotPermitted or TreeFull."""
    access.require(actor, "body.change")
    body = Body.objects.create(
        name=name,
        short_name=short_name,
        kind=kind,
        line=line,
        parent=parent,
        path=next_child_path(parent),
    )
    body.area.set(area)
    audit.record(
        actor=actor,
        action="body.add",
        subject_type="body",
        subject_id=body.public_id,
        now=now,
        fields={"name": name, "kind": kind},
    )
    return body


def next_child_path(parent: Body | None) -> str:
    """Return the path the next child of `parent` gets. Raises TreeFull.

    Call inside a transaction: the unique path lets only one of two writers keep it.
    """
    prefix = parent.path if parent else ""
    last = (
        Body.objects.filter(parent=parent).order_by("-path").values_list("path", flat=True).first()
    )
    number = int(last[-PATH_DIGITS:]) + 1 if last else 1
    if number >= 10**PATH_DIGITS - 1:
        raise TreeFull(prefix)
    return prefix + str(number).zfill(PATH_DIGITS)


@unit_of_work
def add_account(
    *,
    actor: Actor,
    username: str,
    display_name: str,
    password: str | None,
    now: datetime,
    is_demo: bool = False,
    must_change_password: bool = True,
) -> User:
    """Add an account without any role; without a password nobody can sign in to it.

    Raises NotPermitted.
    """
    access.require(actor, "account.add")
    user = User(username=username, is_demo=is_demo, must_change_password=must_change_password)
    user.password_changed_at = now
    user.display_name_sealed = sealing.seal("user.display_name", user.public_id, display_name)
    user.set_password(password)
    user.save()
    audit.record(
        actor=actor,
        action="account.add",
        subject_type="user",
        subject_id=user.public_id,
        now=now,
        fields={"username": username},
    )
    return user


@unit_of_work
def grant_role(
    *,
    actor: Actor,
    user: User,
    role: Role,
    body: Body,
    valid_from: date,
    now: datetime,
    deputy: bool = False,
    member: Member | None = None,
    business: Business | None = None,
    market: Market | None = None,
) -> RoleAssignment:
    """Give a person a role at a body from a day on.

    Raises NotPermitted, RoleMisplaced, AdministratorAlready, IntegrityError.
    """
    access.require(actor, "role.change")
    check_place(role, BodyKind(body.kind))
    if role in ADMINISTRATORS and _administers(user, valid_from):
        raise AdministratorAlready(role)
    links = {"member": member, "business": business, "market": market}
    assignment = RoleAssignment(
        user=user, role=role, body=body, deputy=deputy, valid_from=valid_from, **links
    )
    _save_alone(assignment)
    audit.record(
        actor=actor,
        action="role.grant",
        subject_type="role_assignment",
        subject_id=assignment.public_id,
        now=now,
        fields={"role": role, "user": user.pk, "body": body.public_id},
    )
    return assignment


def _save_alone(assignment: RoleAssignment) -> None:
    """Save a role; the database knows what was granted at the same moment (AC-10)."""
    try:
        with transaction.atomic():
            assignment.save()
    except IntegrityError as clash:
        if any(sign in str(clash) for sign in _ALONE):
            raise AdministratorAlready(assignment.role) from None
        raise


def _administers(user: User, day: date) -> bool:
    return RoleAssignment.objects.filter(
        not_ended(day), user=user, role__in=ADMINISTRATORS
    ).exists()


@unit_of_work
def link_instructor(
    *,
    actor: Actor,
    instructor: User,
    station: Body,
    valid_from: date,
    now: datetime,
    business: Business | None = None,
    market: Market | None = None,
    organisation: Organisation | None = None,
) -> InstructorLink:
    """Give an instructor of a station one business, market or organisation to serve from a day on.

    Raises NotPermitted, IntegrityError.
    """
    scopes.require_at(actor, "instructor.assign", station)
    link = InstructorLink.objects.create(
        instructor=instructor,
        station=station,
        business=business,
        market=market,
        organisation=organisation,
        valid_from=valid_from,
    )
    audit.record(
        actor=actor,
        action="instructor.assign",
        subject_type="instructor_link",
        subject_id=link.public_id,
        now=now,
        fields={"instructor": instructor.pk},
    )
    return link


@unit_of_work
def end_instructor_link(
    *, actor: Actor, link: InstructorLink, last_day: date, now: datetime
) -> None:
    """End what an instructor serves after `last_day`, which still counts; the row stays.

    Raises NotPermitted, or LinkNotOpen where it has ended already or begins later.
    """
    scopes.require_at(actor, "instructor.assign", link.station)
    lasting = InstructorLink.objects.filter(
        pk=link.pk, valid_to__isnull=True, valid_from__lte=last_day
    )
    if not lasting.update(valid_to=last_day):
        raise LinkNotOpen(link.public_id)
    audit.record(
        actor=actor,
        action="instructor.end",
        subject_type="instructor_link",
        subject_id=link.public_id,
        now=now,
        fields={"valid_to": last_day},
    )
