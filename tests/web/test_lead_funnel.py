"""The funnel taken away: its workbook says what its page says, to each line its own (LD-15, EX-5)."""

from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_user
from tests.factories.closures import the_district
from tests.factories.leads import make_lead
from tests.services.cases.kinds import moment
from xgz.access import clock
from xgz.files.tracing import MARK_HEADING, matches
from xgz.models import AuditEntry, Body, RoleAssignment
from xgz.queries.tracing import traced_exports
from xgz.rules.bodies import BodyKind
from xgz.rules.leads import LeadState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
NOW = moment()
HEAD_ROWS = 3
STEPS = ("掌握线索", "已核实", "已纳入管理", "关系已转入")


@pytest.fixture(autouse=True)
def at_noon():
    with clock.showing(lambda: NOW):
        yield


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def taken_by(user):
    """Return the page's context and the workbook's sheet, as one person gets them."""
    client = client_of(user)
    context = client.get(reverse("lead-funnel")).context
    answer = client.get(reverse("lead-funnel-export"))
    assert answer.status_code == 200
    return context, openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active


def table_of(sheet):
    """Return headings and rows without the number and the mark."""
    rows = list(sheet.iter_rows(min_row=HEAD_ROWS, values_only=True))
    assert (rows[0][0], rows[0][-1]) == ("序号", MARK_HEADING)
    assert [row[0] for row in rows[1:]] == list(range(1, len(rows)))
    return [row[1:-1] for row in rows]


def some_leads():
    """Let 清平 be given six leads, one of them confirmed, and 柳泉 one."""
    given = make_lead(state=LeadState.CONFIRMED)
    for _ in range(5):
        make_lead(state=LeadState.ASSIGNED, instructor=given.instructor)
    make_lead(state=LeadState.ASSIGNED, place="liuquan")


@pytest.mark.parametrize(
    ("role", "place", "offices"),
    [
        (Role.ORG_DEPT, "org_dept", ["清平所", "柳泉所"]),
        (Role.TOWNSHIP_COMMITTEE, "qingping", ["清平所"]),
    ],
)
def test_the_organization_line_takes_the_exact_figures_of_the_page(role, place, offices):
    some_leads()

    page, sheet = taken_by(make_user(role, getattr(the_district(), place)))

    head, *rows, total = table_of(sheet)
    assert head == ("市场监管所", "乡镇", *STEPS)
    assert [row[0] for row in rows] == offices
    assert [list(row[2:]) for row in rows] == [
        [figure.count for figure in counts] for _row, counts in page["lines"]
    ]
    assert rows[0][2:] == (6, 1, 0, 0)
    assert total == ("合计", None, *(figure.count for figure in page["totals"]))


@pytest.mark.parametrize(
    ("role", "place", "rows"),
    [
        (Role.BUREAU, "bureau", [("清平所", 5), ("柳泉所", "<5")]),
        (Role.STATION_HEAD, "qingping_office", [("清平所", 5)]),
    ],
)
def test_the_market_line_takes_rounded_figures_without_a_total(role, place, rows):
    some_leads()

    _page, sheet = taken_by(make_user(role, getattr(the_district(), place)))

    assert table_of(sheet) == [("指导站", "分到的线索（约）"), *rows]
    words = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert not words & {"合计", *STEPS, "6", "7", "1.0"}


def test_whoever_has_both_roles_takes_both_parts_side_by_side():
    some_leads()
    district = the_district()
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    RoleAssignment.objects.create(
        user=user, role=Role.BUREAU, body=district.bureau, valid_from=NOW.date()
    )

    _page, sheet = taken_by(user)

    assert table_of(sheet) == [
        ("市场监管所", "乡镇", *STEPS, "分到的线索（约）"),
        ("清平所", "清平镇党委", 6, 1, 0, 0, None),
        ("合计", None, 6, 1, 0, 0, None),
        ("清平所", None, None, None, None, None, 5),
        ("柳泉所", None, None, None, None, None, "<5"),
    ]


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "＋1"])
def test_a_name_that_looks_like_a_formula_stays_text(name):
    some_leads()
    district = the_district()
    names = {district.qingping_office.pk: name, district.qingping.pk: f"{name} "}
    for number, given in names.items():
        Body.objects.filter(pk=number).update(name=given)

    _page, sheet = taken_by(make_user(Role.ORG_DEPT, district.org_dept))

    for place, given in zip(("B4", "C4"), names.values(), strict=True):
        assert (sheet[place].value, sheet[place].data_type) == (given, "s")
        assert sheet[place].quotePrefix


def test_it_is_recorded_says_whose_it_is_and_is_traced_by_its_marks():
    some_leads()
    user = make_user(Role.BUREAU, the_district().bureau)

    _page, sheet = taken_by(user)

    entry = AuditEntry.objects.get(action="export.funnel")
    assert (entry.actor, set(entry.fields)) == (user, {"rows"})
    assert f"导出人：{user}" in sheet["A2"].value
    assert f"导出人：{user}" in sheet.oddFooter.left.text
    marks = [[row[-1]] for row in sheet.iter_rows(min_row=HEAD_ROWS + 1, values_only=True)]
    best = matches(marks, traced_exports())[0]
    assert (best.export, best.marks) == (f"audit {entry.number}", 2)


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.INSTRUCTOR, "qingping_office"), (Role.SOCIAL_WORK_DEPT, "social_work")],
)
def test_whoever_does_not_read_the_page_takes_nothing(role, place):
    client = client_of(make_user(role, getattr(the_district(), place)))

    for name in ("lead-funnel", "lead-funnel-export"):
        assert client.get(reverse(name)).status_code == 403
    assert not AuditEntry.objects.filter(action="export.funnel").exists()


@pytest.mark.parametrize("stations", [True, False])
def test_the_page_offers_it_where_there_is_something_to_take(stations):
    district = the_district()
    if not stations:
        Body.objects.filter(kind=BodyKind.OFFICE).delete()

    page = client_of(make_user(Role.BUREAU, district.bureau)).get(reverse("lead-funnel"))

    assert (f'href="{reverse("lead-funnel-export")}"' in page.content.decode()) is stations
