"""The demo's files as a clerk's upload: the import rules find exactly the faults put in."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from xgz.management.demo.files import DemoFile, write_files
from xgz.management.demo.generate import DemoDistrict, invent_district
from xgz.rules.imports.headers import find_header, header_index, match_headers
from xgz.rules.imports.reasons import CellReason
from xgz.rules.imports.rows import KIND_TABLES, RowChecker
from xgz.rules.imports.states import ImportKind

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def district() -> DemoDistrict:
    return invent_district(businesses=9000, seed=5, today=TODAY)


@pytest.fixture(scope="module")
def files(district: DemoDistrict, tmp_path_factory: pytest.TempPathFactory) -> list[DemoFile]:
    return write_files(district, tmp_path_factory.mktemp("demo"))


def read_rows(path: Path) -> list[list[str]]:
    if path.suffix == ".xlsx":
        import openpyxl

        sheet = openpyxl.load_workbook(path).active
        return [["" if cell is None else str(cell) for cell in row] for row in sheet.values]
    raw = path.read_bytes()
    encoding = "gb18030" if "个体" in path.name else "utf-8-sig"
    return list(csv.reader(raw.decode(encoding).splitlines()))


def check_rows(file: DemoFile) -> Counter[str]:
    """Return how many rows the import rules call good, faulty, duplicate and blank."""
    rows = read_rows(file.path)
    table = KIND_TABLES[file.kind]
    index = header_index(table.fields, {})
    place = find_header(rows, index)
    assert place is not None
    match = match_headers(rows[place], table.fields, index)
    assert match.missing == ()
    assert match.unknown == ()
    checker = RowChecker(table, match.columns, TODAY, headers=rows[place])
    outcome: Counter[str] = Counter()
    for number, cells in enumerate(rows[place + 1 :], place + 2):
        outcome[_outcome(checker, cells, number)] += 1
    assert checker.bare_codes == {}
    return outcome


def _outcome(checker: RowChecker, cells: list[str], number: int) -> str:
    if not any(cells):
        return "blank"
    _, faults = checker.check(cells, number)
    if any(fault.reason == CellReason.DUPLICATE for fault in faults):
        return "duplicate"
    return "faulty" if faults else "good"


def test_files_come_in_the_order_of_import(files: list[DemoFile]) -> None:
    assert [file.kind for file in files] == [
        ImportKind.REGISTRY,
        ImportKind.REGISTRY,
        ImportKind.ORGANISATIONS,
        ImportKind.ROSTER,
        ImportKind.ANNUAL_REPORT,
        ImportKind.ANNUAL_REPORT,
        ImportKind.ANNUAL_REPORT,
        ImportKind.REGISTRY,
    ]
    assert [file.later for file in files] == [False] * 7 + [True]


@pytest.mark.parametrize("place", range(8), ids=str)
def test_import_rules_find_exactly_the_faults_put_in(files: list[DemoFile], place: int) -> None:
    file = files[place]

    outcome = check_rows(file)

    # A business unknown to the registry is found by comparing with it, not in the row itself.
    strangers = 1 if file.kind is ImportKind.ANNUAL_REPORT else 0
    assert outcome == Counter(
        good=file.good + strangers,
        faulty=file.faulty - strangers,
        duplicate=file.duplicate,
        blank=file.blank,
    )


def test_every_file_has_dirty_rows(files: list[DemoFile]) -> None:
    for file in files:
        assert min(file.faulty, file.duplicate, file.blank) >= 1
        assert file.good > 25


def test_registry_files_hold_every_business(district: DemoDistrict, files: list[DemoFile]) -> None:
    assert files[0].good + files[1].good == len(district.businesses)


def test_senders_write_different_headers(files: list[DemoFile]) -> None:
    headers = {tuple(read_rows(file.path)[file.path.suffix == ".xlsx"]) for file in files[:2]}
    headers.add(tuple(read_rows(files[7].path)[1]))

    assert len(headers) == 3


def test_companies_come_as_utf8_with_mark_and_shops_as_gb18030(files: list[DemoFile]) -> None:
    assert files[0].path.read_bytes().startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        files[1].path.read_bytes().decode("utf-8")


def test_same_seed_writes_the_same_csv(
    district: DemoDistrict, files: list[DemoFile], tmp_path: Path
) -> None:
    again = write_files(district, tmp_path)

    assert again[1].path.read_bytes() == files[1].path.read_bytes()


def test_later_extract_brings_what_changed(district: DemoDistrict) -> None:
    before = {business.code: business for business in district.businesses}
    changes = district.changes
    rows = {business.code: business for business in changes.rows}

    assert len(rows) == len(changes.rows)
    assert changes.new == {code for code in rows if code not in before}
    assert changes.updated == {
        code for code in rows if code in before and rows[code] != before[code]
    }
    assert changes.ended == {
        code for code in changes.updated if before[code].is_open and not rows[code].is_open
    }
    assert len(changes.ended) > len(changes.ended_with_organisation)


def test_later_extract_closes_covered_businesses(district: DemoDistrict) -> None:
    covered = {b.code for row in district.organisations for b in row.covered}

    assert len(district.changes.ended_with_organisation) == 4
    assert district.changes.ended_with_organisation <= covered & district.changes.ended
