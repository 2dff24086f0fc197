"""Birthdays of 1986 to 1991, the years of China's summer time, never shift by a day."""

from datetime import date, timedelta

import pytest
import xlsxwriter
from django.urls import reverse

from tests.factories import make_district, make_member, make_organisation, make_user
from tests.services.imports.worlds import NOW, TODAY, operator
from xgz.models import Member
from xgz.rules.imports.states import ImportKind
from xgz.rules.organisations import age_at
from xgz.rules.roles import Role
from xgz.services.imports.whole import import_file
from xgz.web.forms import DayField

pytestmark = pytest.mark.django_db
# Clocks went forward at two in the morning of the first day, back on the second.
SUMMER_TIMES = (
    (date(1986, 5, 4), date(1986, 9, 14)),
    (date(1987, 4, 12), date(1987, 9, 13)),
    (date(1988, 4, 17), date(1988, 9, 11)),
    (date(1989, 4, 16), date(1989, 9, 17)),
    (date(1990, 4, 15), date(1990, 9, 16)),
    (date(1991, 4, 14), date(1991, 9, 15)),
)
BIRTHDAYS = [
    day + timedelta(days=n) for turn in SUMMER_TIMES for day in turn for n in (-1, 0, 1)
] + [date(year, month, day) for year in range(1986, 1992) for month, day in ((1, 1), (12, 31))]
HEADERS = ("姓名", "出生日期", "人员类别", "所在党支部")


def _roster(path, cell):
    """Write a roster of one row per birthday; cell: how the date is written into the sheet."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, HEADERS)
        for at, day in enumerate(BIRTHDAYS, start=1):
            sheet.write_row(at, 0, [f"示例{at}", None, "正式党员", "清平所示例党支部"])
            cell(sheet, at, day)
    return path


def _date_cell(sheet, at, day):
    sheet.write_datetime(at, 1, day)


def _text(sheet, at, day):
    sheet.write_string(at, 1, day.isoformat())


def _digits(sheet, at, day):
    sheet.write_string(at, 1, f"{day:%Y%m%d}")


@pytest.mark.parametrize("cell", [_date_cell, _text, _digits], ids=["date cell", "text", "digits"])
def test_birthdays_survive_import_and_storage(tmp_path, cell):
    path = _roster(tmp_path / "roster.xlsx", cell)

    import_file(actor=operator(), kind=ImportKind.ROSTER, path=path, today=TODAY, now=NOW)

    stored = {member.name: member.born_on for member in Member.objects.all()}
    assert stored == {f"示例{at}": day for at, day in enumerate(BIRTHDAYS, start=1)}


def test_birthdays_survive_the_form():
    assert [DayField().clean(day.isoformat()) for day in BIRTHDAYS] == BIRTHDAYS


def test_birthdays_survive_storage_and_the_page(client):
    district = make_district()
    branch = make_organisation(district.qingping)
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))
    shifted = []
    for day in BIRTHDAYS:
        member = make_member(branch, born_on=day)
        page = client.get(reverse("member-detail", args=[member.public_id])).content.decode()
        if f"{day}（" not in page or Member.objects.get(pk=member.pk).born_on != day:
            shifted.append(day)

    assert shifted == []


@pytest.mark.parametrize("day", BIRTHDAYS, ids=str)
def test_the_birthday_itself_counts(day):
    birthday = day.replace(year=day.year + 40)

    assert (age_at(day, birthday), age_at(day, birthday - timedelta(days=1))) == (40, 39)
