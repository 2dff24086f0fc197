"""Registry rows that change a business: as rows for the tables, so that writing them is short.

Comparing costs far more than writing. It is done before the register is locked, and what is left
for the transaction are a few statements with many rows each.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Sum

from xgz.models import Business, Import, ImportChange, StatusEvent
from xgz.rules.imports.states import ImportKind
from xgz.rules.registration import (
    BUSINESS_KIND_LABELS,
    BUSINESS_STATUS_LABELS,
    ENDED,
    BusinessKind,
    BusinessStatus,
    StatusEventKind,
)
from xgz.services.imports.bulk import insert_rows, own_columns, row_of, update_rows, values_of
from xgz.services.imports.journal import plain_value

# Columns whose change is a dated fact of its own, told in words.
_TOLD = {
    "name": "名称",
    "owner_name": "经营者",
    "type_text": "登记的企业类型",
    "registrar": "登记机关",
    "staff": "从业人数",
}
_EVENT_TEXT_MAX = 300

Row = tuple[Any, ...]


class RegisterState(NamedTuple):
    """Tells whether the register was written by an import since: how many were, and their steps."""

    imports: int
    versions: int


@dataclass(frozen=True, slots=True)
class Changed:
    """One business a staged row changes: columns before and after; market: its new market."""

    row_no: int
    business: Business
    before: dict[str, Any]
    after: dict[str, Any]
    market: str | None


@dataclass(slots=True)
class Written:
    """Changes gathered to be written together: columns of businesses, dated facts, the journal."""

    count: int = 0
    updates: dict[tuple[str, ...], list[Row]] = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)
    journal: list[Row] = field(default_factory=list)

    def add(self, source: Import, changed: Changed, today: date) -> None:
        """Take in one changed business; nothing is written yet."""
        business = changed.business
        after = changed.after | {"last_import_id": source.pk}
        before = changed.before | {"last_import_id": business.last_import_id}
        self.count += 1
        row = (*values_of(Business, after), business.pk)
        self.updates.setdefault(tuple(after), []).append(row)
        self.events += map(row_of, _events(source, changed, today))
        self.journal.append(
            row_of(
                ImportChange(
                    source_import=source,
                    table="business",
                    target_id=business.pk,
                    row_no=changed.row_no,
                    before={name: plain_value(value) for name, value in before.items()},
                    after={name: plain_value(value) for name, value in after.items()},
                )
            )
        )

    def write(self) -> int:
        """Write what was gathered; return how many businesses it changed."""
        for names, rows in self.updates.items():
            update_rows(Business, names, rows)
        insert_rows(StatusEvent, own_columns(StatusEvent), self.events)
        insert_rows(ImportChange, own_columns(ImportChange), self.journal)
        return self.count


@dataclass(frozen=True, slots=True)
class Ready:
    """What an import changes, as of a state of the register. known: rows that name a business."""

    state: RegisterState
    known: int
    written: Written


def register_state() -> RegisterState:
    """Return the state of the register as far as imports write it: no one else does.

    Writing and undoing each raise the version of their import.
    """
    written = Import.objects.filter(kind=ImportKind.REGISTRY, applied_at__isnull=False)
    found = written.aggregate(imports=Count("pk"), versions=Sum("version"))
    return RegisterState(found["imports"], found["versions"] or 0)


def _events(source: Import, changed: Changed, today: date) -> list[StatusEvent]:
    """Return the dated facts a change tells (RG-4); call before the business is altered."""
    before, after = changed.before, changed.after
    status = BusinessStatus(after.get("status", changed.business.status))
    told: list[tuple[StatusEventKind, date, str, str]] = []
    if "status" in after:
        told.append(_status_fact(before, after, changed.business, today))
    if "address" in after:
        told.append((StatusEventKind.MOVED, today, before["address"], after["address"]))
    if "is_unreachable" in after:
        listed = after["is_unreachable"]
        kind = StatusEventKind.LISTED_ABNORMAL if listed else StatusEventKind.DELISTED
        told.append((kind, today, "", ""))
    told += [
        (StatusEventKind.CHANGED, today, _told(label, before[name]), _told(label, after[name]))
        for name, label in _TOLD.items()
        if name in after
    ]
    if "kind" in after:
        old, new = (BUSINESS_KIND_LABELS[BusinessKind(x["kind"])] for x in (before, after))
        told.append((StatusEventKind.CHANGED, today, old, new))
    return [
        StatusEvent(
            business=changed.business,
            kind=kind,
            happened_on=day,
            status=status,
            before=old[:_EVENT_TEXT_MAX],
            after=new[:_EVENT_TEXT_MAX],
            source_import=source,
        )
        for kind, day, old, new in told
    ]


def _status_fact(
    before: dict[str, Any], after: dict[str, Any], business: Business, today: date
) -> tuple[StatusEventKind, date, str, str]:
    old, new = BusinessStatus(before["status"]), BusinessStatus(after["status"])
    if new in ENDED and old not in ENDED:
        kind = StatusEventKind.CLOSED
    elif old in ENDED and new not in ENDED:
        kind = StatusEventKind.REOPENED
    else:
        kind = StatusEventKind.CHANGED
    day = after.get("status_on", business.status_on)
    return kind, day or today, BUSINESS_STATUS_LABELS[old], BUSINESS_STATUS_LABELS[new]


def _told(label: str, value: object) -> str:
    return f"{label}：{'' if value is None else value}"
