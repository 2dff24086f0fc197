from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_member,
    make_organisation,
    make_report,
    make_user,
    seat_of,
)
from tests.factories.snapshots import make_counted_rows, make_monthly, make_snapshot, moment
from tests.factories.transfers import make_transfer
from xgz.access.actor import NotPermitted, actor_for, clock_actor, shell_operator
from xgz.models import (
    AnnualReport,
    AuditEntry,
    Business,
    Coverage,
    Job,
    Market,
    Organisation,
    ParameterValue,
    RoleAssignment,
    Snapshot,
    SnapshotFigure,
    StatusEvent,
    Transfer,
)
from xgz.queries.coverage import Population, outside_figures
from xgz.queries.coverage_report import class_counts, coverage_report
from xgz.queries.operating import Day
from xgz.queries.snapshots import counts_today, row_list, stored_counts
from xgz.rules.coverage import FIGURE_KINDS, CoverageClass, Figure, FigureKind, Part, Rate
from xgz.rules.jobs import JobState
from xgz.rules.organisation_warnings import OrgWarning
from xgz.rules.registration import BusinessStatus, StatusEventKind
from xgz.rules.roles import Role, roles_with
from xgz.rules.row_numbers import unpack_rows
from xgz.rules.snapshots import (
    OTHER_MODES,
    UNKNOWN_KIND,
    WITH_ANY,
    DayNotOver,
    NotMonthEnd,
    SnapshotKind,
    Table,
)
from xgz.rules.transfers import TransferState
from xgz.services import snapshots
from xgz.services.jobs import JobRun, enqueue

pytestmark = pytest.mark.django_db
LAST_MONTH = date(2026, 10, 31)
OPERATOR = shell_operator(TODAY)


@pytest.fixture
def district():
    return make_district()


def rows_behind(snapshot, figure, kind, part, actor=OPERATOR):
    return sorted(row_list(actor, snapshot, figure, kind, part)[:])


def everything(snapshot):
    """Return all that is stored of a snapshot, bytes included."""
    figures = snapshot.figures.order_by("pk").values_list()
    plain = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in figures]
    return plain, Snapshot.objects.filter(pk=snapshot.pk).values().get()


@pytest.mark.parametrize("as_at", [TODAY, LAST_MONTH], ids=["today", "a past day"])
def test_every_figure_is_the_live_one_with_exactly_its_rows(as_at, district):
    make_counted_rows(district)
    StatusEvent.objects.create(
        business=Business.objects.order_by("pk")[3],
        kind=StatusEventKind.OPENED,
        happened_on=date(2026, 11, 10),
        status=BusinessStatus.IN_BUSINESS,
    )
    snapshot = make_snapshot(as_at)
    day = Day(as_at, TODAY)
    live, stored = coverage_report(OPERATOR, day), stored_counts(OPERATOR, snapshot).report
    population = Population(OPERATOR, day)

    for figure in Figure:
        for kind in FIGURE_KINDS[figure]:
            assert stored.rate(figure, kind) == live.rate(figure, kind)
            assert stored.by_township(figure, kind) == live.by_township(figure, kind)
            assert live.rate(figure, kind).numerator or (figure, kind) == (
                Figure.STANDALONE,
                FigureKind.MARKET,
            )
        for part in (Part.NUMERATOR, Part.DENOMINATOR, Part.UNKNOWN):
            businesses = population.businesses(figure, part).order_by("pk")
            markets = population.markets(figure, part).order_by("pk")
            assert rows_behind(snapshot, figure, FigureKind.ALL, part) == list(
                businesses.values_list("pk", flat=True)
            )
            assert rows_behind(snapshot, figure, FigureKind.MARKET, part) == list(
                markets.values_list("pk", flat=True)
            )


@pytest.mark.parametrize("as_at", [TODAY, LAST_MONTH], ids=["today", "a past day"])
def test_classes_part_the_whole_as_on_the_live_page(as_at, district):
    make_counted_rows(district)
    snapshot = make_snapshot(as_at)
    population = Population(OPERATOR, Day(as_at, TODAY))
    live = class_counts(population, coverage_report(OPERATOR, population.day))
    stored = stored_counts(OPERATOR, snapshot)

    assert {group: stored.rate(Table.CLASSES, group).numerator for group in CoverageClass} == live
    assert all(live.values())
    for group in CoverageClass:
        assert rows_behind(snapshot, Table.CLASSES, group, Part.NUMERATOR) == sorted(
            population.class_rows(group).values_list("pk", flat=True)
        )
    outside = outside_figures(population)
    assert stored.rate(Table.OUTSIDE, UNKNOWN_KIND).numerator == outside.unknown_kind > 0
    assert stored.rate(Table.OUTSIDE, OTHER_MODES).numerator == outside.other_modes > 0


def test_a_snapshot_of_today_equals_what_today_counts(district):
    make_counted_rows(district)
    make_transfer()
    stored, live = stored_counts(OPERATOR, make_snapshot()), counts_today(OPERATOR)

    assert {table: kinds for table, kinds in live.tables.items() if kinds} == {
        table: {k: rate for k, rate in kinds.items()} for table, kinds in stored.tables.items()
    }
    assert live.places == {
        key: places
        for key, places in stored.places.items()
        if key[0] in {Table.FINDINGS, Table.CASES}
    }


def test_nothing_registered_gives_an_empty_snapshot(district):
    snapshot = make_snapshot()

    assert snapshot.figures.count() == 0
    assert stored_counts(OPERATOR, snapshot).rate(Figure.WORK, FigureKind.ALL) == Rate(0, 0)


def test_yesterdays_figures_stay_when_everything_changes(district):
    make_counted_rows(district)
    make_member(make_organisation(district.qingping), born_on=date(1940, 1, 1))
    make_transfer()
    snapshot = make_snapshot()
    before = everything(snapshot)
    counted = stored_counts(OPERATOR, snapshot)

    gone = Business.objects.filter(coverages__isnull=False).order_by("pk").first()
    gone.delete()
    Business.objects.update(township=district.liuquan, staff=0, status=BusinessStatus.CANCELLED)
    AnnualReport.objects.update(full_members=9)
    Coverage.objects.update(valid_to=date(2019, 1, 1))
    Organisation.objects.update(term_ends_on=date(2020, 1, 1))
    Market.objects.order_by("pk")[0].delete()
    Transfer.objects.update(due_on=date(2020, 1, 1))
    ParameterValue.objects.create(
        key="organisation.dormant_months",
        value=1,
        valid_from=date(2026, 1, 1),
        reason="试验",
        entered_at=moment(TODAY),
    )
    make_business(township=district.qingping)
    make_snapshot()

    assert everything(snapshot) == before
    assert stored_counts(OPERATOR, snapshot) == counted
    assert gone.pk not in Business.objects.values_list("pk", flat=True)
    denominator = rows_behind(snapshot, Figure.ORGANISATION, FigureKind.ALL, Part.DENOMINATOR)
    assert len(denominator) == sum(
        counted.rate(Figure.ORGANISATION, kind).denominator
        for kind in (FigureKind.SMALL_MICRO, FigureKind.INDIVIDUAL)
    )


def test_a_stored_snapshot_keeps_the_words_and_parameters_of_its_day(district):
    ParameterValue.objects.create(
        key="case.near_days",
        value=7,
        valid_from=date(2026, 11, 1),
        reason="试验",
        entered_at=moment(TODAY),
    )

    assert make_snapshot(TODAY).definition["parameters"]["case.near_days"] == 7
    past = make_snapshot(LAST_MONTH).definition
    assert past["parameters"]["case.near_days"] == 3
    assert past["limits"]
    assert ["transfer", Transfer.KIND.label] in past["kinds"][Table.CASES]


@pytest.mark.parametrize("value", [6, 24])
def test_findings_go_by_the_limits_that_held_on_the_day(value, district):
    organisation = make_organisation(district.qingping, last_life_on=date(2026, 4, 1))
    ParameterValue.objects.create(
        key="organisation.dormant_months",
        value=value,
        valid_from=date(2026, 11, 1),
        reason="试验",
        entered_at=moment(TODAY),
    )

    found = rows_behind(make_snapshot(), Table.FINDINGS, OrgWarning.DORMANT, Part.NUMERATOR)

    assert found == ([organisation.pk] if value == 6 else [])
    earlier = make_snapshot(LAST_MONTH)
    assert rows_behind(earlier, Table.FINDINGS, OrgWarning.DORMANT, Part.NUMERATOR) == [
        organisation.pk
    ]


def test_findings_are_counted_once_an_organisation_and_by_township(district):
    flawed = make_organisation(district.qingping, term_ends_on=date(2026, 1, 1))
    sound = make_organisation(district.liuquan, last_life_on=TODAY)
    for _ in range(3):
        make_member(sound)
        make_member(sound, born_on=date(1999, 1, 1))
    below = make_organisation(flawed.body, last_life_on=TODAY)
    counts = stored_counts(OPERATOR, make_snapshot())

    assert counts.rate(Table.FINDINGS, WITH_ANY) == Rate(2, 3)
    assert counts.rate(Table.FINDINGS, OrgWarning.TERM_OVER).numerator == 1
    assert counts.rate(Table.FINDINGS, OrgWarning.BELOW_MIN).numerator == 2
    assert counts.places[Table.FINDINGS, WITH_ANY] == {
        district.qingping.pk: Rate(2, 2),  # also the one below another organisation
        district.liuquan.pk: Rate(0, 1),
    }
    assert below.body.path.startswith(district.qingping.path)


def test_open_cases_add_up_over_kinds_and_townships(district):
    made = [make_transfer(state=state) for state in (None, TransferState.ISSUED)]
    make_transfer(state=TransferState.WITHDRAWN)
    late = make_transfer()
    Transfer.objects.filter(pk=late.pk).update(due_on=TODAY - timedelta(days=1))
    Transfer.objects.filter(pk=made[0].pk).update(due_on=TODAY)
    raised = make_transfer()
    Transfer.objects.filter(pk=raised.pk).update(late_since=date(2026, 11, 2))
    snapshot = make_snapshot()

    counts = stored_counts(OPERATOR, snapshot)
    cases = counts.rate(Table.CASES, "transfer")
    assert cases == Rate(2, 4)
    by_place = counts.places[Table.CASES, "transfer"].values()
    assert sum(by_place, Rate(0, 0)) == cases
    assert Transfer.objects.filter(closed_at__isnull=True).count() == cases.denominator
    assert rows_behind(snapshot, Table.CASES, "transfer", Part.NUMERATOR) == [late.pk, raised.pk]


def test_cases_of_a_past_day_are_those_open_and_overdue_then(district):
    still = make_transfer(issued_on=date(2026, 7, 1), state=TransferState.ISSUED, valid_days=60)
    closed_since = make_transfer(
        issued_on=date(2026, 10, 20), today=date(2026, 11, 5), state=TransferState.ACCEPTED
    )
    make_transfer(issued_on=date(2026, 11, 1))
    make_transfer(issued_on=date(2026, 10, 1), today=LAST_MONTH, state=TransferState.WITHDRAWN)
    Transfer.objects.filter(pk=still.pk).update(due_on=date(2027, 1, 1))  # moved since
    snapshot = make_snapshot(LAST_MONTH)

    assert rows_behind(snapshot, Table.CASES, "transfer", Part.DENOMINATOR) == [
        still.pk,
        closed_since.pk,
    ]
    assert rows_behind(snapshot, Table.CASES, "transfer", Part.NUMERATOR) == [still.pk]


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_only_some_roles_take_snapshots(role, district):
    if role is Role.BRANCH_SECRETARY:
        body = make_organisation(district.qingping).body
    else:
        body = seat_of(role, district)
    links = {}
    if role is Role.MEMBER:
        links = {"member": make_member(None)}
    if role is Role.OWNER:
        links = {"business": make_business()}
    actor = actor_for(make_user(role, body, **links), TODAY)

    def take():
        return snapshots.take_snapshot(actor=actor, as_at=TODAY, now=moment(TODAY))

    if role in roles_with("snapshot.take"):
        assert take().taken_by == actor.user
    else:
        with pytest.raises(NotPermitted):
            take()
        assert not Snapshot.objects.exists()


def test_the_clock_holds_no_right_to_take_them_on_demand(district):
    with pytest.raises(NotPermitted):
        snapshots.take_snapshot(actor=clock_actor(TODAY), as_at=TODAY, now=moment(TODAY))


def test_a_day_to_come_is_refused(district):
    make_snapshot(TODAY)
    with pytest.raises(DayNotOver):
        make_snapshot(TODAY + timedelta(days=1))

    assert Snapshot.objects.count() == 1


def test_a_snapshot_named_beforehand_is_taken_once(district):
    actor = actor_as(Role.BUREAU, district.bureau)
    taken = [
        snapshots.take_snapshot(
            actor=actor, as_at=day, now=moment(TODAY), note="会议用", public_id="abcdefghjkmn"
        )
        for day in (TODAY, LAST_MONTH)
    ]

    assert taken[0] == taken[1]
    assert Snapshot.objects.get().as_at == TODAY
    assert Snapshot.objects.get().note == "会议用"
    assert "会议用" not in Snapshot.objects.get().note_sealed
    assert [e.action for e in AuditEntry.objects.all()] == ["snapshot.take"]


def test_a_month_is_taken_once_and_only_when_it_is_over(district):
    assert make_monthly(LAST_MONTH).kind == SnapshotKind.MONTHLY
    again = snapshots.take_monthly(as_at=LAST_MONTH, today=TODAY, now=moment(TODAY))
    assert again is None
    with pytest.raises(NotMonthEnd):
        snapshots.take_monthly(as_at=date(2026, 10, 30), today=TODAY, now=moment(TODAY))
    month_end = date(2026, 11, 30)
    with pytest.raises(DayNotOver):
        snapshots.take_monthly(as_at=month_end, today=month_end, now=moment(month_end))
    make_monthly(month_end, today=date(2026, 12, 1))
    make_snapshot(LAST_MONTH)  # on demand, beside the monthly one

    assert Snapshot.objects.filter(kind=SnapshotKind.MONTHLY).count() == 2
    assert AuditEntry.objects.filter(actor_label="clock").count() == 2


def test_what_goes_wrong_halfway_leaves_nothing(district, monkeypatch):
    make_counted_rows(district)

    def fail(*args, **values):
        raise RuntimeError

    monkeypatch.setattr(snapshots, "case_cells", fail)
    with pytest.raises(RuntimeError):
        make_snapshot()

    assert not Snapshot.objects.exists()
    assert not SnapshotFigure.objects.exists()
    assert not AuditEntry.objects.filter(action="snapshot.take").exists()


def test_rows_of_a_shared_denominator_are_kept_once(district):
    make_coverage(make_organisation(district.qingping), business=make_business())
    snapshot = make_snapshot()

    for figure in (Figure.WORK, Figure.STANDALONE):
        cell = snapshot.figures.get(figure=figure)
        assert (cell.denominator, bytes(cell.denominator_rows)) == (1, b"")
    organised = snapshot.figures.get(figure=Figure.ORGANISATION)
    assert unpack_rows(bytes(organised.denominator_rows)) == [Business.objects.get().pk]


def test_a_job_that_is_run_twice_takes_one_snapshot(district, settings):
    settings.JOBS_AT_ONCE = False
    actor = actor_as(Role.ORG_DEPT, district.org_dept)
    public_id = snapshots.ask_for_snapshot(
        actor=actor, as_at=LAST_MONTH, note="会议用", now=moment(TODAY)
    )
    job = Job.objects.get()
    for _ in range(2):
        snapshots.take_queued(run=JobRun(job, lambda: moment(TODAY)))

    taken = Snapshot.objects.get()
    assert (taken.public_id, taken.as_at, taken.note) == (public_id, LAST_MONTH, "会议用")
    assert taken.taken_by == actor.user


def test_a_day_somebody_waits_for_is_not_queued_twice(district, settings):
    settings.JOBS_AT_ONCE = False
    clerks = [actor_as(Role.ORG_DEPT, district.org_dept), actor_as(Role.BUREAU, district.bureau)]
    asked = [
        snapshots.ask_for_snapshot(actor=clerk, as_at=day, now=moment(TODAY))
        for day in (TODAY, LAST_MONTH)
        for clerk in clerks
    ]

    assert asked[0] == asked[1] != asked[2] == asked[3]
    assert Job.objects.count() == 2
    Job.objects.update(state=JobState.DONE)
    assert snapshots.ask_for_snapshot(actor=clerks[0], as_at=TODAY, now=moment(TODAY)) not in asked


def test_who_lost_the_right_meanwhile_gets_no_snapshot(district, settings):
    settings.JOBS_AT_ONCE = False
    actor = actor_as(Role.BUREAU, district.bureau)
    snapshots.ask_for_snapshot(actor=actor, as_at=TODAY, now=moment(TODAY))
    RoleAssignment.objects.filter(user=actor.user).update(valid_to=TODAY - timedelta(days=1))
    with pytest.raises(NotPermitted):
        snapshots.take_queued(run=JobRun(Job.objects.get(), lambda: moment(TODAY)))

    assert not Snapshot.objects.exists()


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(2999, 1, 1)], ids=str)
def test_a_day_to_come_is_not_queued(day, district):
    with pytest.raises(DayNotOver):
        snapshots.ask_for_snapshot(
            actor=actor_as(Role.BUREAU, district.bureau), as_at=day, now=moment(TODAY)
        )

    assert not Job.objects.exists()


def test_the_clocks_job_takes_the_month_it_is_for(district):
    for _ in range(2):
        enqueue(
            kind="snapshot.monthly",
            arguments={"slot": "2026-09"},
            requested_by=None,
            now=moment(TODAY),
        )

    assert Snapshot.objects.get().as_at == date(2026, 9, 30)
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}


@pytest.mark.django_db(transaction=True)
def test_race_of_clocks_takes_one_snapshot_a_month():
    district = make_district()
    make_coverage(
        make_organisation(district.qingping), business=make_business(township=district.qingping)
    )
    make_report(Business.objects.get(), full_members=3)
    clients, taken, start = 6, [], Barrier(6)

    def take():
        start.wait()
        try:
            found = snapshots.take_monthly(as_at=LAST_MONTH, today=TODAY, now=moment(TODAY))
            taken.append(found is not None)
        finally:
            connection.close()

    threads = [Thread(target=take) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [False] * (clients - 1) + [True]
    snapshot = Snapshot.objects.get()
    assert snapshot.figures.filter(figure=Figure.ORGANISATION).count() == 1
    assert AuditEntry.objects.filter(action="snapshot.take").count() == 1


def test_markets_without_stalls_are_not_counted(district):
    make_market(township=district.qingping)

    assert rows_behind(make_snapshot(), Figure.WORK, FigureKind.MARKET, Part.DENOMINATOR) == []
