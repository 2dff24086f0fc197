"""Columns of the business list on screen."""

from django.utils.translation import gettext as _

from xgz.web.lists import Column


def columns(*, with_phone: bool) -> list[Column]:
    """Return the columns on screen; with_phone: whether the reader has a column of phones."""
    phone = [Column("phone", _("联系电话"), off_phone=True)] if with_phone else []
    return [
        Column("name", _("名称"), ("name", "pk")),
        Column("code", _("统一社会信用代码"), ("credit_code", "pk"), off_phone=True),
        Column("kind", _("类型"), ("kind", "pk"), minor=True),
        Column("status", _("登记状态"), ("status", "pk")),
        Column("coverage", _("覆盖情况")),
        Column("township", _("乡镇"), ("township__path", "pk"), off_phone=True),
        Column("staff", _("从业"), ("staff", "pk"), numeric=True, minor=True),
        *phone,
        Column("office", _("管辖单位"), ("office__path", "pk"), minor=True),
        Column("instructor", _("指导员"), off_phone=True),
        Column("newest", _("最近登记变化"), off_phone=True),
    ]
