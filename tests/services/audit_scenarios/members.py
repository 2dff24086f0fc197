"""Members."""

from datetime import date

from tests.factories import TODAY, make_member
from tests.services.audit_scenarios.stage import Deed, Stage, make_branch, one
from tests.services.imports.worlds import NOW
from xgz.rules.members import MemberClass
from xgz.services import members


def member_guest_elsewhere(stage: Stage) -> Deed:
    actor, host = stage.department, make_branch(stage)
    member = make_member(make_branch(stage))
    return Deed(
        lambda: members.set_activity_org(
            actor=actor, member=member, organisation=host, changed_on=TODAY, now=NOW
        ),
        actor,
        one("member.activity", "member", member.public_id),
    )


def member_became_full(stage: Stage) -> Deed:
    actor = stage.department
    member = make_member(
        make_branch(stage), member_class=MemberClass.PROBATIONARY, joined_on=date(2025, 1, 1)
    )
    return Deed(
        lambda: members.change_class(
            actor=actor, member=member, member_class=MemberClass.FULL, changed_on=TODAY, now=NOW
        ),
        actor,
        one("member.member_class", "member", member.public_id),
    )
