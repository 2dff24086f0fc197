"""Why `xgz plan` refuses its input, in sentences that say what to do."""

import math

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from xgz.rules.planning.rows import ColumnsMissing, RowFault, RowsRefused
from xgz.rules.planning.terms import PlanOptions

_ROW_WORDS: dict[RowFault, str] = {
    RowFault.MISSING: N_("%(column)s 为空"),
    RowFault.NUMBER: N_("%(column)s 不是数字"),
    RowFault.RANGE: N_("%(column)s 超出范围"),
    RowFault.COUNT: N_("%(column)s 应为不小于 0 的整数"),
    RowFault.FULL_EXCEEDS_ALL: N_("正式党员人数多于党员总人数"),
    RowFault.REPEATED: N_("%(column)s 与前面的行重复"),
    RowFault.PREFIX: N_("%(column)s 不能以 branch: 开头"),
    RowFault.WIDTH: N_("这一行的列数少于表头"),
}


def columns_in_words(missing: ColumnsMissing) -> str:
    """Return which columns are missing or stand there twice."""
    names = _("、").join(missing.columns)
    if missing.are_repeated:
        return _("表头中有重复的列：%s。") % names
    return _("表头缺少以下列：%s。坐标可用 x_m、y_m（米）或 lon、lat（WGS84 度）。") % names


def rows_in_words(refused: RowsRefused) -> str:
    """Return the first rows that are wrong, one line each, and how many there are."""
    lines = [_("文件有 %d 行不能用，没有写出结果：") % refused.count]
    for fault in refused.faults:
        reason = _(_ROW_WORDS[fault.reason]) % {"column": fault.column}
        lines.append(_("第 %(row)d 行：%(reason)s") % {"row": fault.row, "reason": reason})
    if refused.count > len(refused.faults):
        lines.append("…")
    return "\n".join(lines)


def options_refused(options: PlanOptions) -> str:
    """Return what is wrong with the options of a plan, or nothing."""
    wrong = (
        (
            not math.isfinite(options.radius_m) or options.radius_m < 0,
            N_("--radius-m 应不小于 0。"),
        ),
        (options.min_full < 1, N_("--min-full 应不小于 1。")),
        (options.max_members < options.min_full, N_("--max-members 不能小于 --min-full。")),
        (options.branch_max < 0, N_("--branch-max 应不小于 0。")),
        (options.max_units < 0, N_("--max-units 应不小于 0（0 为不限）。")),
        (options.seed < 0, N_("--seed 应不小于 0。")),
        (
            not math.isfinite(options.time_limit_s) or options.time_limit_s <= 0,
            N_("--time-limit 应大于 0。"),
        ),
    )
    return next((_(words) for is_wrong, words in wrong if is_wrong), "")
