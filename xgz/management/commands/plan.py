"""xgz plan: joint branches for businesses with few members, from files to a file."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from xgz.engines.planning import plan
from xgz.files.handed_over import takes_place_of
from xgz.files.planning import CoordinatesDiffer, read_plan_input, write_groups
from xgz.management.base import XgzCommand
from xgz.management.plan_words import columns_in_words, options_refused, rows_in_words
from xgz.rules.imports.reasons import FileRefused
from xgz.rules.planning.rows import ColumnsMissing, RowsRefused
from xgz.rules.planning.terms import Plan, PlanOptions
from xgz.services.imports.wording import file_sentence

REFUSED = 2
_DEFAULT = PlanOptions()


class Command(XgzCommand):
    help = _("为党员少的主体划分联合党支部，并给出能覆盖人数的上界")
    needs_installation = False  # files in, a file out

    def add_arguments(self, parser: ArgumentParser) -> None:
        add, d = parser.add_argument, _DEFAULT
        add("--businesses", type=Path, required=True, metavar="FILE", help=_("主体 CSV"))
        add("--branches", type=Path, metavar="FILE", help=_("已有党支部 CSV"))
        add("--out", type=Path, required=True, metavar="FILE", help=_("结果 CSV"))
        for name, value, words in (
            ("--radius-m", d.radius_m, _("到中心单位的最远距离，米")),
            ("--min-full", d.min_full, _("新支部最少正式党员数")),
            ("--max-members", d.max_members, _("新支部最多党员数")),
            ("--branch-max", d.branch_max, _("已有支部最多党员数")),
            ("--max-units", d.max_units, _("新支部最多单位数，0 为不限")),
            ("--seed", d.seed, _("随机种子，相同则结果相同")),
            ("--time-limit", d.time_limit_s, _("时间上限，秒")),
        ):
            kind = type(value)
            words = _("%(words)s，默认 %(value)g") % {"words": words, "value": value}
            add(name, type=kind, default=value, metavar="N", help=words)

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        asked = _options(options)
        out: Path = options["out"]
        refusal = options_refused(asked)
        if refusal:
            raise CommandError(refusal, returncode=REFUSED)
        if takes_place_of(out, [options["businesses"], options["branches"]]):
            raise CommandError(_("--out 不能是输入文件。"), returncode=REFUSED)
        if not out.parent.is_dir() or out.is_dir():
            raise CommandError(_("写不了 %s，请检查 --out 的文件夹。") % out.name)
        given = self._read(options["businesses"], options["branches"])
        self.stderr.write(
            _("读入主体 %(units)d 个、已有支部 %(branches)d 个，开始规划")
            % {"units": len(given.units), "branches": len(given.branches)}
        )
        found = plan(given.units, given.branches, asked)
        try:
            write_groups(out, given.units, found.groups)
        except OSError:
            raise CommandError(_("写不了 %s，请检查权限和磁盘空间。") % out.name) from None
        self.stdout.write(json.dumps(_summary(found, time.monotonic() - began)))

    def _read(self, businesses: Path, branches: Path | None) -> Any:
        for path in (businesses, branches):
            if path is not None and not path.is_file():
                raise CommandError(_("找不到文件 %s。") % path.name, returncode=REFUSED)
        try:
            return read_plan_input(businesses, branches)
        except FileRefused as refused:
            words = file_sentence(refused.reason.value, refused.details)
        except ColumnsMissing as missing:
            words = columns_in_words(missing)
        except RowsRefused as refused_rows:
            words = rows_in_words(refused_rows)
        except CoordinatesDiffer:
            words = _("两个文件的坐标要用同一种：都用 x_m、y_m，或都用 lon、lat。")
        except OSError:
            words = _("无法读取文件，请检查路径和权限。")
        raise CommandError(words, returncode=REFUSED)


def _options(options: dict[str, Any]) -> PlanOptions:
    return PlanOptions(
        radius_m=options["radius_m"],
        min_full=options["min_full"],
        max_members=options["max_members"],
        branch_max=options["branch_max"],
        max_units=options["max_units"],
        seed=options["seed"],
        time_limit_s=options["time_limit"],
    )


def _summary(found: Plan, seconds: float) -> dict[str, Any]:
    """Return the figures of a plan; groups counts existing branches that somebody joins as well."""
    return {
        "covered": found.covered,
        "upper_bound": found.upper_bound,
        "groups": len(found.groups),
        "mean_distance_m": round(found.mean_distance_m, 2),
        "seconds": round(seconds, 2),
        "left_out": len(found.left_out),
        "is_optimal": found.is_optimal,
        "ended_early": found.ended_early,
    }
