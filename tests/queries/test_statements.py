"""What is kept of a statement are its words: every answer is a new one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    actor_as,
    make_business,
    make_district,
    make_market,
    make_member,
    make_organisation,
    make_report,
    make_stall,
)
from tests.factories.closures import make_closure
from tests.factories.district import TODAY
from xgz.models import Business
from xgz.queries import statements
from xgz.queries.coverage import coverage_report
from xgz.queries.inbox import inbox_counts
from xgz.queries.operating import Day
from xgz.queries.parameters import work_limits_on
from xgz.queries.statements import Statement, kept, rows_of, statement_of
from xgz.queries.worklists import READ_WHILE_BUILT, worklist_count, worklist_counts, worklists_of
from xgz.rules.coverage import Figure, FigureKind
from xgz.rules.registration import BusinessKind, BusinessStatus
from xgz.rules.roles import Role
from xgz.rules.worklists import Worklist

pytestmark = pytest.mark.django_db
ROLES = [Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE, Role.BUREAU, Role.STATION_HEAD]


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch):
    monkeypatch.setattr(statements, "_kept", statements._Kept())


@pytest.fixture
def district():
    return make_district()


def seats(district):
    return {
        Role.ORG_DEPT: district.org_dept,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
        Role.BUREAU: district.bureau,
        Role.STATION_HEAD: district.qingping_office,
    }


def shop(district, **values):
    return make_business(
        township=district.qingping,
        office=district.qingping_office,
        kind=BusinessKind.SMALL_MICRO_ENTERPRISE,
        status=BusinessStatus.IN_BUSINESS,
        staff=3,
        **values,
    )


@pytest.mark.parametrize("role", ROLES)
def test_only_lists_that_ask_while_they_are_built_are_built_each_time(district, role):
    make_report(shop(district), full_members=1)
    make_member(make_organisation(district.qingping), born_on=TODAY.replace(year=1940))
    actor, limits = actor_as(role, seats(district)[role]), work_limits_on(TODAY)

    asking = set()
    for which in worklists_of(actor):
        with CaptureQueriesContext(connection) as asked:
            worklist_count(which, actor, TODAY, limits)
        if asked:
            asking.add(which)

    assert asking == READ_WHILE_BUILT & set(worklists_of(actor))


@pytest.mark.parametrize("role", ROLES)
def test_figures_and_badges_ask_nothing_while_they_are_built(district, role, monkeypatch):
    make_stall(make_market(township=district.qingping), shop(district))
    actor = actor_as(role, seats(district)[role])
    built = []

    def watched(key, build):
        with CaptureQueriesContext(connection) as asked:
            statement = statement_of(build())
        built.append(len(asked))
        return statement

    for module in ("coverage", "inbox"):
        monkeypatch.setattr(f"xgz.queries.{module}.kept", watched)
    coverage_report(actor, Day(TODAY, TODAY))
    coverage_report(actor, Day(TODAY.replace(year=2020), TODAY))
    inbox_counts(actor)

    assert len(built) == 7
    assert not any(built)


def test_a_new_row_is_counted_by_the_words_kept(district):
    actor = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)

    def seen():
        rate = coverage_report(actor, Day(TODAY, TODAY)).rate(Figure.ORGANISATION, FigureKind.ALL)
        lists = worklist_counts(actor, TODAY)
        return rate.denominator, lists[Worklist.SHOULD_FORM], inbox_counts(actor).waiting

    assert seen() == (0, 0, 0)
    make_report(shop(district), full_members=3)
    assert seen() == (1, 1, 0)
    make_closure(workers=1)
    assert seen()[2] == 1
    Business.objects.update(status=BusinessStatus.CANCELLED)
    assert seen()[:2] == (0, 0)


def test_another_person_role_or_day_is_another_statement(district):
    shop(district)
    shop(district)
    make_business(township=district.liuquan, kind=BusinessKind.INDIVIDUAL_BUSINESS)

    def operating(role, body):
        report = coverage_report(actor_as(role, body), Day(TODAY, TODAY))
        return report.rate(Figure.ORGANISATION, FigureKind.ALL).denominator

    assert operating(Role.TOWNSHIP_COMMITTEE, district.qingping) == 2
    assert operating(Role.TOWNSHIP_COMMITTEE, district.liuquan) == 1
    assert operating(Role.ORG_DEPT, district.org_dept) == 3


def test_what_can_match_nothing_is_not_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        nothing = statement_of(Business.objects.none().values_list("pk"))
        assert nothing == Statement("")
        assert rows_of(nothing, nothing) == []
        assert rows_of() == []


def test_statements_are_asked_together(district, django_assert_num_queries):
    business = shop(district)
    of = [statement_of(Business.objects.filter(pk=business.pk).values_list("pk", "staff"))] * 2

    with django_assert_num_queries(1):
        assert rows_of(*of, Statement("")) == [(business.pk, 3)] * 2


def test_the_least_used_go_first(monkeypatch):
    monkeypatch.setattr(statements, "_MOST", 2)
    built = []

    def ask(key):
        kept(key, lambda: built.append(key) or Business.objects.values_list("pk"))

    for key in ("a", "b", "a", "c", "a", "b"):
        ask(key)

    assert built == ["a", "b", "c", "b"]
