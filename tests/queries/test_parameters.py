"""Parameters on a day, their pages, the calendar's page, and what a new value would change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_member,
    make_organisation,
)
from tests.factories.leads import make_lead
from tests.factories.transfers import make_transfer, moment
from xgz.models import CalendarDay, CalendarYear, CaseReview, ParameterValue, StatusEvent
from xgz.queries.organisations import organisation_rows
from xgz.queries.parameter_effects import EffectKind, effect_of
from xgz.queries.parameter_rows import parameter_rows, parameter_values, year_page
from xgz.queries.parameters import parameters_on, work_limits_on
from xgz.queries.worklists import worklist_counts, worklist_query
from xgz.rules.leads import LeadState
from xgz.rules.organisation_warnings import OrgWarning
from xgz.rules.organisations import FormationMode
from xgz.rules.parameters import PARAMETERS, ParameterUnit
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferState
from xgz.rules.worklists import Worklist

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
DAY = timedelta(days=1)
AVERAGE = "organisation.ageing_average"


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def organiser(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


@pytest.fixture
def branch(district):
    """Three people of 60, nobody younger, last met seven months ago, term ending in five."""
    branch = make_organisation(
        district.qingping,
        last_life_on=date(2026, 4, 20),
        term_ends_on=date(2027, 4, 20),
    )
    for month in (1, 2, 3):
        make_member(branch, born_on=date(1966, month, 1))
    return branch


def _value(key, value, valid_from=TODAY, **values):
    return ParameterValue.objects.create(
        key=key, value=value, valid_from=valid_from, reason="依据", entered_at=NOW, **values
    )


def test_a_parameter_stands_with_what_comes_and_what_was(django_assert_num_queries):
    _value(AVERAGE, 58, TODAY - 9 * DAY)
    coming = _value(AVERAGE, 60, TODAY + DAY)
    gone = _value(AVERAGE, 70, TODAY + DAY, withdrawn_at=NOW)
    with django_assert_num_queries(1):
        rows = {row.key: row for row in parameter_rows(TODAY)}

    assert list(rows) == list(PARAMETERS)
    assert (rows[AVERAGE].value, rows[AVERAGE].since) == (58, TODAY - 9 * DAY)
    assert rows[AVERAGE].coming == [coming]
    assert (rows["case.near_days"].value, rows["case.near_days"].since) == (3, None)
    assert [row.value for row in parameter_values(AVERAGE)] in ([70, 60, 58], [60, 70, 58])
    assert gone in parameter_values(AVERAGE)
    assert parameters_on(TODAY + DAY)[AVERAGE] == 60


def test_a_value_of_a_key_no_longer_known_is_passed_over():
    _value("no.such", 1)

    assert "no.such" not in parameters_on(TODAY)


def test_findings_go_by_the_limits_of_their_day(organiser, branch):
    _value(AVERAGE, 61, TODAY)
    (row,) = organisation_rows([branch], organiser, as_at=TODAY - DAY)

    assert OrgWarning.AGEING not in row.warnings
    assert row.limits.ageing_average == 61
    assert row.ageing_then.flagged
    assert worklist_counts(organiser, TODAY).lists[Worklist.AGEING] == 0
    assert worklist_counts(organiser, TODAY - DAY).lists[Worklist.AGEING] == 1


@pytest.mark.parametrize(
    ("key", "kept", "gone", "which"),
    [
        (AVERAGE, 60, 61, Worklist.AGEING),
        ("organisation.young_age", 60, 61, Worklist.AGEING),
        ("organisation.dormant_months", 7, 8, Worklist.NO_LIFE),
        ("organisation.term_notice_months", 5, 4, Worklist.TERMS),
        ("worklist.closure_days", 60, 59, Worklist.CLOSURES),
    ],
)
def test_both_sides_of_each_limit_on_the_lists(organiser, branch, district, key, kept, gone, which):
    """Ages are 60, life lies 7 months and 3 days back, the term ends 4 months and 28 days ahead."""
    shop = make_business(status="cancelled", township=district.qingping)
    StatusEvent.objects.create(
        business=shop, kind="closed", status="cancelled", happened_on=TODAY - 60 * DAY
    )
    make_coverage(branch, business=shop)
    with_kept = work_limits_on(TODAY)
    _value(key, kept)
    assert list(worklist_query(which, organiser, TODAY)) != []
    ParameterValue.objects.all().delete()
    _value(key, gone)

    assert list(worklist_query(which, organiser, TODAY)) == []
    assert list(worklist_query(which, organiser, TODAY, limits=with_kept)) != []


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        (AVERAGE, 61, 1, 0),
        (AVERAGE, 60, 1, 1),
        ("organisation.young_age", 61, 1, 0),
        ("organisation.dormant_months", 8, 1, 0),
        ("organisation.term_notice_months", 4, 1, 0),
    ],
)
def test_the_effect_names_the_organisations_that_leave(
    organiser, branch, key, value, before, after
):
    effect = effect_of(organiser, key, value, TODAY)

    assert (effect.kind, effect.before, effect.after) == (EffectKind.ORGANISATIONS, before, after)
    assert list(effect.leaving) == [branch] * (before - after)
    assert list(effect.joining) == []
    assert not ParameterValue.objects.exists()


def test_the_effect_names_the_organisations_that_join(organiser, branch):
    _value(AVERAGE, 61)
    effect = effect_of(organiser, AVERAGE, 55, TODAY + DAY)

    assert (effect.before, effect.after, list(effect.joining)) == (0, 1, [branch])


@pytest.mark.parametrize(
    ("key", "enough"), [("formation.units_warn", 2), ("formation.members_max", 4)]
)
def test_the_effect_names_the_branches_that_become_too_large(organiser, district, key, enough):
    joint = make_organisation(district.qingping, formation_mode=FormationMode.JOINT)
    for _ in range(2):
        make_coverage(joint, business=make_business())
    for _ in range(4):
        make_member(joint)

    assert list(effect_of(organiser, key, enough, TODAY).joining) == []
    assert list(effect_of(organiser, key, enough - 1, TODAY).joining) == [joint]


def test_the_effect_on_the_list_of_closures_is_counted(organiser, branch, district):
    for days in (30, 100):
        shop = make_business(status="cancelled", township=district.qingping)
        StatusEvent.objects.create(
            business=shop, kind="closed", status="cancelled", happened_on=TODAY - days * DAY
        )
        make_coverage(branch, business=shop)
    effect = effect_of(organiser, "worklist.closure_days", 120, TODAY)

    assert (effect.kind, effect.before, effect.after) == (EffectKind.CLOSURES, 1, 2)


def _review(district, due_on, **values):
    return CaseReview.objects.create(
        **{
            "case_kind": "closure",
            "case_id": f"case{CaseReview.objects.count()}",
            "key": "on_site",
            "state": "verifying",
            "owner_role": Role.STATION_HEAD,
            "owner_body": district.qingping_office,
            "asked_body": district.qingping_office,
            "asked_due_on": due_on,
            "due_on": due_on,
            "opened_at": NOW,
        }
        | values
    )


def test_the_effect_on_lights_counts_open_items(organiser, district):
    for days in (-1, 0, 3, 4, 7, 8):
        _review(district, TODAY + days * DAY)
    effect = effect_of(organiser, "case.near_days", 5, TODAY)

    assert (effect.kind, effect.before, effect.after) == (EffectKind.YELLOW, 2, 4)


def test_the_effect_on_moving_up_counts_what_waited_too_long(organiser, district):
    for days in (0, 7, 8, 20):
        _review(district, TODAY - days * DAY)
    effect = effect_of(organiser, "case.escalate_days", 4, TODAY)

    assert (effect.kind, effect.before, effect.after) == (EffectKind.MOVED_UP, 2, 3)


def test_days_of_a_step_keep_the_dates_already_given(organiser, district):
    _review(district, TODAY)
    _review(district, TODAY, state="deciding")
    effect = effect_of(organiser, "closure.check_days", 9, TODAY)

    assert effect.kind is EffectKind.NEW_DATES
    assert effect.kept == 1


def test_travelling_letters_keep_their_date(organiser, district):
    branch = make_organisation(district.qingping)
    for state in (TransferState.ISSUED, TransferState.SENT_OUT, TransferState.ACCEPTED):
        make_transfer(state=state, from_org=branch, to_org=make_organisation(district.liuquan))
    effect = effect_of(organiser, "transfer.letter_days", 30, TODAY)

    assert (effect.kind, effect.kept) == (EffectKind.LETTERS, 2)


@pytest.mark.parametrize("key", PARAMETERS)
def test_every_parameter_tells_its_effect_and_only_days_tell_of_due_dates(organiser, key):
    parameter = PARAMETERS[key]
    effect = effect_of(organiser, key, parameter.minimum, TODAY)

    is_days = parameter.unit in {ParameterUnit.WORKDAYS, ParameterUnit.DAYS}
    assert is_days or effect.kind is not EffectKind.NEW_DATES


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("formation.units_max", EffectKind.FROM_THEN),
        ("election.quorum_over", EffectKind.FROM_THEN),
        ("self_report.keep_days", EffectKind.FROM_THEN),
        ("lead.join_days", EffectKind.FROM_THEN),
        ("closure.decide_days", EffectKind.NEW_DATES),
        ("closure.check_days", EffectKind.NEW_DATES),
    ],
)
def test_only_days_of_a_step_or_sub_step_tell_of_due_dates(organiser, key, kind):
    assert effect_of(organiser, key, PARAMETERS[key].maximum, TODAY).kind is kind


def test_an_effect_takes_as_many_queries_for_more_organisations(
    organiser, branch, district, django_assert_max_num_queries
):
    for number in range(4):
        make_organisation(district.qingping, name=f"第{number}党支部")
    with django_assert_max_num_queries(5):
        effect_of(organiser, AVERAGE, 60, TODAY)


def test_a_final_year_shows_its_notice(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        page = year_page(2026)
    cells = {
        cell.day: cell for month in page.months for week in month.weeks for cell in week if cell
    }

    assert (page.is_final, page.workdays) == (True, 248)
    assert page.source == "国务院办公厅关于2026年部分节假日安排的通知"
    assert len(cells) == 365
    assert (cells[date(2026, 2, 14)].is_marked, cells[date(2026, 2, 14)].name) == (True, "春节调休")
    assert not cells[date(2026, 2, 21)].is_marked  # a Saturday off is marked by its week already
    assert [(s.name, s.first, s.last) for s in page.spans if s.name == "春节"] == [
        ("春节", date(2026, 2, 15), date(2026, 2, 23))
    ]
    assert {len(week) for month in page.months for week in month.weeks} == {7}


def test_an_unknown_year_shows_weekends_alone():
    page = year_page(2044)

    assert (page.is_final, page.source, page.spans) == (False, "", [])


def test_a_correction_shows_with_its_name():
    notice = CalendarYear.objects.create(year=2027, source="放假通知", entered_at=NOW)
    day = date(2027, 2, 14)
    common = {"day": day, "source": "通知", "entered_at": NOW}
    CalendarDay.objects.create(is_workday=True, name="春节调休", notice=notice, **common)
    entry = CalendarDay.objects.create(is_workday=False, name="停工", **common)
    page = year_page(2027)
    cell = next(
        cell
        for week in page.months[1].weeks
        for cell in week
        if cell is not None and cell.day == day
    )

    assert (page.is_final, page.source) == (True, "放假通知")
    assert (cell.is_workday, cell.is_marked, cell.name, cell.correction) == (
        False,
        True,
        "停工",
        entry,
    )
    assert list(page.corrections) == [entry]


def test_a_shorter_life_of_leads_tells_how_many_go(organiser):
    for days in (29, 30, 59, 60):
        make_lead(now=moment(TODAY - timedelta(days=days)))
    make_lead(state=LeadState.CONFIRMED, now=moment(TODAY - timedelta(days=80)))

    effect = effect_of(organiser, "lead.unconfirmed_days", 30, TODAY)

    assert (effect.kind, effect.before, effect.after) == (EffectKind.LEADS, 1, 3)
