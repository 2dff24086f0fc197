"""Chinese names of resources, scopes and actions, for the permission table."""

from django.utils.translation import gettext_noop

from xgz.rules.roles import Resource, Scope

RESOURCE_LABELS: dict[Resource, str] = {
    Resource.BUSINESS: gettext_noop("经营主体"),
    Resource.MARKET: gettext_noop("专业市场"),
    Resource.ORGANISATION: gettext_noop("党组织"),
    Resource.MEMBER: gettext_noop("党员"),
    Resource.IMPORT: gettext_noop("导入"),
    Resource.COVERAGE: gettext_noop("覆盖统计"),
    Resource.LEDGER: gettext_noop("台账"),
    Resource.BODY: gettext_noop("机构"),
    Resource.ROLE: gettext_noop("岗位授权"),
    Resource.SYSTEM: gettext_noop("系统状态"),
    Resource.AUDIT: gettext_noop("审计日志"),
}
SCOPE_LABELS: dict[Scope, str] = {
    Scope.DISTRICT: gettext_noop("全县"),
    Scope.SUBTREE: gettext_noop("本级及下级"),
    Scope.OFFICE: gettext_noop("本所辖区"),
    Scope.GUIDED: gettext_noop("所指导的"),
    Scope.LINKED: gettext_noop("本人联系的"),
    Scope.COVERED: gettext_noop("所覆盖的"),
    Scope.OWN: gettext_noop("仅本人"),
}
SCOPE_NOTES: dict[Scope, str] = {
    Scope.DISTRICT: gettext_noop("全县的全部记录"),
    Scope.SUBTREE: gettext_noop("本乡镇或本组织及其下级的记录"),
    Scope.OFFICE: gettext_noop("本市场监管所辖区内的记录"),
    Scope.GUIDED: gettext_noop("本单位（含下级）指导的党组织"),
    Scope.LINKED: gettext_noop("按指派日期与本人挂钩的记录"),
    Scope.COVERED: gettext_noop("本单位的党组织列为覆盖单位的经营主体和市场"),
    Scope.OWN: gettext_noop("岗位上写明的那一条记录"),
}
ACTION_LABELS: dict[str, str] = {
    "import.registry": gettext_noop("导入登记数据"),
    "import.annual_report": gettext_noop("导入年报数据"),
    "import.roster": gettext_noop("导入党员名册"),
    "import.organisations": gettext_noop("导入党组织名册"),
    "organisation.change": gettext_noop("变更党组织"),
    "member.change": gettext_noop("变更党员信息"),
    "instructor.assign": gettext_noop("指派指导员"),
    "business.contact": gettext_noop("看掩码后的联系方式"),
    "business.export": gettext_noop("导出经营主体"),
    "ledger.export": gettext_noop("导出台账"),
    "member.export": gettext_noop("导出党员名册"),
    "export.trace": gettext_noop("追查泄露的清单"),
    "transfer.open": gettext_noop("提出关系转接"),
    "parameter.change": gettext_noop("调整参数"),
    "calendar.change": gettext_noop("维护工作日历"),
    "responsibility.change": gettext_noop("维护责任表"),
    "snapshot.take": gettext_noop("生成统计快照"),
    "body.change": gettext_noop("维护机构"),
    "backup.make": gettext_noop("立即备份"),
    "job.retry": gettext_noop("处理未完成的后台任务"),
    "account.add": gettext_noop("新增账号"),
    "role.propose": gettext_noop("提出岗位授权"),
    "role.change": gettext_noop("确认岗位授权、停用账号"),
    "person.reveal": gettext_noop("说明理由后查看党员完整号码"),
    "business.reveal": gettext_noop("说明理由后查看经营者完整电话"),
    "business.reveal_id": gettext_noop("说明理由后查看经营者完整证件号码"),
    "reveal.watch": gettext_noop("抽查查看完整号码的记录"),
    "audit.check": gettext_noop("核验审计日志"),
    "audit.export": gettext_noop("导出审计日志"),
    "sighting.watch": gettext_noop("看大量查看党员的提醒"),
}
# What those who guide organisations see of the people in them (PR-8); nothing else of the roster.
_SEEN_OF_GUIDED = (
    gettext_noop("姓名掩码（张*）和职务"),
    gettext_noop("正式、预备党员人数和在此参加活动的人数"),
    gettext_noop("平均年龄（人数过少的不显示），不含单个人的年龄"),
)
GUIDED_READINGS: dict[Scope, tuple[str, ...]] = {
    Scope.GUIDED: (gettext_noop("只限所指导的党组织"), *_SEEN_OF_GUIDED),
    Scope.LINKED: (gettext_noop("只限本人联系的党组织"), *_SEEN_OF_GUIDED),
}
