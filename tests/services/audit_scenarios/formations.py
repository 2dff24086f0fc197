"""Forming organisations: the file, and the district's procedure."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.factories import TODAY, actor_as, make_member, make_organisation, make_user
from tests.factories.closures import close_business, make_shop
from tests.factories.formations import actor_of_party, join, make_formation, shops_of
from tests.services.audit_scenarios.stage import Deed, Stage, make_branch, newest, one
from tests.services.imports.worlds import NOW
from xgz.access.actor import clock_actor
from xgz.models import Business, Formation, FormationMember, FormationProcedure, Transfer
from xgz.rules.formation_procedures import PRESETS, Preset
from xgz.rules.formations import Consent, Room
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.services import formations


def _in_the_file(action: str, change: Callable[..., Any], **given: Any) -> Deed:
    case: Formation = given.pop("case", None) or _case()
    actor = actor_of_party(case, "preparer")
    return Deed(
        lambda: change(actor=actor, case=case, now=NOW, **given),
        actor,
        one(f"formation.{action}", "formation", case.public_id),
    )


def _case() -> Formation:
    return make_formation(procedure=None, opener=Role.TOWNSHIP_COMMITTEE, complete=False)


def formation_units_added(stage: Stage) -> Deed:
    return _in_the_file("units", formations.add_units, units=[make_shop(stage.district)])


def formation_unit_taken_out(stage: Stage) -> Deed:
    case = _case()
    return _in_the_file("unit_out", formations.remove_unit, case=case, row=case.units.first())


def formation_talk_recorded(stage: Stage) -> Deed:
    case = _case()
    return _in_the_file(
        "talk",
        formations.record_talk,
        case=case,
        row=case.units.first(),
        talked_on=TODAY,
        consent=Consent.AGREES,
    )


def formation_members_named(stage: Stage) -> Deed:
    member = make_member(make_branch(stage), full_on=date(2010, 1, 1))
    return _in_the_file("members", formations.add_members, members=[member])


def formation_member_taken_out(stage: Stage) -> Deed:
    case = _case()
    row = join(case, make_member(make_branch(stage)))
    return _in_the_file("member_out", formations.remove_member, case=case, row=row)


def formation_secretary_named(stage: Stage) -> Deed:
    case = _case()
    row = join(case, make_member(make_branch(stage)))
    return _in_the_file("secretary", formations.name_secretary, case=case, row=row)


def formation_plan_changed_while_mended(stage: Stage) -> Deed:
    case = _case()
    row = join(case, make_member(make_branch(stage)))
    Formation.objects.filter(pk=case.pk).update(back_to=1)
    actor, done = actor_of_party(case, "preparer"), ("all_again", "secretary")
    return Deed(
        lambda: formations.name_secretary(actor=actor, case=case, row=row, now=NOW),
        actor,
        lambda: [(f"formation.{each}", "formation", case.public_id) for each in done],
    )


def formation_room_set(stage: Stage) -> Deed:
    return _in_the_file("room", formations.set_room, room=Room.OWN, place="二楼")


def formation_instructor_named(stage: Stage) -> Deed:
    instructor = make_user(Role.INSTRUCTOR, stage.district.qingping_office)
    return _in_the_file("instructor", formations.name_instructor, instructor=instructor)


def _waiting_elsewhere(stage: Stage) -> FormationMember:
    make_branch(stage)
    home = make_organisation(stage.district.liuquan)
    return join(_case(), make_member(home))


def formation_transfer_proposed(stage: Stage) -> Deed:
    row = _waiting_elsewhere(stage)
    actor = actor_as(Role.ORG_DEPT, stage.district.org_dept)

    def rows() -> list[Any]:
        transfer = newest(Transfer)
        return [
            ("transfer.open", "transfer", transfer),
            ("formation.transfer", "formation", row.formation.public_id),
        ]

    return Deed(
        lambda: formations.propose_for(actor=actor, row=row, now=NOW),
        actor,
        rows,
    )


def formation_transfer_asked_for(stage: Stage) -> Deed:
    row = _waiting_elsewhere(stage)
    actor = actor_of_party(row.formation, "preparer")
    return Deed(
        lambda: formations.ask_transfer(actor=actor, row=row, now=NOW),
        actor,
        one("formation.ask_transfer", "formation", row.formation.public_id),
    )


def formation_unit_ended(stage: Stage) -> Deed:
    case = _case()
    source = close_business(shops_of(case)[0])
    return Deed(
        lambda: formations.tell_of_ended_units(source=source, today=TODAY, now=NOW),
        clock_actor(TODAY),
        one("formation.unit_ended", "formation", case.public_id),
    )


def formation_unit_back(stage: Stage) -> Deed:
    case = _case()
    shop = shops_of(case)[0]
    formations.tell_of_ended_units(source=close_business(shop), today=TODAY, now=NOW)
    Business.objects.filter(pk=shop.pk).update(status=BusinessStatus.IN_BUSINESS)
    return Deed(
        lambda: formations.take_back_told(today=TODAY, now=NOW),
        clock_actor(TODAY),
        one("formation.unit_back", "formation", case.public_id),
    )


def formation_procedure_set(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: formations.set_procedure(
            actor=actor,
            steps=PRESETS[Preset.THREE_STEPS],
            valid_from=TODAY,
            reason="县委组织部文件",
            now=NOW,
        ),
        actor,
        one("formation_procedure.set", "formation_procedure", lambda: newest(FormationProcedure)),
    )


def formation_procedure_withdrawn(stage: Stage) -> Deed:
    actor = stage.department
    row = formations.set_procedure(
        actor=actor,
        steps=PRESETS[Preset.THREE_STEPS],
        valid_from=TODAY + timedelta(days=1),
        reason="县委组织部文件",
        now=NOW,
    )
    return Deed(
        lambda: formations.withdraw_procedure(actor=actor, procedure=row, now=NOW),
        actor,
        one("formation_procedure.withdraw", "formation_procedure", row.public_id),
    )
