import io

import pytest
from openpyxl import load_workbook

from xgz.files.child import read_in_child, upload_limits
from xgz.files.reader import Request
from xgz.files.template import NOTES_SHEET, write_template
from xgz.rules.imports.reasons import FileReason, FileRefused
from xgz.rules.imports.rows import KIND_TABLES
from xgz.rules.imports.states import ImportKind


@pytest.mark.parametrize("kind", list(ImportKind), ids=str)
def test_filled_template_comes_back(kind, tmp_path):
    path = tmp_path / "template.xlsx"
    write_template(kind, path)
    workbook = load_workbook(path)
    fields = KIND_TABLES[kind].fields
    example = [field.example for field in fields]
    for place, value in enumerate(example, 1):
        workbook.worksheets[0].cell(2, place, value or None)
    workbook.save(path)

    answers = list(read_in_child(Request(str(path), kind, "2026-11-23", **upload_limits())))

    assert answers[0]["columns"] == {field.key: [place] for place, field in enumerate(fields)}
    assert answers[-1]["read"] == 1


def test_empty_template_is_no_data(tmp_path):
    path = tmp_path / "template.xlsx"
    write_template(ImportKind.REGISTRY, path)

    with pytest.raises(FileRefused) as caught:
        list(read_in_child(Request(str(path), "registry", "2026-11-23", **upload_limits())))

    assert caught.value.reason is FileReason.NO_ROWS


def test_codes_are_text_required_columns_marked_and_lists_offered():
    target = io.BytesIO()
    write_template(ImportKind.REGISTRY, target)
    workbook = load_workbook(target)
    sheet = workbook.worksheets[0]

    assert sheet["A1"].value == "统一社会信用代码*"
    assert sheet.column_dimensions["A"].width > 10
    assert "文本格式" in sheet["A1"].comment.text
    offered = {str(v.sqref)[0]: v.formula1 for v in sheet.data_validations.dataValidation}
    assert "注销" in offered["J"]
    assert workbook.sheetnames[1] == NOTES_SHEET
