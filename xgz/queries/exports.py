"""Lists that leave the system as a workbook, for a download at once or a report in the background.

What is asked for is plain data, so that it can wait in a job; the rows are those that whoever asked
may see when the workbook is written.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO, TypeVar

from django.utils.translation import gettext as _

from xgz.access import businesses as business_access
from xgz.access.actor import Actor
from xgz.access.coverage import countable_businesses
from xgz.files.ledger import LEDGER_COLUMNS, SheetHead, write_table
from xgz.files.listing_sheet import write_listing
from xgz.models import Body
from xgz.queries import business_sheet, businesses, worklist_sheet, worklists
from xgz.queries.ledger import ledger_rows, ledger_titles
from xgz.queries.parameters import work_limits_on
from xgz.queries.worklist_wording import words_of
from xgz.rules.registration import BusinessKind, BusinessStatus
from xgz.rules.worklists import LISTED_KINDS, RULE_IDS, Worklist

_STEP = 500  # rows between two looks at the watch
Watch = Callable[[int], None]
T = TypeVar("T")


class ExportKind(StrEnum):
    BUSINESSES = "businesses"
    LEDGER = "ledger"
    WORKLIST = "worklist"


class ConditionGone(Exception):
    """A township or office of the filter exists no more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list, with which conditions as plain values and in words; which: of the worklists."""

    kind: str
    conditions: dict[str, Any]
    words: str
    which: str = ""

    def plain(self) -> dict[str, Any]:
        """Return it as it waits in a job; Asked(**plain) reads it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Export:
    """A list ready to be written.

    record: what the audit calls it. write(target, scratch, watch) writes the workbook and returns
    its rows; scratch: a private folder; watch: called now and then with the rows written so far.
    """

    title: str
    file_name: str
    record: str
    count: Callable[[], int]
    write: Callable[[BinaryIO, str, Watch], int]


def asked_businesses(kind: ExportKind, wanted: businesses.Wanted, words: str) -> Asked:
    """Return the business list or the ledger as asked for with the filter of the business list."""
    return Asked(kind.value, _plain(wanted), words)


def asked_worklist(which: Worklist, wanted: worklists.Wanted, words: str) -> Asked:
    """Return a worklist as asked for with its filter."""
    return Asked(ExportKind.WORKLIST.value, _plain(wanted), words, which.value)


def build_export(asked: Asked, actor: Actor, now: datetime) -> Export:
    """Return the list, in reach of the actor today. Raises ListOutOfReach, ConditionGone.

    Whether the actor may take it out of the system is for the caller to ask.
    """
    builders = {
        ExportKind.BUSINESSES: _business_list,
        ExportKind.LEDGER: _ledger,
        ExportKind.WORKLIST: _worklist,
    }
    return builders[ExportKind(asked.kind)](asked, actor, now)


def _business_list(asked: Asked, actor: Actor, now: datetime) -> Export:
    visible = business_access.exportable_businesses(actor)
    found = businesses.narrow(visible, _business_conditions(asked), actor.today)
    with_phone = business_access.may_see_contact(actor)

    def write(target: BinaryIO, scratch: str, watch: Watch) -> int:
        contact = business_access.contact_businesses(actor)
        rows = _watched(businesses.row_stream(found, contact, actor.today), watch)
        return write_listing(
            target,
            title=_("经营主体名册"),
            conditions=_("范围：%(unit)s；条件：%(conditions)s；导出时间：%(moment)s")
            % {
                "unit": _units(actor),
                "conditions": asked.words,
                "moment": f"{now:%Y-%m-%d %H:%M}",
            },
            columns=business_sheet.sheet_columns(with_phone=with_phone),
            rows=business_sheet.sheet_cells(rows, with_phone=with_phone),
            scratch=scratch,
        )

    name = _("经营主体名册 %(day)s.xlsx") % {"day": f"{now:%Y-%m-%d}"}
    return Export(_("经营主体名册"), name, "businesses", found.count, write)


def _ledger(asked: Asked, actor: Actor, now: datetime) -> Export:
    today = actor.today
    found = businesses.narrow(countable_businesses(actor), _business_conditions(asked), today)

    def write(target: BinaryIO, scratch: str, watch: Watch) -> int:
        titles = ledger_titles(found, actor, today, asked.words)
        head = SheetHead(*titles, LEDGER_COLUMNS, frozen_columns=5)
        rows = _watched(ledger_rows(found, actor, today), watch)
        return write_table(target, head, rows, scratch)

    count = found.filter(kind__in=LISTED_KINDS).count
    name = f"经营主体党建基本台账-{today:%Y%m%d}.xlsx"
    return Export(_("经营主体党建基本台账"), name, "ledger", count, write)


def _worklist(asked: Asked, actor: Actor, now: datetime) -> Export:
    which, today = Worklist(asked.which), actor.today
    limits = work_limits_on(today)
    values = dict(asked.conditions)
    wanted = worklists.Wanted(
        township=_body(values.get("township")),
        kind=BusinessKind(values["kind"]) if values.get("kind") else None,
        for_the_record=values.get("for_the_record", False),
    )
    found = worklists.worklist_query(which, actor, today, wanted, limits)
    rows = found.order_by(*worklist_sheet.LIST_ORDERS.get(which, ("pk",)))
    words = words_of(which, limits)

    def write(target: BinaryIO, scratch: str, watch: Watch) -> int:
        scope = _("范围：%(unit)s　条件：%(conditions)s") % {
            "unit": _units(actor),
            "conditions": asked.words,
        }
        cut_off = _("截止日期：%(day)s　依据：%(rule)s") % {"day": today, "rule": RULE_IDS[which]}
        head = SheetHead(
            words.title,
            (scope, cut_off),
            worklist_sheet.sheet_columns(),
            sheet_name=_("清单"),
            frozen_columns=2,
        )
        cells = worklist_sheet.sheet_rows(which, rows, actor, today, limits)
        return write_table(target, head, _watched(cells, watch), scratch)

    name = f"{words.title}-{today:%Y%m%d}.xlsx"
    return Export(words.title, name, which.value, rows.count, write)


def _business_conditions(asked: Asked) -> businesses.Wanted:
    values = dict(asked.conditions)
    for name in ("township", "office"):
        values[name] = _body(values.get(name))
    if "kind" in values:
        values["kind"] = BusinessKind(values["kind"])
    if "status" in values:
        values["status"] = _status(values["status"])
    if "coverage" in values:
        values["coverage"] = businesses.CoverageChoice(values["coverage"])
    return businesses.Wanted(**values)


def _status(value: str) -> BusinessStatus | businesses.StatusGroup:
    groups = businesses.StatusGroup
    return groups(value) if value in set(groups) else BusinessStatus(value)


def _body(number: int | None) -> Body | None:
    if number is None:
        return None
    body = Body.objects.filter(pk=number).first()
    if body is None:
        raise ConditionGone(number)
    return body


def _plain(wanted: businesses.Wanted | worklists.Wanted) -> dict[str, Any]:
    """Return the conditions that ask something, bodies as row numbers, choices as their values."""
    names = type(wanted).__dataclass_fields__
    values = {name: getattr(wanted, name) for name in names}
    return {
        name: value.pk if isinstance(value, Body) else getattr(value, "value", value)
        for name, value in values.items()
        if value is not None and value is not False and value != ""
    } | ({"instructor": False} if values.get("instructor") is False else {})


def _units(actor: Actor) -> str:
    return "、".join(dict.fromkeys(grant.body_name for grant in actor.grants))


def _watched(rows: Iterable[T], watch: Watch) -> Iterator[T]:
    for number, row in enumerate(rows, 1):
        if number % _STEP == 0:
            watch(number)
        yield row
