"""`xgz account`: accounts, their roles and first passwords, from the shell."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access import clock
from xgz.access.actor import Actor
from xgz.access.organisations import office_bodies, visible_bodies
from xgz.access.scopes import within
from xgz.access.users import acts_alone, visible_accounts
from xgz.management.base import XgzCommand, day_written
from xgz.models import Body, User
from xgz.models.bodies import ROLE_LABELS
from xgz.rules.bodies import BODY_KIND_LABELS, BodyKind
from xgz.rules.grants import RequestKind
from xgz.rules.roles import BODY_KINDS_OF_ROLE, Role, RoleMisplaced
from xgz.services import accounts, bodies, grants
from xgz.services.transactions import unit

# Roles that name no member or business; those are granted where the member or business is.
_ROLES = [role.value for role in Role if role not in {Role.MEMBER, Role.OWNER}]

_WAITS = gettext_noop("已提出，待安全管理员确认：%(user)s　%(role)s　%(body)s")


class Command(XgzCommand):
    help = _("管理账号：新增、授予和终止角色、重置密码、停用、列出")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        add = verbs.add_parser("add", help=_("新增账号并授予一个角色"))
        add.add_argument("--name", required=True, help=_("姓名"))
        grant = verbs.add_parser("grant", help=_("给账号再授予一个角色"))
        end = verbs.add_parser("end", help=_("终止账号的一个角色"))
        end.add_argument("--on", metavar="DATE", help=_("最后一天（当天仍有效），默认今天"))
        hand_over = verbs.add_parser("hand-over", help=_("把一个角色移交给另一个账号"))
        hand_over.add_argument("--to", required=True, metavar="USER", help=_("接任的账号"))
        hand_over.add_argument(
            "--on", metavar="DATE", help=_("接任的第一天（前任到前一天为止），默认今天")
        )
        for verb in (add, grant, end, hand_over):
            _add_role_options(verb)
        for verb in (add, grant):
            verb.add_argument("--deputy", action="store_true", help=_("副职，正职空缺时代行"))
        link = verbs.add_parser("link-oidc", help=_("把统一身份认证的标识关联到账号"))
        reset = verbs.add_parser("reset-password", help=_("重置密码和二次验证，登录后须修改"))
        disable = verbs.add_parser("disable", help=_("停用账号，立即不能登录和操作"))
        enable = verbs.add_parser("enable", help=_("重新启用账号"))
        for verb in (add, grant, end, hand_over, link, reset, disable, enable):
            verb.add_argument("username", metavar="USER", help=_("账号"))
        link.add_argument("subject", metavar="SUBJECT", help=_("认证服务里这个人的标识（sub）"))
        for verb in (
            add,
            grant,
            end,
            hand_over,
            link,
            reset,
            disable,
            enable,
            verbs.add_parser("list", help=_("列出账号和角色")),
        ):
            super().add_arguments(verb)

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor(options)
        steps = {
            "add": self._add,
            "grant": self._grant,
            "end": self._end,
            "hand-over": self._hand_over,
            "link-oidc": self._link,
            "reset-password": self._reset_password,
            "disable": self._disable,
            "enable": self._enable,
            "list": self._list,
        }
        try:
            steps[options["verb"]](actor, options)
        except RoleMisplaced as misplaced:
            raise CommandError(_misplaced_words(misplaced)) from None
        except bodies.AdministratorAlready:
            raise CommandError(
                _("系统、安全、审计三类管理员不能由同一人兼任，原来的角色终止后次日才能授予。")
            ) from None
        except grants.OwnRequest:
            raise CommandError(_("不能为自己的账号申请，请由另一名管理员提出。")) from None
        except grants.AlreadyProposed:
            raise CommandError(_("同样的申请已在等待安全管理员确认。")) from None

    def _add(self, actor: Actor, options: dict[str, Any]) -> None:
        body, password = _place(actor, options), grants.new_password()
        try:
            with unit():
                user = bodies.add_account(
                    actor=actor,
                    username=options["username"],
                    display_name=options["name"],
                    password=password,
                    now=clock.now(),
                )
                granted = _grant_role(actor, user, options, body)
        except IntegrityError:
            raise CommandError(_("已有同名账号：%s") % options["username"]) from None
        self._tell_password(user, password)
        if not granted:
            self._tell_role(_(_WAITS), user, options, body)

    def _grant(self, actor: Actor, options: dict[str, Any]) -> None:
        user, body = _account(actor, options), _place(actor, options)
        granted = _grant_role(actor, user, options, body)
        words = _("已授予：%(user)s　%(role)s　%(body)s") if granted else _(_WAITS)
        self._tell_role(words, user, options, body)

    def _end(self, actor: Actor, options: dict[str, Any]) -> None:
        user, body = _account(actor, options), _place(actor, options)
        last_day = day_written(options["on"]) if options["on"] else actor.today
        try:
            accounts.end_role(
                actor=actor,
                user=user,
                role=Role(options["role"]),
                body=body,
                last_day=last_day,
                now=clock.now(),
            )
        except accounts.RoleNotHeld:
            raise CommandError(
                _("这个账号在该机构没有可在 %s 终止的这个角色。") % last_day
            ) from None
        self._tell_role(_("已终止：%(user)s　%(role)s　%(body)s"), user, options, body)
        self.stdout.write(_("最后一天：%s（当天仍有效）") % last_day)

    def _hand_over(self, actor: Actor, options: dict[str, Any]) -> None:
        user, body = _account(actor, options), _place(actor, options)
        successor = _account(actor, {"username": options["to"]})
        first_day = day_written(options["on"]) if options["on"] else actor.today
        try:
            granted = grants.hand_over(
                actor=actor,
                user=user,
                successor=successor,
                role=Role(options["role"]),
                body=body,
                first_day=first_day,
                now=clock.now(),
            )
        except accounts.RoleNotHeld:
            raise CommandError(
                _("这个账号在该机构没有可在 %s 移交的这个角色。") % first_day
            ) from None
        words = _("已移交：%(user)s　%(role)s　%(body)s") if granted else _(_WAITS)
        self._tell_role(words, successor, options, body)
        self.stdout.write(_("第一天：%s") % first_day)

    def _reset_password(self, actor: Actor, options: dict[str, Any]) -> None:
        user = _account(actor, options)
        if not acts_alone(actor):
            grants.propose(actor=actor, kind=RequestKind.RESET, user=user, now=clock.now())
            self.stdout.write(_("已提出，待安全管理员确认：%s　重置密码") % user.username)
            return
        password = grants.new_password()
        accounts.reset_password(actor=actor, user=user, password=password, now=clock.now())
        self._tell_password(user, password)

    def _link(self, actor: Actor, options: dict[str, Any]) -> None:
        user, subject = _account(actor, options), options["subject"]
        try:
            accounts.link_outside_identity(actor=actor, user=user, subject=subject, now=clock.now())
        except accounts.IdentityTaken:
            raise CommandError(_("这个标识已关联到别的账号。")) from None
        self.stdout.write(_("已关联：%s") % user.username)

    def _disable(self, actor: Actor, options: dict[str, Any]) -> None:
        self._set_open(actor, options, is_open=False)
        self.stdout.write(_("已停用：%s") % options["username"])

    def _enable(self, actor: Actor, options: dict[str, Any]) -> None:
        if not acts_alone(actor):
            user = _account(actor, options)
            grants.propose(actor=actor, kind=RequestKind.OPEN, user=user, now=clock.now())
            self.stdout.write(_("已提出，待安全管理员确认：%s　重新启用") % user.username)
            return
        self._set_open(actor, options, is_open=True)
        self.stdout.write(_("已启用：%s") % options["username"])

    def _set_open(self, actor: Actor, options: dict[str, Any], *, is_open: bool) -> None:
        user = _account(actor, options)
        accounts.set_account_open(actor=actor, user=user, is_open=is_open, now=clock.now())

    def _list(self, actor: Actor, options: dict[str, Any]) -> None:
        for user in visible_accounts(actor):
            state = _("启用") if user.is_active else _("停用")
            name = user.display_name if actor.is_operator else ""
            self.stdout.write(f"{user.username}\t{name}\t{state}")
            for held in user.role_assignments.all():
                days = _("%(first)s 至 %(last)s") % {
                    "first": held.valid_from,
                    "last": held.valid_to or _("今"),
                }
                role = _(ROLE_LABELS[Role(held.role)])
                self.stdout.write(f"  {held.role}\t{role}\t{held.body.name}\t{days}")

    def _tell_password(self, user: User, password: str) -> None:
        self.stdout.write(
            _("账号 %(user)s 的首次密码：%(password)s（登录后须修改）")
            % {"user": user.username, "password": password}
        )

    def _tell_role(self, words: str, user: User, options: dict[str, Any], body: Body) -> None:
        role = _(ROLE_LABELS[Role(options["role"])])
        self.stdout.write(words % {"user": user.username, "role": role, "body": body.name})


def _add_role_options(parser: ArgumentParser) -> None:
    roles = "、".join(f"{role} {_(ROLE_LABELS[Role(role)])}" for role in _ROLES)
    parser.add_argument(
        "--role", required=True, choices=_ROLES, metavar="ROLE", help=_("角色：%s") % roles
    )
    parser.add_argument("--body", metavar="NAME", help=_("所在机构的全称或简称"))
    parser.add_argument(
        "--organisation",
        metavar="NAME",
        help=_("党支部书记所在党组织的名称；有同名的，用 --body 写明上级机构"),
    )


def _grant_role(actor: Actor, user: User, options: dict[str, Any], body: Body) -> bool:
    """Grant the role, or ask for it where a second person confirms; return whether it holds."""
    wish = grants.RoleWish(
        role=Role(options["role"]), body=body, day=actor.today, deputy=options["deputy"]
    )
    return grants.grant_or_propose(actor=actor, user=user, wish=wish, now=clock.now())


def _account(actor: Actor, options: dict[str, Any]) -> User:
    for user in visible_accounts(actor).filter(username=options["username"]):
        return user
    raise CommandError(_("没有名为 %s 的账号。") % options["username"])


def _place(actor: Actor, options: dict[str, Any]) -> Body:
    """Return the body of the role: the organisation's where one is named, else the office."""
    office = _office(actor, options["body"]) if options["body"] else None
    if options["organisation"]:
        return _organisation_body(actor, options["organisation"], office)
    if office is None:
        raise CommandError(_("请用 --body 写明机构，党支部书记用 --organisation 写明党组织。"))
    return office


def _office(actor: Actor, name: str) -> Body:
    for body in office_bodies(actor):
        if name in {body.name, body.short_name}:
            return body
    raise CommandError(_("没有名为 %s 的机构。") % name)


def _organisation_body(actor: Actor, name: str, office: Body | None) -> Body:
    found = visible_bodies(actor).filter(kind=BodyKind.ORGANISATION, name=name)
    if office is not None:
        found = found.filter(within(office.path, "path"))
    known = list(found[:2])
    if not known:
        raise CommandError(_("没有名为 %s 的党组织。") % name)
    if len(known) > 1:
        raise CommandError(_("有多个名为 %s 的党组织，请用 --body 写明上级机构。") % name)
    return known[0]


def _misplaced_words(misplaced: RoleMisplaced) -> str:
    """Return which kind of body the role belongs to."""
    kinds = [kind for kind in BodyKind if kind in BODY_KINDS_OF_ROLE[misplaced.role]]
    words = _("角色“%(role)s”不能设在“%(kind)s”，应设在：%(kinds)s。") % {
        "role": _(ROLE_LABELS[misplaced.role]),
        "kind": _(BODY_KIND_LABELS[misplaced.kind]),
        "kinds": _("、").join(_(BODY_KIND_LABELS[kind]) for kind in kinds),
    }
    if misplaced.role is Role.BRANCH_SECRETARY:
        words += _("请用 --organisation 写明党组织。")
    return words
