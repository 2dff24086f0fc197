"""xgz ledger: the base ledger as an Excel workbook."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.actor import require
from xgz.access.coverage import countable_businesses
from xgz.files.ledger import LEDGER_COLUMNS, SheetHead, write_table
from xgz.management.base import XgzCommand
from xgz.queries.ledger import ledger_rows, ledger_titles
from xgz.services.exports import record_export


class Command(XgzCommand):
    help = _("导出底数台账（Excel）")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--out", required=True, metavar="FILE.xlsx", help=_("写到哪个文件"))

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor(options)
        require(actor, "ledger.export")
        target = Path(options["out"])
        if target.suffix.lower() != ".xlsx":
            raise CommandError(_("文件名应以 .xlsx 结尾。"))
        businesses = countable_businesses(actor)
        titles = ledger_titles(
            businesses, actor, actor.today, _("不限；姓名已掩码，不写法人政治面貌")
        )
        try:
            with target.open("wb") as file:
                rows = write_table(
                    file,
                    SheetHead(*titles, LEDGER_COLUMNS, frozen_columns=5),
                    ledger_rows(businesses, actor, actor.today, in_clear=False),
                )
        except OSError:
            raise CommandError(_("无法写入文件，请检查目录和权限。")) from None
        record_export(actor=actor, what="ledger", rows=rows, now=clock.now())
        self.stdout.write(f"rows {rows}")
        self.stdout.write(f"ledger {target}")
