"""What every xgz command shares: a ready database, `--as USER`, and plain errors."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from xgz.access.actor import Actor, NotPermitted, shell_operator
from xgz.access.users import UserUnknown, actor_named
from xgz.models.keyring import KeyRingMissing
from xgz.services.installation import SchemaOutdated, UnsafeProduction, ensure_ready


class XgzCommand(BaseCommand):
    """A command that acts for a person (`--as`) or, without it, for the shell operator."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="user", metavar="USER", help=_("以该账号的身份执行"))

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            ensure_ready()
            return super().execute(*args, **options)
        except KeyRingMissing:
            raise CommandError(
                _("数据库里有数据，但密钥文件不在数据目录中；请放回 keys 文件夹后再运行。")
            ) from None
        except SchemaOutdated:
            raise CommandError(_("数据库版本较旧，请先运行 xgz migrate。")) from None
        except UnsafeProduction:
            raise CommandError(_("正式环境不能使用含演示账号的数据库。")) from None
        except NotPermitted:
            raise CommandError(_("该账号没有做这件事的权限。")) from None

    def actor(self, options: dict[str, Any]) -> Actor:
        """Return the actor named by `--as`, or the shell operator."""
        today = timezone.localdate()
        if not options.get("user"):
            return shell_operator(today)
        try:
            return actor_named(options["user"], today)
        except UserUnknown:
            raise CommandError(_("没有名为 %s 的账号。") % options["user"]) from None
