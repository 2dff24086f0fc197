import pytest

from tests.factories.rows import credit_code
from tests.services.imports.worlds import business, counts, report
from xgz.models import AnnualReport, Business
from xgz.models.sealed_lists import find_list, read_ids
from xgz.rules.imports.reasons import FileReason, FileRefused
from xgz.rules.imports.states import ImportKind, ImportState

pytestmark = pytest.mark.django_db
KIND = ImportKind.ANNUAL_REPORT
COUNT, FULL = "中共党员(包括预备党员)人数", "正式党员人数"


@pytest.fixture(autouse=True)
def registry(take_in):
    take_in(ImportKind.REGISTRY, *[business(n) for n in range(1, 5)])


def declared():
    listed = find_list()
    return read_ids(listed) if listed else frozenset()


def test_reports_are_kept_by_year_and_the_newest_is_the_latest(take_in):
    rows = [report(1, 2024, **{COUNT: "5"}), report(1, 2025, **{COUNT: "4", FULL: "3"})]

    first, second = take_in(KIND, *rows), take_in(KIND, *rows)

    assert (counts(first), counts(second)) == (
        {"rows": 2, "created": 2},
        {"rows": 2, "unchanged": 2},
    )
    latest = AnnualReport.objects.get(is_latest=True)
    assert (latest.year, latest.members_declared, latest.full_members) == (2025, 4, 3)
    assert Business.objects.get(credit_code=credit_code(1)).last_report_year == 2025


def test_older_year_coming_later_is_not_the_latest(take_in):
    take_in(KIND, report(1, 2025))
    take_in(KIND, report(1, 2023))

    assert AnnualReport.objects.get(is_latest=True).year == 2025
    assert Business.objects.get(credit_code=credit_code(1)).last_report_year == 2025


def test_same_year_again_updates_what_it_states(take_in):
    take_in(KIND, report(1, **{COUNT: "5", FULL: "3"}))

    source = take_in(KIND, report(1, **{COUNT: "6"}))

    held = AnnualReport.objects.get()
    assert counts(source) == {"rows": 1, "updated": 1}
    assert (held.members_declared, held.full_members) == (6, 3)


def test_unknown_business_is_handed_back_with_its_cells(take_in):
    source = take_in(KIND, report(1), report(99))

    row = source.rejected_rows.get()
    assert counts(source) == {"rows": 2, "created": 1, "rejected": 1}
    assert (row.row_no, row.faults) == (3, [["credit_code", "business_unknown", 0]])
    assert credit_code(99) in row.label


def test_owners_membership_is_sealed_and_listed_only_in_the_sealed_list(take_in):
    flag = "法定代表人是否党员"
    take_in(KIND, report(1, **{flag: "是"}), report(2, **{flag: "否"}), report(3, **{flag: "1"}))

    by_owner = {r.pk: r.owner_is_member for r in AnnualReport.objects.all()}
    assert sorted(by_owner.values()) == ["no", "yes", "yes"]
    assert declared() == {pk for pk, answer in by_owner.items() if answer == "yes"}
    assert len(set(AnnualReport.objects.values_list("owner_digest", flat=True))) == 3

    take_in(KIND, report(1, 2026, **{flag: "否"}))
    assert len(declared()) == 1


def test_bare_codes_refuse_the_file_and_a_mapping_reads_them(take_in):
    row = report(1, 党组织建制="1")

    with pytest.raises(FileRefused) as caught:
        take_in(KIND, row)
    assert (caught.value.reason, caught.value.details) == (
        FileReason.UNKNOWN_CODES,
        ("党组织建制", "1"),
    )
    assert not AnnualReport.objects.exists()

    source = take_in(KIND, row, codes={"党组织建制": {"1": "党支部"}})
    assert (source.state, AnnualReport.objects.get().org_type) == (ImportState.APPLIED, "branch")
