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
    "transfer.open": gettext_noop("提出关系转接"),
    "parameter.change": gettext_noop("调整参数"),
    "calendar.change": gettext_noop("维护工作日历"),
    "responsibility.change": gettext_noop("维护责任表"),
    "snapshot.take": gettext_noop("生成统计快照"),
    "body.change": gettext_noop("维护机构"),
    "role.change": gettext_noop("授予岗位"),
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
