"""What a template may ask of a paper: a closed list of fields, lists and conditions (PA-9)."""

from typing import Any

from xgz.rules.papers.document import Document
from xgz.rules.papers.kinds import FORM_COLUMNS, PaperForm

# Fields that stand alone; lists with what each of their entries offers.
FIELD_LABELS: dict[str, str] = {
    "organ": "发文机关标志",
    "number": "发文字号",
    "title": "标题（一行）",
    "to": "主送机关",
    "by": "落款单位",
    "day": "成文日期",
    "note": "说明",
}
FLAGS = frozenset({"is_upward"})
LISTS: dict[str, str] = {"lines": "line", "rows": "row", "attached": "item", "titles": "item"}
LINE_FIELDS = frozenset({"line.text"})
LINE_FLAGS = frozenset({"line.is_heading"})
CELLS_MAX = 12  # cells of a row: row.0 to row.11


def values_of(document: Document) -> dict[str, Any]:
    """Return a paper as a template or the PDF sees it."""
    values = document.plain()
    for name in ("named", "attachments", "title_parts"):
        del values[name]
    values["title"], values["titles"] = document.title, list(document.title_lines)
    values["form"] = document.form.value
    values["rows"] = [list(row) for row in document.rows]
    values["lines"] = [
        {"text": each.text, "is_heading": each.is_heading} for each in document.lines
    ]
    values["attached"] = attached(document)
    values["columns"] = list(FORM_COLUMNS.get(document.form, ()))
    return values


def attached(document: Document) -> list[str]:
    """Return the lines under the text that name the attachments."""
    lines = document.attachment_lines
    return [("附件：" if place == 0 else "　　　") + text for place, text in enumerate(lines)]


def samples(form: PaperForm) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """Return invented values, and the marks by which each field is known again in a document."""
    marks: dict[str, tuple[str, ...]] = {name: (f"〔{name}〕",) for name in FIELD_LABELS}
    marks |= {name: (f"〔{name} 1〕", f"〔{name} 2〕") for name in LISTS}
    values: dict[str, Any] = {name: marks[name][0] for name in FIELD_LABELS}
    first, second = marks["lines"]
    values |= {
        "form": form.value,
        "is_upward": True,
        "lines": [{"text": first, "is_heading": True}, {"text": second, "is_heading": False}],
        "rows": [[mark] * CELLS_MAX for mark in marks["rows"]],
        "attached": list(marks["attached"]),
        "titles": list(marks["titles"]),
    }
    return values, marks
