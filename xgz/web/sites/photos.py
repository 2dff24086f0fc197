"""Photos of a site: adding one, showing its picture to whoever sees the organisation, taking it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.sites import require_recording, visible_photos
from xgz.models import SitePhoto
from xgz.queries.sites import site_of
from xgz.rules.photos import CONTENT_TYPE
from xgz.rules.roles import Resource
from xgz.services.sites import PhotoGone, add_photo, read_photo, remove_photo
from xgz.web.pages import room
from xgz.web.sites.forms import PhotoForm
from xgz.web.sites.views import visible_organisation
from xgz.web.sites.wording import REFUSALS, refusal


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.ORGANISATION)
def photo_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show and take the form of one photo (?item=… chooses the thing beforehand)."""
    actor = actor_of(request)
    organisation = visible_organisation(request, public_id)
    require_recording(actor, organisation)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    initial = {"day": actor.today, "item": request.GET.get("item", "")}
    form = PhotoForm(*sent, site=site_of(organisation, actor.today), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            add_photo(
                actor=actor,
                organisation=organisation,
                item=form.cleaned_data["item"],
                moment=form.chosen_moment,
                taken_on=form.cleaned_data["day"],
                data=form.cleaned_data["photo"],
                now=clock.now(),
            )
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("照片已保存。"))
            return redirect("site-detail", public_id=public_id)
    context = {"form": form, "organisation": organisation, "title": _("上传照片")}
    return render(request, "sites/change.html", context)


@require_safe
@room(Resource.ORGANISATION)
def photo(request: HttpRequest, public_id: str, photo_id: str) -> HttpResponse:
    """Send the picture of a photo; the type is ours, whatever was uploaded, and no cache keeps it."""
    row = _visible_photo(request, public_id, photo_id)
    try:
        picture = read_photo(row)
    except PhotoGone:
        raise Http404 from None
    response = HttpResponse(picture, content_type=CONTENT_TYPE)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = f'inline; filename="{row.public_id}.jpg"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.ORGANISATION)
def photo_remove(request: HttpRequest, public_id: str, photo_id: str) -> HttpResponse:
    """Ask whether a photo is taken back, and take it back with its picture."""
    actor = actor_of(request)
    row = _visible_photo(request, public_id, photo_id)
    require_recording(actor, row.organisation)
    if request.method != "POST" or "confirmed" not in request.POST:
        context = {"photo": row, "organisation": row.organisation}
        return render(request, "sites/photo_remove.html", context)
    if remove_photo(actor=actor, photo=row, now=clock.now()):
        messages.success(request, _("照片已撤回并删除。"))
    return redirect("site-detail", public_id=public_id)


def _visible_photo(request: HttpRequest, public_id: str, photo_id: str) -> SitePhoto:
    rows = visible_photos(actor_of(request)).select_related("organisation")
    return get_object_or_404(rows, public_id=photo_id, organisation__public_id=public_id)
