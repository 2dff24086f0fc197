"""What a person does with an import: match columns, start, write, undo, give up."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.access.imports import visible_imports
from xgz.files.first_look import look_at_header
from xgz.models import Import
from xgz.rules.imports.reasons import FileRefused
from xgz.rules.imports.states import UNDO_DAYS, ImportKind, ImportState, ImportStepNotAllowed
from xgz.rules.roles import Resource
from xgz.services.imports.background import (
    apply_in_background,
    cancel_in_background,
    is_busy,
    stage_in_background,
)
from xgz.services.imports.folders import original_in_clear
from xgz.services.imports.locks import AlreadyUnderWay
from xgz.services.imports.opening import map_columns
from xgz.services.imports.recovery import OriginalGone, recover_import
from xgz.services.imports.staging import abandon_import
from xgz.services.imports.steps import ChangedMeanwhile
from xgz.services.imports.undoing import UndoTooLate, undo_import
from xgz.services.imports.wording import file_sentence
from xgz.services.jobs import NotCancellable
from xgz.web.imports.forms import MappingForm
from xgz.web.imports.standing import may_map
from xgz.web.pages import room

_TO_RECOVER = (ImportState.STAGING, ImportState.APPLYING, ImportState.FAILED)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.IMPORT)
def import_mapping(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the columns of the file beside our fields, and read it again as matched."""
    actor = actor_of(request)
    source = get_object_or_404(visible_imports(actor), public_id=public_id)
    if not may_map(source) or is_busy(source):
        messages.warning(request, _("这份文件现在不能再对照列名。"))
        return redirect("import-detail", public_id=public_id)
    try:
        with original_in_clear(source) as clear:
            look = look_at_header(clear, ImportKind(source.kind))
    except FileRefused as refused:
        messages.error(request, file_sentence(refused.reason.value, refused.details))
        return redirect("import-detail", public_id=public_id)
    form = MappingForm(request.POST or None, source=source, look=look)
    if request.method == "POST" and form.is_valid():
        return _try(request, source, lambda: _map_and_stage(actor, source, form))
    context = {"source": source, "form": form, "look": look}
    return render(request, "imports/mapping.html", context)


@require_POST
@room(Resource.IMPORT)
def import_start(request: HttpRequest, public_id: str) -> HttpResponse:
    """Read a file that waits, or once more one whose work was interrupted or failed."""
    actor = actor_of(request)
    source = get_object_or_404(visible_imports(actor), public_id=public_id)
    return _try(request, source, lambda: _start(actor, source))


@require_POST
@room(Resource.IMPORT)
def import_apply(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write the staged rows."""
    actor = actor_of(request)
    source = get_object_or_404(visible_imports(actor), public_id=public_id)
    return _try(request, source, lambda: _apply(actor, source))


@require_POST
@room(Resource.IMPORT)
def import_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back what an import wrote, except what was changed since."""
    actor = actor_of(request)
    source = get_object_or_404(visible_imports(actor), public_id=public_id)
    now = clock.now()
    return _try(
        request,
        source,
        lambda: undo_import(actor=actor, source=source, today=actor.today, now=now),
    )


@require_POST
@room(Resource.IMPORT)
def import_abandon(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give up an import that was not written."""
    actor = actor_of(request)
    source = get_object_or_404(visible_imports(actor), public_id=public_id)
    now = clock.now()
    return _try(request, source, lambda: abandon_import(actor=actor, source=source, now=now))


@require_POST
@room(Resource.IMPORT)
def import_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Stop a reading that waits or runs, or a writing that waits."""
    actor = actor_of(request)
    source = get_object_or_404(visible_imports(actor), public_id=public_id)
    now = clock.now()
    return _try(request, source, lambda: cancel_in_background(actor=actor, source=source, now=now))


def _map_and_stage(actor: Actor, source: Import, form: MappingForm) -> None:
    now = clock.now()
    map_columns(
        actor=actor,
        source=source,
        renamed=form.renamed(),
        codes=form.explained(),
        now=now,
        remember=form.cleaned_data.get("remember", False),
    )
    stage_in_background(actor=actor, source=source, now=now)


def _start(actor: Actor, source: Import) -> None:
    if is_busy(source):
        raise AlreadyUnderWay
    if source.state in _TO_RECOVER:
        recover_import(actor=actor, source=source)
    elif source.state not in (ImportState.UPLOADED, ImportState.MAPPED):
        raise ImportStepNotAllowed
    stage_in_background(actor=actor, source=source, now=clock.now())


def _apply(actor: Actor, source: Import) -> None:
    if source.state != ImportState.STAGED:
        raise ImportStepNotAllowed
    apply_in_background(actor=actor, source=source, now=clock.now())


def _try(request: HttpRequest, source: Import, step: Callable[[], object]) -> HttpResponse:
    """Take a step and go back to the import's page; say so where it was not possible."""
    try:
        step()
    except AlreadyUnderWay:
        messages.info(request, _("这份文件正在处理，请稍候。"))
    except NotCancellable:
        messages.info(request, _("现在没有可以取消的处理。"))
    except OriginalGone:
        messages.warning(request, _("原文件已删除，请重新上传。"))
    except UndoTooLate:
        messages.warning(request, _("写入已超过 %(days)s 天，不能再撤销。") % {"days": UNDO_DAYS})
    except (ImportStepNotAllowed, ChangedMeanwhile):
        messages.warning(request, _("这份导入的状态已经变化，没有执行这一步，请以本页为准。"))
    return redirect("import-detail", public_id=source.public_id)
