"""The rulebook on screen: every rule under an anchor of its own, searched by words."""

import re
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access.actor import actor_of
from xgz.queries.parameter_rows import parameter_rows
from xgz.queries.rulebook import found_rules
from xgz.rules.parameters import UNIT_LABELS
from xgz.rules.rulebook import CERTAINTY_LABELS, CERTAINTY_TEXTS, Certainty, RulebookRow

# Keys of parameters: the page names them by their words and today's values instead.
_KEYS = re.compile(r"`[^`]*`[,;，；]?\s*")


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in the reader's language. parameters: (key, words with the value of today)."""

    id: str
    text: str
    source: str
    certainty: str
    is_second_hand: bool
    since: str
    until: str
    open: str
    parameters: list[tuple[str, str]]


@require_safe
@login_required
def show_rulebook(request: HttpRequest) -> HttpResponse:
    """Show the rules by subject; ?q= narrows them to those that hold every word."""
    asked = request.GET.get("q", "").strip()
    in_chinese = reads_chinese()
    subjects = found_rules(asked)
    parameters = _parameters(request)
    groups = [
        (
            subject.key,
            subject.title.among(in_chinese=in_chinese),
            [_line(row, parameters, in_chinese=in_chinese) for row in subject.rows],
        )
        for subject in subjects
    ]
    context = {
        "tab": "rulebook",
        "asked": asked,
        "groups": groups,
        "number": sum(len(lines) for *_words, lines in groups),
        "certainties": [
            (_(label), _(CERTAINTY_TEXTS[key])) for key, label in CERTAINTY_LABELS.items()
        ],
    }
    return render(request, "rules/rulebook.html", context)


def reads_chinese() -> bool:
    """Test whether the page is read in Chinese; the English interface shows English wordings."""
    return get_language() != "en"


def _parameters(request: HttpRequest) -> dict[str, list[tuple[str, str]]]:
    """Return the parameters of each rule with today's values."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in parameter_rows(actor_of(request).today):
        words = _("%(label)s：%(value)d %(unit)s") % {
            "label": _(row.parameter.label),
            "value": row.value,
            "unit": _(UNIT_LABELS[row.parameter.unit]),
        }
        found.setdefault(row.parameter.rule, []).append((row.key, words))
    return found


def _line(
    row: RulebookRow, parameters: dict[str, list[tuple[str, str]]], *, in_chinese: bool
) -> RuleLine:
    return RuleLine(
        id=row.id,
        text=row.text.among(in_chinese=in_chinese),
        source=row.source.among(in_chinese=in_chinese),
        certainty=_(CERTAINTY_LABELS[row.certainty]),
        is_second_hand=row.certainty is Certainty.SEEN,
        since=row.since,
        until=row.until,
        open=_KEYS.sub("", row.open.among(in_chinese=in_chinese)),
        parameters=parameters.get(row.id, []),
    )
