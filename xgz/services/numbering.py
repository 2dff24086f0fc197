"""Numbers of cases and papers: one after the other, without gaps or doubles (NO-1)."""

from datetime import date

from django.db.models import F

from xgz.models import Body, Case, NumberSeries, Paper


def next_number(series: str, year: int) -> int:
    """Return the next number of a series in a year; call inside the transaction that uses it.

    The series' row is locked until then: whoever comes second waits, and a transaction that is
    rolled back gives its number back.
    """
    NumberSeries.objects.get_or_create(series=series, year=year)
    row = NumberSeries.objects.filter(series=series, year=year)
    row.update(last=F("last") + 1)
    return row.values_list("last", flat=True).get()


def number_paper(
    *, case: Case, kind: str, series: str, pattern: str, body: Body | None, issued_on: date
) -> Paper:
    """Give a paper of a case the next number of its series; call inside the case's transaction.

    pattern: label with {year} and {number}, such as "清平转〔{year}〕{number}号".
    """
    number = next_number(series, issued_on.year)
    return Paper.objects.create(
        series=series,
        year=issued_on.year,
        number=number,
        label=pattern.format(year=issued_on.year, number=number),
        kind=kind,
        body=body,
        case_kind=case.KIND.name,
        case_id=case.public_id,
        issued_on=issued_on,
    )


def void_papers(*, case: Case, kind: str, voided_on: date) -> None:
    """Mark the valid papers of one kind of a case as void; their numbers stay used."""
    papers = Paper.objects.filter(case_kind=case.KIND.name, case_id=case.public_id, kind=kind)
    papers.filter(voided_on__isnull=True).update(voided_on=voided_on)
