"""`xgz worker`: background work: imports, reports, and what the clock starts."""

import os
from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from xgz.management.base import XgzCommand
from xgz.management.worker import Worker

_LONGEST_POLL_SECONDS = 60
_BESIDE_THE_SITE = 5  # how much its processes give way to those that answer people (nice)


class Command(XgzCommand):
    help = _("处理后台任务：导入、报表、到期提醒")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help=_("做完现有的任务就结束"))
        parser.add_argument(
            "--poll",
            type=float,
            default=1.0,
            metavar="SECONDS",
            help=_("没有任务时隔几秒再看，默认 1"),
        )
        # Given by `xgz serve`: ends with the process that started it.
        parser.add_argument("--kept", action="store_true", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        poll = options["poll"]
        if not 0 < poll <= _LONGEST_POLL_SECONDS:
            raise CommandError(_("--poll 应大于 0，不超过 %d 秒。") % _LONGEST_POLL_SECONDS)
        parent = None
        if options["kept"]:
            parent = os.getppid()
            os.nice(_BESIDE_THE_SITE)
        Worker(poll_seconds=poll, once=options["once"], parent=parent).work()
