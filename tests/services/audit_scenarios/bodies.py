"""Bodies, their accounts and roles, instructors."""

from datetime import date

from tests.factories import TODAY, make_business, make_user
from tests.services.audit_scenarios.stage import Deed, Stage, newest, one
from tests.services.imports.worlds import NOW
from xgz.models import Body, InstructorLink, RoleAssignment, User
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.roles import Role
from xgz.services import bodies


def body_added(stage: Stage) -> Deed:
    actor = stage.actor(Role.SYSTEM_ADMIN)
    return Deed(
        lambda: bodies.add_body(
            actor=actor,
            name="新设所",
            kind=BodyKind.OFFICE,
            line=Line.MARKET,
            parent=stage.district.bureau,
            now=NOW,
        ),
        actor,
        one("body.add", "body", lambda: newest(Body)),
    )


def account_added(stage: Stage) -> Deed:
    actor = stage.operator
    return Deed(
        lambda: bodies.add_account(
            actor=actor, username="newcomer", display_name="新同事", password=None, now=NOW
        ),
        actor,
        one("account.add", "user", lambda: User.objects.get(username="newcomer").public_id),
    )


def role_granted(stage: Stage) -> Deed:
    actor, user = stage.operator, stage.clerk()
    return Deed(
        lambda: bodies.grant_role(
            actor=actor,
            user=user,
            role=Role.SOCIAL_WORK_DEPT,
            body=stage.district.social_work,
            valid_from=TODAY,
            now=NOW,
        ),
        actor,
        one("role.grant", "role_assignment", lambda: newest(RoleAssignment)),
    )


def _instructor(stage: Stage) -> User:
    return make_user(Role.INSTRUCTOR, stage.district.qingping_office)


def instructor_linked(stage: Stage) -> Deed:
    actor, shop = stage.actor(Role.STATION_HEAD), make_business()
    instructor = _instructor(stage)
    return Deed(
        lambda: bodies.link_instructor(
            actor=actor,
            instructor=instructor,
            station=stage.district.qingping_office,
            valid_from=TODAY,
            now=NOW,
            business=shop,
        ),
        actor,
        one("instructor.assign", "instructor_link", lambda: newest(InstructorLink)),
    )


def instructor_link_ended(stage: Stage) -> Deed:
    actor = stage.actor(Role.STATION_HEAD)
    link = InstructorLink.objects.create(
        instructor=_instructor(stage),
        station=stage.district.qingping_office,
        business=make_business(),
        valid_from=date(2025, 1, 1),
    )
    return Deed(
        lambda: bodies.end_instructor_link(actor=actor, link=link, last_day=TODAY, now=NOW),
        actor,
        one("instructor.end", "instructor_link", link.public_id),
    )
