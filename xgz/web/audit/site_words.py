"""The words of setting up, sites and support, as the trail's own tables take them in."""

from django.utils.translation import gettext_noop

GROUPS: dict[str, str] = {
    "establishing": gettext_noop("成立落实"),
    "site": gettext_noop("阵地"),
    "site_list": gettext_noop("阵地清单"),
    "support": gettext_noop("经费物资"),
}
ACTIONS: dict[str, str] = {
    "establishing.transfers": gettext_noop("提出党员转接"),
    "establishing.taken_in": gettext_noop("一并接收转接"),
    "establishing.instructor": gettext_noop("指派指导员"),
    "establishing.meeting": gettext_noop("安排第一次党员大会"),
    "establishing.held": gettext_noop("登记第一次党员大会"),
    "site.check": gettext_noop("登记阵地情况"),
    "site.photo_add": gettext_noop("上传阵地照片"),
    "site.photo_remove": gettext_noop("撤回阵地照片"),
    "site_list.set": gettext_noop("调整阵地清单"),
    "site_list.withdraw": gettext_noop("撤回阵地清单"),
    "support.add": gettext_noop("登记经费物资"),
    "support.correct": gettext_noop("更正经费物资"),
    "support.withdraw": gettext_noop("撤回经费物资"),
    "support.use": gettext_noop("登记使用情况"),
}
SUBJECTS: dict[str, str] = {
    "site_list": gettext_noop("阵地清单"),
    "support": gettext_noop("经费物资"),
}
FIELDS: dict[str, str] = {
    "amount": gettext_noop("金额或数量"),
    "found": gettext_noop("现状"),
    "given_on": gettext_noop("到位日期"),
    "item": gettext_noop("项目"),
    "moment": gettext_noop("拍摄时点"),
    "photo": gettext_noop("照片"),
    "replaces": gettext_noop("所更正的一笔"),
    "seen_on": gettext_noop("查看日期"),
    "used": gettext_noop("使用金额或数量"),
    "used_on": gettext_noop("使用日期"),
}
