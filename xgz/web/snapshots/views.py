"""Snapshots of figures: the list, taking one, and one with all its tables."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from xgz.access import clock
from xgz.access.actor import actor_of, may
from xgz.access.coverage import counts_district
from xgz.access.snapshots import sees_cases, visible_snapshots
from xgz.models import Job, Snapshot
from xgz.queries.jobs import newest_jobs
from xgz.queries.snapshots import Counts, stored_counts
from xgz.rules.coverage import Figure
from xgz.rules.jobs import WAITING
from xgz.rules.parameters import PARAMETERS, UNIT_LABELS
from xgz.rules.roles import Resource
from xgz.rules.snapshots import Table
from xgz.services.snapshots import ask_for_snapshot
from xgz.web.coverage.forms import FigureForm
from xgz.web.coverage.parts import township_chart, township_rows
from xgz.web.lists import Column, list_page
from xgz.web.pages import room
from xgz.web.snapshots.forms import TakeForm
from xgz.web.snapshots.parts import (
    StoredRows,
    Words,
    count_table,
    kind_table,
    stored_cards,
    words_of,
)

_NEWEST_FIRST = ("-as_at", "-taken_at", "-pk")
_OTHERS = 60  # offered to compare with


@require_safe
@room(Resource.COVERAGE)
def snapshot_list(request: HttpRequest) -> HttpResponse:
    """Show the snapshots, newest day first, and the form to take one."""
    return render(request, "snapshots/list.html", _list_context(request, None))


@require_POST
@room(Resource.COVERAGE)
def snapshot_take(request: HttpRequest) -> HttpResponse:
    """Queue a snapshot and show how far it is; a form that does not hold comes back with 400."""
    actor = actor_of(request)
    form = TakeForm(request.POST, actor)
    if not form.is_valid() and may(actor, "snapshot.take"):
        return render(request, "snapshots/list.html", _list_context(request, form), status=400)
    public_id = ask_for_snapshot(
        actor=actor,
        as_at=form.cleaned_data.get("as_at", actor.today),
        note=form.cleaned_data.get("note", ""),
        now=clock.now(),
    )
    return redirect("snapshot-detail", public_id=public_id)


@require_safe
@room(Resource.COVERAGE)
def snapshot_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show every figure of a snapshot in the actor's scope, or how far the taking is."""
    actor = actor_of(request)
    snapshot = visible_snapshots(actor).filter(public_id=public_id).first()
    if snapshot is None:
        return _progress(request, public_id)
    if _asks_for_progress(request):
        return HttpResponseClientRefresh()
    form = FigureForm(request.GET)
    counts = stored_counts(actor, snapshot)
    context = _tables(snapshot, counts) | _by_township(request, snapshot, counts, form)
    others = visible_snapshots(actor).exclude(pk=snapshot.pk).order_by(*_NEWEST_FIRST)
    context |= {
        "snapshot": snapshot,
        "form": form,
        "words": words_of(snapshot),
        "parameters": _parameters(snapshot),
        "sees_cases": sees_cases(actor),
        "others": others[:_OTHERS],
        "may_export": may(actor, "ledger.export"),
    }
    return render(request, "snapshots/detail.html", context)


def _list_context(request: HttpRequest, form: TakeForm | None) -> dict[str, Any]:
    actor = actor_of(request)
    snapshots = visible_snapshots(actor).select_related("taken_by")
    may_take = may(actor, "snapshot.take")
    return {
        "form": (form or TakeForm(None, actor)) if may_take else None,
        "listing": list_page(request, snapshots, _columns(), _NEWEST_FIRST),
    }


def _columns() -> list[Column]:
    return [
        Column("as_at", _("截止日期"), ("as_at",)),
        Column("kind", _("方式"), ("kind",)),
        Column("taken_at", _("生成时间"), ("taken_at",)),
        Column("by", _("生成人"), minor=True),
        Column("note", _("说明"), minor=True),
    ]


def _progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the job that takes the snapshot; an id nobody asked for is 404."""
    job: Job | None = newest_jobs([public_id]).get(public_id)
    if job is None or not may(actor_of(request), "snapshot.take"):
        raise Http404
    context = {"job": job, "is_busy": job.state in WAITING, "public_id": public_id}
    part = (
        "snapshots/progress_part.html" if _asks_for_progress(request) else "snapshots/progress.html"
    )
    return render(request, part, context)


def _asks_for_progress(request: HttpRequest) -> bool:
    """Test whether the page that waits for the snapshot asks, by htmx, how far it is."""
    return request.headers.get("HX-Request") == "true"


def _tables(snapshot: Snapshot, counts: Counts) -> dict[str, Any]:
    return {
        "cards": stored_cards(snapshot, counts),
        "tables": [kind_table(snapshot, counts, figure) for figure in Figure],
        "classes": count_table(snapshot, counts, Table.CLASSES),
        "outside": count_table(snapshot, counts, Table.OUTSIDE),
        "findings": count_table(snapshot, counts, Table.FINDINGS),
        "cases": count_table(snapshot, counts, Table.CASES),
    }


def _by_township(
    request: HttpRequest, snapshot: Snapshot, counts: Counts, form: FigureForm
) -> dict[str, Any]:
    figure, kind = form.figure_asked, form.kind_asked
    words, address = words_of(snapshot), StoredRows(snapshot.public_id)
    chart = None
    if counts_district(actor_of(request)):
        chart = township_chart(counts.report, figure, kind, address)
    return {
        "title": figure_title(words, figure, kind),
        "chart": chart,
        "townships": township_rows(counts.report, figure, kind, address),
    }


def figure_title(words: Words, figure: str, kind: str) -> str:
    """Return the name of a figure with the kind it is counted for."""
    return _("%(figure)s（%(kind)s）") % {
        "figure": words.title(figure),
        "kind": words.kind(figure, kind),
    }


def _parameters(snapshot: Snapshot) -> list[tuple[str, int, str, str]]:
    """Return label, value, unit and rule of every parameter that held on the day."""
    kept: dict[str, int] = snapshot.definition.get("parameters", {})
    return [
        (_(known.label), kept[key], _(UNIT_LABELS[known.unit]), known.rule)
        for key, known in PARAMETERS.items()
        if key in kept
    ]
