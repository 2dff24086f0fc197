"""The mark of a rule beside what it explains, leading to its row in the rulebook."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def rule(rule_id: str) -> SafeString:
    """Return the rule's mark as a link to the rulebook on screen; nothing for an empty id."""
    if not rule_id:
        return SafeString("")
    return format_html(
        '<a class="x-tag x-tag-rule" href="{}#{}">{}</a>', reverse("rulebook"), rule_id, rule_id
    )
