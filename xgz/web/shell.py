"""The frame around every page: menu of the rooms a role may enter, unit, person."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access import clock
from xgz.access.actor import Actor, may
from xgz.access.audit import hears_alarms
from xgz.models import sealing
from xgz.models.bodies import ROLE_LABELS
from xgz.queries.audit import alarm_now
from xgz.rules.roles import Resource
from xgz.web.desk import desk_of

_Opening = Resource | str | tuple[Resource | str, ...] | None
# section, room, url name, resource or action that opens it (one of several; None: everybody)
_ROOMS: tuple[tuple[str, str, str, _Opening], ...] = (
    (gettext_noop("台账"), gettext_noop("经营主体"), "business-list", Resource.BUSINESS),
    (gettext_noop("台账"), gettext_noop("专业市场"), "market-list", Resource.MARKET),
    (gettext_noop("台账"), gettext_noop("党组织"), "organisation-list", Resource.ORGANISATION),
    (gettext_noop("台账"), gettext_noop("阵地"), "site-list", Resource.ORGANISATION),
    (gettext_noop("台账"), gettext_noop("党员"), "member-list", Resource.MEMBER),
    (gettext_noop("台账"), gettext_noop("工作清单"), "worklists", Resource.COVERAGE),
    # An organisation from its plan to its end, then what is written about it.
    (gettext_noop("组织建设"), gettext_noop("联合支部规划"), "plan-list", "planning.plan"),
    (gettext_noop("组织建设"), gettext_noop("组建党组织"), "formation-list", Resource.COVERAGE),
    (gettext_noop("组织建设"), gettext_noop("成立落实"), "establishing-list", Resource.COVERAGE),
    (
        gettext_noop("组织建设"),
        gettext_noop("换届选举"),
        "election-list",
        (Resource.COVERAGE, "election.open"),
    ),
    (gettext_noop("组织建设"), gettext_noop("主体退出"), "closure-list", Resource.COVERAGE),
    (gettext_noop("组织建设"), gettext_noop("组织调整"), "adjustment-list", Resource.COVERAGE),
    (gettext_noop("组织建设"), gettext_noop("发文登记"), "paper-register", Resource.COVERAGE),
    (gettext_noop("找与转"), gettext_noop("找党员（线索）"), "lead-list", "lead.open"),
    (gettext_noop("找与转"), gettext_noop("找党员进展"), "lead-funnel", "lead.funnel"),
    (gettext_noop("找与转"), gettext_noop("摸排"), "survey-list", Resource.SURVEY),
    (gettext_noop("找与转"), gettext_noop("自主报到"), "self_report-list", Resource.SELF_REPORT),
    (gettext_noop("找与转"), gettext_noop("关系转接"), "transfer-list", Resource.MEMBER),
    (gettext_noop("找与转"), gettext_noop("人员比对"), "matching-list", "matching.run"),
    (gettext_noop("找与转"), gettext_noop("申报与名册核对"), "owner-lists", "matching.lists"),
    (gettext_noop("找与转"), gettext_noop("比对通报"), "matching-notices", "matching.hear"),
    (gettext_noop("督办与协同"), gettext_noop("责任表"), "responsibility-list", None),
    (gettext_noop("督办与协同"), gettext_noop("查看记录"), "reveal-watch", "reveal.watch"),
    (gettext_noop("数据"), gettext_noop("统计与台账"), "coverage", Resource.COVERAGE),
    (gettext_noop("数据"), gettext_noop("统计快照"), "snapshot-list", Resource.COVERAGE),
    (gettext_noop("数据"), gettext_noop("导入导出"), "import-list", Resource.IMPORT),
    (gettext_noop("数据"), gettext_noop("我的报表"), "report-list", Resource.LEDGER),
    (gettext_noop("数据"), gettext_noop("导出审批"), "export_approval-list", "member.export"),
    (gettext_noop("系统"), gettext_noop("规则与参数"), "rulebook", None),
    (gettext_noop("系统"), gettext_noop("文书模板"), "paper-templates", "paper_template.see"),
    (gettext_noop("系统"), gettext_noop("机构与岗位"), "body-list", Resource.BODY),
    (gettext_noop("系统"), gettext_noop("账号"), "account-list", Resource.ROLE),
    (gettext_noop("系统"), gettext_noop("待确认授权"), "request-list", Resource.ROLE),
    (gettext_noop("系统"), gettext_noop("系统状态"), "system-status", Resource.SYSTEM),
    (gettext_noop("系统"), gettext_noop("审计日志"), "audit-list", Resource.AUDIT),
    (gettext_noop("系统"), gettext_noop("备份"), "backup-list", Resource.SYSTEM),
    (gettext_noop("系统"), gettext_noop("大量查看提醒"), "reveal-alarms", "sighting.watch"),
    (gettext_noop("系统"), gettext_noop("权限表"), "permission-table", None),
)


@dataclass(frozen=True, slots=True)
class Room:
    label: str
    url: str
    current: bool


def owner_mark(actor: Actor) -> str:
    """Return by which a phone knows its person again, "" for nobody: a keyed digest (SV-5)."""
    return sealing.digest("survey.owner", actor.user.public_id)[:12] if actor.user else ""


def shell_context(request: HttpRequest) -> dict[str, object]:
    """Return the frame's values for templates: unit, roles, menu, demo banner."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or actor.user is None:
        return {}
    home = _address("home")
    desk = desk_of(request, actor)
    inbox = _address("inbox")
    return {
        "badges": desk.counts if desk else None,
        "inbox_room": Room(_("待办事项"), inbox, request.path.startswith(inbox)),
        "owner_mark": owner_mark(actor),
        "is_demo_site": actor.user.is_demo,
        "unit": actor.grants[0].body_name if actor.grants else _("未分配岗位"),
        "role_names": [_(ROLE_LABELS[grant.role]) for grant in actor.grants],
        "menu": _menu(actor, request.path),
        "home_room": Room(_("工作台"), home, request.path == home),
        "audit_alarm": alarm_now(clock.now()) if hears_alarms(actor) else None,
        "may_audit": actor.reaches(Resource.AUDIT),
    }


@cache
def _address(name: str) -> str:
    """Return the address of a room; it stays the same while the process lives."""
    return reverse(name)


def _opens(actor: Actor, by: _Opening) -> bool:
    if isinstance(by, tuple):
        return any(_opens(actor, each) for each in by)
    if isinstance(by, Resource):
        return actor.reaches(by)
    return by is None or may(actor, by)


def _menu(actor: Actor, path: str) -> dict[str, list[Room]]:
    rooms = [
        (section, label, _address(name))
        for section, label, name, resource in _ROOMS
        if _opens(actor, resource)
    ]
    # The longest address the path lies under: /bodies/permissions/ lies under /bodies/ too.
    here = max((url for *_words, url in rooms if path.startswith(url)), key=len, default="")
    menu: dict[str, list[Room]] = {}
    for section, label, url in rooms:
        menu.setdefault(_(section), []).append(Room(_(label), url, url == here))
    return menu
