"""Lists that leave the system as a workbook, for a download at once or a report in the background.

What is asked for is plain data, so that it can wait in a job; the rows are those that whoever asked
may see when the workbook is written.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, BinaryIO, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xgz.access import businesses as business_access
from xgz.access.actor import Actor
from xgz.access.coverage import countable_businesses
from xgz.access.exports import exportable_members, may_take_clear
from xgz.files.ledger import LEDGER_COLUMNS, SheetHead, write_table
from xgz.files.listing_sheet import write_listing
from xgz.files.tracing import Marks
from xgz.models import Body
from xgz.queries import business_sheet, businesses, member_sheet, worklist_sheet, worklists
from xgz.queries.ledger import (
    ledger_rows,
    ledger_titles,
    people_in_ledger,
    secretaries_in_ledger,
)
from xgz.queries.member_sheet import MemberWanted
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
    MEMBERS = "members"


class ConditionGone(Exception):
    """A township or office of the filter exists no more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list, with which conditions as plain values and in words.

    which: of the worklists; in_clear: with full names and numbers of people (EX-1).
    """

    kind: str
    conditions: dict[str, Any]
    words: str
    which: str = ""
    in_clear: bool = False

    def plain(self) -> dict[str, Any]:
        """Return it as it waits in a job; Asked(**plain) reads it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Export:
    """A list ready to be written.

    record: what the audit calls it. persons: how many people of the roster the file tells of
    (EX-2); members: their row numbers, as far as the roster has them. write(target, scratch, watch, marks) writes the workbook and returns its rows; scratch:
    a private folder; watch: called now and then with the rows written so far; marks: what the file
    is traced by.
    """

    title: str
    file_name: str
    record: str
    count: Callable[[], int]
    write: Callable[[BinaryIO, str, Watch, Marks | None], int]
    persons: Callable[[], int]
    members: Callable[[], Iterable[int]] = tuple


def asked_businesses(kind: ExportKind, wanted: businesses.Wanted, words: str) -> Asked:
    """Return the business list or the ledger as asked for with the filter of the business list."""
    return Asked(kind.value, _plain(wanted), words)


def asked_worklist(which: Worklist, wanted: worklists.Wanted, words: str) -> Asked:
    """Return a worklist as asked for with its filter."""
    return Asked(ExportKind.WORKLIST.value, _plain(wanted), words, which.value)


def asked_members(wanted: MemberWanted, words: str) -> Asked:
    """Return the member list as asked for with its filter; words: without anybody's name."""
    values = {name: value for name, value in asdict(wanted).items() if value not in ("", None, ())}
    return Asked(ExportKind.MEMBERS.value, values, words)


def build_export(asked: Asked, actor: Actor, now: datetime) -> Export:
    """Return the list, in reach of the actor today. Raises ListOutOfReach, ConditionGone.

    Whether the actor may take it out of the system is for the caller to ask.
    """
    builders = {
        ExportKind.BUSINESSES: _business_list,
        ExportKind.LEDGER: _ledger,
        ExportKind.WORKLIST: _worklist,
        ExportKind.MEMBERS: _members,
    }
    return builders[ExportKind(asked.kind)](asked, actor, now)


def _business_list(asked: Asked, actor: Actor, now: datetime) -> Export:
    visible = business_access.exportable_businesses(actor)
    found = businesses.narrow(visible, _business_conditions(asked), actor.today)
    with_phone = business_access.may_see_contact(actor)

    def write(target: BinaryIO, scratch: str, watch: Watch, marks: Marks | None = None) -> int:
        rows = _watched(businesses.row_stream(found, actor, actor.today), watch)
        return write_listing(
            target,
            title=_("经营主体名册"),
            conditions=_scope(asked, actor, now),
            marks=marks,
            columns=business_sheet.sheet_columns(with_phone=with_phone),
            rows=business_sheet.sheet_cells(rows, with_phone=with_phone),
            scratch=scratch,
        )

    name = _("经营主体名册 %(day)s.xlsx") % {"day": f"{now:%Y-%m-%d}"}
    return Export(_("经营主体名册"), name, "businesses", found.count, write, _nobody)


def _members(asked: Asked, actor: Actor, now: datetime) -> Export:
    values = dict(asked.conditions)
    values["name_digests"] = tuple(values.get("name_digests", ()))
    found = MemberWanted(**values).narrow(exportable_members(actor))

    def write(target: BinaryIO, scratch: str, watch: Watch, marks: Marks | None = None) -> int:
        cells = member_sheet.sheet_cells(found, actor, in_clear=asked.in_clear)
        return write_listing(
            target,
            title=_("党员名册"),
            conditions=_scope(asked, actor, now),
            columns=member_sheet.sheet_columns(),
            rows=_watched(cells, watch),
            scratch=scratch,
            marks=marks,
        )

    name = _("党员名册 %(day)s.xlsx") % {"day": f"{now:%Y-%m-%d}"}
    return Export(_("党员名册"), name, "members", found.count, write, found.count, _keys(found))


def _ledger(asked: Asked, actor: Actor, now: datetime) -> Export:
    today = actor.today
    found = businesses.narrow(countable_businesses(actor), _business_conditions(asked), today)

    in_clear, words = asked.in_clear, asked.words
    if may_take_clear(actor, asked.kind) and not in_clear:
        words += _("；姓名已掩码，不写法人政治面貌")

    def write(target: BinaryIO, scratch: str, watch: Watch, marks: Marks | None = None) -> int:
        titles = ledger_titles(found, actor, today, words)
        head = SheetHead(*titles, LEDGER_COLUMNS, frozen_columns=5, marks=marks)
        rows = _watched(ledger_rows(found, actor, today, in_clear=in_clear), watch)
        return write_table(target, head, rows, scratch)

    count = found.filter(kind__in=LISTED_KINDS).count
    name = f"经营主体党建基本台账-{today:%Y%m%d}.xlsx"
    people = partial(people_in_ledger, found, actor, today, in_clear=in_clear)
    members = _keys(secretaries_in_ledger(found, actor, today).exclude(member=None), "member")
    return Export(_("经营主体党建基本台账"), name, "ledger", count, write, people, members)


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

    def write(target: BinaryIO, scratch: str, watch: Watch, marks: Marks | None = None) -> int:
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
            marks=marks,
        )
        cells = worklist_sheet.sheet_rows(which, rows, actor, today, limits)
        return write_table(target, head, _watched(cells, watch), scratch)

    name = f"{words.title}-{today:%Y%m%d}.xlsx"
    # Whoever is on this list is told to be a member, by the name of the own business.
    people = rows.count if which is Worklist.DECLARED_OWNERS else _nobody
    return Export(words.title, name, which.value, rows.count, write, people)


def _nobody() -> int:
    return 0


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


def _keys(rows: QuerySet[Any], column: str = "pk") -> Callable[[], Iterable[int]]:
    return partial(rows.order_by().values_list, column, flat=True)


def _scope(asked: Asked, actor: Actor, now: datetime) -> str:
    return _("范围：%(unit)s；条件：%(conditions)s；导出时间：%(moment)s") % {
        "unit": _units(actor),
        "conditions": asked.words,
        "moment": f"{now:%Y-%m-%d %H:%M}",
    }


def _units(actor: Actor) -> str:
    return "、".join(dict.fromkeys(grant.body_name for grant in actor.grants))


def _watched(rows: Iterable[T], watch: Watch) -> Iterator[T]:
    for number, row in enumerate(rows, 1):
        if number % _STEP == 0:
            watch(number)
        yield row
