"""The Chinese sentences of plans: why a step was not taken, why a business is in no group."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.queries.plan_targets import TargetUnknown
from xgz.queries.planning import LeftOutRow
from xgz.rules.planning.checks import (
    BRANCH_HAS_ROOM,
    ENOUGH_FULL,
    NOT_TOO_MANY_MEMBERS,
    NOT_TOO_MANY_UNITS,
    PLACED_ONCE,
    WITHIN_REACH,
)
from xgz.rules.planning.hands import NoSuchGroup
from xgz.rules.planning.plans import NO_PLACE, LeftAside
from xgz.rules.planning.terms import BRANCH_PREFIX, Missing
from xgz.services import planning
from xgz.web.formations.wording import REFUSALS as FORMATION_REFUSALS
from xgz.web.formations.wording import refusal as formation_refusal

_MISSING: dict[str, str] = {
    Missing.EXCLUDED: gettext_noop("人工排除"),
    Missing.NO_MEMBERS: gettext_noop("没有党员"),
    Missing.TOO_LARGE: gettext_noop("党员人数超过一个组的上限"),
    Missing.NOBODY_NEAR: gettext_noop("可达范围内没有其他单位和党支部"),
    Missing.TOO_FEW_FULL: gettext_noop("附近正式党员不够"),
    Missing.PLACES_TAKEN: gettext_noop("附近名额已满，编入它就要少编入别处同样多的党员"),
    NO_PLACE: gettext_noop("没有坐标，不能按距离规划；补登坐标后再规划"),
}
_BREAKS: dict[str, str] = {
    PLACED_ONCE: gettext_noop("同一单位在不止一个组"),
    ENOUGH_FULL: gettext_noop("差 %(amount)d 名正式党员"),
    NOT_TOO_MANY_MEMBERS: gettext_noop("党员超出 %(amount)d 名"),
    WITHIN_REACH: gettext_noop("有单位不在可达范围"),
    NOT_TOO_MANY_UNITS: gettext_noop("单位多出 %(amount)d 个"),
    BRANCH_HAS_ROOM: gettext_noop("并入后党支部超出 %(amount)d 名"),
}
_BLOCKED: dict[str, str] = {
    NOT_TOO_MANY_MEMBERS: gettext_noop("党员会超过上限"),
    WITHIN_REACH: gettext_noop("超出可达范围"),
    NOT_TOO_MANY_UNITS: gettext_noop("单位会超过上限"),
    BRANCH_HAS_ROOM: gettext_noop("党支部人数会超过上限"),
}
_ASIDE: dict[str, str] = {
    LeftAside.IN_FORMATION: gettext_noop("%(count)d 户已在组建中，没有纳入规划"),
    LeftAside.SEATLESS_BRANCH: gettext_noop("%(count)d 个党支部所覆盖的单位都没有坐标，不能并入"),
}
_TEXTS: dict[type[Exception], str] = {
    planning.PlanChanged: gettext_noop("规划刚才有变动，这一步没有办理，请按现在的情况再操作。"),
    planning.GroupNotLegal: gettext_noop("这个组不符合规定，不能锁定或提出组建，请先调整。"),
    planning.GroupProposed: gettext_noop("这个组已经提出组建，不能再调整；撤回组建事项后可以。"),
    planning.NothingChosen: gettext_noop("没有勾选这一步需要的组或单位，请勾选后再操作。"),
    planning.NothingToUndo: gettext_noop("没有可以撤销的调整；提出组建要在组建事项里撤回。"),
    TargetUnknown: gettext_noop("没有这个组号，也没有这个名称的党支部，请核对后再填。"),
    NoSuchGroup: gettext_noop("所选的组或单位不在一起，请核对勾选后再操作。"),
}
REFUSALS: tuple[type[Exception], ...] = tuple(_TEXTS)


def refusal(error: Exception) -> str:
    """Return why a step was not taken and what to do."""
    for kind, text in _TEXTS.items():
        if isinstance(error, kind):
            return _(text)
    return formation_refusal(error) if isinstance(error, FORMATION_REFUSALS) else str(error)


def break_words(rule: str, amount: float) -> str:
    """Return in words what a group breaks, with by how much."""
    text = _(_BREAKS[rule])
    return text % {"amount": amount} if "%(amount)d" in text else text


def aside_words(told: dict[str, int]) -> list[str]:
    """Return what was not planned with at all."""
    return [_(_ASIDE[why]) % {"count": count} for why, count in told.items() if why in _ASIDE]


def group_words(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """Return the groups a step was about; names: of the branches that may be joined, by key."""
    return _("、").join(_group_word(code, names) for code in codes)


def _group_word(code: str, names: Mapping[str, str]) -> str:
    if code.startswith(BRANCH_PREFIX):
        return names.get(code, _("已有党支部"))
    return place_words(code.lstrip("G0"))


def place_words(place: str) -> str:
    """Return a group by its number, or a branch by its name, as people say it."""
    return _("第 %(number)s 组") % {"number": place} if place.isdigit() else place


def missing_words(row: LeftOutRow) -> str:
    """Return why a business is in no group."""
    if row.missing not in _MISSING:  # its branch left the register since
        return "—"
    words = _(_MISSING[row.missing])
    if row.full_missing:
        words += _("，还差 %(count)d 名正式党员") % {"count": row.full_missing}
    return words


def way_out_words(row: LeftOutRow) -> str:
    """Return the nearest way out of a business: a group or branch and what stands in its way."""
    if not row.nearest:
        return ""
    to = place_words(row.nearest)
    blocked = [_(_BLOCKED[rule]) for rule in row.blocked_by if rule in _BLOCKED]
    values = {"to": to, "metres": round(row.nearest_m), "why": _("、").join(blocked)}
    if blocked:
        return _("%(to)s，相距 %(metres)d 米：%(why)s") % values
    return _("%(to)s，相距 %(metres)d 米，可以移入") % values
