"""Setting the transfers of a formation going, by one click each (FM-20)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.models import FormationMember
from xgz.queries.formation_transfers import joining_at
from xgz.queries.formations import formation_at
from xgz.services import formations
from xgz.web.cases.page import case_room
from xgz.web.formations.wording import TRANSFER_REFUSALS, transfer_refusal

PROPOSE, ASK = "propose", "ask"


@require_POST
@case_room
def formation_transfer(request: HttpRequest, public_id: str, deed: str) -> HttpResponse:
    """Propose one transfer, or ask who may; a hidden person is 404, no right 403."""
    actor = actor_of(request)
    row = joining_at(actor, public_id)
    if row is None or deed not in {PROPOSE, ASK}:
        raise Http404
    try:
        told = _done(actor, row, deed)
    except TRANSFER_REFUSALS as error:
        messages.warning(request, transfer_refusal(error))
    else:
        messages.success(request, told)
    if formation_at(actor, row.formation.public_id) is None:
        return redirect("transfer-list")
    return redirect("formation-detail", public_id=row.formation.public_id)


def _done(actor: Actor, row: FormationMember, deed: str) -> str:
    if deed == ASK:
        formations.ask_transfer(actor=actor, row=row, now=clock.now())
        return _("已请转出方提出转接，对方的关系转接页面和待办会看到。")
    case = formations.propose_for(actor=actor, row=row, now=clock.now())
    return _("已提出转接 %(number)s，由转出地党委核对后开具介绍信。") % {"number": case.number}
