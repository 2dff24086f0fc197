"""Claims that name a phone too often: kept like any other, off the desk, and no clue to anybody (SR-6)."""

from datetime import timedelta

import pytest

from tests.factories import TODAY, actor_as, make_district
from tests.factories.self_reports import ANSWERS, decide_on, hang_poster, make_claim, moment
from xgz.access.self_reports import visible_reports
from xgz.models import ConsentRecord, RefusalDigest, SelfReport
from xgz.queries.self_reports import report_rows
from xgz.rules.roles import Role
from xgz.rules.self_reports import Answers, Channel, ReportAction
from xgz.services.self_reports.removing import handle_not_me, sweep_reports
from xgz.services.self_reports.rights import correct_own, held_by, say_not_me, withdraw_own

pytestmark = pytest.mark.django_db
NOW = moment()
DAY = timedelta(days=1)
MINE, END = "ABCDEFGHJKMN", ANSWERS.phone[-4:]


@pytest.fixture
def poster():
    return hang_poster(make_district().qingping)


@pytest.fixture
def committee(poster):
    return actor_as(Role.TOWNSHIP_COMMITTEE, poster.area)


@pytest.fixture
def of_strangers(poster):
    """The three claims that somebody else sent with the person's phone."""
    return [make_claim(poster, answers=Answers("甄试探", ANSWERS.phone)) for _n in range(3)]


def mine(poster):
    return make_claim(poster, receipt=MINE)


def shown(committee):
    return set(visible_reports(committee))


def test_the_fourth_of_a_day_is_kept_with_its_consent_and_off_the_desk(
    poster, committee, of_strangers
):
    claim = mine(poster)

    assert claim.is_surplus
    assert held_by(MINE, END).report == claim
    assert shown(committee) == set(of_strangers)
    assert {row.alike for row in report_rows(committee, of_strangers)} == {2}
    assert ConsentRecord.objects.filter(report_id=claim.public_id, event="given").exists()
    poster.refresh_from_db()
    assert poster.received == 4


def test_the_next_day_counts_anew(poster, of_strangers):
    assert mine(poster).is_surplus
    later = TODAY + DAY
    assert not make_claim(poster, today=later).is_surplus


@pytest.mark.parametrize(("days", "gone"), [(29, False), (30, True)])
def test_p10_it_is_kept_no_longer_than_others(poster, of_strangers, days, gone):
    mine(poster)
    later = TODAY + days * DAY

    sweep_reports(today=later, now=moment(later))

    assert (held_by(MINE, END) is None) is gone


@pytest.mark.parametrize(
    ("action", "comes"),
    [(ReportAction.DOUBT, True), (ReportAction.DUPLICATE, False), (ReportAction.VERIFY, False)],
)
def test_it_comes_to_the_desk_once_one_of_its_phone_is_not_credible(
    poster, committee, of_strangers, action, comes
):
    claim, after = mine(poster), make_claim(poster)
    other = Answers("钱无名", "13900001111")
    elsewhere = [make_claim(poster, answers=other) for _n in range(4)][-1]

    decide_on(committee, of_strangers[0], action, now=NOW)

    assert (claim in shown(committee)) is comes
    assert not {after, elsewhere} & shown(committee)


def test_its_person_takes_it_back_like_any_other(poster, of_strangers):
    mine(poster)

    assert withdraw_own(held=held_by(MINE, END), today=TODAY, now=NOW)

    assert set(SelfReport.objects.all()) == set(of_strangers)
    assert RefusalDigest.objects.exists()


def test_not_me_takes_it_too(poster, of_strangers):
    mine(poster)
    say_not_me(phone=ANSWERS.phone, words="", now=NOW)

    handle_not_me(today=TODAY, now=NOW)

    assert not SelfReport.objects.exists()


def test_what_the_relay_kept_counts_for_the_day_it_was_sent(poster):
    def fetched(days):
        sent_on = TODAY + days * DAY
        values = {"channel": Channel.RELAY, "consented_at": moment(sent_on), "sent_on": sent_on}
        return make_claim(poster, today=TODAY + 5 * DAY, **values).is_surplus

    assert [fetched(0) for _n in range(4)] == [False, False, False, True]
    assert [fetched(1) for _n in range(4)] == [False, False, False, True]


def test_a_correction_to_another_phone_counts_as_naming_it(poster, committee, of_strangers):
    claim = make_claim(poster, answers=Answers("许一宁", "13900001111"), receipt=MINE)

    corrected = Answers("许一宁", ANSWERS.phone)
    assert correct_own(held=held_by(MINE, "1111"), answers=corrected, today=TODAY, now=NOW)

    claim.refresh_from_db()
    assert (claim.phone, claim.is_surplus) == (ANSWERS.phone, True)
    assert shown(committee) == set(of_strangers)
    assert held_by(MINE, END).report == claim


def test_a_correction_that_keeps_the_phone_counts_for_nothing(poster):
    claim = mine(poster)
    for number in range(5):
        answers = Answers(ANSWERS.name, ANSWERS.phone, f"第{number}支部")
        correct_own(held=held_by(MINE, END), answers=answers, today=TODAY, now=NOW)

    claim.refresh_from_db()
    assert not claim.is_surplus
    assert not make_claim(poster).is_surplus
