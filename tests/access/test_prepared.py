"""Prepared questions: composed once, answered anew, and the same rows as the ORM's own."""

import pytest
from django.db.models import Count, Q
from django.db.models.functions import Length

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_organisation,
    make_report,
    make_user,
)
from tests.factories.closures import make_closure, the_district
from tests.services.cases.kinds import holder
from xgz.access import actor as actors
from xgz.access.actor import Origin, actor_for, shell_operator
from xgz.access.prepared import AskedWhileComposing, Each, One, answers, records
from xgz.access.reading import reading
from xgz.access.seats import Settled, settled_below
from xgz.models import AnnualReport, Body, RoleAssignment, Stall
from xgz.queries import coverage, coverage_report, inbox, worklists
from xgz.queries.operating import Day
from xgz.queries.parameters import parameters_on
from xgz.rules.coverage import Figure, Part
from xgz.rules.roles import Role
from xgz.rules.seats import Seat

pytestmark = pytest.mark.django_db
NOW = Day(TODAY, TODAY)


@pytest.fixture
def composed():
    """The arguments a question was composed for, and the question."""
    times = []

    def bodies(kind):
        times.append(kind)
        return Body.objects.filter(kind=kind).order_by().values_list("kind").annotate(Count("pk"))

    return times, bodies


def test_the_same_question_is_composed_once_and_answered_anew(composed, django_assert_num_queries):
    times, bodies = composed
    district = make_district()

    with django_assert_num_queries(3):
        first = answers(bodies, "office")
        assert answers(bodies, "association") == [("association", 1)]
        Body.objects.filter(pk=district.liuquan_office.pk).update(kind="association")

    assert answers(bodies, "office") == [("office", first[0][1] - 1)]
    assert answers(bodies, "association") == [("association", 2)]
    assert times == ["office", "association"]


def test_a_question_that_reads_while_it_is_composed_is_refused_each_time():
    make_district()

    def careless(kind):
        return Body.objects.filter(pk__in=list(Body.objects.filter(kind=kind))).values_list("pk")

    for _time in range(2):
        with pytest.raises(AskedWhileComposing):
            answers(careless, "office")
    assert Body.objects.exists()


def test_what_the_page_has_read_before_is_refused_as_well():
    def careless(kind):
        return Body.objects.filter(kind=kind, pk__gt=len(parameters_on(TODAY))).values_list("pk")

    with reading():
        before = parameters_on(TODAY)
        with pytest.raises(AskedWhileComposing):
            answers(careless, "office")
        assert parameters_on(TODAY) is before


def test_what_can_have_no_rows_is_not_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert answers(lambda: Body.objects.filter(pk__in=[]).values_list("pk")) == []


def _of_kind(kind, parent):
    rows = Body.objects.filter(kind=kind, parent=parent).select_related("parent")
    return rows.annotate(letters=Length("name")).order_by("path")


def _any_of(pks, public_ids):
    return Body.objects.filter(Q(pk__in=pks) | Q(public_id__in=public_ids)).order_by("pk")


def _reports(business):
    return AnnualReport.objects.filter(business=business).select_related(
        "source_import__uploaded_by"
    )


def test_objects_are_made_as_the_orm_makes_them(django_assert_num_queries):
    district = make_district()
    parent = district.qingping.parent
    expected = list(_of_kind("township", parent.pk))
    assert len(expected) > 1

    with django_assert_num_queries(1):
        found = records(_of_kind, "township", One(parent.pk))
        assert [row.parent.name for row in found] == [parent.name] * len(found)

    assert [row.__dict__ | {"_state": None} for row in found] == [
        row.__dict__ | {"_state": None} for row in expected
    ]
    assert [row.letters for row in found] == [len(row.name) for row in expected]
    assert not found[0]._state.adding


def test_dates_truths_and_missing_relations_come_as_the_orm_gives_them():
    report = make_report(make_business(), source_import=None)

    (found,) = records(_reports, One(report.business_id))

    assert (found.is_latest, found.source_import) == (True, None)
    assert answers(_latest_and_day, One(report.business_id)) == [(True, None)]


def _latest_and_day(business):
    rows = AnnualReport.objects.filter(business=business)
    return rows.values_list("is_latest", "formed_on")


def test_a_value_given_at_each_asking_is_no_part_of_the_wording():
    district = make_district()
    times = []

    def named(pk):
        times.append(pk)
        return Body.objects.filter(pk=pk)

    for body in (district.qingping, district.liuquan, district.qingping):
        assert records(named, One(body.pk)) == [body]
    assert records(named, One(0)) == []
    assert len(times) == 1


def test_any_of_many_values_is_found_whatever_their_number():
    district = make_district()
    bodies = sorted((district.qingping, district.liuquan, district.liuquan_office), key=_pk)
    ids = [body.public_id for body in bodies]

    assert records(_any_of, Each([bodies[0].pk]), Each(ids[1:])) == bodies
    assert records(_any_of, Each([bodies[0].pk] * 3), Each(["none'; such"])) == bodies[:1]
    assert records(_any_of, Each(range(10**12, 10**12 + 3000)), Each(ids[:1])) == bodies[:1]


def _pk(row):
    return row.pk


def test_none_of_many_is_not_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert records(_any_of, Each([]), Each(["x"])) == []


def test_columns_are_no_objects():
    with pytest.raises(TypeError, match="columns"):
        records(_latest_and_day, One(1))


def test_a_bare_actor_is_the_same_for_every_request_of_a_day_with_the_same_roles():
    district = make_district()
    user = make_user(Role.BUREAU, district.bureau)
    one = actor_for(user, TODAY, Origin("192.0.2.1", "a session", "a request"))
    other = actor_for(user, TODAY, Origin("192.0.2.2", "another", "another"))

    assert one != other
    assert one.bare == other.bare
    assert hash(one.bare) == hash(other.bare)
    assert one.bare.user.username == ""
    assert (one.bare.user.pk, one.bare.grants, one.bare.today) == (user.pk, one.grants, TODAY)

    make_user(Role.BUREAU, district.bureau)
    user.role_assignments.all().delete()
    assert actor_for(user, TODAY).bare != one.bare
    assert shell_operator(TODAY).bare == shell_operator(TODAY)
    assert shell_operator(TODAY).bare.is_operator


@pytest.fixture
def district():
    """Something to count for every list and figure, in two townships."""
    district = the_district()
    for place in ("qingping", "liuquan"):
        make_closure(place=place, workers=1)
        township = getattr(district, place)
        office = getattr(district, f"{place}_office")
        here = {"township": township, "office": office}
        make_report(make_business(**here), full_members=4)
        make_report(make_business(**here), full_members=1)
        branch = make_organisation(township, guiding_body=office)
        covered = make_business(**here)
        make_coverage(branch, business=covered)
        market = make_market(township=township)
        Stall.objects.create(market=market, business=covered, valid_from=TODAY)
        make_coverage(branch, market=market)
    return district


@pytest.fixture(params=["org_dept", "bureau", "qingping", "qingping_office", "operator"])
def actor(request, district):
    if request.param == "operator":
        return shell_operator(TODAY)
    roles = {
        "org_dept": Role.ORG_DEPT,
        "bureau": Role.BUREAU,
        "qingping": Role.TOWNSHIP_COMMITTEE,
        "qingping_office": Role.STATION_HEAD,
    }
    return actor_as(roles[request.param], getattr(district, request.param))


@pytest.mark.parametrize("day", [NOW, Day(TODAY.replace(year=TODAY.year - 1), TODAY)], ids=str)
def test_coverage_is_answered_as_the_orm_answers(actor, day):
    asked = tuple((figure, part) for figure in Figure for part in Part if part is not Part.GAP)
    population = coverage.Population(actor, day)

    same(coverage_report._business_counts, actor.bare, day, coverage_report._groups(asked))
    same(coverage._stalls, actor.bare, day)
    of_markets = tuple(each for each in asked if each[0] is not Figure.SHOULD_FORM)
    same(coverage_report._market_counts, day, population.operating_markets, of_markets)


def test_worklists_are_counted_as_the_orm_counts_them(actor):
    lists = worklists.worklists_of(actor)
    prepared = tuple(each for each in lists if each not in worklists._READ_FIRST)
    asked = worklists._Asked(actor.bare, TODAY, worklists.work_limits_on(TODAY))

    same(worklists._counted, asked, worklists._by_base(prepared))
    counts = worklists.worklist_counts(actor, TODAY)
    for which in lists:
        assert counts.lists[which] == worklists.worklist_query(which, actor, TODAY).count()
    assert any(counts.lists.values())
    every = worklists.Wanted(for_the_record=True)
    rows = worklists.worklist_query(worklists.Worklist.CLOSURES, actor, TODAY, every)
    assert counts.closures == rows.count() > 0


def test_what_waits_is_answered_as_the_orm_answers(district):
    for role, place in ((Role.ORG_DEPT, "org_dept"), (Role.TOWNSHIP_COMMITTEE, "qingping")):
        actor = holder(Seat(role, getattr(district, place).pk))

        assert len(same(inbox._waiting_loads, actor.bare, Settled())) > 0
        same(inbox._waiting_loads, actor.bare, settled_below(actor))


def test_roles_are_answered_as_the_orm_answers_and_taken_away_at_once(district):
    user = make_user(Role.STATION_HEAD, district.qingping_office)
    RoleAssignment.objects.create(
        user=user,
        role=Role.OWNER,
        body=district.qingping,
        business=make_business(),
        valid_from=TODAY,
    )

    assert len(same(actors._grants, user.pk, TODAY)) == 2
    RoleAssignment.objects.filter(user=user, role=Role.OWNER).delete()
    assert [grant.role for grant in actor_for(user, TODAY).grants] == [Role.STATION_HEAD]


def same(question, *args):
    """Assert that the prepared question has the rows the ORM reads; return them."""
    rows = answers(question, *args)
    assert sorted(rows, key=repr) == sorted(map(tuple, question(*args)), key=repr)
    return rows
