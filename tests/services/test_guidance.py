"""The body that guides an organisation is a party of its open cases, the one before no longer."""

import pytest

from tests.factories import TODAY, actor_as
from tests.factories.adjustments import make_adjustment, moment
from tests.factories.closures import answer_reviews, the_district
from tests.factories.elections import make_election
from tests.factories.establishing import make_establishing
from xgz.access.cases import parties_of, reviews_of, visible_cases
from xgz.models import CaseReview
from xgz.rules.adjustments import AdjustmentState
from xgz.rules.cases import Verdict
from xgz.rules.establishing import EstablishingState
from xgz.rules.roles import Role
from xgz.services import organisations

pytestmark = pytest.mark.django_db
MAKERS = {
    "adjustment": make_adjustment,
    "election": lambda: make_election(complete=False),
    "establishing": lambda: make_establishing(state=EstablishingState.RUNNING_IN),
}
GUIDES = {
    "liuquan_office": Role.STATION_HEAD,
    "bureau": Role.BUREAU,
    "association": Role.ASSOCIATION,
}


def change(case, guide):
    organisations.change_guidance(
        actor=actor_as(Role.ORG_DEPT, the_district().org_dept),
        organisation=case.organisation,
        guiding_body=guide,
        changed_on=TODAY,
        now=moment(),
    )


def sees(case, role, body):
    return visible_cases(actor_as(role, body), type(case)).filter(pk=case.pk).exists()


@pytest.mark.parametrize("guide", [*GUIDES, None])
@pytest.mark.parametrize("kind", MAKERS)
def test_who_guides_from_now_on_sees_the_open_case_and_who_did_no_longer(kind, guide):
    district, case = the_district(), MAKERS[kind]()
    assert sees(case, Role.STATION_HEAD, district.qingping_office)
    fresh = getattr(district, guide) if guide else None

    change(case, fresh)

    case.refresh_from_db()
    assert not sees(case, Role.STATION_HEAD, district.qingping_office)
    assert ("guide" in parties_of(case)) is (fresh is not None)
    if fresh is not None:
        assert sees(case, GUIDES[guide], fresh)
    assert case.is_shared


def test_a_case_nobody_guided_gets_the_new_guide_as_a_party():
    case = make_adjustment(opener=Role.TOWNSHIP_COMMITTEE, guiding_body=None)
    office = the_district().qingping_office
    assert not sees(case, Role.STATION_HEAD, office)

    change(case, office)

    case.refresh_from_db()
    assert (case.is_shared, sees(case, Role.STATION_HEAD, office)) == (True, True)


@pytest.mark.parametrize("guide", ["liuquan_office", None])
def test_what_was_asked_of_the_one_before_goes_over_or_is_void(guide):
    case = MAKERS["establishing"]()
    fresh = getattr(the_district(), guide) if guide else None

    change(case, fresh)

    review = reviews_of(case).get()
    assert review.owner_body == fresh
    assert review.verdict == ("" if guide else Verdict.VOID)
    assert CaseReview.objects.filter(closed_at=None).exists() is (guide is not None)


def test_what_was_answered_and_what_has_ended_stays():
    case = MAKERS["establishing"]()
    answer_reviews(case)
    closed = make_adjustment(state=AdjustmentState.DROPPED)
    before = reviews_of(case).get().verdict

    change(case, the_district().bureau)
    change(closed, None)

    assert reviews_of(case).get().verdict == before
    assert sees(closed, Role.STATION_HEAD, the_district().qingping_office)
