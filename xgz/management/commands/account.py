"""`xgz account add USER`: an account with one role and a first password, printed once."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xgz.access.organisations import office_bodies
from xgz.management.base import XgzCommand
from xgz.models import Body
from xgz.rules.roles import Role
from xgz.services import bodies

# Roles that name no member or business; those are granted where the member or business is.
_ROLES = [role.value for role in Role if role not in {Role.MEMBER, Role.OWNER}]


class Command(XgzCommand):
    help = _("新增账号并授予一个角色")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add", help=_("新增账号"))
        super().add_arguments(add)
        add.add_argument("username", help=_("账号"))
        add.add_argument("--name", required=True, help=_("姓名"))
        add.add_argument("--role", required=True, choices=_ROLES)
        add.add_argument("--body", required=True, help=_("所在机构的全称或简称"))

    def handle(self, *args: Any, **options: Any) -> None:
        actor, now = self.actor(options), timezone.now()
        body = self._body(list(office_bodies(actor)), options["body"])
        password = secrets.token_urlsafe(12)
        try:
            with transaction.atomic():
                user = bodies.add_account(
                    actor=actor,
                    username=options["username"],
                    display_name=options["name"],
                    password=password,
                    now=now,
                )
                bodies.grant_role(
                    actor=actor,
                    user=user,
                    role=Role(options["role"]),
                    body=body,
                    valid_from=timezone.localdate(),
                    now=now,
                )
        except IntegrityError:
            raise CommandError(_("已有同名账号：%s") % options["username"]) from None
        self.stdout.write(
            _("账号 %(user)s 的首次密码：%(password)s（登录后须修改）")
            % {"user": user.username, "password": password}
        )

    def _body(self, known: list[Body], name: str) -> Body:
        for body in known:
            if name in {body.name, body.short_name}:
                return body
        raise CommandError(_("没有名为 %s 的机构。") % name)
