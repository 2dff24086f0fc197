"""xgz import from the shell: its lines, its exit codes."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from tests.services.imports.worlds import business, report, write_csv
from xgz.models import AnnualReport, AuditEntry, Business, Import
from xgz.rules.imports.states import ImportKind

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("import", *map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()


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


def test_shell_operator_is_audited_once(tmp_path):
    run("registry", write_csv(tmp_path / "r.csv", ImportKind.REGISTRY, [business(1)]))

    entry = AuditEntry.objects.get()
    assert (entry.actor_label, entry.action, entry.actor) == ("shell", "import.registry", None)
    assert Path(Import.objects.get().file_name).name == "r.csv"
