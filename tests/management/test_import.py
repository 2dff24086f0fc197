"""xgz import from the shell: its lines, its exit codes."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from tests.services.imports.worlds import business, report, write_csv
from xgz.models import AnnualReport, AuditEntry, Business, Import, ImportMapping
from xgz.rules.imports.states import ImportKind
from xgz.services.imports import rejects

pytestmark = pytest.mark.django_db


def run(*arguments, err=None):
    out = io.StringIO()
    call_command("import", *map(str, arguments), stdout=out, stderr=err or io.StringIO())
    return out.getvalue().splitlines()


def test_ignored_headers_and_unknown_names_are_told_on_stderr(tmp_path):
    path = tmp_path / "registry.csv"
    head = "统一社会信用代码,名称,乡镇街道,备注甲"
    row = business(1)
    cells = f"{row['统一社会信用代码']},{row['名称']},无此镇,x"
    path.write_text(f"{head}\n{cells}\n", encoding="utf-8")
    err = io.StringIO()

    lines = run("registry", path, err=err)

    assert err.getvalue().splitlines() == [
        "没有认出、没有导入的列：备注甲。",
        "文件里没有登记状态一列：注销、吊销、迁出不会被发现。",
        "文件里没有管辖单位一列：新增主体只能按乡镇归到监管所。",
        "乡镇街道“无此镇”没有对应的单位，1 行记为乡镇未知。",
    ]
    assert (lines[0], lines[-1].split(" ")[0]) == ("rows 1", "rejects")


def test_mapping_given_with_a_sender_is_remembered(tmp_path):
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"headers": {"店牌": "名称"}}), encoding="utf-8")
    path = tmp_path / "registry.csv"
    row = business(1)
    path.write_text(f"统一社会信用代码,店牌\n{row['统一社会信用代码']},示例店\n", encoding="utf-8")

    with pytest.raises(CommandError):
        run("registry", path, "--sender", "某县局")
    run("registry", path, "--mapping", mapping, "--sender", "某县局")

    assert run("registry", path, "--sender", "某县局")[3] == "unchanged 1"
    assert ImportMapping.objects.get().renamed == {"店牌": "名称"}


def test_mapping_of_a_refused_file_is_not_remembered(tmp_path):
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"headers": {"店牌": "名称"}}), encoding="utf-8")
    path = tmp_path / "registry.csv"
    path.write_text("店牌\n示例店\n", encoding="utf-8")

    with pytest.raises(CommandError):
        run("registry", path, "--mapping", mapping, "--sender", "某县局")

    assert not ImportMapping.objects.exists()


def test_figures_and_the_path_of_the_rejects_are_printed(tmp_path):
    rows = [business(1), business(2), business(1), {}, business(3, 登记状态="正常经营")]
    path = write_csv(tmp_path / "registry.csv", ImportKind.REGISTRY, rows)

    lines = run("registry", path)

    assert lines[:-1] == [
        "rows 5",
        "created 2",
        "updated 0",
        "unchanged 0",
        "rejected 1",
        "duplicate 1",
        "blank 1",
    ]
    word, rejects = lines[-1].split(" ", 1)
    sheet = load_workbook(rejects).active
    assert word == "rejects"
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [4, 6]
    assert "不在对照表中" in sheet.cell(3, sheet.max_column).value


def test_figures_are_told_where_the_rejects_could_not_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(rejects, "END_OF_ROWS", "")
    rows = [business(1), business(2, 登记状态="正常经营")]
    path = write_csv(tmp_path / "registry.csv", ImportKind.REGISTRY, rows)
    out = io.StringIO()

    with pytest.raises(CommandError, match="退回行文件没有写成") as caught:
        call_command("import", "registry", str(path), stdout=out, stderr=io.StringIO())

    assert caught.value.returncode == 1
    assert out.getvalue().splitlines()[:2] == ["rows 2", "created 1"]
    assert Business.objects.count() == 1


def test_same_file_again_changes_nothing(tmp_path):
    path = write_csv(tmp_path / "registry.csv", ImportKind.REGISTRY, [business(1), business(2)])
    run("registry", path)

    assert run("registry", path)[1:4] == ["created 0", "updated 0", "unchanged 2"]


def test_refused_file_ends_with_two_and_one_clear_sentence(tmp_path):
    path = tmp_path / "wrong.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(CommandError) as caught:
        run("registry", path)

    assert caught.value.returncode == 2
    assert "统一社会信用代码" in str(caught.value)
    assert not Business.objects.exists()


def test_missing_file_ends_with_one(tmp_path):
    with pytest.raises(CommandError) as caught:
        run("registry", tmp_path / "none.csv")

    assert caught.value.returncode == 1


def test_mapping_names_headers_and_codes(tmp_path):
    run("registry", write_csv(tmp_path / "r.csv", ImportKind.REGISTRY, [business(1)]))
    path = tmp_path / "reports.csv"
    row = report(1)
    path.write_text(f"证照,年度,建制\n{row['统一社会信用代码']},2025,2\n", encoding="utf-8")
    mapping = tmp_path / "mapping.json"
    content = {
        "headers": {"证照": "统一社会信用代码", "建制": "党组织建制"},
        "codes": {"建制": {"2": "党总支"}},
    }
    mapping.write_text(json.dumps(content), encoding="utf-8")

    lines = run("annual-report", path, "--mapping", mapping)

    assert lines[1] == "created 1"
    assert AnnualReport.objects.get().org_type == "general_branch"


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"codes": {"a": 1}}'], ids=["no JSON", "a list", "no table"]
)
def test_broken_mapping_is_refused(tmp_path, content):
    path = write_csv(tmp_path / "r.csv", ImportKind.REGISTRY, [business(1)])
    mapping = tmp_path / "mapping.json"
    mapping.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError) as caught:
        run("registry", path, "--mapping", mapping)

    assert caught.value.returncode == 2


def test_shell_operator_is_audited(tmp_path):
    run("registry", write_csv(tmp_path / "r.csv", ImportKind.REGISTRY, [business(1)]))

    opened, written = AuditEntry.objects.order_by("number")
    assert opened.action == "import.upload"
    assert (written.actor_label, written.action, written.actor) == (
        "shell",
        "import.registry",
        None,
    )
    assert Path(Import.objects.get().file_name).name == "r.csv"
