"""Who sees which rounds, rows and counts of surveys (SV-4)."""

from datetime import date

import pytest

from tests.factories import TODAY, actor_as, make_user
from tests.factories.surveys import make_survey
from xgz.access import surveys as access
from xgz.access.actor import actor_for, shell_operator
from xgz.models import RoleAssignment, SurveyRow
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
ROLES = {
    # role: seat, sees the round here / there, counts rows here / there, opens rows here / there
    Role.ORG_DEPT: ("org_dept", "yes yes", "yes yes", "yes yes"),
    Role.BUREAU: ("bureau", "yes yes", "yes yes", "no no"),
    Role.TOWNSHIP_COMMITTEE: ("qingping", "yes no", "yes no", "yes no"),
    Role.STATION_HEAD: ("qingping_office", "yes no", "yes no", "yes no"),
    Role.INSTRUCTOR: ("qingping_office", "no no", "no no", "no no"),  # nobody gave any rows
    Role.SOCIAL_WORK_DEPT: ("social_work", "no no", "no no", "no no"),
    Role.ASSOCIATION: ("association", "no no", "no no", "no no"),
    Role.OWNER: ("qingping_office", "no no", "no no", "no no"),
    Role.SYSTEM_ADMIN: ("administration", "no no", "no no", "no no"),
    Role.SECURITY_ADMIN: ("administration", "no no", "no no", "no no"),
    Role.AUDIT_ADMIN: ("administration", "no no", "no no", "no no"),
}


@pytest.fixture
def here():
    return make_survey(2)


@pytest.fixture
def there():
    return make_survey(2, place="liuquan")


def actor_of(role, seat, survey):
    body = getattr(survey.district, seat)
    links = {"business": survey.rows()[0].business} if role is Role.OWNER else {}
    return actor_as(role, body, **links)


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_what_a_role_sees(here, there, role):
    seat, *expected = ROLES[role]
    actor = actor_of(role, seat, here)
    rounds = set(access.visible_rounds(actor))
    counted = set(access.countable_rows(actor).values_list("round", flat=True))
    opened = set(access.visible_rows(actor).values_list("round", flat=True))

    def found(rows, survey):
        return "yes" if survey in rows else "no"

    assert [
        " ".join(found(rounds, each.round) for each in (here, there)),
        " ".join(found(counted, each.round.pk) for each in (here, there)),
        " ".join(found(opened, each.round.pk) for each in (here, there)),
    ] == expected


def test_no_role_is_forgotten():
    assert set(ROLES) | {Role.BRANCH_SECRETARY, Role.MEMBER} == set(Role)


def test_an_instructor_sees_the_own_rows_alone(here, there):
    own = here.rows()[0]
    SurveyRow.objects.filter(pk=here.rows()[1].pk).update(
        walker=make_user(Role.INSTRUCTOR, here.district.qingping_office)
    )
    actor = here.actor()

    assert list(access.visible_rows(actor)) == [own]
    assert list(access.countable_rows(actor)) == [own]
    assert list(access.answerable_rows(actor)) == [own]
    assert list(access.own_rows(actor)) == [own]
    assert list(access.visible_rounds(actor)) == [here.round]
    assert not access.steerable_rows(actor).exists()


def test_an_instructor_loses_them_with_the_role(here):
    RoleAssignment.objects.filter(user=here.walker).update(valid_to=date(2026, 11, 22))

    actor = actor_for(here.walker, TODAY)

    assert not access.visible_rows(actor).exists()
    assert not access.visible_rounds(actor).exists()


def test_a_station_head_sees_rows_of_the_own_area_and_rounds_it_ordered(here, there):
    row = here.rows()[0]
    row.business.office = here.district.liuquan_office
    row.business.save(update_fields=["office"])
    head = actor_as(Role.STATION_HEAD, here.district.qingping_office)

    assert list(access.visible_rows(head)) == [here.rows()[1]]
    assert row not in access.countable_rows(head)


def test_a_station_head_who_walks_too_answers_by_either_role(here, there):
    head = make_user(Role.STATION_HEAD, here.district.qingping_office)
    RoleAssignment.objects.create(
        user=head,
        role=Role.INSTRUCTOR,
        body=here.district.liuquan_office,
        valid_from=date(2026, 1, 1),
    )
    given = there.rows()[0]
    SurveyRow.objects.filter(pk=given.pk).update(walker=head)

    actor = actor_for(head, TODAY)

    assert set(access.answerable_rows(actor)) == {*here.rows(), given}
    assert list(access.own_rows(actor)) == [given]


def test_the_shell_operator_sees_all(here, there):
    operator = shell_operator(TODAY)

    assert access.visible_rounds(operator).count() == 2
    assert access.visible_rows(operator).count() == 4


@pytest.mark.parametrize(
    ("role", "seat", "offices"),
    [
        (Role.ORG_DEPT, "org_dept", 2),
        (Role.TOWNSHIP_COMMITTEE, "qingping", 2),
        (Role.STATION_HEAD, "qingping_office", 1),
        (Role.INSTRUCTOR, "qingping_office", 0),
    ],
)
def test_who_can_be_sent(here, role, seat, offices):
    """Two offices serve the township here; a head sends the own people."""
    here.district.liuquan_office.area.add(here.district.qingping)
    other = make_user(Role.INSTRUCTOR, here.district.liuquan_office)
    make_user(Role.INSTRUCTOR, here.district.bureau)
    actor = actor_as(role, getattr(here.district, seat))

    found = access.walkers_for(actor, here.district.qingping)

    people = {row.user for row in found}
    assert here.walker in people or offices == 0
    assert (other in people) is (offices == 2)
    assert len({row.body_id for row in found}) == offices
