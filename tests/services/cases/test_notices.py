"""Notices: who is told of what, signing once per seat, lapsing (NT-1, RS-1)."""

from datetime import timedelta

import pytest

from tests.factories import TODAY, make_district, make_user
from tests.factories.closures import make_closure
from tests.sample_kind.factories.errands import make_errand, seats_of
from tests.sample_kind.rules.errands import ErrandAction, ErrandState
from tests.sample_kind.services.errands import ACTIONS
from tests.services.cases.kinds import again, holder, moment
from xgz.access.actor import NotPermitted, actor_for, clock_actor, shell_operator
from xgz.access.cases import visible_notices
from xgz.models import AuditEntry, Notice, RoleAssignment
from xgz.rules.closures import ClosureState
from xgz.rules.notices import NoticeKind
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services.cases.notices import sign_notice
from xgz.services.cases.owning import urge

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def notice(district):
    """An urging of 清平镇, which has an errand in draft."""
    case = make_errand(district=district)
    urge(actor=holder(seats_of(district)["doer"]), case=case, now=moment(), text="请尽快提交")
    return Notice.objects.get(kind=NoticeKind.URGED)


def test_the_seat_signs_once_and_the_first_one_counts(district, notice):
    first, second = (holder(seats_of(district)["asker"]) for _ in range(2))

    assert sign_notice(actor=first, notice=notice, now=moment())
    assert not sign_notice(actor=second, notice=notice, now=moment() + timedelta(hours=1))

    notice.refresh_from_db()
    assert (notice.signed_by, notice.signed_at) == (first.user, moment())
    audited = AuditEntry.objects.filter(action="notice.sign", subject_id=notice.public_id)
    assert audited.count() == 1


def test_a_stranger_to_the_seat_does_not_sign(district, notice):
    strangers = [holder(seats_of(district)[party]) for party in ("doer", "checker", "adviser")]
    strangers += [
        holder(Seat(Role.TOWNSHIP_COMMITTEE, district.liuquan.pk)),
        actor_for(make_user(Role.SECURITY_ADMIN, district.administration), TODAY),
        clock_actor(TODAY),
        shell_operator(TODAY),
    ]

    for actor in strangers:
        with pytest.raises(NotPermitted):
            sign_notice(actor=actor, notice=notice, now=moment())

    notice.refresh_from_db()
    assert notice.signed_at is None


def test_an_empty_seat_is_answered_from_above(district, notice):
    """Nobody sits in 清平镇, so the organization department has its notices (CS-4)."""
    above = holder(Seat(Role.ORG_DEPT, district.org_dept.pk))
    assert notice in visible_notices(above)

    assert sign_notice(actor=above, notice=notice, now=moment())

    assert notice in visible_notices(above)


def test_a_notice_signed_meanwhile_is_no_refusal_to_whoever_lost_sight_of_it(district, notice):
    """Two above look at the notice of an empty seat; one signs, and somebody takes the seat."""
    first, second = (holder(Seat(Role.ORG_DEPT, district.org_dept.pk)) for _ in range(2))
    sign_notice(actor=first, notice=notice, now=moment())
    assert notice not in visible_notices(second)

    assert not sign_notice(actor=second, notice=notice, now=moment())


def test_a_seat_that_is_held_keeps_its_notices(district, notice):
    holder(seats_of(district)["asker"])
    above = holder(Seat(Role.ORG_DEPT, district.org_dept.pk))

    assert notice not in visible_notices(above)


def test_whoever_left_the_seat_sees_no_more_of_what_was_signed(district, notice):
    """A signed notice would go on telling where the case stands."""
    actor = holder(seats_of(district)["asker"])
    sign_notice(actor=actor, notice=notice, now=moment())
    RoleAssignment.objects.filter(user=actor.user).update(valid_to=TODAY)
    later = actor_for(actor.user, TODAY + timedelta(days=1))

    assert list(visible_notices(later)) == []


def test_a_lapsed_notice_is_not_signed(district, notice):
    asker = holder(seats_of(district)["asker"])
    case = again(make_errand(district=district))
    Notice.objects.filter(pk=notice.pk).update(lapsed_at=moment())

    assert not sign_notice(actor=asker, notice=notice, now=moment())
    assert case.is_open


def test_words_to_a_seat_are_sealed(notice):
    assert "请尽快提交" not in str(Notice.objects.filter(pk=notice.pk).values_list().get())
    assert notice.text == "请尽快提交"


def test_opening_informs_and_closing_files_with_whom_the_table_names():
    """The table's defaults: the social work department is told, the organization one files.

    The station, a party that did not close the case, is told that it is closed (NT-3).
    """
    closure = make_closure(state=ClosureState.DONE)
    of_this = Notice.objects.filter(case_id=closure.public_id).order_by("pk")

    assert [each.role for each in of_this.filter(kind=NoticeKind.INFORMED)] == [
        Role.SOCIAL_WORK_DEPT,
        Role.STATION_HEAD,
    ]
    assert [each.role for each in of_this.filter(kind=NoticeKind.FILED)] == [Role.ORG_DEPT]


def test_information_stays_when_the_case_moves_on(district):
    closure = make_closure(state=ClosureState.DONE)

    informed = Notice.objects.filter(case_id=closure.public_id, kind=NoticeKind.INFORMED)

    assert informed.count() == 2
    assert not informed.filter(lapsed_at__isnull=False).exists()


def test_a_step_takes_back_only_what_nobody_signed(district):
    case = make_errand(district=district)
    urge(actor=holder(seats_of(district)["doer"]), case=case, now=moment())
    signed = Notice.objects.get(kind=NoticeKind.URGED)
    asker = holder(seats_of(district)["asker"])
    sign_notice(actor=asker, notice=signed, now=moment())
    urge(actor=holder(Seat(Role.ORG_DEPT, district.org_dept.pk)), case=case, now=moment())

    ACTIONS[ErrandAction.HAND_IN](case=again(case), actor=asker, now=moment())

    lapsed = {each.pk: each.lapsed_at is not None for each in Notice.objects.filter(kind="urged")}
    assert lapsed.pop(signed.pk) is False
    assert list(lapsed.values()) == [True]
    assert again(case).state == ErrandState.DOING
