"""What an administrator does with an account at once, or asks a second person for (AC-10)."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.access.users import account_in_reach
from xgz.models import User
from xgz.rules.grants import RequestKind
from xgz.rules.roles import Resource, Role
from xgz.services import accounts, devices, grants, sign_in
from xgz.web.accounts.fresh import fresh_sign_in_required
from xgz.web.pages import room

Deed = Callable[[Actor, User], str]


def _close(actor: Actor, user: User) -> str:
    accounts.set_account_open(actor=actor, user=user, is_open=False, now=clock.now())
    return _("账号已停用，登录已终止。")


def _unlock(actor: Actor, user: User) -> str:
    sign_in.unlock(actor=actor, user=user, now=clock.now())
    return _("已解除锁定，可以马上重新登录。")


def _end_sessions(actor: Actor, user: User) -> str:
    devices.end_sessions(actor=actor, user=user, now=clock.now())
    return _("该账号在所有设备上的登录已终止。")


def _ask(kind: RequestKind) -> Deed:
    def ask(actor: Actor, user: User) -> str:
        grants.propose(actor=actor, kind=kind, user=user, now=clock.now())
        return _("已提出，待安全管理员确认。")

    return ask


DEEDS: dict[str, Deed] = {
    "close": _close,
    "unlock": _unlock,
    "end-sessions": _end_sessions,
    "reset": _ask(RequestKind.RESET),
    "open": _ask(RequestKind.OPEN),
}


@require_POST
@room(Resource.ROLE)
@fresh_sign_in_required
def account_deed(request: HttpRequest, public_id: str, deed: str) -> HttpResponse:
    """Do one of DEEDS with an account."""
    actor = actor_of(request)
    user = account_in_reach(actor, public_id)
    if user is None or deed not in DEEDS:
        raise Http404
    try:
        messages.success(request, DEEDS[deed](actor, user))
    except grants.OwnRequest:
        messages.error(request, _("涉及自己账号的，须由另一名管理员提出。"))
    except grants.AlreadyProposed:
        messages.error(request, _("同样的申请已在等待确认。"))
    return redirect("account-detail", public_id)


@require_POST
@room(Resource.ROLE)
@fresh_sign_in_required
def role_end(request: HttpRequest, public_id: str, role_id: str) -> HttpResponse:
    """End a role after today."""
    actor = actor_of(request)
    user = account_in_reach(actor, public_id)
    held = user.role_assignments.filter(public_id=role_id).first() if user is not None else None
    if user is None or held is None:
        raise Http404
    try:
        accounts.end_role(
            actor=actor,
            user=user,
            role=Role(held.role),
            body=held.body,
            last_day=actor.today,
            now=clock.now(),
        )
    except accounts.RoleNotHeld:
        messages.error(request, _("这个角色已经终止，或尚未开始。"))
    else:
        messages.success(request, _("角色到今天为止，明天起不再有效。"))
    return redirect("account-detail", public_id)
