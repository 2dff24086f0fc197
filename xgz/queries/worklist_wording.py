"""The Chinese sentences of worklists: titles, why a row is listed, and what to do next."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.queries.work_rows import DeclaredOrganisation, WorkRow
from xgz.rules.organisations import FORMATION_MODE_LABELS, ORG_TYPE_LABELS
from xgz.rules.registration import BUSINESS_STATUS_LABELS, BusinessStatus
from xgz.rules.worklists import Reason, WorkLimits, Worklist


@dataclass(frozen=True, slots=True)
class ListWords:
    """title; what: which rows stand on the list; empty: what to say when there are none.

    what and empty may name limits the district sets; see words_of.
    """

    title: str
    what: str
    empty: str


LISTS: dict[Worklist, ListWords] = {
    Worklist.SHOULD_FORM: ListWords(
        gettext_noop("应建未建"),
        gettext_noop("实体运营、最近年报正式党员 3 名以上、没有党组织覆盖的主体"),
        gettext_noop("没有应建未建的主体。"),
    ),
    Worklist.TO_VERIFY: ListWords(
        gettext_noop("应建待核实"),
        gettext_noop("最近年报只有含预备党员的人数且在 3 名以上，正式党员人数待核实的主体"),
        gettext_noop("没有需要核实人数的主体。"),
    ),
    Worklist.SMALL: ListWords(
        gettext_noop("有党员不足 3 名"),
        gettext_noop("最近年报党员 1 至 2 名、没有党组织覆盖的主体，可联合组建"),
        gettext_noop("没有党员不足 3 名的未覆盖主体。"),
    ),
    Worklist.DECLARED_OWNERS: ListWords(
        gettext_noop("经营者申报为党员"),
        gettext_noop("最近年报申报法定代表人（经营者）是党员的主体"),
        gettext_noop("最近年报中没有经营者申报为党员。"),
    ),
    Worklist.CLOSED_BUSINESS: ListWords(
        gettext_noop("覆盖主体已退出的党组织"),
        gettext_noop("所列覆盖主体部分或全部注销、吊销、迁出的党组织"),
        gettext_noop("党组织所列主体都在册。"),
    ),
    Worklist.BELOW_THREE: ListWords(
        gettext_noop("正式党员不足 3 名的党组织"),
        gettext_noop("名册中正式党员不足 3 名的党支部（不含功能型）"),
        gettext_noop("党支部的正式党员都在 3 名以上。"),
    ),
    Worklist.TERMS: ListWords(
        gettext_noop("届满和临近届满"),
        gettext_noop("任期已过或将在 %(term)d 个月内届满的党组织"),
        gettext_noop("没有届满或临近届满的党组织。"),
    ),
    Worklist.NO_LIFE: ListWords(
        gettext_noop("没有组织生活记录"),
        gettext_noop("从未登记组织生活，或最近一次在 %(dormant)d 个月以前的党组织"),
        gettext_noop("党组织近 %(dormant)d 个月都有组织生活记录。"),
    ),
    Worklist.AGEING: ListWords(
        gettext_noop("老龄化无接续"),
        gettext_noop(
            "平均年龄 %(average)d 岁以上、没有 %(young)d 岁以下党员、也没有发展对象的党组织"
        ),
        gettext_noop("没有老龄化无接续的党组织。"),
    ),
    Worklist.UNKNOWN_CODES: ListWords(
        gettext_noop("覆盖单位代码待核实"),
        gettext_noop("党组织名册所列、登记数据里查不到的信用代码"),
        gettext_noop("党组织所列代码都能在登记数据里找到。"),
    ),
    Worklist.MISSING: ListWords(
        gettext_noop("全量数据中未出现的主体"),
        gettext_noop("最近一次全量登记数据没有、系统里仍在册的主体"),
        gettext_noop("在册主体都出现在全量数据里。"),
    ),
    Worklist.UNCONFIRMED: ListWords(
        gettext_noop("待确认的党组织"),
        gettext_noop("只在党员名册里出现、组织名册没有的党组织"),
        gettext_noop("没有待确认的党组织。"),
    ),
    Worklist.CLOSURES: ListWords(
        gettext_noop("新近注销、吊销、迁出"),
        gettext_noop("近 %(closure)d 天退出、仍有党组织覆盖、党员申报或指导员联系的主体"),
        gettext_noop("近 %(closure)d 天没有退出后需要处理的主体。"),
    ),
}
_REASONS: dict[Reason, str] = {
    Reason.FULL_PROVEN: gettext_noop("%(year)d 年报正式党员 %(number)d 名，没有党组织覆盖"),
    Reason.MIXED_ONLY: gettext_noop(
        "%(year)d 年报党员（含预备党员）%(number)d 名，未区分正式党员，没有党组织覆盖"
    ),
    Reason.FEW_FULL: gettext_noop("%(year)d 年报正式党员 %(number)d 名"),
    Reason.FEW_MIXED: gettext_noop("%(year)d 年报党员（含预备党员）%(number)d 名"),
    Reason.OWNER_DECLARED: gettext_noop("%(year)d 年报申报经营者是党员"),
    Reason.ALL_CLOSED: gettext_noop("所列 %(units)d 个单位全部退出"),
    Reason.SOME_CLOSED: gettext_noop("所列 %(units)d 个单位中 %(closed)d 个已退出"),
    Reason.FULL_BELOW: gettext_noop("名册中正式党员 %(number)d 名，少于 3 名"),
    Reason.NOBODY_ON_ROSTER: gettext_noop("名册中没有该组织的正式党员"),
    Reason.TERM_ENDS: gettext_noop("任期 %(date)s 届满"),
    Reason.TERM_OVER: gettext_noop("任期 %(date)s 已届满，未见换届记录"),
    Reason.NO_LIFE_RECORDED: gettext_noop("没有任何组织生活记录"),
    Reason.LIFE_LONG_AGO: gettext_noop("最近一次组织生活是 %(date)s"),
    Reason.AGEING: gettext_noop(
        "党员 %(number)d 名，平均 %(average)s 岁，最年轻 %(youngest)d 岁，没有发展对象和积极分子"
    ),
    Reason.AGEING_GUARDED: gettext_noop(
        "党员 %(number)d 名，平均 %(average)s 岁，没有 %(young)d 岁以下党员，没有发展对象和积极分子"
    ),
    Reason.AGEING_FEW: gettext_noop(
        "党员 %(number)d 名，平均年龄在 %(limit)d 岁以上，没有 %(young)d 岁以下党员，"
        "没有发展对象和积极分子"
    ),
    Reason.CODE_NOT_IN_REGISTER: gettext_noop("所列代码 %(code)s 在登记数据里查不到"),
    Reason.NOT_IN_FULL_EXTRACT: gettext_noop("最近一次全量登记数据里没有这一户"),
    Reason.ROSTER_ONLY: gettext_noop("名册中 %(number)d 人写在该组织，组织名册没有它"),
    Reason.CLOSED_COVERED: gettext_noop("%(date)s %(status)s，仍被党组织列为覆盖单位"),
    Reason.CLOSED_DECLARED: gettext_noop("%(date)s %(status)s，年报曾申报党员 %(number)d 名"),
    Reason.CLOSED_SERVED: gettext_noop("%(date)s %(status)s，仍有指导员联系"),
    Reason.CLOSED_PLAIN: gettext_noop("%(date)s %(status)s，未见党组织、党员申报和指导员联系"),
}
_NEXT_STEPS: dict[Reason, str] = {
    Reason.FULL_PROVEN: gettext_noop("上门核实人数，指导单独组建"),
    Reason.MIXED_ONLY: gettext_noop("核实其中正式党员人数，够 3 名转入应建"),
    Reason.FEW_FULL: gettext_noop("与邻近、同市场、同行业主体商议联合组建"),
    Reason.FEW_MIXED: gettext_noop("核实正式党员人数，商议联合组建"),
    Reason.OWNER_DECLARED: gettext_noop("由组织条线了解组织关系所在，不向他人透露"),
    Reason.ALL_CLOSED: gettext_noop("研究调整或撤销，先落实党员去向"),
    Reason.SOME_CLOSED: gettext_noop("调整覆盖单位，落实退出主体的党员去向"),
    Reason.FULL_BELOW: gettext_noop("核对名册，研究联合组建或调整"),
    Reason.NOBODY_ON_ROSTER: gettext_noop("先核对名册是否已导入、组织名称是否一致"),
    Reason.TERM_ENDS: gettext_noop("提醒准备换届，报上级党组织"),
    Reason.TERM_OVER: gettext_noop("督促换届，或报批延期"),
    Reason.NO_LIFE_RECORDED: gettext_noop("核实是否开展，补登记或派指导员帮助恢复"),
    Reason.LIFE_LONG_AGO: gettext_noop("了解停滞原因，派指导员帮助恢复"),
    Reason.AGEING: gettext_noop("培养入党积极分子，商议联合组建"),
    Reason.AGEING_GUARDED: gettext_noop("培养入党积极分子，商议联合组建"),
    Reason.AGEING_FEW: gettext_noop("培养入党积极分子，商议联合组建"),
    Reason.CODE_NOT_IN_REGISTER: gettext_noop("核对代码是否写错，或单位不在本区登记"),
    Reason.NOT_IN_FULL_EXTRACT: gettext_noop("向登记机关核实是否迁出或注销，系统不自动关闭"),
    Reason.ROSTER_ONLY: gettext_noop("确认组织是否存在，补上级党组织，或并入正确名称"),
    Reason.CLOSED_COVERED: gettext_noop("调整覆盖单位，落实党员去向"),
    Reason.CLOSED_DECLARED: gettext_noop("回访核实党员组织关系和去向"),
    Reason.CLOSED_SERVED: gettext_noop("解除指导员联系"),
    Reason.CLOSED_PLAIN: gettext_noop("无须处理，留存备查"),
}


def words_of(which: Worklist, limits: WorkLimits) -> ListWords:
    """Return the words of a list in the reader's language, with the limits that hold."""
    words, organisations = LISTS[which], limits.organisations
    figures = {
        "term": organisations.term_notice_months,
        "dormant": organisations.dormant_months,
        "average": organisations.ageing_average,
        "young": organisations.young_age,
        "closure": limits.closure_days,
    }
    return ListWords(_(words.title), _(words.what) % figures, _(words.empty) % figures)


def reason_of(row: WorkRow) -> str:
    """Return why the row is listed, with its figures."""
    args: dict[str, Any] = dict(row.args)
    if "status" in args:
        args["status"] = _(BUSINESS_STATUS_LABELS[BusinessStatus(args["status"])])
    reason = _(_REASONS[row.reason]) % args
    if row.declared is None:
        return reason
    return _("%(reason)s；%(declared)s") % {
        "reason": reason,
        "declared": _declared_words(row.declared),
    }


def _declared_words(declared: DeclaredOrganisation) -> str:
    """Return what the report states of its organisation (WL-6)."""
    kind = _(ORG_TYPE_LABELS[declared.org_type])
    details = [
        *([_(FORMATION_MODE_LABELS[declared.formation_mode])] if declared.formation_mode else []),
        *([declared.formed_on.isoformat()] if declared.formed_on else []),
    ]
    if not details:
        return _("年报申报已建%(kind)s，名册未见") % {"kind": kind}
    return _("年报申报已建%(kind)s（%(details)s），名册未见") % {
        "kind": kind,
        "details": _("，").join(details),
    }


def next_step_of(row: WorkRow) -> str:
    """Return what to do next; an organisation the report states is looked for first (WL-6)."""
    if row.declared is not None:
        return _("先核对党组织名册")
    return _(_NEXT_STEPS[row.reason])


def needs_nothing(row: WorkRow) -> bool:
    """Test whether the row is listed for the record only."""
    return row.reason is Reason.CLOSED_PLAIN
