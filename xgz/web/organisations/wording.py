"""The Chinese sentences of organisations: findings with their figures, and refusals of a change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.queries.organisations import OrganisationRow
from xgz.rules.organisation_warnings import (
    WARNING_LABELS,
    WARNING_RULES,
    OrgFacts,
    OrgWarning,
)
from xgz.rules.organisations import (
    MIN_FULL_MEMBERS,
    OrganisationLimits,
    StepNotAllowed,
)
from xgz.services import organisations
from xgz.services.bodies import TreeFull

SEVERE = frozenset({OrgWarning.BELOW_MIN, OrgWarning.TERM_OVER, OrgWarning.ALL_CLOSED})

# What the filter offers: one line may stand for several findings.
WARNING_GROUPS: dict[str, tuple[str, frozenset[OrgWarning]]] = {
    "any": (gettext_noop("有任何提示"), frozenset(OrgWarning)),
    "below-min": (gettext_noop("正式党员不足 3 名"), frozenset({OrgWarning.BELOW_MIN})),
    "ageing": (gettext_noop("老龄化无接续"), frozenset({OrgWarning.AGEING})),
    "term": (
        gettext_noop("届满或临近届满"),
        frozenset({OrgWarning.TERM_ENDING, OrgWarning.TERM_OVER}),
    ),
    "life": (
        gettext_noop("无组织生活记录或停滞"),
        frozenset({OrgWarning.NO_LIFE, OrgWarning.DORMANT}),
    ),
    "closed": (
        gettext_noop("所覆盖主体已退出"),
        frozenset({OrgWarning.SOME_CLOSED, OrgWarning.ALL_CLOSED}),
    ),
    "size": (
        gettext_noop("联合单位或人数过多"),
        frozenset({OrgWarning.TOO_MANY_UNITS, OrgWarning.TOO_MANY_MEMBERS}),
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as the page shows it: short label, whole sentence, rule id."""

    label: str
    sentence: str
    rule: str
    severe: bool


def findings(row: OrganisationRow, today: date) -> list[Finding]:
    """Return the findings on an organisation in words; empty where there are no facts to show."""
    facts = row.facts
    if facts is None:
        return []
    return [
        Finding(
            label=_(WARNING_LABELS[warning]),
            sentence=_ageing(row)
            if warning is OrgWarning.AGEING
            else _SENTENCES[warning](facts, today, row.limits),
            rule=WARNING_RULES[warning],
            severe=warning in SEVERE,
        )
        for warning in row.warnings
    ]


def refusal(error: Exception) -> str:
    """Return why a change was not made and what to do; `error` is one of REFUSALS."""
    if isinstance(error, organisations.OrganisationNotEmpty):
        return _("还有 %(count)d 名在册人员，转出或合并后才能撤销。") % {"count": error.members}
    if isinstance(error, organisations.WorkOpen):
        if not error.cases:
            return _("还有其他单位办理的事项没有办结，请联系上级党组织或组织部门，办结后再登记。")
        cases = _("、").join(f"{_(case.KIND.label)} {case.number}" for case in error.cases)
        return _("还有没有办结的事项：%(cases)s。请先办结、撤回或终止，再登记。") % {"cases": cases}
    return _(_SENTENCE_OF[type(error)])


def _below_min(facts: OrgFacts, today: date, limits: OrganisationLimits) -> str:
    return _("正式党员 %(count)d 名，少于 %(limit)d 名") % {
        "count": facts.full,
        "limit": MIN_FULL_MEMBERS,
    }


def _too_many_units(facts: OrgFacts, today: date, limits: OrganisationLimits) -> str:
    return _("联合 %(count)d 家单位，一般不超过 %(limit)d 家") % {
        "count": facts.units + facts.to_verify,
        "limit": limits.units_warn,
    }


def _too_many_members(facts: OrgFacts, today: date, limits: OrganisationLimits) -> str:
    return _("党员 %(count)d 名，一般不超过 %(limit)d 名") % {
        "count": facts.members,
        "limit": limits.members_max,
    }


def _term_ending(facts: OrgFacts, today: date, limits: OrganisationLimits) -> str:
    return _("%(day)s 届满，应准备换届") % {"day": facts.term_ends_on}


def _term_over(facts: OrgFacts, today: date, limits: OrganisationLimits) -> str:
    late = (today - facts.term_ends_on).days if facts.term_ends_on else 0
    return _("%(day)s 届满，已超期 %(late)d 天未换届") % {"day": facts.term_ends_on, "late": late}


def _ageing(row: OrganisationRow) -> str:
    """Who may not see the people behind the figures reads nobody's single age (PR-9)."""
    limits = row.limits
    if row.ageing is None:
        return _(
            "平均年龄在 %(limit)d 岁以上，没有 %(young)d 岁以下党员，也没有积极分子和发展对象"
        ) % {"limit": limits.ageing_average, "young": limits.young_age}
    return _("平均 %(average)s 岁，没有 %(young)d 岁以下党员，也没有积极分子和发展对象") % {
        "average": row.ageing.average,
        "young": limits.young_age,
    }


def _no_life(facts: OrgFacts, today: date, limits: OrganisationLimits) -> str:
    return _("没有任何组织生活记录")


def _dormant(facts: OrgFacts, today: date, limits: OrganisationLimits) -> str:
    return _("最近一次组织生活在 %(day)s，已超过 %(months)d 个月") % {
        "day": facts.last_life_on,
        "months": limits.dormant_months,
    }


def _some_closed(facts: OrgFacts, today: date, limits: OrganisationLimits) -> str:
    return _("所覆盖的 %(units)d 家单位中 %(closed)d 家已退出") % {
        "units": facts.units,
        "closed": facts.closed,
    }


def _all_closed(facts: OrgFacts, today: date, limits: OrganisationLimits) -> str:
    return _("所覆盖的 %(units)d 家单位全部退出，应研究调整") % {"units": facts.units}


_SENTENCES: dict[OrgWarning, Callable[[OrgFacts, date, OrganisationLimits], str]] = {
    OrgWarning.BELOW_MIN: _below_min,
    OrgWarning.TOO_MANY_UNITS: _too_many_units,
    OrgWarning.TOO_MANY_MEMBERS: _too_many_members,
    OrgWarning.TERM_ENDING: _term_ending,
    OrgWarning.TERM_OVER: _term_over,
    OrgWarning.NO_LIFE: _no_life,
    OrgWarning.DORMANT: _dormant,
    OrgWarning.SOME_CLOSED: _some_closed,
    OrgWarning.ALL_CLOSED: _all_closed,
}
_SENTENCE_OF: dict[type[Exception], str] = {
    organisations.AlreadyAppointed: gettext_noop("这名党员已经担任该职务。"),
    organisations.AlreadyCovered: gettext_noop("该单位已在覆盖名单中。"),
    organisations.ChangedMeanwhile: gettext_noop("刚才有人改动过，请刷新后核对再提交。"),
    organisations.CodeTaken: gettext_noop("已有党组织使用这个代码，请核对。"),
    organisations.DateNotAllowed: gettext_noop("日期不能晚于今天，也不能早于党组织成立日期。"),
    organisations.HolderMissing: gettext_noop("请选择任职党员，或填写任职人姓名。"),
    organisations.NameTaken: gettext_noop("已有同名党组织，请换一个名称或先核对。"),
    organisations.NothingChanges: gettext_noop("与现有记录相同或早于现有记录，没有可改的内容。"),
    organisations.NothingChosen: gettext_noop("至少选择一名党员或一家单位分到新组织。"),
    organisations.NotOfThisOrganisation: gettext_noop("所选党员或单位已不在本组织，请刷新后重选。"),
    organisations.OrganisationNotActive: gettext_noop("党组织待确认或已撤销，不能办理。"),
    organisations.SubordinatesLeft: gettext_noop("还有下级党组织，先调整它们的隶属关系。"),
    organisations.SuperiorNotAllowed: gettext_noop(
        "不能作为上级：党支部没有下级，或该组织不在您的管理范围。"
    ),
    organisations.TreeTooDeep: gettext_noop("层级过深，不能再放在该上级之下。"),
    organisations.UnderItself: gettext_noop("不能放在自己或自己的下级之下。"),
    StepNotAllowed: gettext_noop("党组织现在的状态不能办理这件事，请刷新后核对。"),
    TreeFull: gettext_noop("该上级之下已放满，请联系系统管理员。"),
}
# What a page catches; everything else is a fault of the program or no permission.
REFUSALS: tuple[type[Exception], ...] = (
    organisations.OrganisationNotEmpty,
    organisations.WorkOpen,
    *_SENTENCE_OF,
)
