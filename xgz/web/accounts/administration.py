"""Accounts and power, for the three administrators: who has an account, who may what (AC-10)."""

from collections.abc import Callable

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of, may, require
from xgz.access.devices import devices_of
from xgz.access.users import account_in_reach, visible_accounts, visible_requests
from xgz.models import RoleRequest, User
from xgz.queries.accounts import account_rows, request_rows
from xgz.rules.grants import (
    REQUEST_KIND_LABELS,
    REQUEST_STATE_LABELS,
    RequestKind,
    RequestState,
)
from xgz.rules.roles import Resource
from xgz.services import bodies, grants
from xgz.services.sign_in import resting, resting_until
from xgz.web.accounts.admin_forms import AccountFilter, AddAccountForm, RoleForm
from xgz.web.accounts.fresh import fresh_sign_in_required
from xgz.web.lists import Column, list_page
from xgz.web.pages import room

_MOST_DECIDED = 100  # decided requests shown; the audit has them all


@require_safe
@room(Resource.ROLE)
def account_list(request: HttpRequest) -> HttpResponse:
    """List accounts by user name with their roles."""
    actor = actor_of(request)
    form = AccountFilter(request.GET or None)
    listing = list_page(request, form.narrow(visible_accounts(actor)), _columns(), ("username",))
    shown = visible_accounts(actor).filter(pk__in=[user.pk for user in listing.rows])
    known = {row.public_id: row for row in account_rows(shown, actor.today)}
    locked = resting([user.username for user in listing.rows], clock.now())
    context = {
        "form": form,
        "listing": listing,
        "rows": [(known[user.public_id], locked.get(user.username)) for user in listing.rows],
        "waiting": visible_requests(actor).filter(state="proposed").count(),
        "may_add": may(actor, "account.add"),
    }
    return render(request, "accounts/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.ROLE)
@fresh_sign_in_required
def account_add(request: HttpRequest) -> HttpResponse:
    """Add an account without any role; its first password is shown once."""
    actor = actor_of(request)
    require(actor, "account.add")
    form = AddAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = grants.new_password()
        try:
            user = bodies.add_account(
                actor=actor,
                username=form.cleaned_data["username"],
                display_name=form.cleaned_data["name"],
                password=password,
                now=clock.now(),
            )
        except IntegrityError:
            form.add_error("username", _("已有同名账号，请换一个。"))
        else:
            return _password_once(request, user, password)
    return render(request, "accounts/add.html", {"form": form})


@require_safe
@room(Resource.ROLE)
def account_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one account: roles, requests, where it is signed in, whether it rests."""
    actor, user = actor_of(request), _account(request, public_id)
    (row,) = account_rows(visible_accounts(actor).filter(pk=user.pk), actor.today)
    own = visible_requests(actor).filter(user=user)[:_MOST_DECIDED]
    context = {
        "row": row,
        "requests": request_rows(own, actor.user),
        "devices": devices_of(user),
        "resting_until": resting_until(user, clock.now()),
        "is_own": actor.user == user,
        "may_propose": may(actor, "role.propose"),
        "may_decide": may(actor, "role.change"),
    }
    return render(request, "accounts/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.ROLE)
@fresh_sign_in_required
def role_propose(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for a role; a security administrator other than the proposer confirms it."""
    actor, user = actor_of(request), _account(request, public_id)
    require(actor, "role.propose")
    form = RoleForm(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            grants.propose(
                actor=actor,
                kind=RequestKind.GRANT,
                user=user,
                wish=form.wish(),
                reason=form.cleaned_data["reason"],
                now=clock.now(),
            )
        except grants.OwnRequest:
            form.add_error(None, _("不能为自己的账号申请角色。"))
        except grants.AlreadyProposed:
            form.add_error(None, _("同样的申请已在等待确认。"))
        else:
            messages.success(request, _("已提出，待安全管理员确认。"))
            return redirect("account-detail", public_id)
    context = {"form": form, "username": user.username, "public_id": public_id}
    return render(request, "accounts/propose.html", context)


@require_safe
@room(Resource.ROLE)
def request_list(request: HttpRequest) -> HttpResponse:
    """List what waits for a second person, and what was decided lately."""
    actor = actor_of(request)
    requests = visible_requests(actor)
    waiting = requests.filter(state="proposed")
    decided = requests.exclude(state="proposed").order_by("-decided_at")[:_MOST_DECIDED]
    context = {
        "waiting": request_rows(waiting, actor.user),
        "decided": request_rows(decided, actor.user),
        "may_decide": may(actor, "role.change"),
    }
    return render(request, "accounts/requests.html", context)


@require_POST
@room(Resource.ROLE)
@fresh_sign_in_required
def request_step(request: HttpRequest, public_id: str, step: str) -> HttpResponse:
    """Confirm, refuse or withdraw a request; a reset's first password is shown once."""
    actor, now = actor_of(request), clock.now()
    found = visible_requests(actor).filter(public_id=public_id).first()
    if found is None or step not in _STEPS:
        raise Http404
    try:
        password = _STEPS[step](actor=actor, request=found, now=now)
    except (grants.RequestDecided, grants.OwnRequest, bodies.AdministratorAlready) as refused:
        messages.error(request, _refusal_words(refused))
        return redirect("request-list")
    if password:
        return _password_once(request, found.user, password)
    messages.success(request, _done_words(found))
    return redirect("request-list")


def _done_words(found: RoleRequest) -> str:
    """Say what became of which request."""
    found.refresh_from_db(fields=["state"])
    state = _(REQUEST_STATE_LABELS[RequestState(found.state)])
    return _("%(state)s：%(account)s，%(request)s。") % {
        "state": state,
        "account": found.user.username,
        "request": _(REQUEST_KIND_LABELS[RequestKind(found.kind)]),
    }


_STEPS: dict[str, Callable[..., str | None]] = {
    "confirm": grants.confirm,
    "refuse": grants.refuse,
    "withdraw": grants.withdraw,
}


def _refusal_words(refused: Exception) -> str:
    if isinstance(refused, grants.RequestDecided):
        return _("这项申请已由别人处理或已过期，没有再次执行。")
    if isinstance(refused, grants.OwnRequest):
        return _("自己提出的、或涉及自己账号的申请，须由另一名安全管理员确认。")
    return _("管理员不能兼任其他角色，原来的角色终止后次日才能授予。申请仍在等待。")


def _columns() -> tuple[Column, ...]:
    return (
        Column("username", _("账号"), ("username",)),
        Column("roles", _("角色")),
        Column("state", _("状态")),
        Column("last", _("最近登录"), ("last_login",), off_phone=True),
    )


def _account(request: HttpRequest, public_id: str) -> User:
    user = account_in_reach(actor_of(request), public_id)
    if user is None:
        raise Http404
    return user


def _password_once(request: HttpRequest, user: User, password: str) -> HttpResponse:
    context = {"username": user.username, "public_id": user.public_id, "password": password}
    return render(request, "accounts/password_once.html", context)
