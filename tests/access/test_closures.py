"""Who sees a case of a closed business; members alone stay inside the organization line (CB-5)."""

from datetime import date

import pytest

from tests.factories import TODAY, actor_as, make_organisation, make_user
from tests.factories.closures import NOW, committee_of, make_closure, the_district
from xgz.access.actor import actor_for
from xgz.access.cases import visible_cases, visible_notices
from xgz.access.closures import target_organisations, visible_closures
from xgz.models import CaseReview, Closure, Notice, Responsibility, RoleAssignment
from xgz.queries.inbox import inbox_rows
from xgz.queries.responsibilities import responsible_seats
from xgz.rules.bodies import Line
from xgz.rules.closures import ClosureOption
from xgz.rules.organisations import FormationMode, OrgState
from xgz.rules.responsibilities import MatterDuty
from xgz.rules.roles import Role
from xgz.services import closures

pytestmark = pytest.mark.django_db
MARKET_LINE = [
    (Role.BUREAU, "bureau"),
    (Role.STATION_HEAD, "qingping_office"),
    (Role.INSTRUCTOR, "qingping_office"),
    (Role.ASSOCIATION, "association"),
]


def _at(role, seat):
    return actor_as(role, getattr(the_district(), seat))


def _tell_everybody():
    """Let the responsibility table name the market line and the association everywhere."""
    for duty in (MatterDuty.GUIDES, MatterDuty.FILED, MatterDuty.INFORMED):
        for role in (Role.BUREAU, Role.STATION_HEAD, Role.ASSOCIATION, Role.SOCIAL_WORK_DEPT):
            Responsibility.objects.create(
                matter="closure",
                duty=duty,
                role=role,
                valid_from=date(2020, 1, 1),
                entered_at=NOW,
            )


def _sees(actor, case):
    return visible_closures(actor).filter(pk=case.pk).exists()


class TestWhoSees:
    @pytest.mark.parametrize(
        ("role", "seat", "sees"),
        [
            (Role.ORG_DEPT, "org_dept", True),
            (Role.SOCIAL_WORK_DEPT, "social_work", True),
            (Role.TOWNSHIP_COMMITTEE, "qingping", True),
            (Role.TOWNSHIP_COMMITTEE, "liuquan", False),
            (Role.STATION_HEAD, "qingping_office", True),
            (Role.STATION_HEAD, "liuquan_office", False),
            (Role.BUREAU, "bureau", True),
            (Role.INSTRUCTOR, "qingping_office", False),
            (Role.ASSOCIATION, "association", False),
            (Role.SYSTEM_ADMIN, "administration", False),
        ],
    )
    def test_of_a_branch_the_office_guides(self, role, seat, sees):
        case = make_closure()

        assert _sees(_at(role, seat), case) is sees

    def test_an_instructor_who_was_handed_the_look_on_the_spot(self):
        case = make_closure()
        instructor = _at(Role.INSTRUCTOR, "qingping_office")
        CaseReview.objects.update(assignee=instructor.user)

        assert _sees(instructor, case)


class TestMembersAlone:
    @pytest.mark.parametrize(("role", "seat"), MARKET_LINE)
    @pytest.mark.parametrize("guided", ["members", "association"])
    def test_stay_inside_whatever_the_table_says(self, role, seat, guided):
        _tell_everybody()
        case = (
            make_closure(with_branch=False)
            if guided == "members"
            else make_closure(guiding_body=the_district().association)
        )
        closures.dismiss(case=case, actor=committee_of(case), now=NOW, opinion="经核实")
        actor = _at(role, seat)

        assert not _sees(actor, case)
        assert not visible_cases(actor, Closure).exists()
        assert not visible_notices(actor).exists()
        assert list(inbox_rows(actor)) == []
        assert {Notice.objects.get(pk=n.pk).role for n in Notice.objects.all()} == {
            Role.SOCIAL_WORK_DEPT
        }

    def test_nobody_outside_stands_in_the_strip(self):
        _tell_everybody()
        case = make_closure(with_branch=False)
        shared = make_closure()

        assert {seat.line for seat in responsible_seats(case, TODAY)} == {Line.ORGANIZATION}
        assert Line.MARKET in {seat.line for seat in responsible_seats(shared, TODAY)}

    @pytest.mark.parametrize(
        ("role", "seat"),
        [
            (Role.ORG_DEPT, "org_dept"),
            (Role.SOCIAL_WORK_DEPT, "social_work"),
            (Role.TOWNSHIP_COMMITTEE, "qingping"),
        ],
    )
    def test_are_seen_by_the_organization_line(self, role, seat):
        assert _sees(_at(role, seat), make_closure(with_branch=False))

    def test_a_notice_that_slipped_out_shows_nothing(self):
        case = make_closure(with_branch=False)
        station = _at(Role.STATION_HEAD, "qingping_office")
        Notice.objects.create(
            case_kind="closure",
            case_id=case.public_id,
            kind="informed",
            role=Role.STATION_HEAD,
            body=the_district().qingping_office,
            made_at=NOW,
        )

        assert not _sees(station, case)

    def test_who_has_a_seat_on_each_line_sees_by_the_inner_one(self):
        case = make_closure(with_branch=False)
        user = make_user(Role.STATION_HEAD, the_district().qingping_office)
        RoleAssignment.objects.create(
            user=user,
            role=Role.TOWNSHIP_COMMITTEE,
            body=the_district().qingping,
            valid_from=date(2020, 1, 1),
        )

        assert _sees(actor_for(user, TODAY), case)


class TestTargets:
    def test_members_go_to_any_active_one_a_merger_to_one_in_reach(self):
        case = make_closure()
        district = the_district()
        here, there = (make_organisation(place) for place in (district.qingping, district.liuquan))
        make_organisation(district.qingping, state=OrgState.UNCONFIRMED)
        actor = committee_of(case)

        going = target_organisations(actor, case, ClosureOption.RE_HOME)
        merging = target_organisations(actor, case, ClosureOption.MERGE)

        assert set(going) == {here, there}
        assert set(merging) == {here}

    def test_a_case_without_a_branch_excludes_none(self):
        case = make_closure(with_branch=False)
        branch = case.business.roster_rows.get().member.formal_org

        assert branch in target_organisations(committee_of(case), case, ClosureOption.RE_HOME)


def test_a_wide_organisation_guided_by_the_bureau_is_shared():
    case = make_closure(
        guiding_body=the_district().bureau, formation_mode=FormationMode.JOINT, workers=1
    )

    assert _sees(_at(Role.BUREAU, "bureau"), case)
