"""xgz link: the same people in a roster and a register, from two files into one."""

import csv
import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.actor import Actor, require
from xgz.engines import linkage, linkage_spark
from xgz.files.handed_over import takes_place_of, text_beside
from xgz.files.identity_table import RowIds, read_identities
from xgz.files.text_cells import dead_text
from xgz.management.base import XgzCommand
from xgz.management.collecting import rare_collections
from xgz.rules.imports.reasons import FileRefused
from xgz.rules.linkage.basis import Basis, BasisFault, BasisRefused, read_basis
from xgz.rules.linkage.identities import Identities
from xgz.rules.linkage.links import Link
from xgz.rules.linkage.sides import Side
from xgz.rules.linkage.wording import reason
from xgz.services.imports.wording import file_sentence
from xgz.services.linkage import record_link_run

REFUSED = 2
_PROGRESS_SECONDS = 1.0
_INPUTS = ("roster", "registry", "basis")


class Command(XgzCommand):
    help = _("比对党员名册与登记数据，找出同一人和可能是同一人的行")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--roster", type=Path, required=True, metavar="FILE", help=_("党员名册")
        )
        parser.add_argument(
            "--registry", type=Path, required=True, metavar="FILE", help=_("登记数据")
        )
        parser.add_argument(
            "--out", type=Path, required=True, metavar="FILE", help=_("写到哪个 CSV 文件")
        )
        ground = parser.add_mutually_exclusive_group()
        ground.add_argument(
            "--basis",
            type=Path,
            metavar="FILE",
            help=_("法律依据的 JSON 文件：basis、document、purpose、expires 四项"),
        )
        ground.add_argument(
            "--synthetic", action="store_true", help=_("两份文件都是虚构数据，不需要依据")
        )
        parser.add_argument(
            "--engine", choices=["local", "spark"], default="local", help=_("用哪个引擎计算")
        )
        parser.add_argument("--weights", action="store_true", help=_("另写一列权重，只供评测"))

    def execute(self, *args: Any, **options: Any) -> str | None:
        # Invented lists leave no trace: files in, a file out.
        self.needs_installation = not options["synthetic"] or bool(options["user"])
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        if takes_place_of(options["out"], [options[name] for name in _INPUTS]):
            raise CommandError(_("--out 不能是输入文件。"), returncode=REFUSED)
        if options["synthetic"] and settings.PROFILE == "production":
            raise CommandError(
                _("正式环境不接受 --synthetic：真实人员的比对必须写明依据。"), returncode=REFUSED
            )
        basis = None if options["synthetic"] else self._basis(options["basis"])
        for side in ("roster", "registry"):
            if not options[side].is_file():
                raise CommandError(_("找不到文件 %s。") % options[side].name, returncode=REFUSED)
        actor = self.actor(options)
        if basis:
            require(actor, "link.run")
        self._check_engine(options["engine"])
        run = _Run(options, self.stderr.write)
        with rare_collections():
            links = run.write(options["out"])
        if basis:
            self._record(actor, basis, run, links)
        self.stdout.write(f"roster {len(run.ids[Side.ROSTER])}")
        self.stdout.write(f"registry {len(run.ids[Side.REGISTRY])}")
        self.stdout.write("\n".join(f"{verdict} {count}" for verdict, count in run.counts.items()))
        self.stdout.write(f"pairs {options['out']}")

    def _check_engine(self, engine: str) -> None:
        missing = linkage_spark.missing_parts() if engine == "spark" else []
        if missing:
            raise CommandError(
                _(
                    "这台机器缺少 %(missing)s，不能用 Spark 引擎。请先运行 make spark（需要 Java 17"
                    " 或更高版本），或改用 --engine local。"
                )
                % {"missing": _("、").join(missing)}
            )

    def _basis(self, path: Path | None) -> Basis:
        if path is None:
            raise CommandError(
                _(
                    "没有依据不能比对真实人员：请用 --basis 给出依据文件；虚构数据请加 --synthetic。"
                ),
                returncode=REFUSED,
            )
        try:
            content = json.loads(path.read_text(encoding="utf-8-sig"))
            return read_basis(content, clock.today())
        except BasisRefused as refused:
            raise CommandError(_(_BASIS_WORDS[refused.fault]), returncode=REFUSED) from None
        except (OSError, ValueError, AttributeError, RecursionError):
            raise CommandError(
                _("依据文件读不出来，应为含 basis、document、purpose、expires 四项的 JSON。"),
                returncode=REFUSED,
            ) from None

    def _record(self, actor: Actor, basis: Basis, run: "_Run", links: int) -> None:
        record_link_run(
            actor=actor,
            basis=basis,
            roster_rows=len(run.ids[Side.ROSTER]),
            registry_rows=len(run.ids[Side.REGISTRY]),
            links=links,
            now=clock.now(),
        )


_BASIS_WORDS = {
    BasisFault.INCOMPLETE: "依据文件缺少内容：basis（依据）、document（文号）、purpose（用途）都要填写。",
    BasisFault.DATE: "依据文件的 expires（有效期）应写成 2026-12-31 这样的日期。",
    BasisFault.EXPIRED: "依据已过有效期，不能再用来比对。",
}


class _Run:
    """One comparison: reads both files, writes the pairs, tells how far it is."""

    def __init__(self, options: dict[str, Any], tell: Any) -> None:
        self.ids = {side: RowIds() for side in Side}
        self.counts = {"same": 0, "possible": 0}
        self._options = options
        self._tell = tell
        self._next = time.monotonic() + _PROGRESS_SECONDS

    def write(self, target: Path) -> int:
        """Write the pairs, whole or not at all, and return how many. Raises CommandError."""
        try:
            with text_beside(target) as file:
                for found in self._lines(csv.writer(file)):
                    self.counts[found.verdict.value] += 1
        except OSError:
            raise CommandError(_("无法写入文件，请检查目录和权限。")) from None
        return sum(self.counts.values())

    def _lines(self, writer: Any) -> Iterator[Link]:
        has_weights = self._options["weights"]
        header = ["roster_row", "registry_row", "verdict", "reason"]
        writer.writerow([*header, "weight"] if has_weights else header)
        ours, theirs = self.ids[Side.ROSTER], self.ids[Side.REGISTRY]
        people = self._people(Side.ROSTER), self._people(Side.REGISTRY)
        engine = linkage_spark if self._options["engine"] == "spark" else linkage
        for found in engine.link_chunks(*people, progress=self._progress):
            ids = ours[found.roster_row], theirs[found.registry_row]
            line = [*map(dead_text, ids), found.verdict.value, reason(found.evidence)]
            writer.writerow([*line, f"{found.weight:.3f}"] if has_weights else line)
            yield found

    def _people(self, side: Side) -> Iterator[Identities]:
        path: Path = self._options[side.value]
        try:
            for chunk in read_identities(path, side, self.ids[side]):
                yield chunk
                self._say(_("%(file)s：已读 %(rows)d 行"), file=path.name, rows=len(self.ids[side]))
        except FileRefused as refused:
            sentence = file_sentence(refused.reason.value, refused.details)
            raise CommandError(f"{path.name}：{sentence}", returncode=REFUSED) from None

    def _progress(self, step: str, part: float) -> None:
        if step == "compare":
            self._say(_("已比对 %(part)d%%"), part=round(part * 100))

    def _say(self, sentence: str, **values: object) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _PROGRESS_SECONDS
            self._tell(sentence % values)
