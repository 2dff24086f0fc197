"""Pages of survey rounds: the list, and one round with its progress by walker and street."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access import surveys as access
from xgz.access.actor import Actor, actor_of, may
from xgz.models import SurveyRound
from xgz.queries import surveys as reads
from xgz.queries.surveys import Part, Tally
from xgz.rules.roles import Resource
from xgz.rules.surveys import ROW_LABELS, RowState
from xgz.web.lists import Column, list_page
from xgz.web.pages import room
from xgz.web.surveys.wording import hidden_note

_STREETS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Number:
    """A figure and the rows behind it; url "" where the actor opens no rows; None: hidden (SV-8)."""

    label: str
    value: int | None
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PartLine:
    """A walker or street with its numbers, in the order of the table's headings."""

    part: Part
    label: str
    numbers: list[Number]
    percent: float | None
    may_remind: bool = False


def columns() -> list[Column]:
    """Return the columns of the list of rounds."""
    return [
        Column("title", _("名称"), ("title", "pk")),
        Column("area", _("乡镇（街道）"), ("area__path", "pk"), off_phone=True),
        Column("run_by", _("组织单位"), ("run_by__path", "pk"), minor=True),
        Column("ends", _("截止日期"), ("ends_on", "pk")),
        Column("total", _("户数"), numeric=True, off_phone=True),
        Column("settled", _("已走完"), numeric=True),
        Column("waiting", _("还要走"), numeric=True),
        Column("state", _("状态"), ("state", "-ends_on")),
    ]


@require_safe
@room(Resource.SURVEY)
def survey_list(request: HttpRequest) -> HttpResponse:
    """Show the rounds in reach, running ones first."""
    actor = actor_of(request)
    visible = access.visible_rounds(actor)
    listing = list_page(
        request,
        visible,
        columns(),
        ("-state", "ends_on", "pk"),
        visible.select_related("area", "market", "run_by"),
    )
    context = {
        "listing": listing,
        "lines": reads.round_lines(listing.rows, actor),
        "may_run": may(actor, access.RUN),
        "may_enter": may(actor, access.ANSWER),
        "own": reads.own_work(actor),
        "today": actor.today,
    }
    return render(request, "surveys/list.html", context)


@require_safe
@room(Resource.SURVEY)
def survey_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one round: how far it is, what the shops told, by walker and by street."""
    actor = actor_of(request)
    visible = access.visible_rounds(actor).select_related("area", "market", "run_by")
    survey = get_object_or_404(visible, public_id=public_id)
    (line,) = reads.round_lines([survey], actor)
    steers = access.steers(actor, survey) and survey.is_running
    links = _Links(survey, opens=access.sees_rows(actor))
    walkers = reads.parts_by_walker(survey, actor)
    streets = reads.parts_by_street(survey, actor)
    context = {
        "survey": survey,
        "line": line,
        "numbers": links.states(line.tally, {}),
        "told": links.told(line.tally),
        "headings": [_("户数"), *(_(ROW_LABELS[state]) for state in RowState)],
        "walkers": [links.line(part, "walker", steers=steers) for part in walkers],
        "streets": [links.line(part, "street") for part in streets[:_STREETS_SHOWN]],
        "more_streets": max(len(streets) - _STREETS_SHOWN, 0),
        "steers": steers,
        "runs": survey.is_running and access.runs(actor, survey),
        "may_withdraw": line.tally.to_visit == line.tally.total,
        "opens_rows": links.opens,
        "may_export": _may_export(actor),
        "today": actor.today,
    }
    return render(request, "surveys/detail.html", context)


def _may_export(actor: Actor) -> bool:
    return access.sees_rows(actor) and may(actor, "ledger.export")


@dataclass(frozen=True, slots=True)
class _Links:
    """Numbers of a round that open exactly their rows."""

    survey: SurveyRound
    opens: bool

    def number(self, label: str, value: int | None, query: dict[str, str]) -> Number:
        note = hidden_note(self.survey) if value is None else ""
        url = ""
        if self.opens and value is not None:
            address = reverse("survey-rows", args=[self.survey.public_id])
            url = f"{address}?{urlencode(query)}" if query else address
        return Number(label, value, url, note)

    def states(self, tally: Tally, query: dict[str, str]) -> list[Number]:
        """Return the number of rows, then of rows in each state."""
        return [
            self.number(_("户数"), tally.total, query),
            *(
                self.number(
                    _(ROW_LABELS[state]),
                    getattr(tally, state.value),
                    query | {"state": state.value},
                )
                for state in RowState
            ),
        ]

    def told(self, tally: Tally) -> list[Number]:
        """Return what the shops told, summed up, with how many answered."""
        return [
            self._sum(_("从业人数"), tally.staff, "staff", tally.staff_shops),
            self._sum(_("党员人数"), tally.members, "members", tally.member_shops),
            self._sum(_("有党组织"), tally.organisations, "organisation", tally.visited),
            self._sum(_("有亮牌"), tally.plaques, "plaque", tally.visited),
        ]

    def line(self, part: Part, by: str, *, steers: bool = False) -> PartLine:
        """Return a walker's or street's line of the table."""
        query = {by: f"={part.key}" if by == "street" else part.key}
        nameless = {"walker": _("未分派"), "street": _("未写明街路")}
        return PartLine(
            part=part,
            label=part.label or nameless[by],
            numbers=self.states(part.tally, query),
            percent=part.tally.percent,
            may_remind=steers and part.key != reads.NOBODY and part.tally.waiting > 0,
        )

    def _sum(self, label: str, value: int | None, told: str, shops: int) -> Number:
        number = self.number(label, value, {"told": told})
        if value is None:
            return number
        note = _("%(shops)d 户答复") % {"shops": shops}
        return Number(number.label, number.value, number.url, note)


def round_in_reach(actor: Actor, public_id: str) -> SurveyRound:
    """Return a round the actor sees, or answer 404."""
    rounds = access.visible_rounds(actor).select_related("area", "market", "run_by")
    return get_object_or_404(rounds, public_id=public_id)
