"""Write the demo county's rows as the files a clerk would upload, with a few faulty rows."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from xgz.management.demo.businesses import Business, Kind, registering_authority
from xgz.management.demo.codes import CodeMint, break_check_character
from xgz.management.demo.district import office_name
from xgz.management.demo.generate import DemoDistrict
from xgz.management.demo.members import Member
from xgz.management.demo.organisations import Organisation
from xgz.management.demo.reports import Report
from xgz.rules.imports.states import ImportKind
from xgz.rules.members import MEMBER_CLASS_LABELS
from xgz.rules.organisations import FORMATION_MODE_LABELS, ORG_TYPE_LABELS, OrgType

Row = list[str]
_ROWS_PER_FAULT = 4000


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file written for the demo, and what an import of it must find.

    sender names who would send it. rows counts the data
    rows of the file: good + faulty + duplicate + blank. later: belongs to the following month.
    """

    path: Path
    kind: ImportKind
    sender: str
    rows: int
    faulty: int
    duplicate: int
    blank: int
    later: bool = False

    @property
    def good(self) -> int:
        """Return the number of rows without any fault."""
        return self.rows - self.faulty - self.duplicate - self.blank


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a sender writes a file; title is a line above the headers, xlsx only."""

    name: str
    kind: ImportKind
    sender: str
    headers: tuple[str, ...]
    encoding: str = ""  # empty: an Excel workbook
    title: str = ""
    later: bool = False


@dataclass(slots=True)
class _Dirt:
    """Faulty rows to mix into a file."""

    faulty: list[Row]
    duplicate: list[Row]
    blank: int = 1


_COMPANY_HEADERS = (
    "企业名称", "统一社会信用代码", "企业类型", "法定代表人", "证件号码", "联系电话", "注册地址",
    "成立日期", "登记状态", "登记机关", "管辖单位", "行业代码", "从业人数", "所属市场",
    "乡镇街道", "经度", "纬度", "经营异常",
    "状态日期",
)  # fmt: skip
_SHOP_HEADERS = (
    "字号名称", "统一社会信用代码", "主体类型", "经营者", "证件号码", "联系电话", "经营场所",
    "注册日期", "经营状态", "登记机关", "管辖单位", "行业代码", "从业人数", "所属市场",
    "乡镇街道", "经度", "纬度", "经营异常",
    "状态日期",
)  # fmt: skip
_MONTH_HEADERS = (
    "企业（机构）名称", "统一社会信用代码", "主体类型", "负责人", "证件号码", "联系电话", "住所",
    "成立日期", "登记状态", "登记机关", "管辖单位", "行业代码", "从业人数", "所属市场",
    "乡镇街道", "经度", "纬度", "经营异常",
    "状态日期",
)  # fmt: skip
_REPORT_HEADERS = (
    "统一社会信用代码", "年度", "中共党员（包括预备党员）人数", "正式党员人数", "党组织建制",
    "组建方式", "组建时间", "法定代表人是否党员", "法定代表人是否党组织书记", "从业人数",
)  # fmt: skip
_SHORT_REPORT_HEADERS = tuple(h for h in _REPORT_HEADERS if h != "正式党员人数")
_ROSTER_HEADERS = (
    "姓名", "性别", "民族", "出生日期", "公民身份号码", "学历", "人员类别", "所在党支部",
    "入党日期", "转正日期", "工作岗位", "手机号", "家庭住址", "党籍状态", "是否流动党员",
    "外出流向", "单位名称", "单位统一社会信用代码",
)  # fmt: skip
_ORGANISATION_HEADERS = (
    "党组织名称", "党组织代码", "组织类别", "组建方式", "上级党组织", "指导单位",
    "覆盖单位统一社会信用代码", "书记姓名", "成立日期", "换届日期", "最近一次组织生活日期",
)  # fmt: skip


def write_files(district: DemoDistrict, folder: Path) -> list[DemoFile]:
    """Write every file of the demo into `folder` and return them in the order of import.

    The last one is the registry extract of the following month (`later`). Existing files of the
    same names are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    writer = _Writer(district, folder)
    return [
        *writer.registry(),
        writer.organisations(),
        writer.roster(),
        *writer.reports(),
        writer.month(),
    ]


class _Writer:
    def __init__(self, district: DemoDistrict, folder: Path) -> None:
        self._district = district
        self._folder = folder
        self._rng = Random(f"{district.seed}:files")
        self._mint = CodeMint(Random(f"{district.seed}:dirt"))

    def registry(self) -> Iterator[DemoFile]:
        """Write the two registry extracts: companies and others, and shops."""
        rows = self._district.businesses
        companies = [_business_row(b) for b in rows if b.kind is not Kind.SHOP]
        yield self._write(
            _Layout(
                "1-企业登记库.csv", ImportKind.REGISTRY, "企业登记科", _COMPANY_HEADERS, "utf-8-sig"
            ),
            companies,
            self._registry_dirt(companies, "91"),
        )
        shops = [_business_row(b, day="{:%Y/%m/%d}") for b in rows if b.kind is Kind.SHOP]
        yield self._write(
            _Layout(
                "2-个体工商户登记库.csv",
                ImportKind.REGISTRY,
                "个体登记科",
                _SHOP_HEADERS,
                "gb18030",
            ),
            shops,
            self._registry_dirt(shops, "92"),
        )

    def month(self) -> DemoFile:
        """Write the following month's partial extract."""
        today = self._district.today
        rows = [_business_row(b) for b in self._district.changes.rows]
        layout = _Layout(
            f"8-登记变化{today:%Y年%m月}.xlsx", ImportKind.REGISTRY, "登记月报", _MONTH_HEADERS,
            title=f"{today:%Y年%m月}登记变化情况表", later=True,
        )  # fmt: skip
        return self._write(layout, rows, self._registry_dirt(rows, "92"))

    def organisations(self) -> DemoFile:
        """Write the organisations file."""
        rows = [_organisation_row(row) for row in self._district.organisations]
        nameless = [*rows[3]]
        nameless[0], nameless[1] = "", "360999990001"
        layout = _Layout(
            "3-党组织信息.xlsx",
            ImportKind.ORGANISATIONS,
            "县委组织部",
            _ORGANISATION_HEADERS,
            title="党组织信息采集表",
        )
        return self._write(layout, rows, _Dirt([nameless], [[*rows[5]]]))

    def roster(self) -> DemoFile:
        """Write the member roster."""
        rows = [_member_row(row) for row in self._district.members]
        wrong_id = [*_with_id(rows, 20)]
        wrong_id[4] = wrong_id[4][:-1] + ("1" if wrong_id[4][-1] != "1" else "2")
        nameless = [*_with_id(rows, 40)]
        nameless[0], nameless[4] = "", ""
        layout = _Layout("4-党员花名册.xlsx", ImportKind.ROSTER, "县委组织部", _ROSTER_HEADERS)
        return self._write(layout, rows, _Dirt([wrong_id, nameless], [[*_with_id(rows, 60)]]))

    def reports(self) -> Iterator[DemoFile]:
        """Write last year's reports in both layouts and a part of the year before."""
        reports, year = self._district.reports, self._district.today.year - 1
        yield self._report_file(
            _Layout(
                f"5-企业年报{year - 1}年度.csv",
                ImportKind.ANNUAL_REPORT,
                "企业年报",
                _REPORT_HEADERS,
                "utf-8",
            ),
            [_report_row(r) for r in reports.last_year],
        )
        yield self._report_file(
            _Layout(
                f"6-企业年报{year}年度.csv",
                ImportKind.ANNUAL_REPORT,
                "企业年报",
                _REPORT_HEADERS,
                "utf-8",
            ),
            [_report_row(r) for r in reports.with_full],
        )
        layout = _Layout(
            f"7-个体及简版年报{year}年度.csv",
            ImportKind.ANNUAL_REPORT,
            "个体年报",
            _SHORT_REPORT_HEADERS,
            "gb18030",
        )
        short = [_report_row(r) for r in reports.without_full]
        yield self._report_file(layout, [[*row[:3], *row[4:]] for row in short])

    def _report_file(self, layout: _Layout, rows: list[Row]) -> DemoFile:
        stranger = [*rows[1]]
        stranger[0] = self._mint.credit_code("91")
        worded = [*rows[2]]
        worded[2] = "三名"
        return self._write(layout, rows, _Dirt([stranger, worded], [[*rows[0]]]))

    def _registry_dirt(self, rows: list[Row], prefix: str) -> _Dirt:
        """Return each kind of faulty row once per 4,000 rows, at least once."""
        dirt = _Dirt([], [])
        for _ in range(max(1, len(rows) // _ROWS_PER_FAULT)):
            for spoil in (
                _spoil_check,
                _spoil_by_spreadsheet,
                _spoil_name,
                _spoil_status,
                _spoil_day,
            ):
                row = [*self._rng.choice(rows)]
                row[1] = self._mint.credit_code(prefix)
                spoil(row)
                dirt.faulty.append(row)
            again = [*self._rng.choice([r for r in rows[:500] if len(r[1]) == 18])]
            again[0] += "二部"
            dirt.duplicate.append(again)
        return dirt

    def _write(self, layout: _Layout, rows: list[Row], dirt: _Dirt) -> DemoFile:
        mixed = self._mix(rows, dirt, len(layout.headers))
        path = self._folder / layout.name
        if layout.encoding:
            _write_csv(path, layout, mixed)
        else:
            _write_workbook(path, layout, mixed)
        return DemoFile(
            path=path,
            kind=layout.kind,
            sender=layout.sender,
            rows=len(mixed),
            faulty=len(dirt.faulty),
            duplicate=len(dirt.duplicate),
            blank=dirt.blank,
            later=layout.later,
        )

    def _mix(self, rows: list[Row], dirt: _Dirt, width: int) -> list[Row]:
        """Return the rows with faulty and blank ones strewn in; repeated keys come last.

        The first row of a key is the one that counts, so a repetition must follow it.
        """
        strewn = [*dirt.faulty, *([""] * width for _ in range(dirt.blank))]
        places = sorted(self._rng.sample(range(1, len(rows)), len(strewn)))
        mixed: list[Row] = []
        start = 0
        for place, row in zip(places, strewn, strict=True):
            mixed += rows[start:place]
            mixed.append(row)
            start = place
        return mixed + rows[start:] + dirt.duplicate


def _spoil_check(row: Row) -> None:
    row[1] = break_check_character(row[1])


def _spoil_by_spreadsheet(row: Row) -> None:
    row[1] = f"{row[1][0]}.{row[1][1:6]}E+17"


def _spoil_name(row: Row) -> None:
    row[0] = ""


def _spoil_status(row: Row) -> None:
    row[8] = "正常经营"


def _spoil_day(row: Row) -> None:
    row[7] = "2019-13-45"


def _with_id(rows: Sequence[Row], start: int) -> Row:
    return next(row for row in rows[start:] if row[4])


def _business_row(business: Business, *, day: str = "{:%Y-%m-%d}") -> Row:
    office = office_name(business.township.office)
    return [
        business.name,
        business.code,
        business.type_label,
        business.owner.name,
        business.owner.id_number,
        business.owner.phone,
        business.address,
        day.format(business.established_on),
        business.status,
        registering_authority(business),
        office,
        business.trade_code,
        _number(business.staff),
        business.market,
        business.township.name if business.says_township else "",
        _number(business.longitude),
        _number(business.latitude),
        business.abnormal,
        day.format(business.status_on) if business.status_on else "",
    ]


def _report_row(report: Report) -> Row:
    return [
        report.code,
        str(report.year),
        str(report.members),
        _number(report.full),
        report.structure,
        report.mode,
        _day(report.founded_on),
        _yes_no(report.owner_is_member),
        _yes_no(report.owner_is_secretary),
        _number(report.staff),
    ]


def _member_row(member: Member) -> Row:
    person = member.person
    return [
        person.name,
        person.sex,
        member.ethnicity,
        _day(person.born_on),
        person.id_number if member.gives_id else "",
        member.education,
        MEMBER_CLASS_LABELS[member.member_class],
        member.branch,
        _day(member.joined_on),
        _day(member.full_on),
        member.post,
        person.phone,
        member.address,
        member.status,
        _yes_no(member.floating),
        member.flow_to,
        member.unit_name,
        member.unit_code,
    ]


def _organisation_row(organisation: Organisation) -> Row:
    return [
        organisation.name,
        organisation.code,
        ORG_TYPE_LABELS[OrgType.BRANCH],
        FORMATION_MODE_LABELS[organisation.mode],
        organisation.superior,
        organisation.guide,
        "、".join(organisation.covered_units),
        organisation.secretary,
        _day(organisation.founded_on),
        _day(organisation.elected_on),
        _day(organisation.last_life_on),
    ]


def _number(value: float | None) -> str:
    return "" if value is None else str(value)


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def _yes_no(value: bool) -> str:
    return "是" if value else "否"


def _write_csv(path: Path, layout: _Layout, rows: Iterable[Row]) -> None:
    with path.open("w", encoding=layout.encoding, newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(layout.headers)
        writer.writerows(rows)


def _write_workbook(path: Path, layout: _Layout, rows: Iterable[Row]) -> None:
    import xlsxwriter  # slow to import, needed for three files only

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet("数据")
    first = 0
    if layout.title:
        sheet.merge_range(0, 0, 0, len(layout.headers) - 1, layout.title)
        first = 1
    write: Callable[[int, int, str], Any] = sheet.write_string
    for number, row in enumerate([list(layout.headers), *rows], first):
        for column, text in enumerate(row):
            if text:
                write(number, column, text)
    book.close()
