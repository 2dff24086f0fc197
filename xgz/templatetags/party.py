"""Words of Party posts and classes for templates."""

from django import template
from django.utils.translation import gettext as _

from xgz.rules.organisations import POST_LABELS, Post

register = template.Library()


@register.filter
def post_label(post: Post) -> str:
    """Return the post in words."""
    return _(POST_LABELS[post])
