"""The pages of the rulebook as tables; what does not hold to its README is refused."""

import pytest

from xgz.files.rulebook import RulebookFault, read_rulebook
from xgz.rules.rulebook import Certainty, Wording

HEAD = "# Letters · 介绍信\n\nSome words | of ours.\n\n| id | rule |\n|---|---|\n"
ROW = "| TR-2 | Valid. | 有效。 | Pages<br>材料 | seen | 2019 | — | `x.y` |\n"


def _read(*rows, name="letters.md", head=HEAD):
    return read_rulebook({name: (head + "".join(rows)).encode()})


def test_a_row_is_read_in_both_languages():
    (subject,) = _read(ROW)
    (row,) = subject.rows

    assert (subject.key, subject.title) == ("letters", Wording("Letters", "介绍信"))
    assert (row.id, row.text) == ("TR-2", Wording("Valid.", "有效。"))
    assert (row.source, row.certainty) == (Wording("Pages", "材料"), Certainty.SEEN)
    assert (row.since, row.until, row.open) == ("2019", "", Wording("`x.y`", "`x.y`"))
    assert row.text.among(in_chinese=True) == "有效。"
    assert row.text.among(in_chinese=False) == "Valid."


def test_a_second_heading_begins_a_subject_of_its_own():
    found = _read(ROW, "## Papers · 文书\n", ROW.replace("TR-2", "TR-3"))

    assert [(each.key, each.title.chinese) for each in found] == [
        ("letters", "介绍信"),
        ("letters-2", "文书"),
    ]


def test_a_page_without_rules_is_no_subject():
    assert _read(name="README.md") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" 2019 | — | `x.y` |", " 2019 | — |"),
        ("有效。", " "),
        ("seen", "perhaps"),
        ("seen", " "),
        ("2019", "in 2019"),
        ("2019", "2019-1"),
        ("Pages<br>材料", "Pages<br>"),
        ("Pages<br>材料", "a<br>b<br>c"),
    ],
)
def test_an_incomplete_row_is_a_fault_that_names_it(old, new):
    with pytest.raises(RulebookFault, match="letters.md: TR-2"):
        _read(ROW.replace(old, new))


@pytest.mark.parametrize("since", ["2019", "2019-05", "2019-05-21", "—"])
def test_dates_are_a_year_a_month_or_a_day(since):
    (subject,) = _read(ROW.replace("2019", since))

    assert subject.rows[0].since == since.replace("—", "")


def test_an_id_stands_there_once():
    with pytest.raises(RulebookFault, match="TR-2 stands there twice"):
        read_rulebook({"a.md": (HEAD + ROW).encode(), "b.md": (HEAD + ROW).encode()})
