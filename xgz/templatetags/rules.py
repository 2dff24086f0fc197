"""The mark of a rule beside what it explains, leading to its row in the rulebook."""

import re

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def rule(rule_id: str) -> SafeString:
    """Return the rule's mark as a link to the rulebook on screen; nothing for an empty id."""
    if not rule_id:
        return SafeString("")
    return format_html(
        '<a class="x-tag x-tag-rule" href="{}#{}">{}</a>', reverse("rulebook"), rule_id, rule_id
    )


_MARKS = [
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*([^*]+)\*"), r"<em>\1</em>"),
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
]


@register.filter
def rule_text(text: str) -> SafeString:
    """Return a rule's words with the marks of its Markdown as elements: **, * and backticks."""
    told = escape(text)
    for mark, element in _MARKS:
        told = mark_safe(mark.sub(element, told))  # noqa: S308 - escaped before; elements are ours
    return told
