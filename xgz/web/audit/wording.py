"""What the trail says in the words of the office: actions, their groups, subjects, fields."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.models.cases import Case, case_models
from xgz.rules.imports.states import IMPORT_KIND_LABELS
from xgz.rules.organisations import ORG_CHANGE_LABELS

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
    "export_approval": gettext_noop("导出审批"),
    "notice": gettext_noop("通知"),
    "import": gettext_noop("导入"),
    "export": gettext_noop("导出"),
    "report": gettext_noop("报表"),
    "snapshot": gettext_noop("统计快照"),
    "job": gettext_noop("后台任务"),
    "keys": gettext_noop("密钥"),
    "backup": gettext_noop("备份"),
    "audit": gettext_noop("审计"),
}
_ACTIONS: dict[str, str] = {
    "sign_in": gettext_noop("登录"),
    "sign_in.wrong": gettext_noop("登录：密码不对"),
    "sign_in.too_often": gettext_noop("登录：尝试过多被暂停"),
    "sign_in.first_password_expired": gettext_noop("登录：初始密码已过期"),
    "sign_in.code_wrong": gettext_noop("登录：动态码不对"),
    "sign_in.code_too_often": gettext_noop("登录：动态码尝试过多"),
    "sign_in.passkey_wrong": gettext_noop("登录：通行密钥不对"),
    "sign_in.confirm": gettext_noop("再次确认身份"),
    "sign_in.out": gettext_noop("退出"),
    "account.add": gettext_noop("新增账号"),
    "account.change_password": gettext_noop("修改本人密码"),
    "account.reset_password": gettext_noop("重置他人密码"),
    "account.enable": gettext_noop("启用账号"),
    "account.disable": gettext_noop("停用账号"),
    "account.unlock": gettext_noop("解除登录暂停"),
    "account.end_device": gettext_noop("退出一台设备"),
    "account.end_sessions": gettext_noop("退出全部设备"),
    "account.close_unused": gettext_noop("停用久未使用的账号"),
    "account.factor_add": gettext_noop("设置动态码或通行密钥"),
    "account.factor_remove": gettext_noop("撤除动态码或通行密钥"),
    "account.factor_codes": gettext_noop("生成备用恢复码"),
    "account.link_oidc": gettext_noop("关联统一身份"),
    "role.grant": gettext_noop("授予岗位"),
    "role.end": gettext_noop("终止岗位"),
    "grant.propose": gettext_noop("提出岗位变更"),
    "grant.confirm": gettext_noop("同意岗位变更"),
    "grant.refuse": gettext_noop("不同意岗位变更"),
    "grant.withdraw": gettext_noop("撤回岗位变更"),
    "grant.expire": gettext_noop("岗位变更过期"),
    "body.add": gettext_noop("新增机构"),
    "instructor.assign": gettext_noop("指派指导员"),
    "instructor.end": gettext_noop("终止指派"),
    "parameter.set": gettext_noop("调整参数"),
    "parameter.withdraw": gettext_noop("撤回参数"),
    "calendar.correct": gettext_noop("更正工作日历"),
    "calendar.withdraw": gettext_noop("撤回日历更正"),
    "calendar.year": gettext_noop("录入年度放假通知"),
    "responsibility.add": gettext_noop("新增责任"),
    "responsibility.end": gettext_noop("终止责任"),
    "responsibility.withdraw": gettext_noop("撤回责任"),
    "member.activity": gettext_noop("调整参加活动的组织"),
    "member.status": gettext_noop("变更党籍状态"),
    "member.member_class": gettext_noop("变更人员类别"),
    "member.formal_org": gettext_noop("转入组织关系"),
    "member.moved_out": gettext_noop("转出本县"),
    "member.search": gettext_noop("按证件号码查询"),
    "member.view": gettext_noop("查看党员信息"),
    "organisation.cover": gettext_noop("列入覆盖单位"),
    "organisation.uncover": gettext_noop("移出覆盖单位"),
    "organisation.appoint": gettext_noop("任命职务"),
    "organisation.relieve": gettext_noop("免去职务"),
    "organisation.life": gettext_noop("登记组织生活"),
    "person.reveal": gettext_noop("查看完整号码"),
    "business.reveal": gettext_noop("查看经营者完整号码"),
    "sighting.alarm": gettext_noop("一小时内查看人数较多"),
    "sighting.refused": gettext_noop("查看人数过多被暂停"),
    "business.export": gettext_noop("导出经营主体"),
    "transfer.letter": gettext_noop("打印介绍信"),
    "closure.remove": gettext_noop("随导入撤销删除"),
    "notice.sign": gettext_noop("签收通知"),
    "import.upload": gettext_noop("登记导入文件"),
    "import.map": gettext_noop("确认列对照"),
    "import.remember": gettext_noop("记住报送单位的列对照"),
    "import.undo": gettext_noop("撤销导入"),
    "import.abandon": gettext_noop("放弃导入"),
    "import.cancel": gettext_noop("取消导入"),
    "import.rejects": gettext_noop("下载退回的行"),
    "import.discard": gettext_noop("删除退回行文件"),
    "report.ask": gettext_noop("申请导出"),
    "report.take": gettext_noop("下载报表"),
    "report.expire": gettext_noop("报表到期删除"),
    "snapshot.take": gettext_noop("生成统计快照"),
    "job.retry": gettext_noop("重试后台任务"),
    "job.dismiss": gettext_noop("不再处理后台任务"),
    "keys.rotate": gettext_noop("开始更换密钥"),
    "keys.rotated": gettext_noop("更换密钥完成"),
    "keys.retire": gettext_noop("停用旧密钥"),
    "keys.forget": gettext_noop("销毁旧密钥"),
    "keys.export": gettext_noop("导出密钥托管件"),
    "keys.import": gettext_noop("导入密钥托管件"),
    "backup.make": gettext_noop("备份"),
    "backup.drill": gettext_noop("恢复演练"),
    "backup.restore": gettext_noop("恢复备份"),
    "audit.anchor": gettext_noop("审计锚定"),
    "audit.check": gettext_noop("核验审计日志"),
    "audit.export": gettext_noop("导出审计日志"),
}
# What every kind of case has beside the steps of its own table.
_OF_CASES: dict[str, str] = {
    "open": gettext_noop("提出"),
    "assign": gettext_noop("指定或收回经办人"),
    "urge": gettext_noop("催办"),
    "move_up": gettext_noop("超期转由上级办理"),
    "decided": gettext_noop("记录决定"),
    "merged": gettext_noop("已合并"),
    "unlisted": gettext_noop("已移出覆盖单位"),
    "dissolved": gettext_noop("已撤销组织"),
}
_SUBJECTS: dict[str, str] = {
    "user": gettext_noop("账号"),
    "role_assignment": gettext_noop("岗位"),
    "role_request": gettext_noop("岗位变更"),
    "body": gettext_noop("机构"),
    "instructor_link": gettext_noop("指导员指派"),
    "parameter_value": gettext_noop("参数"),
    "calendar": gettext_noop("工作日历"),
    "responsibility": gettext_noop("责任"),
    "member": gettext_noop("党员"),
    "business": gettext_noop("经营主体"),
    "organisation": gettext_noop("党组织"),
    "notice": gettext_noop("通知"),
    "import": gettext_noop("导入"),
    "export": gettext_noop("导出"),
    "business_list": gettext_noop("经营主体清单"),
    "report": gettext_noop("报表"),
    "snapshot": gettext_noop("统计快照"),
    "job": gettext_noop("后台任务"),
    "key": gettext_noop("密钥"),
    "export_trace": gettext_noop("清单追查"),
    "backup": gettext_noop("备份"),
    "anchor": gettext_noop("锚点"),
    "audit_check": gettext_noop("核验"),
    "audit": gettext_noop("审计日志"),
}
# What the rows name as changed: columns, and what goes with a deed.
_FIELDS: dict[str, str] = {
    "activity_org": gettext_noop("参加活动所在"),
    "address": gettext_noop("地址"),
    "after": gettext_noop("变更后"),
    "as_at": gettext_noop("截止日期"),
    "audit_number": gettext_noop("审计编号"),
    "before": gettext_noop("变更前"),
    "body": gettext_noop("机构"),
    "cells": gettext_noop("数据项数"),
    "codes": gettext_noop("代码对照"),
    "conditions": gettext_noop("筛选条件"),
    "conflicts": gettext_noop("冲突数"),
    "day": gettext_noop("日期"),
    "days": gettext_noop("天数"),
    "digest": gettext_noop("文件摘要"),
    "due_on": gettext_noop("办理期限"),
    "duty": gettext_noop("责任"),
    "faults": gettext_noop("问题数"),
    "file": gettext_noop("文件"),
    "files": gettext_noop("文件数"),
    "formal_org": gettext_noop("组织关系所在"),
    "holder": gettext_noop("任职人"),
    "id_number": gettext_noop("公民身份号码"),
    "instructor": gettext_noop("指导员"),
    "is_active": gettext_noop("是否启用"),
    "is_full": gettext_noop("全量或部分"),
    "is_workday": gettext_noop("是否工作日"),
    "key": gettext_noop("参数"),
    "kind": gettext_noop("种类"),
    "last_life_on": gettext_noop("最近一次组织生活"),
    "last_number": gettext_noop("核验到"),
    "letter": gettext_noop("介绍信"),
    "line": gettext_noop("锚点序号"),
    "made_at": gettext_noop("备份时间"),
    "masked": gettext_noop("是否遮住号码"),
    "member_class": gettext_noop("人员类别"),
    "name": gettext_noop("名称"),
    "new_device": gettext_noop("是否新设备"),
    "number": gettext_noop("记录编号"),
    "persons": gettext_noop("人数"),
    "phone": gettext_noop("手机号"),
    "post": gettext_noop("职务"),
    "purpose": gettext_noop("用途"),
    "reason": gettext_noop("事由"),
    "renamed": gettext_noop("列对照"),
    "role": gettext_noop("岗位"),
    "rows": gettext_noop("行数"),
    "sender": gettext_noop("报送单位"),
    "since": gettext_noop("起始日期"),
    "source": gettext_noop("来源"),
    "state": gettext_noop("状态"),
    "status": gettext_noop("党籍状态"),
    "subject": gettext_noop("统一身份标识"),
    "term": gettext_noop("查询内容"),
    "unit": gettext_noop("覆盖单位"),
    "until": gettext_noop("截止日期"),
    "user": gettext_noop("人员"),
    "username": gettext_noop("账号"),
    "valid_from": gettext_noop("起用日期"),
    "valid_to": gettext_noop("终止日期"),
    "value": gettext_noop("数值"),
    "version": gettext_noop("版本"),
}


def action_label(action: str) -> str:
    """Return what an action is called; "" where the office has no word for it."""
    if action in _ACTIONS:
        return _(_ACTIONS[action])
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


def field_label(name: str) -> str:
    """Return the word for what a row names as changed; the name itself where there is none."""
    return _(_FIELDS[name]) if name in _FIELDS else name


def _words_of_group(group: str) -> Iterator[tuple[str, str]]:
    if group == "organisation":
        yield from ((str(kind), label) for kind, label in ORG_CHANGE_LABELS.items())
    elif group == "import":
        yield from ((str(kind), label) for kind, label in IMPORT_KIND_LABELS.items())
    kind = _case_kinds().get(group)
    if kind is not None:
        yield from ((str(name), step.label) for (_at, name), step in kind.KIND.steps.items())
        yield from _OF_CASES.items()


def _case_kinds() -> dict[str, type[Case]]:
    return {model.KIND.name: model for model in case_models()}
