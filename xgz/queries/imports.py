"""What the import centre shows: past imports, the row sum, column matching, what will follow."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from xgz.models import (
    AnnualReport,
    Body,
    Business,
    Import,
    ImportChange,
    Member,
    Organisation,
    RejectedRow,
    StagedBusiness,
    Stall,
    StatusEvent,
)
from xgz.rules.imports.headers import fold_header, header_index, match_headers
from xgz.rules.imports.rows import KIND_TABLES
from xgz.rules.imports.states import ROW_OUTCOME_LABELS, ImportKind, ImportState, RowOutcome
from xgz.rules.organisations import OrgState
from xgz.rules.registration import ENDED, StatusEventKind

# Tables whose changed rows are listed; those of links and posts follow from them.
LISTED_TABLES = ("business", "annualreport", "member", "organisation")
_CLOSURES_SHOWN = 20
_PLACED_MAX = 200_000  # rows; above, counting the offices would hold up the page


@dataclass(frozen=True, slots=True)
class Share:
    """One term of the row sum; x: where its piece of the bar begins, in rows."""

    outcome: RowOutcome
    label: str
    count: int
    x: int


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of a file: its header, our header ("" if left out), a sample, how it was found."""

    theirs: str
    ours: str
    sample: str
    by_hand: bool
    same_name: bool


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows from an import; closures: those of businesses that an organisation covers.

    offices: how many offices the new businesses fall to; None where they were not counted.
    """

    closed: int = 0
    closures: tuple[Business, ...] = ()
    covered: int = 0
    offices: int | None = None
    unplaced: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """What a changed row is about: its name, and its page where it has one."""

    name: str
    page: str = ""
    public_id: str = ""


def past_imports(visible: QuerySet[Import]) -> QuerySet[Import]:
    """Return imports with the person who sent each."""
    return visible.select_related("uploaded_by")


def known_senders(visible: QuerySet[Import]) -> list[str]:
    """Return the senders named so far, the most recent first; at most thirty."""
    newest = (
        visible.exclude(sender="").values("sender").annotate(last=Max("uploaded_at"))
    ).order_by("-last")
    return [row["sender"] for row in newest[:30]]


def written_before(visible: QuerySet[Import], source: Import) -> Import | None:
    """Return the last import that wrote the very same file, or None."""
    same = visible.filter(
        kind=source.kind, file_digest=source.file_digest, state=ImportState.APPLIED
    )
    return same.exclude(pk=source.pk).order_by("-applied_at").first()


def row_sum(source: Import) -> list[Share]:
    """Return the six terms that add up to the rows of the file, empty ones too (IM-3)."""
    shares, x = [], 0
    for outcome in RowOutcome:
        count = getattr(source, outcome.value)
        shares.append(Share(outcome, ROW_OUTCOME_LABELS[outcome], count, x))
        x += count
    return shares


def column_lines(source: Import) -> list[ColumnLine]:
    """Return the columns as the reader matched them, in the order of the file."""
    kind = ImportKind(source.kind)
    ours = {field.key: field.header for field in KIND_TABLES[kind].fields}
    key_at = {
        place: key for key, places in source.reading.get("columns", {}).items() for place in places
    }
    samples = source.reading.get("samples", {})
    by_hand = {fold_header(theirs) for theirs in source.renamed}
    lines = []
    for place, theirs in enumerate(source.reading.get("headers", [])):
        key = key_at.get(place, "")
        if not theirs.strip():
            continue
        lines.append(
            ColumnLine(
                theirs=theirs,
                ours=ours.get(key, ""),
                sample=samples.get(key, ""),
                by_hand=fold_header(theirs) in by_hand,
                same_name=fold_header(theirs) == fold_header(ours.get(key, "")),
            )
        )
    return lines


def matched_without_help(kind: ImportKind, header: str) -> str:
    """Return our header for one of theirs by name and synonyms alone; "" where none fits."""
    fields = KIND_TABLES[kind].fields
    if not header.strip():
        return ""
    found = match_headers([header], fields, header_index(fields, {})).columns
    return next((field.header for field in fields if field.key in found), "")


def rejected_rows(source: Import, outcome: RowOutcome | None = None) -> QuerySet[RejectedRow]:
    """Return the rows handed back, of both kinds or of one."""
    rows = RejectedRow.objects.filter(source_import=source)
    return rows if outcome is None else rows.filter(outcome=outcome)


def staged_new(source: Import) -> QuerySet[StagedBusiness]:
    """Return the staged registry rows that will make a business of their own."""
    return StagedBusiness.objects.filter(source_import=source, business_id__isnull=True)


def businesses_made(source: Import) -> QuerySet[Business]:
    """Return the businesses an import made."""
    return Business.objects.filter(first_import=source)


def changes_written(source: Import) -> QuerySet[ImportChange]:
    """Return what an import changed in rows that were there before.

    What owners declared of their membership is journalled without a row number, and left out (PR-11).
    """
    rows = ImportChange.objects.filter(source_import=source, created=False, table__in=LISTED_TABLES)
    return rows.exclude(table="annualreport", row_no__isnull=True)


def conflicts(source: Import) -> QuerySet[ImportChange]:
    """Return the rows that undoing left alone because something later had changed them."""
    return ImportChange.objects.filter(source_import=source, is_conflict=True)


def consequences(source: Import) -> Consequences:
    """Return what writing the staged rows brings about, or what an import written did."""
    if source.kind != ImportKind.REGISTRY:
        return Consequences()
    if source.state == ImportState.STAGED:
        offices, unplaced = _placed(staged_new(source), source.created)
        ending = _ending_businesses(source) if source.updated else Business.objects.none()
        return _closures(ending, offices, unplaced)
    offices, unplaced = _placed(businesses_made(source), source.created)
    events = StatusEvent.objects.filter(source_import=source, kind=StatusEventKind.CLOSED)
    ended = Business.objects.filter(pk__in=events.values("business")).exclude(first_import=source)
    return _closures(ended, offices, unplaced)


def market_names(business_ids: Collection[int]) -> dict[int, str]:
    """Return the market each business trades in now."""
    stalls = Stall.objects.filter(business__in=business_ids, valid_to__isnull=True)
    return dict(stalls.values_list("business_id", "market__name"))


def body_names(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of bodies by row number."""
    return dict(Body.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def organisation_names(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of organisations by row number."""
    return dict(Organisation.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def subjects(changes: Collection[ImportChange]) -> dict[tuple[str, int], Subject]:
    """Return what each changed row is about; rows that are gone are left out."""
    wanted: dict[str, set[int]] = {}
    for change in changes:
        wanted.setdefault(change.table, set()).add(change.target_id)
    found: dict[tuple[str, int], Subject] = {}
    for business in Business.objects.filter(pk__in=wanted.get("business", ())):
        found["business", business.pk] = _of_business(business)
    reports = AnnualReport.objects.filter(pk__in=wanted.get("annualreport", ()))
    for report in reports.select_related("business"):
        subject = _of_business(report.business, f"{report.year} ")
        found["annualreport", report.pk] = subject
    for member in Member.objects.filter(pk__in=wanted.get("member", ())):
        found["member", member.pk] = Subject(member.name, "member-detail", member.public_id)
    for row in Organisation.objects.filter(pk__in=wanted.get("organisation", ())):
        found["organisation", row.pk] = Subject(row.name, "organisation-detail", row.public_id)
    return found


def _of_business(business: Business, before: str = "") -> Subject:
    return Subject(before + business.name, "business-detail", business.public_id)


def _ending_businesses(source: Import) -> QuerySet[Business]:
    staged = StagedBusiness.objects.filter(
        source_import=source, business_id__isnull=False, status__in=ENDED
    )
    return Business.objects.filter(pk__in=staged.values("business_id")).exclude(status__in=ENDED)


def _closures(ending: QuerySet[Business], offices: int | None, unplaced: int) -> Consequences:
    listed = Q(coverages__valid_to__isnull=True) & ~Q(
        coverages__organisation__state=OrgState.DISSOLVED
    )
    covered = ending.filter(listed, coverages__isnull=False).distinct().order_by("pk")
    return Consequences(
        closed=ending.count(),
        closures=tuple(covered[:_CLOSURES_SHOWN]),
        covered=covered.count(),
        offices=offices,
        unplaced=unplaced,
    )


def _placed(
    rows: QuerySet[StagedBusiness] | QuerySet[Business], count: int
) -> tuple[int | None, int]:
    """Return to how many offices new rows fall, and how many fall to none."""
    if not count or count > _PLACED_MAX:
        return None, 0
    figures = rows.aggregate(
        offices=Count("office", distinct=True), unplaced=Count("pk", filter=Q(office=None))
    )
    return figures["offices"], figures["unplaced"]
