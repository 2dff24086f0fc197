"""Choosing by searching: a text with a button of its own, and a choice of what was found."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xgz.models import Organisation
from xgz.queries.transfers import organisations_named

_MOST = 50  # organisations offered for one search


class FindInput(forms.TextInput):
    """A text with a button beside it that searches without judging the form."""

    template_name = "parts/find_input.html"


def found_words(text: str, found: Collection[object], chosen: str) -> str:
    """Return what an open choice says: `chosen`, or that nothing was found, or looked for yet."""
    if found:
        return chosen
    return _("没有找到，请换个词查找") if text.strip() else _("请先查找")


def find_organisations(
    rows: QuerySet[Organisation], text: str, chosen: str = ""
) -> list[Organisation]:
    """Return those of `rows` that the text names, and the one chosen before, by public id."""
    found = list(organisations_named(rows, text)[:_MOST]) if text.strip() else []
    if chosen and chosen not in {row.public_id for row in found}:
        found += rows.filter(public_id=chosen).select_related("body__parent")
    return found


def organisation_choices(text: str, found: Sequence[Organisation]) -> list[tuple[str, Any]]:
    """Return the organisations found for a text as choices, each with its superior."""
    first = found_words(text, found, _("请选择"))
    return [("", first), *((row.public_id, _named(row)) for row in found)]


def _named(row: Organisation) -> str:
    parent = row.body.parent
    if parent is None:
        return row.name
    return _("%(name)s（%(superior)s）") % {"name": row.name, "superior": parent.name}
