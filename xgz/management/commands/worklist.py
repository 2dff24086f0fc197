"""`xgz worklist NAME`: one list of work as CSV on standard output: reason, rule and next step."""

import csv
from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from xgz.management.base import XgzCommand
from xgz.queries.work_rows import WorkRow, work_rows
from xgz.queries.worklist_wording import LISTS, next_step_of, reason_of
from xgz.queries.worklists import ListOutOfReach, worklist_query
from xgz.rules.worklists import Worklist

_CHUNK = 500
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


class Command(XgzCommand):
    help = _("输出一份工作清单（CSV）")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        lists = "、".join(f"{which} {_(LISTS[which].title)}" for which in Worklist)
        parser.add_argument(
            "name",
            choices=[which.value for which in Worklist],
            metavar="NAME",
            help=_("清单：%s") % lists,
        )

    def handle(self, *args: Any, **options: Any) -> None:
        actor, which = self.actor(options), Worklist(options["name"])
        try:
            found = worklist_query(which, actor, actor.today).order_by("pk")
        except ListOutOfReach:
            raise CommandError(_("该账号看不到这份清单。")) from None
        out = csv.writer(self.stdout)
        out.writerow(["code", "name", "township", "reason", "rule", "since", "next_step"])
        objects = found.iterator(chunk_size=_CHUNK)
        while chunk := list(islice(objects, _CHUNK)):
            for row in work_rows(which, chunk, actor, actor.today):
                out.writerow(_line(row))


def _line(row: WorkRow) -> list[str]:
    subject = row.business or row.organisation
    code = row.business.credit_code if row.business else getattr(row.organisation, "code", "")
    reason, next_step = reason_of(row), next_step_of(row)
    cells = [code, subject, row.township, reason, row.rule, row.since, next_step]
    return [_still("" if cell is None else str(cell)) for cell in cells]


def _still(text: str) -> str:
    """Return the text so that a spreadsheet does not take it for a formula."""
    return f"'{text}" if text.startswith(_ACTIVE) else text
