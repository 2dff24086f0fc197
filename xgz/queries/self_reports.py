"""Self-reports as lists: windows, posters with their codes, claims; and where a window ended."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from xgz.access.actor import Actor
from xgz.access.clock import day_of
from xgz.access.self_reports import visible_posters, visible_reports, visible_windows
from xgz.models import (
    CaseEvent,
    Poster,
    PosterCode,
    SelfReport,
    SelfReportNameDigest,
    SelfReportRequest,
    SelfReportWindow,
    sealing,
)
from xgz.models.self_reports import NAME_SEARCH, PHONE_END_LENGTH, PHONE_END_SEARCH
from xgz.queries.parameters import parameters_on
from xgz.queries.poster_codes import signed
from xgz.rules.leads import name_key
from xgz.rules.masking import mask_name, mask_phone
from xgz.rules.self_report_requests import Remedy
from xgz.rules.self_reports import ReportState, delete_from, has_ended

MOST_NAMED = 50  # claims shown of one search


def ended_among(townships: Collection[int], today: date) -> set[int]:
    """Return which townships, by row number, have a self-report window that ended (SR-8); one query."""
    windows: dict[int, list[tuple[date, date]]] = {pk: [] for pk in townships}
    rows = SelfReportWindow.objects.filter(area__in=windows, withdrawn_at__isnull=True)
    for pk, first, last in rows.values_list("area", "opens_on", "closes_on"):
        windows[pk].append((first, last))
    return {pk for pk, each in windows.items() if has_ended(each, today)}


@dataclass(frozen=True, slots=True)
class PosterRow:
    """A poster with its current code. old_until: last day of a code before it that still works."""

    poster: Poster
    code: PosterCode
    old_until: date | None

    @property
    def address(self) -> str:
        """The text of the code in the poster's address."""
        return signed(self.code.public_id)


@dataclass(frozen=True, slots=True)
class Named:
    """What one search found; has_more: whether there are claims beyond those shown."""

    reports: list[SelfReport]
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A claim as lists show it: masked. delete_on: when it goes if nothing comes of it, else None.

    alike: how many other claims in reach name the same person.
    """

    report: SelfReport
    name: str
    phone: str
    delete_on: date | None
    alike: int


def posters_of(actor: Actor) -> QuerySet[Poster]:
    """Return the posters in reach with their codes, hanging ones first, newest first."""
    codes = Prefetch("codes", PosterCode.objects.order_by("-pk"))
    rows = visible_posters(actor).select_related("area", "market", "business")
    return rows.prefetch_related(codes).order_by("-pk")


def poster_row(poster: Poster, today: date) -> PosterRow:
    """Return a poster with its current code and the one before, as read by posters_of."""
    codes = list(poster.codes.all())
    current = next(code for code in codes if code.is_current)
    older = [c.valid_to for c in codes if not c.is_current and c.valid_to >= today]
    return PosterRow(poster, current, max(older, default=None))


def reports_of(actor: Actor, state: ReportState | None = None) -> QuerySet[SelfReport]:
    """Return the claims in reach, oldest first; state: of one state alone."""
    rows = visible_reports(actor)
    if state is not None:
        rows = rows.filter(state=state)
    places = ("poster__area", "poster__market", "poster__business", "decided_by")
    return rows.select_related(*places).order_by("received_at", "pk")


def reports_named(actor: Actor, *, name: str, phone: str) -> Named:
    """Return the claims in reach whose name holds a text, with a phone, or both; the newest first.

    phone: eleven digits or the last four; "" for either one that is not asked for. Found by keyed
    digests, nothing is unsealed; at most MOST_NAMED.
    """
    if not (name_key(name) or phone):
        return Named([])
    rows = reports_of(actor)
    if name_key(name):
        for digest in sorted(sealing.name_digests(NAME_SEARCH, name_key(name))):
            holders = SelfReportNameDigest.objects.filter(digest=digest).values("report")
            rows = rows.filter(pk__in=holders)
    if len(phone) == PHONE_END_LENGTH:
        rows = rows.filter(phone_end_digest=sealing.digest(PHONE_END_SEARCH, phone))
    elif phone:
        rows = rows.filter(phone_digest=phone_digest(phone))
    found = list(rows.order_by("-received_at", "-pk")[: MOST_NAMED + 1])
    return Named(found[:MOST_NAMED], has_more=len(found) > MOST_NAMED)


def phone_digest(phone: str) -> str:
    """Return by what the claims that name a phone are found."""
    return sealing.digest("self_report.phone", phone)


def report_rows(actor: Actor, reports: list[SelfReport]) -> list[ReportRow]:
    """Return claims ready to show; one query and the day's parameters."""
    days = parameters_on(actor.today)["self_report.keep_days"]
    marks = [report.person_digest for report in reports]
    same = visible_reports(actor).filter(person_digest__in=marks)
    found = list(same.values_list("person_digest", flat=True))
    return [
        ReportRow(
            report=report,
            name=mask_name(report.name),
            phone=mask_phone(report.phone),
            delete_on=gone_on(report, days),
            alike=found.count(report.person_digest) - 1,
        )
        for report in reports
    ]


def gone_on(report: SelfReport, days: int) -> date | None:
    """Return the day a claim is deleted, None for a verified one.

    Whether a lead came of that one is not told by a day either: where none did the person may be
    protected (LD-14).
    """
    if report.state == ReportState.VERIFIED:
        return None
    return delete_from(day_of(report.received_at), days)


def windows_of(actor: Actor) -> QuerySet[SelfReportWindow]:
    """Return the windows in reach that were not taken back, newest first."""
    rows = visible_windows(actor).filter(withdrawn_at__isnull=True)
    return rows.select_related("area").order_by("-opens_on", "area__path")


def is_carried_out(case: SelfReportRequest) -> bool:
    """Test whether what a wish asks for was done, by its history (SR-10)."""
    rows = CaseEvent.objects.filter(case_kind=case.KIND.name, case_id=case.public_id)
    return rows.filter(action__in=list(Remedy)).exists()
