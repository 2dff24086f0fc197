"""Telling whoever prepares a formation that a unit of it ended, as an import reports it (FM-22)."""

from dataclasses import replace
from datetime import date, datetime

from xgz.access.cases import parties_of
from xgz.models import FormationUnit, Import, Notice, StatusEvent
from xgz.rules.formations import FILING_LABELS, FORMATION, Filing, FormationParty
from xgz.rules.notices import NoticeKind
from xgz.rules.registration import ENDED, StatusEventKind
from xgz.services.cases import CaseAct, record_event
from xgz.services.cases.notices import send
from xgz.services.transactions import unit_of_work


@unit_of_work
def tell_of_ended_units(*, source: Import, today: date, now: datetime) -> int:
    """Tell the preparers of open formations which of their units this import reports as ended.

    Writes a notice and a line of history for each; the clock tells. Returns how many units it was.
    """
    rows = FormationUnit.objects.filter(
        formation__closed_at__isnull=True, business__status__in=ENDED
    )
    units = list(rows.select_related("formation", "business").order_by("pk"))
    # Few units of open cases have ended; their closings are looked for, not the import's own many.
    closed = StatusEvent.objects.filter(
        source_import=source,
        kind=StatusEventKind.CLOSED,
        business__in=[row.business_id for row in units],
    )
    reported = set(closed.values_list("business", flat=True)) if units else set()
    told = [row for row in units if row.business_id in reported]
    act = CaseAct.of_the_clock(today, now) if told else None
    for row in told:
        if act is not None:
            _tell(row, replace(act, opinion=row.business.name))
    return len(told)


@unit_of_work
def take_back_told(*, today: date, now: datetime) -> int:
    """Take back what was told of units that have not ended after all; return how many (FM-22).

    What somebody signed stays. Call after an import was undone.
    """
    waiting = Notice.objects.filter(
        case_kind=FORMATION.name,
        kind=NoticeKind.INFORMED,
        signed_at__isnull=True,
        lapsed_at__isnull=True,
    ).exclude(subject_id="")
    alive = FormationUnit.objects.filter(public_id__in=waiting.values("subject_id"))
    units = list(alive.exclude(business__status__in=ENDED).select_related("formation", "business"))
    act = CaseAct.of_the_clock(today, now) if units else None
    for row in units:
        if act is not None and waiting.filter(subject_id=row.public_id).update(lapsed_at=now):
            told = replace(act, opinion=row.business.name)
            record_event(row.formation, told, Filing.UNIT_BACK, FILING_LABELS[Filing.UNIT_BACK])
    return len(units)


def _tell(row: FormationUnit, act: CaseAct) -> None:
    case = row.formation
    preparer = parties_of(case)[FormationParty.PREPARER]
    words = f"{FILING_LABELS[Filing.UNIT_ENDED]}：{row.business.name}"
    send(case, NoticeKind.INFORMED, [preparer], act, text=words, subject_id=row.public_id)
    record_event(case, act, Filing.UNIT_ENDED, FILING_LABELS[Filing.UNIT_ENDED])
