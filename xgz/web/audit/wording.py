"""What the trail says in the words of the office: actions, their groups, subjects, fields."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.models.cases import Case, case_models
from xgz.rules.imports.states import IMPORT_KIND_LABELS
from xgz.rules.organisations import ORG_CHANGE_LABELS
from xgz.rules.planning.plans import TRAIL_LABELS
from xgz.web.audit import site_words
from xgz.web.audit.action_words import ACTIONS, OF_CASES

# Groups as the filter offers them: what stands before the first dot of an action.
GROUP_LABELS: dict[str, str] = {
    "sign_in": gettext_noop("登录退出"),
    "account": gettext_noop("账号"),
    "role": gettext_noop("岗位"),
    "grant": gettext_noop("岗位审批"),
    "body": gettext_noop("机构"),
    "instructor": gettext_noop("指导员"),
    "parameter": gettext_noop("参数"),
    "calendar": gettext_noop("工作日历"),
    "responsibility": gettext_noop("责任表"),
    "member": gettext_noop("党员"),
    "organisation": gettext_noop("党组织"),
    "person": gettext_noop("查看完整号码"),
    "sighting": gettext_noop("大量查看"),
    "business": gettext_noop("经营主体"),
    "transfer": gettext_noop("关系转接"),
    "closure": gettext_noop("主体退出"),
    "formation": gettext_noop("组建党组织"),
    "adjustment": gettext_noop("组织调整"),
    "formation_procedure": gettext_noop("组建程序"),
    "paper": gettext_noop("公文"),
    "paper_template": gettext_noop("文书模板"),
    "planning": gettext_noop("联合支部规划"),
    "election": gettext_noop("换届选举"),
    **site_words.GROUPS,
    "lead": gettext_noop("线索"),
    "export_approval": gettext_noop("导出审批"),
    "survey": gettext_noop("摸排"),
    "notice": gettext_noop("通知"),
    "import": gettext_noop("导入"),
    "export": gettext_noop("导出"),
    "report": gettext_noop("报表"),
    "snapshot": gettext_noop("统计快照"),
    "matching": gettext_noop("人员比对"),
    "link": gettext_noop("比对"),
    "job": gettext_noop("后台任务"),
    "keys": gettext_noop("密钥"),
    "backup": gettext_noop("备份"),
    "audit": gettext_noop("审计"),
    "exchange": gettext_noop("名单比对"),
    "self_report": gettext_noop("自主报到"),
    "self_report_request": gettext_noop("自主报到诉求"),
}
_SUBJECTS: dict[str, str] = {
    "user": gettext_noop("账号"),
    "role_assignment": gettext_noop("岗位"),
    "role_request": gettext_noop("岗位变更"),
    "body": gettext_noop("机构"),
    "instructor_link": gettext_noop("指导员指派"),
    "formation_procedure": gettext_noop("组建程序"),
    "paper": gettext_noop("公文"),
    "paper_template": gettext_noop("文书模板"),
    **site_words.SUBJECTS,
    "parameter_value": gettext_noop("参数"),
    "calendar": gettext_noop("工作日历"),
    "responsibility": gettext_noop("责任"),
    "member": gettext_noop("党员"),
    "business": gettext_noop("经营主体"),
    "organisation": gettext_noop("党组织"),
    "planning": gettext_noop("联合支部规划"),
    "survey": gettext_noop("摸排"),
    "survey_row": gettext_noop("摸排的一户"),
    "notice": gettext_noop("通知"),
    "import": gettext_noop("导入"),
    "export": gettext_noop("导出"),
    "business_list": gettext_noop("经营主体清单"),
    "report": gettext_noop("报表"),
    "snapshot": gettext_noop("统计快照"),
    "matching": gettext_noop("比对任务"),
    "match_pair": gettext_noop("比对结果"),
    "owner_tie": gettext_noop("经营者对应"),
    "link": gettext_noop("名册与登记数据的比对"),
    "job": gettext_noop("后台任务"),
    "key": gettext_noop("密钥"),
    "export_trace": gettext_noop("清单追查"),
    "backup": gettext_noop("备份"),
    "anchor": gettext_noop("锚点"),
    "audit_check": gettext_noop("核验"),
    "audit": gettext_noop("审计日志"),
    "exchange": gettext_noop("名单比对"),
    "exchange_key": gettext_noop("名单比对密钥"),
    "self_report": gettext_noop("自主登记"),
    "self_report_window": gettext_noop("报到期"),
    "poster": gettext_noop("报到海报"),
}


def action_label(action: str) -> str:
    """Return what an action is called; "" where the office has no word for it."""
    if action in ACTIONS:
        return _(ACTIONS[action])
    group, _dot, rest = action.partition(".")
    for kind, label in _words_of_group(group):
        if kind == rest:
            return _("%(group)s：%(what)s") % {"group": group_label(group), "what": _(label)}
    if group == "export" and rest:
        return _("导出清单或台账")
    if rest.startswith("review.") and group in _case_kinds():
        return _("%(group)s：会办意见") % {"group": group_label(group)}
    return ""


def group_label(group: str) -> str:
    """Return the word for a group of actions."""
    if group in GROUP_LABELS:
        return _(GROUP_LABELS[group])
    kind = _case_kinds().get(group)
    return _(kind.KIND.label) if kind else group


def subject_label(subject_type: str) -> str:
    """Return the word for what an action was done to."""
    if subject_type in _SUBJECTS:
        return _(_SUBJECTS[subject_type])
    kind = _case_kinds().get(subject_type)
    return _(kind.KIND.label) if kind else subject_type


def _words_of_group(group: str) -> Iterator[tuple[str, str]]:
    if group == "organisation":
        yield from ((str(kind), label) for kind, label in ORG_CHANGE_LABELS.items())
    elif group == "import":
        yield from ((str(kind), label) for kind, label in IMPORT_KIND_LABELS.items())
    elif group == "planning":
        yield from ((str(deed), label) for deed, label in TRAIL_LABELS.items())
    kind = _case_kinds().get(group)
    if kind is not None:
        yield from ((str(name), step.label) for (_at, name), step in kind.KIND.steps.items())
        yield from OF_CASES.items()


def _case_kinds() -> dict[str, type[Case]]:
    return {model.KIND.name: model for model in case_models()}
