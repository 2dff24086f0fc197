"""What undoing would do now and what it left behind, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.access.imports import importable_kinds, visible_imports
from xgz.models import Import
from xgz.queries.undoing import REFERRER_LABELS, Leftovers, standing_later, what_is_left
from xgz.rules.imports.states import ImportKind, ImportState
from xgz.services.imports.undoing import preview_undo

# Accounts are named only to who imports rosters; nothing that is no secret keeps a row (PR-10).
_OPEN_REFERRERS = frozenset(
    {"annualreport", "closure", "coverage", "market", "instructorlink", "surveyrow"}
)
_LATER_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Outlook:
    """first: imports to undo before, newest first; hidden: further ones the person may not see.

    later: later imports of the same kind that stand, newest first.
    """

    sentences: list[str]
    first: list[Import]
    hidden: int
    later: list[Import]
    may_go_on: bool


def undo_outlook(actor: Actor, source: Import) -> Outlook:
    """Return what undoing the import now would take back and what it would leave."""
    undone = preview_undo(actor=actor, source=source)
    first = visible_imports(actor).filter(pk__in=undone.left.first).order_by("-applied_at", "-pk")
    told = _("现在撤销，将删除新增的 %(removed)s 条，还原更新的 %(restored)s 条。") % {
        "removed": f"{undone.removed:,}",
        "restored": f"{undone.restored:,}",
    }
    shown = list(first)
    return Outlook(
        [told, *_left(actor, undone.left)],
        shown,
        len(undone.left.first) - len(shown),
        list(standing_later(source)[:_LATER_SHOWN]),
        may_go_on=bool(undone.removed or undone.restored) or not _is_anything(undone.left),
    )


def left_sentences(actor: Actor, source: Import) -> list[str]:
    """Return what undoing left alone and why; nothing where it was not undone."""
    if source.state != ImportState.UNDONE:
        return []
    return _left(actor, what_is_left(source))


def _left(actor: Actor, left: Leftovers) -> list[str]:
    told = []
    if left.changed:
        told.append(
            _("其中 %(count)s 条写入后又被改过，保持原样。") % {"count": f"{left.changed:,}"}
        )
    if left.referenced:
        values = {"count": f"{left.referenced:,}", "names": _names(actor, left)}
        told.append(_("其中 %(count)s 条仍有%(names)s引用，没有删除。") % values)
    return told


def _names(actor: Actor, left: Leftovers) -> str:
    sees_all = ImportKind.ROSTER in importable_kinds(actor)
    names = [
        _(REFERRER_LABELS[table]) if sees_all or table in _OPEN_REFERRERS else _("其他数据")
        for table in left.referrers
    ]
    return _("、").join(dict.fromkeys(names)) or _("其他数据")


def _is_anything(left: Leftovers) -> bool:
    return bool(left.changed or left.referenced)
