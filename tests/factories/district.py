"""Two townships, two offices, a bureau, an association: enough to be inside or outside a scope."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from xgz.access.actor import Actor, actor_for
from xgz.models import Body, RoleAssignment, User, sealing
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.roles import Role, check_place

TODAY = date(2026, 11, 23)
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class District:
    org_dept: Body
    social_work: Body
    bureau: Body
    association: Body
    qingping: Body
    liuquan: Body
    qingping_office: Body
    liuquan_office: Body
    administration: Body


def make_district() -> District:
    """Make the bodies of a small district; organisations hang below them in tests."""
    org_dept = _body("县委组织部", BodyKind.ORG_DEPT, Line.ORGANIZATION, "00001")
    social = _body("县委社会工作部", BodyKind.SOCIAL_WORK_DEPT, Line.ORGANIZATION, "00002")
    bureau = _body("县市场监督管理局", BodyKind.BUREAU, Line.MARKET, "00003")
    association = _body("县个私协会", BodyKind.ASSOCIATION, Line.ASSOCIATION, "00004")
    administration = _body("系统管理", BodyKind.ADMINISTRATION, Line.ORGANIZATION, "00005")
    qingping = _body("清平镇党委", BodyKind.TOWNSHIP, Line.ORGANIZATION, "0000100001", org_dept)
    liuquan = _body("柳泉镇党委", BodyKind.TOWNSHIP, Line.ORGANIZATION, "0000100002", org_dept)
    qingping_office = _body("清平所", BodyKind.OFFICE, Line.MARKET, "0000300001", bureau)
    liuquan_office = _body("柳泉所", BodyKind.OFFICE, Line.MARKET, "0000300002", bureau)
    qingping_office.area.add(qingping)
    liuquan_office.area.add(liuquan)
    return District(
        org_dept,
        social,
        bureau,
        association,
        qingping,
        liuquan,
        qingping_office,
        liuquan_office,
        administration,
    )


def seat_of(role: Role, district: District) -> Body:
    """Return the body of the district where the role is held; members and owners sit in 清平镇.

    A branch secretary needs an organisation's own body and has no seat here (KeyError).
    """
    return {
        Role.ORG_DEPT: district.org_dept,
        Role.SOCIAL_WORK_DEPT: district.social_work,
        Role.BUREAU: district.bureau,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
        Role.STATION_HEAD: district.qingping_office,
        Role.INSTRUCTOR: district.qingping_office,
        Role.ASSOCIATION: district.association,
        Role.MEMBER: district.qingping,
        Role.OWNER: district.qingping,
        Role.SYSTEM_ADMIN: district.administration,
        Role.SECURITY_ADMIN: district.administration,
        Role.AUDIT_ADMIN: district.administration,
    }[role]


def make_user(role: Role, body: Body, **links: Any) -> User:
    """Return a new user holding `role` at `body` since 2020; links: member, business, market."""
    check_place(role, BodyKind(body.kind))
    number = next(_numbers)
    user = User(username=f"user{number}")
    user.display_name_sealed = sealing.seal("user.display_name", user.public_id, f"用户{number}")
    user.save()
    RoleAssignment.objects.create(
        user=user, role=role, body=body, valid_from=date(2020, 1, 1), **links
    )
    return user


def actor_as(role: Role, body: Body, today: date = TODAY, **links: Any) -> Actor:
    """Return the actor of a new user holding `role` at `body`."""
    return actor_for(make_user(role, body, **links), today)


def _body(name: str, kind: BodyKind, line: Line, path: str, parent: Body | None = None) -> Body:
    return Body.objects.create(name=name, kind=kind, line=line, path=path, parent=parent)
