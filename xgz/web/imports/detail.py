"""One import: its preview or result, its progress, all differences, rows by what became of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access.actor import Actor, actor_of
from xgz.access.businesses import visible_businesses
from xgz.access.imports import may_read_rejects, visible_imports
from xgz.models import Import, RejectedRow
from xgz.queries import imports as queries
from xgz.queries.jobs import jobs_ahead, waiting_job
from xgz.rules.imports.states import ROW_OUTCOME_LABELS, ImportKind, ImportState, RowOutcome
from xgz.rules.roles import Resource
from xgz.services.imports.findings import lost_columns, missing_sentence, warnings
from xgz.services.imports.registry import changed_businesses
from xgz.services.imports.wording import file_sentence, row_sentence
from xgz.web.imports.differences import (
    Difference,
    conflict_subjects,
    staged_differences,
    tried_changes,
    written_differences,
)
from xgz.web.imports.outlook import left_sentences, undo_outlook
from xgz.web.imports.standing import changes_something, may_undo, standing_of, undo_until
from xgz.web.lists import Column, list_page
from xgz.web.pages import room

_SHOWN = 8  # rows of each kind on the overview
_PAGE = 50
_WRITTEN = (ImportState.APPLIED, ImportState.UNDONE)
_SUMMED = (ImportState.STAGED, ImportState.APPLYING, *_WRITTEN)


@require_safe
@room(Resource.IMPORT)
def import_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show where an import stands: progress, refusal, preview or result."""
    actor = actor_of(request)
    visible = visible_imports(actor)
    source = get_object_or_404(queries.past_imports(visible), public_id=public_id)
    job = waiting_job(public_id)
    standing = standing_of(source, job)
    context: dict[str, Any] = {"source": source, "standing": standing}
    if standing.is_busy:
        context["ahead"] = jobs_ahead(job) if job and standing.is_queued else 0
        return render(request, "imports/detail.html", context)
    if source.state == ImportState.REFUSED:
        context["sentence"] = file_sentence(source.refusal["reason"], source.refusal["details"])
    elif source.state in _SUMMED:
        context |= _overview(source, actor)
        context["before"] = queries.written_before(visible, source)
        if request.GET.get("undo") and may_undo(source, actor.today):
            context["undo"] = undo_outlook(actor, source)
    return render(request, "imports/detail.html", context)


@require_safe
@room(Resource.IMPORT)
def import_progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show how far the work on an import has come; when it is over, have the page read anew."""
    source = get_object_or_404(visible_imports(actor_of(request)), public_id=public_id)
    job = waiting_job(public_id)
    standing = standing_of(source, job)
    ahead = jobs_ahead(job) if job and standing.is_queued else 0
    context = {"source": source, "standing": standing, "ahead": ahead}
    response = render(request, "imports/progress.html", context)
    if not standing.is_busy:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@room(Resource.IMPORT)
def import_changes(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show every difference: as planned before writing, as written afterwards."""
    source = get_object_or_404(visible_imports(actor_of(request)), public_id=public_id)
    context: dict[str, Any] = {
        "source": source,
        "standing": standing_of(source, waiting_job(public_id)),
    }
    if source.state == ImportState.STAGED and source.kind == ImportKind.REGISTRY:
        after = _number(request.GET.get("after", ""))
        changes = list(changed_businesses(source, _PAGE + 1, after))
        context["differences"] = staged_differences(changes[:_PAGE])
        context["next_after"] = changes[_PAGE - 1].row_no if len(changes) > _PAGE else None
    elif source.state == ImportState.STAGED:
        context["tried"] = tried_changes(source.notes.get("changes", []))
    elif request.GET.get("conflicts"):
        listing = list_page(request, queries.conflicts(source), [], ("row_no", "pk"))
        context |= {"listing": listing, "conflicts": conflict_subjects(listing.rows)}
    else:
        listing = list_page(request, queries.changes_written(source), [], ("row_no", "pk"))
        context |= {"listing": listing, "differences": written_differences(listing.rows)}
    return render(request, "imports/changes.html", context)


@require_safe
@room(Resource.IMPORT)
def import_rows(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the rows of one outcome: ?outcome=created, rejected or duplicate."""
    source = get_object_or_404(visible_imports(actor_of(request)), public_id=public_id)
    asked = request.GET.get("outcome", "")
    outcome = RowOutcome(asked) if asked in set(RowOutcome) else RowOutcome.REJECTED
    context: dict[str, Any] = {
        "source": source,
        "outcome": outcome,
        "title": _(ROW_OUTCOME_LABELS[outcome]),
        "standing": standing_of(source, waiting_job(public_id)),
    }
    if outcome is RowOutcome.CREATED and source.kind == ImportKind.REGISTRY:
        context |= _created(request, source)
    else:
        rows = queries.rejected_rows(source, outcome)
        listing = list_page(request, rows, _rejected_columns(), ("row_no",))
        context |= {"listing": listing, "rejected": _rejected(source, listing.rows)}
    return render(request, "imports/rows.html", context)


def _overview(source: Import, actor: Actor) -> dict[str, Any]:
    rejected = list(queries.rejected_rows(source).order_by("row_no")[:_SHOWN])
    columns = queries.column_lines(source)
    follow = queries.consequences(source)
    return {
        "changes_something": changes_something(source),
        "shares": queries.row_sum(source),
        "planned": source.created + source.updated,
        "accepted": source.created + source.updated + source.unchanged,
        "handed_back": source.rejected + source.duplicate,
        "columns": columns,
        "recognised": sum(1 for line in columns if line.ours),
        "differences": _first_differences(source),
        "tried": tried_changes(source.notes.get("changes", []))[:_SHOWN],
        "follow": follow,
        "closures": _openable(follow, actor),
        "warnings": warnings(source),
        "lost": lost_columns(source),
        "missing": missing_sentence(source),
        "rejected": _rejected(source, rejected),
        "shown": len(rejected),
        "may_read_rejects": may_read_rejects(actor, source),
        "is_written": source.state in _WRITTEN,
        "undo_until": undo_until(source),
        "may_undo": may_undo(source, actor.today),
        "conflicts": source.notes.get("conflicts", 0),
        "left": left_sentences(actor, source),
    }


def _first_differences(source: Import) -> list[Difference]:
    if not source.updated:
        return []
    if source.state in _WRITTEN:
        written = queries.changes_written(source).order_by("row_no", "pk")[:_SHOWN]
        return written_differences(list(written))[:_SHOWN]
    if source.kind != ImportKind.REGISTRY:
        return []
    return staged_differences(list(changed_businesses(source, _SHOWN)))[:_SHOWN]


def _openable(follow: queries.Consequences, actor: Actor) -> list[tuple[str, str]]:
    """Return name and public id of the closed businesses the actor may open."""
    ids = [business.pk for business in follow.closures]
    if not ids:
        return []
    return list(visible_businesses(actor).filter(pk__in=ids).values_list("name", "public_id"))


def _rejected(source: Import, rows: Any) -> list[tuple[RejectedRow, str]]:
    kind = ImportKind(source.kind)
    return [(row, row_sentence(kind, row.faults)) for row in rows]


def _created(request: HttpRequest, source: Import) -> dict[str, Any]:
    columns = [
        Column("name", _("名称")),
        Column("code", _("统一社会信用代码")),
        Column("township", _("乡镇")),
    ]
    if source.state in _WRITTEN:
        made = queries.businesses_made(source).select_related("township")
        return {"listing": list_page(request, made, columns), "has_pages": True}
    staged = queries.staged_new(source).select_related("township")
    return {"listing": list_page(request, staged, columns, ("row_no", "pk"))}


def _rejected_columns() -> list[Column]:
    return [
        Column("row", _("行号"), ("row_no",), numeric=True),
        Column("label", _("名称、代码")),
        Column("reason", _("退回原因和改法")),
    ]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
