"""The rulebook as it stands: complete in both languages, found by words."""

import re

from tests.test_rooms import RULE_ID
from xgz.queries.rulebook import found_rules, rule_texts, rulebook
from xgz.rules.rulebook import Certainty

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ROWS = [row for subject in rulebook() for row in subject.rows]


def test_every_rule_is_worded_in_both_languages():
    assert [row.id for row in ROWS if not CHINESE.search(row.text.chinese)] == []
    assert [row.id for row in ROWS if not re.search("[a-z]{3}", row.text.english)] == []
    assert [row.id for row in ROWS if row.text.chinese == row.text.english] == []


def test_every_source_and_open_question_can_be_read_in_chinese():
    """Words of English stand among the Chinese only as names of fields and standards."""
    english = re.compile(r"[a-z]{3,} [a-z]{2,}")
    cells = {(row.id, cell.chinese) for row in ROWS for cell in (row.source, row.open, row.text)}

    assert sorted(cell for cell in cells if english.search(cell[1])) == []


def test_our_own_choices_say_since_when():
    assert [row.id for row in ROWS if row.certainty is Certainty.DESIGN and not row.since] == []


def test_ids_look_like_rule_ids_and_are_found_by_themselves():
    assert [row.id for row in ROWS if not RULE_ID.fullmatch(row.id)] == []
    assert "TR-2" in [row.id for subject in found_rules("tr-2") for row in subject.rows]


def test_every_word_must_be_there_in_either_language():
    both = found_rules("介绍信 90")
    none = found_rules("介绍信 登记机关")

    assert "TR-2" in [row.id for subject in both for row in subject.rows]
    assert none == []
    assert found_rules("") == list(rulebook())


def test_texts_are_found_by_id():
    assert "90" in rule_texts(["TR-2", "XX-1"], in_chinese=True)["TR-2"]
    assert rule_texts(["XX-1"], in_chinese=False) == {}
