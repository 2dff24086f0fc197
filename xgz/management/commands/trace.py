"""`xgz trace FILE`: which export a leaked list came from."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.actor import require
from xgz.files.leaked import LeakUnreadable, leaked_rows, rows_of_text
from xgz.management.base import XgzCommand
from xgz.rules.imports.reasons import FileRefused
from xgz.services.reports.tracing import TRACE, trace_export


class Command(XgzCommand):
    help = _("追查泄露的清单出自哪一次导出")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", nargs="?", metavar="FILE", help=_("泄露的 .xlsx、CSV 或文本"))
        parser.add_argument("--rows", action="store_true", help=_("从标准输入读取粘贴的若干行"))

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor(options)
        require(actor, TRACE)
        found = trace_export(actor=actor, rows=_rows(options), now=clock.now())
        if found is None:
            raise CommandError(_("没有找到出处：行数太少、顺序被打乱，或不是本系统导出的。"))
        self.stdout.write(f"export {found.number}")
        self.stdout.write(f"account {found.account}")
        self.stdout.write(f"list {found.title}")
        self.stdout.write(f"at {clock.local(found.at):%Y-%m-%d %H:%M}")
        self.stdout.write(f"certain {'yes' if found.is_certain else 'no'}")


def _rows(options: dict[str, Any]) -> list[list[str]]:
    if options["rows"]:
        return rows_of_text(sys.stdin.read())
    if not options["file"]:
        raise CommandError(_("请写明文件，或用 --rows 从标准输入读取。"))
    try:
        return leaked_rows(Path(options["file"]))
    except OSError:
        raise CommandError(_("无法读取文件，请检查路径和权限。")) from None
    except (LeakUnreadable, FileRefused):
        raise CommandError(_("文件不是能读的 .xlsx、CSV 或文本。")) from None
