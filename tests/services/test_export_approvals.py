"""Files that name people: who decides, how many, when it runs out, what is made then."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.factories import TODAY, make_district, make_member, make_organisation, make_user
from tests.factories.export_approvals import PURPOSE, ask_in_clear, make_export_approval
from tests.services.cases.kinds import moment
from xgz.access.actor import NotPermitted, actor_for
from xgz.models import AuditEntry, ExportApproval, Job, Notice, Report
from xgz.queries.exports import asked_members, build_export
from xgz.queries.member_sheet import MemberWanted
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.bodies import Line
from xgz.rules.exports import APPROVED_ABOVE, needs_approval
from xgz.rules.roles import Role
from xgz.services.allowances import AllowanceUsedUp
from xgz.services.export_approvals import approve, expire_approvals, refuse, withdraw
from xgz.services.reports import asking
from xgz.services.reports.asking import PurposeMissing, TooManyReports, ask_for_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def branch(district):
    return make_organisation(district.qingping)


@pytest.fixture
def township(district):
    return person(Role.TOWNSHIP_COMMITTEE, district.qingping)


@pytest.fixture
def department(district):
    return person(Role.ORG_DEPT, district.org_dept)


def person(role, body):
    return actor_for(make_user(role, body), TODAY)


def ask(actor, *, in_clear=False, purpose=PURPOSE, wanted=None, now=None, **values):
    asked = asked_members(wanted or MemberWanted(**values), "全部")
    asked = type(asked)(**asked.plain() | {"in_clear": in_clear})
    return ask_for_people(
        actor=actor,
        asked=asked,
        export=build_export(asked, actor, now or moment()),
        language="zh-hans",
        purpose=purpose,
        now=now or moment(),
    )


@pytest.mark.parametrize(
    ("persons", "is_masked", "second"),
    [
        (0, True, False),
        (0, False, False),
        (1, True, False),
        (1, False, True),
        (APPROVED_ABOVE, True, False),
        (APPROVED_ABOVE + 1, True, True),
    ],
)
def test_who_needs_a_second_person(persons, is_masked, second):
    assert needs_approval(persons, is_masked=is_masked) is second


def test_few_people_masked_are_made_at_once_and_their_purpose_is_sealed(branch, township):
    make_member(branch)

    report = Report.objects.get(pk=ask(township).pk)

    assert (report.persons, report.is_masked, report.approved_at) == (1, True, moment())
    assert report.made_at is not None
    assert not ExportApproval.objects.exists()
    assert report.purpose == PURPOSE
    assert PURPOSE not in report.purpose_sealed
    assert list(AuditEntry.objects.order_by("number").values_list("action", flat=True)) == [
        "report.ask",
        "export.members",
    ]


@pytest.mark.parametrize("purpose", ["", "  ", "核对名册\u200b\u200b", "12345"], ids=repr)
def test_without_a_purpose_nothing_is_asked_for(branch, township, purpose):
    make_member(branch)

    with pytest.raises(PurposeMissing):
        ask(township, purpose=purpose)
    assert not Report.objects.exists()


def test_full_names_wait_for_a_second_person(branch, township, department):
    make_member(branch)
    case = ask_in_clear(township)

    assert (case.state, case.persons, case.owner_body_id) == (
        "asked",
        1,
        department.grants[0].body_id,
    )
    assert not Job.objects.exists()
    approve(case=case, actor=department, now=moment())

    report = Report.objects.get()
    assert (report.approved_at, report.made_at) == (moment(), moment())
    assert AuditEntry.objects.filter(action="export_approval.approve").exists()


def test_many_people_wait_for_a_second_person_even_masked(branch, township, monkeypatch):
    monkeypatch.setattr("xgz.rules.exports.APPROVED_ABOVE", 1)
    make_member(branch)
    make_member(branch)

    report = ask(township)

    assert report.approved_at is None
    assert ExportApproval.objects.get().persons == 2


def test_nobody_decides_on_the_own_request(branch, department):
    make_member(branch)
    case = ask_in_clear(department)

    for act in (approve, refuse):
        with pytest.raises(NotPermitted):
            act(case=case, actor=department, now=moment(), opinion="可以")
    assert Report.objects.get().approved_at is None


def test_a_colleague_decides_on_the_departments_own_request(branch, department, district):
    make_member(branch)
    case = ask_in_clear(department)

    approve(case=case, actor=person(Role.ORG_DEPT, district.org_dept), now=moment())

    assert Report.objects.get().made_at is not None


def test_a_decider_does_not_take_back_what_a_colleague_asked_for(branch, department, district):
    make_member(branch)
    case = ask_in_clear(department)

    with pytest.raises(NotPermitted):
        withdraw(case=case, actor=person(Role.ORG_DEPT, district.org_dept), now=moment())
    withdraw(case=case, actor=department, now=moment())

    assert ExportApproval.objects.get().state == "withdrawn"


def test_a_colleague_at_the_asking_seat_takes_a_request_back(branch, township, district):
    make_member(branch)
    case = ask_in_clear(township)

    withdraw(case=case, actor=person(Role.TOWNSHIP_COMMITTEE, district.qingping), now=moment())

    assert ExportApproval.objects.get().state == "withdrawn"


def test_what_is_refused_is_never_made(branch, township, department):
    make_member(branch)
    case = ask_in_clear(township)

    refuse(case=case, actor=department, now=moment(), opinion="范围过大")

    assert (Report.objects.get().approved_at, Job.objects.count()) == (None, 0)


@pytest.mark.parametrize("role", [Role.SOCIAL_WORK_DEPT, Role.BUREAU])
def test_only_who_reads_names_asks_for_them(district, branch, role):
    make_member(branch)
    body = district.social_work if role is Role.SOCIAL_WORK_DEPT else district.bureau

    with pytest.raises(NotPermitted):
        ask(person(role, body), in_clear=True)
    assert not Report.objects.exists()


def test_the_request_stays_inside_the_organization_line(branch, township, department):
    make_member(branch)
    case = ask_in_clear(township)
    refuse(case=case, actor=department, now=moment(), opinion="范围过大")

    assert set(Notice.objects.values_list("body__line", flat=True)) == {Line.ORGANIZATION}


def test_a_request_runs_out_after_its_last_day(branch, township):
    make_member(branch)
    case = ask_in_clear(township)

    assert expire_approvals(today=case.due_on, now=moment()) == 0
    late = case.due_on + timedelta(days=1)
    assert expire_approvals(today=late, now=moment(late)) == 1
    assert expire_approvals(today=late, now=moment(late)) == 0
    case.refresh_from_db()
    assert case.state == "expired"


def test_the_days_allowance_counts_people_without_approval_only(branch, township, monkeypatch):
    limit = LIMITS[Purpose.EXPORT]
    monkeypatch.setitem(LIMITS, Purpose.EXPORT, type(limit)(3, limit.window, None, limit.rule))
    for _ in range(2):
        make_member(branch)
    ask(township)
    with pytest.raises(AllowanceUsedUp):
        ask(township, member_class="full")
    assert Report.objects.count() == 1

    ask(township, in_clear=True)
    later = moment() + limit.window
    ask(township, member_class="full", now=later)

    assert Report.objects.count() == 3


def test_the_same_request_waits_once_and_few_wait_at_a_time(branch, township, monkeypatch):
    make_member(branch)
    first = ask(township, in_clear=True)

    assert ask(township, in_clear=True) == first
    monkeypatch.setattr(asking, "MOST_AT_ONCE", 1)
    with pytest.raises(TooManyReports):
        ask(township, in_clear=True, member_class="full")
    assert ExportApproval.objects.count() == 1


def test_a_list_that_grew_meanwhile_is_not_made(branch, township, department):
    make_member(branch)
    case = ask_in_clear(township)
    make_member(branch)

    approve(case=case, actor=department, now=moment())

    assert Report.objects.get().made_at is None
    assert (Job.objects.get().state, Job.objects.get().fault) == ("failed", "NotAsApproved")


def test_a_searched_name_lies_nowhere_in_clear(branch, township):
    make_member(branch, name="方柏梁")
    from xgz.models import sealing

    digests = tuple(sorted(sealing.name_digests("member.name", "柏梁")))
    report = ask(township, wanted=MemberWanted(name_digests=digests))

    with connection.cursor() as cursor:
        cursor.execute("SELECT asked, conditions, title FROM xgz_report")
        stored = str(cursor.fetchall())
    assert "柏" not in stored
    assert Report.objects.get(pk=report.pk).rows == 1


def test_every_state_is_reached_by_the_factory(district):
    assert make_export_approval(state="expired").state == "expired"
