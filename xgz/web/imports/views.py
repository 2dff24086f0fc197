"""The import centre: uploading, templates, past imports, rows handed back."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import NotPermitted, actor_of
from xgz.access.imports import importable_kinds, may_read_rejects, visible_imports
from xgz.files.template import write_template
from xgz.queries import imports as queries
from xgz.queries.jobs import waiting_jobs
from xgz.rules.imports.states import IMPORT_KIND_LABELS, ImportKind
from xgz.rules.roles import Resource
from xgz.services.imports.background import stage_in_background
from xgz.services.imports.downloads import NothingHandedBack, take_rejects
from xgz.services.imports.opening import upload
from xgz.services.imports.rejects import RejectsNotWritten
from xgz.web.imports.forms import UploadForm
from xgz.web.imports.standing import standing_of
from xgz.web.lists import Column, list_page
from xgz.web.pages import room

_NEWEST_FIRST = ("-uploaded_at", "-pk")


@require_safe
@room(Resource.IMPORT)
def import_list(request: HttpRequest) -> HttpResponse:
    """Show the upload form, the templates and the past imports in reach."""
    form = UploadForm(kinds=importable_kinds(actor_of(request)))
    return render(request, "imports/list.html", _list_context(request, form))


@require_POST
@room(Resource.IMPORT)
def import_upload(request: HttpRequest) -> HttpResponse:
    """Keep the file and queue its reading; a form that does not hold comes back with 400."""
    actor = actor_of(request)
    form = UploadForm(request.POST, request.FILES, kinds=importable_kinds(actor))
    if not form.is_valid():
        return render(request, "imports/list.html", _list_context(request, form), status=400)
    file, now = form.cleaned_data["file"], clock.now()
    source = upload(
        actor=actor,
        kind=ImportKind(form.cleaned_data["kind"]),
        stream=file.file,
        file_name=file.name,
        now=now,
        sender=form.cleaned_data["sender"],
        is_full=form.cleaned_data["is_full"],
    )
    stage_in_background(actor=actor, source=source, now=now)
    return redirect("import-detail", public_id=source.public_id)


@require_safe
@room(Resource.IMPORT)
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    """Send the empty workbook of one kind, with notes and choices."""
    if kind not in set(ImportKind):
        raise Http404
    if ImportKind(kind) not in importable_kinds(actor_of(request)):
        raise NotPermitted(f"import.{kind}")
    target = BytesIO()
    write_template(ImportKind(kind), target)
    target.seek(0)
    name = _("%(kind)s导入模板.xlsx") % {"kind": _(IMPORT_KIND_LABELS[ImportKind(kind)])}
    return FileResponse(target, as_attachment=True, filename=name)  # type: ignore[return-value]


@require_safe
@room(Resource.IMPORT)
def import_rejects(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send the rows handed back with their reasons; who may not read these cells gets 403."""
    actor = actor_of(request)
    source = get_object_or_404(visible_imports(actor), public_id=public_id)
    if not may_read_rejects(actor, source):
        raise NotPermitted("import.rejects")
    try:
        file = take_rejects(actor=actor, source=source, now=clock.now())
    except NothingHandedBack:
        messages.info(request, _("这次导入没有退回行文件。"))
        return redirect("import-detail", public_id=public_id)
    except RejectsNotWritten:
        messages.error(request, _("退回行文件没有写成，请稍后再下载。"))
        return redirect("import-detail", public_id=public_id)
    name = _("退回行 %(day)s %(id)s") % {
        "day": f"{clock.day_of(source.uploaded_at):%Y-%m-%d}",
        "id": source.public_id,
    }
    return FileResponse(  # type: ignore[return-value]
        file.stream, as_attachment=True, filename=name + file.suffix
    )


def _list_context(request: HttpRequest, form: UploadForm) -> dict[str, Any]:
    actor = actor_of(request)
    visible = visible_imports(actor)
    listing = list_page(request, queries.past_imports(visible), _columns(), _NEWEST_FIRST)
    shown = listing.rows
    jobs = waiting_jobs([source.public_id for source in shown])
    return {
        "form": form,
        "kinds": [(kind.value, _(IMPORT_KIND_LABELS[kind])) for kind in importable_kinds(actor)],
        "senders": queries.known_senders(visible),
        "listing": listing,
        "rows": [(source, standing_of(source, jobs.get(source.public_id))) for source in shown],
    }


def _columns() -> list[Column]:
    return [
        Column("file", _("文件"), ("file_name",)),
        Column("kind", _("数据种类"), ("kind",)),
        Column("sender", _("报送单位"), ("sender",), minor=True),
        Column("uploaded", _("上传时间"), ("uploaded_at",)),
        Column("by", _("上传人"), minor=True),
        Column("state", _("状态"), ("state",)),
        Column("rows", _("总行数"), ("rows",), numeric=True),
        Column("created", _("新增"), ("created",), numeric=True),
        Column("updated", _("更新"), ("updated",), numeric=True),
        Column("unchanged", _("无变化"), ("unchanged",), numeric=True, minor=True),
        Column("rejected", _("退回"), ("rejected",), numeric=True),
        Column("duplicate", _("重复"), ("duplicate",), numeric=True, minor=True),
        Column("blank", _("空行"), ("blank",), numeric=True, minor=True),
    ]
