"""What the import centre reads: visibility, the row sum, columns, what follows."""

import pytest

from tests.factories import (
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_import,
    make_member,
    make_organisation,
    seat_of,
)
from tests.factories.district import TODAY
from xgz.access.actor import shell_operator
from xgz.access.imports import importable_kinds, may_read_rejects, visible_imports
from xgz.models import ImportChange, StagedBusiness
from xgz.queries import imports as queries
from xgz.rules.imports.states import ImportKind, RowOutcome
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


def _stage(source, business=None, **values):
    return StagedBusiness.objects.create(
        source_import=source,
        row_no=values.pop("row_no", 2),
        business_id=business.pk if business else None,
        public_id="abcdefghijkl",
        name="清平镇示例店",
        **values,
    )


def test_each_line_sees_the_kinds_it_may_import(district):
    for kind in ImportKind:
        make_import(kind=kind)
    department = actor_as(Role.ORG_DEPT, district.org_dept)
    bureau = actor_as(Role.BUREAU, district.bureau)

    assert set(visible_imports(department).values_list("kind", flat=True)) == set(ImportKind)
    assert importable_kinds(bureau) == (ImportKind.REGISTRY, ImportKind.ANNUAL_REPORT)
    assert set(visible_imports(bureau).values_list("kind", flat=True)) == {
        "registry",
        "annual_report",
    }
    assert visible_imports(shell_operator(TODAY)).count() == 4


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ORG_DEPT, Role.BUREAU}))
def test_other_roles_see_no_import(district, role):
    make_import()
    links = {
        Role.MEMBER: {"member": make_member(None)},
        Role.OWNER: {"business": make_business()},
    }.get(role, {})

    branch = make_organisation(district.qingping)
    body = branch.body if role is Role.BRANCH_SECRETARY else seat_of(role, district)

    assert visible_imports(actor_as(role, body, **links)).count() == 0


def test_cells_of_annual_reports_go_back_to_who_sent_them_or_reads_owners(district):
    department = actor_as(Role.ORG_DEPT, district.org_dept)
    bureau = actor_as(Role.BUREAU, district.bureau)
    theirs = make_import(kind="annual_report", uploaded_by=department.user)
    own = make_import(kind="annual_report", uploaded_by=bureau.user)

    assert may_read_rejects(department, own)
    assert may_read_rejects(bureau, own)
    assert not may_read_rejects(bureau, theirs)
    assert may_read_rejects(bureau, make_import(uploaded_by=department.user))


def test_the_row_sum_adds_up_and_shows_empty_terms_too():
    source = make_import(rows=10, created=4, updated=3, unchanged=0, rejected=2, duplicate=1)

    shares = queries.row_sum(source)

    assert sum(share.count for share in shares) == source.rows
    assert [share.outcome for share in shares] == list(RowOutcome)
    assert [share.x for share in shares] == [0, 4, 7, 7, 9, 10]


def test_columns_say_how_each_was_found():
    source = make_import(
        renamed={"招牌": "名称"},
        reading={
            "headers": ["招牌", "状态", "住所", "备注", ""],
            "columns": {"name": [0], "status": [1], "address": [2]},
            "samples": {"name": "示例店"},
        },
    )

    lines = {line.theirs: line for line in queries.column_lines(source)}

    assert lines["招牌"].ours == "名称"
    assert lines["招牌"].by_hand
    assert lines["招牌"].sample == "示例店"
    assert lines["状态"].ours == "登记状态"
    assert not lines["状态"].same_name
    assert lines["住所"].same_name
    assert lines["备注"].ours == ""
    assert "" not in lines


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("企业（机构）名称", "名称"), ("电话", "联系电话"), ("备注", ""), (" ", "")],
)
def test_a_header_is_matched_by_name_and_synonyms(theirs, ours):
    assert queries.matched_without_help(ImportKind.REGISTRY, theirs) == ours


def test_the_same_file_is_found_where_it_was_written(district):
    written = make_import(file_digest="a" * 32, applied_at="2026-11-01T00:00Z")
    make_import(file_digest="a" * 32, state="abandoned")
    again = make_import(file_digest="a" * 32, state="staged")
    visible = visible_imports(actor_as(Role.BUREAU, district.bureau))

    assert queries.written_before(visible, again) == written
    assert queries.written_before(visible, written) is None


def test_closures_count_those_that_an_organisation_lists(district):
    source = make_import(state="staged", updated=3)
    covered, alone, dissolved = (make_business() for _ in range(3))
    ended = make_business(status="cancelled")
    make_coverage(make_organisation(district.qingping), business=covered)
    gone = make_organisation(district.qingping, state="dissolved", dissolved_on=TODAY)
    make_coverage(gone, business=dissolved)
    for row_no, business in enumerate((covered, alone, dissolved, ended), 2):
        _stage(source, business, row_no=row_no, status="cancelled")

    follow = queries.consequences(source)

    assert (follow.closed, follow.covered, follow.closures) == (3, 1, (covered,))


def test_a_coverage_that_ended_does_not_count(district):
    source = make_import(state="staged", updated=1)
    business = make_business()
    make_coverage(make_organisation(district.qingping), business=business, valid_to=TODAY)
    _stage(source, business, status="cancelled")

    assert queries.consequences(source).covered == 0


def test_new_businesses_are_counted_by_office(district):
    source = make_import(state="staged", created=3)
    _stage(source, row_no=2, office=district.qingping_office)
    _stage(source, row_no=3, office=district.liuquan_office)
    _stage(source, row_no=4)

    follow = queries.consequences(source)

    assert (follow.offices, follow.unplaced) == (2, 1)


def test_changes_list_older_rows_only():
    source, business = make_import(), make_business()
    for created in (True, False):
        ImportChange.objects.create(
            source_import=source, table="business", target_id=business.pk, created=created
        )
    ImportChange.objects.create(source_import=source, table="stall", target_id=1)

    assert [change.created for change in queries.changes_written(source)] == [False]


def test_senders_come_newest_first_and_once(district):
    for day, sender in ((1, "甲局"), (2, "乙局"), (3, "甲局"), (4, "")):
        make_import(sender=sender, uploaded_at=f"2026-11-0{day}T00:00Z")
    visible = visible_imports(actor_as(Role.BUREAU, district.bureau))

    assert queries.known_senders(visible) == ["甲局", "乙局"]
