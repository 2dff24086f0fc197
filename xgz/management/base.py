"""What every xgz command shares: a ready database, `--as USER`, and plain errors."""

import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.actor import Actor, NotPermitted, shell_operator
from xgz.access.users import UserUnknown, actor_named
from xgz.management.key_words import wrong_keys_in_words
from xgz.management.words import speak_chinese
from xgz.models.keyring import KeyRingBroken, KeyRingMissing
from xgz.services.installation import (
    SchemaOutdated,
    UnsafeProduction,
    WrongKeys,
    ensure_ready,
)


class XgzCommand(BaseCommand):
    """A command that acts for a person (`--as`) or, without it, for the shell operator."""

    requires_system_checks: list[str] = []
    needs_installation = True  # a database and its keys, made where there are none
    # Django's own options still work; they are no business of the help page.
    suppressed_base_arguments = {
        *("--version", "--verbosity", "--settings", "--pythonpath", "--traceback"),
        *("--no-color", "--force-color", "--skip-checks"),
    }

    def create_parser(self, *args: Any, **options: Any) -> CommandParser:
        speak_chinese()
        return super().create_parser(*args, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="user", metavar="USER", help=_("以该账号的身份执行"))

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; in the shell a refusal is its sentence alone, without a class name."""
        try:
            return self._execute_ready(*args, **options)
        except CommandError as refused:
            if options.get("traceback") or not getattr(self, "_called_from_command_line", False):
                raise
            self.stderr.write(str(refused))
            sys.exit(refused.returncode)

    def _execute_ready(self, *args: Any, **options: Any) -> str | None:
        try:
            if self.needs_installation:
                self._reach_database()
                self._make_ready()
            return super().execute(*args, **options)
        except KeyRingMissing:
            raise CommandError(
                _("数据库里有数据，但密钥文件不在数据目录中；请放回 keys 文件夹后再运行。")
            ) from None
        except KeyRingBroken:
            raise CommandError(
                _("密钥文件 keyring.json 已损坏，请用备份的密钥文件替换。")
            ) from None
        except WrongKeys as wrong:
            raise CommandError(wrong_keys_in_words(wrong)) from None
        except SchemaOutdated:
            raise CommandError(_("数据库版本较旧，请先运行 xgz migrate。")) from None
        except UnsafeProduction:
            raise CommandError(_("正式环境不能使用含演示账号的数据库。")) from None
        except NotPermitted:
            raise CommandError(_("该账号没有做这件事的权限。")) from None

    def _reach_database(self) -> None:
        try:
            connection.ensure_connection()
        except OperationalError:
            raise CommandError(
                _("连不上数据库，请检查 XGZ_DATABASE_URL、数据目录权限和数据库服务。")
            ) from None

    def _make_ready(self) -> None:
        try:
            ensure_ready(clock.today())
        except MigrationSchemaMissing:
            raise CommandError(
                _("数据库还没有表，这个账号也不能建表：请先用数据库属主的账号运行 xgz migrate。")
            ) from None

    def actor(self, options: dict[str, Any]) -> Actor:
        """Return the actor named by `--as`, or the shell operator."""
        today = clock.today()
        if not options.get("user"):
            return shell_operator(today)
        try:
            return actor_named(options["user"], today)
        except UserUnknown:
            raise CommandError(_("没有名为 %s 的账号。") % options["user"]) from None


def day_written(text: str) -> date:
    """Return the day an option names. Raises CommandError with a word on how to write it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(
            _("没有 %s 这个日期。日期应写成 2026-10-10 这样：年、月、日，用短横连接。") % text
        ) from None
