"""Whose full numbers an actor may look at, and who reads of the looks (RV-1, RV-6, RV-7).

Members are for the organization line alone; of owners the market line sees what a visit needs.
"""

from dataclasses import replace

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor, Grant, NotPermitted, require
from xgz.access.businesses import reaches
from xgz.access.cases import reads_private_whole, visible_cases
from xgz.access.members import visible_members
from xgz.access.scopes import NOTHING, with_action, within
from xgz.models import AuditEntry, Business, Lead, Member, Reveal
from xgz.models.cases import private_models
from xgz.rules.allowances import Purpose
from xgz.rules.reveals import (
    BUSINESS_FIELDS,
    BUSINESS_REASONS,
    LEAD_FIELDS,
    LEAD_REASONS,
    MEMBER_FIELDS,
    MEMBER_REASONS,
    RevealField,
    RevealReason,
)
from xgz.rules.roles import Role

# Whose numbers there are: a member of the roster, the owner of a business, the person of a lead.
Subject = Member | Business | Lead

PERSON = "person.reveal"
WATCH = "reveal.watch"
ALARMS = "sighting.watch"
_BUSINESS_ACTIONS: dict[RevealField, str] = {
    RevealField.PHONE: "business.reveal",
    RevealField.ID_NUMBER: "business.reveal_id",
}
_LEAD_ACTIONS: dict[RevealField, str] = {
    RevealField.PHONE: "lead.contact",
    RevealField.ID_NUMBER: "lead.check",
}
_CONCERNED = frozenset({Role.MEMBER, Role.OWNER})
_COUNTED = (Purpose.SIGHTING_ALARM.value, Purpose.SIGHTING_REFUSED.value)


def revealable_fields(actor: Actor, subject: Subject) -> frozenset[RevealField]:
    """Return which full values of one row the actor may ask for; at most three queries."""
    fields = fields_of(subject)
    found: dict[str, bool] = {}
    for field in fields:
        action = _action(subject, field)
        if action not in found:
            found[action] = _reaches(with_action(actor, action), subject, field)
    return frozenset(field for field in fields if found[_action(subject, field)])


def fields_of(subject: Subject) -> tuple[RevealField, ...]:
    """Return which values of such a row are looked at at all."""
    if isinstance(subject, Lead):
        return LEAD_FIELDS
    return MEMBER_FIELDS if isinstance(subject, Member) else BUSINESS_FIELDS


def reasons_for(subject: Subject, field: RevealField) -> tuple[RevealReason, ...]:
    """Return for which reasons such a value is looked at."""
    if isinstance(subject, Lead):
        return (LEAD_REASONS[field],)
    return MEMBER_REASONS if isinstance(subject, Member) else BUSINESS_REASONS


def require_revealable(actor: Actor, subject: Subject, field: RevealField) -> Grant:
    """Return the grant by which the actor may look at one full value.

    Raises NotPermitted; the shell and the clock hold no grant and look at nobody.
    """
    action = _action(subject, field)
    for grant in with_action(actor, action).grants:
        if _reaches(replace(actor, grants=(grant,)), subject, field):
            return grant
    raise NotPermitted(action or "reveal")


def own_reveals(actor: Actor) -> QuerySet[Reveal]:
    """Return the actor's own looks, whatever became of the right to them."""
    if actor.user is None:
        return Reveal.objects.none()
    return Reveal.objects.filter(by=actor.user).select_related("member", "business")


def reveals_about(actor: Actor) -> QuerySet[Reveal]:
    """Return the looks at the actor's own data: as a member, or as the owner of a business."""
    if not actor.roles & _CONCERNED:
        raise NotPermitted("reveal.mine")
    condition = NOTHING
    for grant in actor.grants:
        if grant.role is Role.MEMBER and grant.member_id is not None:
            condition |= Q(member=grant.member_id)
        elif grant.role is Role.OWNER and grant.business_id is not None:
            condition |= Q(business=grant.business_id)
    return Reveal.objects.filter(condition)


def watched_reveals(actor: Actor) -> QuerySet[Reveal]:
    """Return the looks the actor supervises: those made at the own body or below it (RV-7).

    Those made for a private case are the organization department's, wherever they were made: they
    tell that there is one (CS-12). Raises NotPermitted.
    """
    require(actor, WATCH)
    condition = NOTHING
    private = Q(case_kind__in=[model.KIND.name for model in private_models()])
    for grant in with_action(actor, WATCH).grants:
        if grant.role is Role.ORG_DEPT:
            condition |= private
        condition |= within(grant.path, "body__path") & ~private
    return Reveal.objects.filter(condition)


def sighting_alarms(actor: Actor) -> QuerySet[AuditEntry]:
    """Return the alarms and refusals of the counter of people seen (RV-5). Raises NotPermitted."""
    require(actor, ALARMS)
    return AuditEntry.objects.filter(action__in=_COUNTED).select_related("actor")


def is_concerned(actor: Actor) -> bool:
    """Test whether there is a page of looks at the actor's own data."""
    return bool(actor.roles & _CONCERNED)


def _action(subject: Subject, field: RevealField) -> str:
    """Return the right a look asks for, "" where nobody looks at such a field."""
    if isinstance(subject, Member):
        return PERSON if field in MEMBER_FIELDS else ""
    if isinstance(subject, Lead):
        return _LEAD_ACTIONS.get(field, "")
    return _BUSINESS_ACTIONS.get(field, "")


def _reaches(actor: Actor, subject: Subject, field: RevealField) -> bool:
    person = replace(actor, label="user")
    if isinstance(subject, Lead):
        if field is RevealField.ID_NUMBER and not reads_private_whole(person, subject):
            return False
        return subject.is_open and visible_cases(person, Lead).filter(pk=subject.pk).exists()
    if isinstance(subject, Member):
        return visible_members(person).filter(pk=subject.pk).exists()
    return reaches(person, subject)
