"""xgz import: one file from the shell into the register."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.management.base import XgzCommand
from xgz.models import Import
from xgz.rules.imports.reasons import FileRefused
from xgz.rules.imports.states import ImportKind, RowOutcome
from xgz.services.imports.findings import (
    ignored_sentence,
    lost_columns,
    missing_sentence,
    warnings,
)
from xgz.services.imports.folders import rejects_path
from xgz.services.imports.rejects import RejectsNotWritten
from xgz.services.imports.whole import import_file
from xgz.services.imports.wording import file_sentence

KINDS = {kind.value.replace("_", "-"): kind for kind in ImportKind}
REFUSED = 2
_PROGRESS_SECONDS = 1.0


class Command(XgzCommand):
    help = _("导入登记数据、年报数据、党员名册或党组织名册")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", choices=list(KINDS), help=_("数据种类"))
        parser.add_argument("file", type=Path, help=_("xlsx 或 csv 文件"))
        parser.add_argument(
            "--full", action="store_true", help=_("全量数据：未出现的主体列为待核实，不会自动注销")
        )
        parser.add_argument(
            "--sender", default="", metavar="NAME", help=_("报送单位，记住其列对照")
        )
        parser.add_argument(
            "--mapping",
            type=Path,
            metavar="FILE",
            help=_("列和代码对照的 JSON 文件：headers、codes 两项"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("找不到文件 %s。") % path.name)
        renamed, codes = _mapping(options["mapping"])
        actor = self.actor(options)
        progress = _Progress(self.stderr.write)
        try:
            source = import_file(
                actor=actor,
                kind=KINDS[options["kind"]],
                path=path,
                today=actor.today,
                now=clock.now(),
                sender=options["sender"],
                is_full=options["full"],
                renamed=renamed,
                codes=codes,
                progress=progress.show,
                on_wait=lambda: self.stderr.write(_("另一份文件正在导入，等它结束后开始。")),
            )
        except FileRefused as refused:
            sentence = file_sentence(refused.reason.value, refused.details)
            raise CommandError(sentence, returncode=REFUSED) from None
        except RejectsNotWritten as fault:
            self.stdout.write("\n".join(_figures(fault.source)))
            raise CommandError(
                _("好的行已写入，退回行文件没有写成；请到网页的导入记录里下载退回行。")
            ) from None
        told = [ignored_sentence(source), *lost_columns(source), *warnings(source)]
        told.append(missing_sentence(source))
        for sentence in filter(None, told):
            self.stderr.write(sentence)
        self.stdout.write("\n".join([*_figures(source), f"rejects {rejects_path(source)}"]))


class _Progress:
    """Tells the rows read at most once a second."""

    def __init__(self, write: Any) -> None:
        self._write = write
        self._next = time.monotonic() + _PROGRESS_SECONDS

    def show(self, rows: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _PROGRESS_SECONDS
            self._write(_("已读 %d 行") % rows)


def _mapping(path: Path | None) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    if path is None:
        return {}, {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        headers, codes = content.get("headers", {}), content.get("codes", {})
        renamed = {str(theirs): str(ours) for theirs, ours in headers.items()}
        wordings = {
            str(header): {str(code): str(label) for code, label in table.items()}
            for header, table in codes.items()
        }
    except (OSError, ValueError, AttributeError):
        raise CommandError(
            _("列对照文件读不出来，应为含 headers、codes 的 JSON。"), returncode=REFUSED
        ) from None
    return renamed, wordings


def _figures(source: Import) -> list[str]:
    lines = [f"rows {source.rows}"]
    return lines + [f"{outcome.value} {getattr(source, outcome.value)}" for outcome in RowOutcome]
