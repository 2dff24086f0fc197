"""Writing annual-report rows: what a business declared for one year."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xgz.models import AnnualReport, Business, Import, SealedList, sealing
from xgz.models.sealed_lists import DECLARED_OWNERS, find_list, read_ids, sealed_ids
from xgz.services.imports.bulk import run, table_name
from xgz.services.imports.journal import Journal, plain_value
from xgz.services.imports.staged_rows import CHUNK, Staged, businesses_by_key, staged_chunks

_PLAIN = ("members_declared", "full_members", "org_type", "formation_mode", "staff")
_OWNER = ("owner_member", "owner_secretary")
# What an owner declared of the own membership: never among the figures or changes (PR-11).
DECLARED = frozenset({"owner_digest", "owner_member_sealed", "owner_secretary_sealed"})
_SEALED = {"owner_member": "report.owner_member", "owner_secretary": "report.owner_secretary"}


@dataclass(slots=True)
class _Tally:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    touched: set[int] = field(default_factory=set)
    businesses: set[int] = field(default_factory=set)
    owner_is_member: set[int] = field(default_factory=set)


def apply(source: Import, today: date) -> dict[str, int]:
    """Write the staged rows; call inside the transaction that makes them visible.

    Returns created, updated and unchanged. Afterwards each business has one latest report, and the
    sealed list of owners declared members is brought up to date.
    """
    tally, journal = _Tally(), Journal(source)
    for chunk in staged_chunks(source):
        _write_chunk(source, chunk, tally, journal)
    journal.flush()
    settle_latest()
    note_report_years(tally.businesses)
    _declare_owners(tally)
    return {
        "created": tally.created,
        "updated": tally.updated,
        "unchanged": tally.unchanged,
    }


def settle_latest() -> None:
    """Make each business's newest report its latest one, and no other."""
    reports = table_name(AnnualReport)
    # Asked for each report by its index. Two reports of the table compared by NOT EXISTS become a
    # join, and PostgreSQL plans it by what it knew of the table before these rows came: a loop in a
    # loop where it knew an empty one, as the trial of a first file leaves it.
    newest = f"(SELECT MAX(n.year) FROM {reports} n WHERE n.business_id = {reports}.business_id)"  # noqa: S608
    run(f"UPDATE {reports} SET is_latest = FALSE WHERE is_latest AND year < {newest}")  # noqa: S608
    run(f"UPDATE {reports} SET is_latest = TRUE WHERE NOT is_latest AND year = {newest}")  # noqa: S608


def note_report_years(business_ids: Iterable[int]) -> None:
    """Write each business's newest reported year, or none where no report is left."""
    reports, businesses = table_name(AnnualReport), table_name(Business)
    wanted = sorted(business_ids)
    for at in range(0, len(wanted), CHUNK // 2):
        some = wanted[at : at + CHUNK // 2]
        places = ", ".join(["%s"] * len(some))
        run(
            f"UPDATE {businesses} SET last_report_year = (SELECT MAX(r.year) FROM {reports} r"  # noqa: S608
            f" WHERE r.business_id = {businesses}.id) WHERE id IN ({places})",
            some,
        )


def write_declared_owners(ids: Iterable[int]) -> None:
    """Seal the ids of the latest reports whose owner is declared a member (PR-8)."""
    listed = find_list() or SealedList(name=DECLARED_OWNERS)
    listed.value_sealed = sealed_ids(listed.public_id, ids)
    listed.save()


def declared_owner_ids() -> set[int]:
    """Return the ids of the latest reports whose owner is declared a member, by unsealing all."""
    reports = AnnualReport.objects.filter(is_latest=True).exclude(owner_member_sealed="")
    return {report.pk for report in reports.iterator() if report.owner_is_member == "yes"}


def _write_chunk(source: Import, chunk: list[Staged], tally: _Tally, journal: Journal) -> None:
    businesses = businesses_by_key(str(row.values["credit_code"]) for row in chunk)
    known = {
        (report.business_id, report.year): report
        for report in AnnualReport.objects.filter(business__in=businesses.values())
    }
    fresh: list[tuple[Staged, AnnualReport]] = []
    for row in chunk:
        business = businesses[str(row.values["credit_code"])]
        report = known.get((business.pk, row.values["year"]))
        if report is None:
            fresh.append((row, _new_report(source, business, row)))
            continue
        after = _change_report(source, report, row, journal)
        if after:
            _note(tally, report, row)
        if after - DECLARED:
            tally.updated += 1
        else:
            tally.unchanged += 1
    AnnualReport.objects.bulk_create([report for _, report in fresh], batch_size=CHUNK)
    for row, report in fresh:
        tally.created += 1
        _note(tally, report, row)
        journal.created(report, row.row_no)


def _note(tally: _Tally, report: AnnualReport, row: Staged) -> None:
    tally.touched.add(report.pk)
    tally.businesses.add(report.business_id)
    if row.values.get("owner_member", report.owner_is_member) == "yes":
        tally.owner_is_member.add(report.pk)


def _new_report(source: Import, business: Business, row: Staged) -> AnnualReport:
    report = AnnualReport(business=business, year=row.values["year"], source_import=source)
    for name, value in _columns(report, row).items():
        setattr(report, name, value)
    return report


def _change_report(source: Import, report: AnnualReport, row: Staged, journal: Journal) -> set[str]:
    """Write what differs and return its columns; what the owner declared is journalled apart.

    Only plain columns count as a change: else who imports could ask the figures whether an owner
    had declared the same before (PR-11).
    """
    after = {
        name: value
        for name, value in _columns(report, row).items()
        if getattr(report, name) != value
    }
    if not after:
        return set()
    declared = {name: after[name] for name in after if name in DECLARED}
    plain = {name: after[name] for name in after if name not in DECLARED}
    if plain:
        plain["source_import_id"] = source.pk
    for part, row_no in ((plain, row.row_no), (declared, None)):
        if part:
            before = {name: plain_value(getattr(report, name)) for name in part}
            written = {name: plain_value(value) for name, value in part.items()}
            journal.updated(AnnualReport, report.pk, row_no, before, written)
    for name, value in (plain | declared).items():
        setattr(report, name, value)
    report.save(update_fields=[*plain, *declared])
    return set(after)


def _columns(report: AnnualReport, row: Staged) -> dict[str, Any]:
    """Return the columns a row states; the owner's flags only if they are not those sealed."""
    columns: dict[str, Any] = {key: row.values[key] for key in _PLAIN if key in row.values}
    if "formed_on" in row.values:
        columns["formed_on"] = date.fromisoformat(row.values["formed_on"])
    stated = {key: row.values[key] for key in _OWNER if key in row.values}
    if not stated:
        return columns
    held = {"owner_member": report.owner_is_member, "owner_secretary": report.owner_is_secretary}
    flags = held | stated
    # The public id keeps equal answers of different reports from looking alike.
    digest = sealing.digest("report.owner", f"{report.public_id}|{flags}")
    if digest != report.owner_digest:
        columns["owner_digest"] = digest
        for key, name in _SEALED.items():
            columns[f"{key}_sealed"] = sealing.seal(name, report.public_id, flags[key])
    return columns


def _declare_owners(tally: _Tally) -> None:
    listed = find_list()
    held = set(read_ids(listed)) if listed else set()
    ids = sorted((held - tally.touched) | tally.owner_is_member)
    latest: set[int] = set()
    for at in range(0, len(ids), CHUNK // 2):
        some = AnnualReport.objects.filter(pk__in=ids[at : at + CHUNK // 2], is_latest=True)
        latest |= set(some.values_list("pk", flat=True))
    if latest != held or listed is None:
        write_declared_owners(latest)
