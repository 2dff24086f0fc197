import pytest
from django.utils import translation

from xgz.rules.imports.reasons import CellReason, FileReason
from xgz.rules.imports.states import ImportKind
from xgz.services.imports.wording import (
    CELL_SENTENCES,
    FILE_SENTENCES,
    cell_sentence,
    file_sentence,
    row_sentence,
)


def test_every_reason_has_a_sentence():
    assert set(CELL_SENTENCES) == set(CellReason)
    assert set(FILE_SENTENCES) == set(FileReason)


@pytest.mark.parametrize("reason", list(CellReason), ids=str)
def test_cell_sentence_is_complete(reason):
    with translation.override("zh-hans"):
        sentence = cell_sentence(ImportKind.REGISTRY, ["credit_code", reason.value, 18])

    assert "%" not in sentence
    assert sentence[-1] not in "。；"


@pytest.mark.parametrize("reason", list(FileReason), ids=str)
def test_file_sentence_is_complete(reason):
    with translation.override("zh-hans"):
        sentence = file_sentence(reason.value, ["登记", 101, 100])

    assert "%(" not in sentence
    assert sentence.endswith("。")


def test_sentences_of_a_row_stand_together():
    with translation.override("zh-hans"):
        told = row_sentence(
            ImportKind.REGISTRY,
            [["credit_code", "code_check_digit", 0], ["name", "name_missing", 0]],
        )

    assert (
        told
        == "信用代码校验位不对，应核对第 18 位；名称为空。无字号的请填“经营者姓名＋（个体工商户）”"
    )
