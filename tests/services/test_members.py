"""Services of members: steps, reasons, dates, who may, and history that stays."""

from datetime import UTC, date, datetime

import pytest

from tests.factories import actor_as, make_district, make_member, make_organisation, seat_of
from xgz.access.actor import NotPermitted
from xgz.models import AuditEntry, Member
from xgz.rules.members import (
    ClassStepNotAllowed,
    MemberClass,
    MembershipStatus,
    ProbationNotOver,
)
from xgz.rules.organisations import OrgState
from xgz.rules.roles import ACTIONS, Role
from xgz.services import members
from xgz.services.organisations import ChangedMeanwhile, DateNotAllowed, OrganisationNotActive

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
DAY = date(2026, 11, 1)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def branch(district):
    return make_organisation(district.qingping)


@pytest.fixture
def township(district):
    return actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)


def _status(actor, member, **values):
    members.change_status(
        **{
            "actor": actor,
            "member": member,
            "status": MembershipStatus.LOST_CONTACT,
            "reason": "查找六个月未果",
            "changed_on": DAY,
            "now": NOW,
        }
        | values
    )


def _class(actor, member, member_class, day=DAY):
    members.change_class(
        actor=actor, member=member, member_class=member_class, changed_on=day, now=NOW
    )


def _activity(actor, member, organisation, day=DAY):
    members.set_activity_org(
        actor=actor, member=member, organisation=organisation, changed_on=day, now=NOW
    )


def test_a_status_change_keeps_what_was_before(branch, township):
    member = make_member(branch)

    _status(township, member)

    event = member.events.get()
    assert Member.objects.get(pk=member.pk).status == MembershipStatus.LOST_CONTACT
    assert (event.field, event.before, event.after, event.reason) == (
        "status",
        "normal",
        "lost_contact",
        "查找六个月未果",
    )
    assert AuditEntry.objects.get().action == "member.status"


def test_a_status_change_needs_its_reason(branch, township):
    with pytest.raises(members.ReasonMissing):
        _status(township, make_member(branch), reason="  ")


def test_the_same_status_changes_nothing(branch, township):
    with pytest.raises(members.NothingChanges):
        _status(township, make_member(branch), status=MembershipStatus.NORMAL)


@pytest.mark.parametrize(
    ("day", "refused"), [(date(2026, 11, 23), False), (date(2026, 11, 24), True)]
)
def test_a_decision_is_not_dated_in_the_future(branch, township, day, refused):
    member = make_member(branch)
    if refused:
        with pytest.raises(DateNotAllowed):
            _status(township, member, changed_on=day)
    else:
        _status(township, member, changed_on=day)

    assert member.events.count() == (0 if refused else 1)


def test_a_row_changed_meanwhile_is_left_alone(branch, township):
    member = make_member(branch)
    Member.objects.filter(pk=member.pk).update(status=MembershipStatus.DECEASED)

    with pytest.raises(ChangedMeanwhile):
        _status(township, member)

    assert member.events.count() == 0


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OWNER}))
def test_only_roles_with_the_action_change_members(district, branch, role):
    member = make_member(branch)
    links = {Role.MEMBER: {"member": member}}.get(role, {})
    in_branch = role in {Role.BRANCH_SECRETARY, Role.MEMBER}
    body = branch.body if in_branch else seat_of(role, district)
    actor = actor_as(role, body, **links)

    if "member.change" in ACTIONS[role]:
        _status(actor, member)
    else:
        with pytest.raises(NotPermitted):
            _status(actor, member)

    assert member.events.count() == ("member.change" in ACTIONS[role])


def test_a_host_township_does_not_change_the_status_of_a_guest(district, branch, township):
    guest = make_member(make_organisation(district.liuquan), activity_org=branch)

    with pytest.raises(NotPermitted):
        _status(township, guest)


def test_a_second_role_lends_no_right_over_the_rows_of_the_first(district, township):
    """A township official who is secretary of a branch elsewhere may look there, not change."""
    elsewhere = make_organisation(district.liuquan)
    member = make_member(elsewhere)
    township.user.role_assignments.create(
        role=Role.BRANCH_SECRETARY, body=elsewhere.body, valid_from=date(2020, 1, 1)
    )

    with pytest.raises(NotPermitted):
        _status(township, member)


def test_becoming_probationary_sets_the_day_of_joining(branch, township):
    member = make_member(branch, member_class=MemberClass.DEVELOPMENT_TARGET)

    _class(township, member, MemberClass.PROBATIONARY)

    member.refresh_from_db()
    assert (member.member_class, member.joined_on) == ("probationary", DAY)


@pytest.mark.parametrize(
    ("day", "refused"), [(date(2026, 11, 2), True), (date(2026, 11, 3), False)]
)
def test_probation_lasts_a_year(branch, township, day, refused):
    member = make_member(branch, member_class=MemberClass.PROBATIONARY, joined_on=date(2025, 11, 3))
    if refused:
        with pytest.raises(ProbationNotOver):
            _class(township, member, MemberClass.FULL, day)
    else:
        _class(township, member, MemberClass.FULL, day)

    member.refresh_from_db()
    assert (member.full_on == day) is not refused


def test_an_applicant_does_not_become_full_in_one_step(branch, township):
    with pytest.raises(ClassStepNotAllowed):
        _class(township, make_member(branch, member_class=MemberClass.APPLICANT), MemberClass.FULL)


def test_taking_part_elsewhere_leaves_the_relation_and_writes_dated_links(
    district, branch, township
):
    host = make_organisation(district.qingping)
    other = make_organisation(district.qingping)
    member = make_member(branch)

    _activity(township, member, host, date(2026, 10, 1))
    _activity(township, member, other, DAY)
    _activity(township, member, None, date(2026, 11, 20))

    member.refresh_from_db()
    links = member.links.order_by("valid_from").values_list(
        "kind", "organisation", "valid_from", "valid_to"
    )
    assert (member.formal_org_id, member.activity_org_id) == (branch.pk, None)
    assert list(links) == [
        ("activity", host.pk, date(2026, 10, 1), date(2026, 10, 31)),
        ("activity", other.pk, DAY, date(2026, 11, 19)),
    ]


def test_nobody_is_a_guest_at_home(branch, township):
    with pytest.raises(members.NothingChanges):
        _activity(township, make_member(branch), branch)


def test_leaving_no_activity_changes_nothing(branch, township):
    with pytest.raises(members.NothingChanges):
        _activity(township, make_member(branch), None)


def test_a_host_out_of_scope_is_refused(district, branch, township):
    with pytest.raises(NotPermitted):
        _activity(township, make_member(branch), make_organisation(district.liuquan))


def test_an_unconfirmed_host_is_refused(district, branch, township):
    host = make_organisation(district.qingping, state=OrgState.UNCONFIRMED)

    with pytest.raises(OrganisationNotActive):
        _activity(township, make_member(branch), host)
