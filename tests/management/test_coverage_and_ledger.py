import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_organisation,
    make_user,
)
from xgz.models import AuditEntry
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_coverage_as_json_holds_formula_parts_day_and_definition(district):
    make_coverage(
        make_organisation(district.qingping), business=make_business(township=district.qingping)
    )
    make_business(staff=None, township=district.liuquan)

    found = json.loads(run("coverage", "--json"))

    assert (found["definition_version"], found["as_at"][:2]) == (1, "20")
    first = found["figures"][0]
    assert (first["figure"], first["definition"]) == ("organisation", "CV-2")
    assert first["kinds"]["all"] == first["kinds"]["individual_business"] == {
        "numerator": 1,
        "denominator": 2,
        "percent": 50.0,
        "unknown": 1,
        "unknown_percent": 50.0,
    }  # fmt: skip
    assert [place["denominator"] for place in first["townships"]] == [1, 1]
    assert sum(found["classes"].values()) == 2


def test_coverage_of_a_past_day(district):
    make_business(established_on=date(2024, 1, 2))

    found = [
        json.loads(run("coverage", "--json", "--as-at", day))["figures"][0]["kinds"]["all"]
        for day in ("2024-01-01", "2024-01-02")
    ]

    assert [rate["denominator"] for rate in found] == [0, 1]


def test_coverage_as_text_names_rules_and_numbers(district):
    make_business()

    text = run("coverage")

    for words in ("CV-1", "CV-2", "组织覆盖率", "个体工商户", "0 / 1"):
        assert words in text


def test_coverage_refuses_a_day_to_come(district):
    with pytest.raises(CommandError, match="不能晚于今天"):
        run("coverage", "--as-at", "2999-01-01")


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "昨天"], ids=str)
def test_coverage_says_in_plain_words_how_a_date_looks(day, district):
    with pytest.raises(
        CommandError, match=f"没有 {day} 这个日期。日期应写成 2026-10-10"
    ) as refused:
        run("coverage", "--as-at", day)
    assert refused.value.returncode == 1


@pytest.mark.parametrize("command", [("coverage",), ("ledger", "--out", "x.xlsx")], ids=str)
def test_commands_refuse_people_without_the_right(command, district):
    user = make_user(Role.INSTRUCTOR, district.qingping_office)

    with pytest.raises(CommandError, match="没有做这件事的权限"):
        run(*command, "--as", user.username)


def test_coverage_as_a_person_stays_within_the_scope(district):
    make_business(township=district.qingping)
    make_business(township=district.liuquan)
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    found = json.loads(run("coverage", "--json", "--as", user.username))

    assert found["figures"][0]["kinds"]["all"]["denominator"] == 1


def test_ledger_is_written_and_recorded(district, tmp_path):
    import openpyxl  # slow import

    make_business(name="双喜干货行", township=district.qingping)
    target = tmp_path / "ledger.xlsx"

    text = run("ledger", "--out", str(target))

    rows = list(openpyxl.load_workbook(target).active.iter_rows(values_only=True))
    assert text.splitlines() == ["rows 1", f"ledger {target}"]
    assert rows[4][4] == "双喜干货行"
    assert AuditEntry.objects.get().action == "export.ledger"


@pytest.mark.parametrize("name", ["ledger.csv", "none/ledger.xlsx"], ids=["name", "folder"])
def test_ledger_refuses_a_place_it_cannot_write(name, district, tmp_path):
    with pytest.raises(CommandError):
        run("ledger", "--out", str(tmp_path / name))

    assert not AuditEntry.objects.exists()
