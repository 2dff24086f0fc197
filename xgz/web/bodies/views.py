"""Pages of bodies: the tree of offices with office-holders, and the table of permissions."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access.actor import actor_of
from xgz.access.organisations import visible_bodies
from xgz.models.bodies import ROLE_LABELS
from xgz.queries import bodies as queries
from xgz.rules.roles import (
    ACTIONS,
    ADMINISTRATORS,
    CLEAR_NAMES,
    DECLARED_OWNERS,
    ROSTER_FIGURES,
    Resource,
    Role,
    Scope,
    scope_of,
)
from xgz.web.bodies.wording import (
    ACTION_LABELS,
    GUIDED_READINGS,
    RESOURCE_LABELS,
    SCOPE_LABELS,
    SCOPE_NOTES,
)
from xgz.web.pages import room


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One line of the permission table; scopes in the order of the resources, "" for none."""

    label: str
    scopes: list[str]
    actions: list[str]
    readings: list[str]
    is_own: bool


@require_safe
@room(Resource.BODY)
def body_list(request: HttpRequest) -> HttpResponse:
    """Show the tree of offices and what each instructor serves."""
    actor = actor_of(request)
    by_account = bool(actor.roles & ADMINISTRATORS)
    context = {
        "rows": queries.body_rows(visible_bodies(actor), actor.today, by_account=by_account),
        "loads": queries.instructor_loads(actor.today, by_account=by_account),
        "today": actor.today,
    }
    return render(request, "bodies/list.html", context)


@require_safe
@login_required
def permission_table(request: HttpRequest) -> HttpResponse:
    """Show which role sees and does what, as the program itself reads it."""
    actor = actor_of(request)
    context = {
        "resources": [_(RESOURCE_LABELS[resource]) for resource in Resource],
        "rows": [_role_row(role, is_own=role in actor.roles) for role in Role],
        "scopes": [(_(label), _(SCOPE_NOTES[scope])) for scope, label in SCOPE_LABELS.items()],
        "today": actor.today,
    }
    return render(request, "bodies/permissions.html", context)


def _role_row(role: Role, *, is_own: bool) -> RoleRow:
    reached = [scope_of(role, resource) for resource in Resource]
    return RoleRow(
        label=_(ROLE_LABELS[role]),
        scopes=[_(SCOPE_LABELS[scope]) if scope else "" for scope in reached],
        actions=[_(label) for action, label in ACTION_LABELS.items() if action in ACTIONS[role]],
        readings=_readings(role),
        is_own=is_own,
    )


def _readings(role: Role) -> list[str]:
    """Return what of people's data the role reads, in words."""
    reached = scope_of(role, Resource.ORGANISATION)
    if reached is None:
        return []
    if reached in GUIDED_READINGS:
        return [_(words) for words in GUIDED_READINGS[reached]]
    if scope_of(role, Resource.MEMBER) is Scope.OWN:
        return [_("本人信息"), _("本组织任职人姓名")]
    readings = [_("党员姓名") if role in CLEAR_NAMES else _("党员姓名掩码（张*）")]
    readings.append(_("任职、年龄、党龄，证件号和手机号只显示部分"))
    if role in ROSTER_FIGURES:
        readings.append(_("名册人数"))
    if role in DECLARED_OWNERS:
        readings.append(_("经营者申报的党员身份"))
    return readings
