"""Lists that leave the system as a workbook, for a download at once or a report in the background.

What is asked for is plain data, so that it can wait in a job; the rows are those that whoever asked
may see when the workbook is written.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from xgz.access import businesses as business_access
from xgz.access.actor import Actor
from xgz.access.coverage import countable_businesses
from xgz.access.exports import exportable_members, exportable_sites, exporting, may_take_clear
from xgz.access.surveys import visible_rounds, visible_rows
from xgz.files.ledger import LEDGER_COLUMNS, SheetHead, write_table
from xgz.files.listing_sheet import Cell, SheetColumn, write_listing
from xgz.files.tracing import Marks
from xgz.models import Body, SurveyRound
from xgz.queries import (
    business_sheet,
    businesses,
    lead_funnel_sheet,
    member_sheet,
    owner_list_sheet,
    site_sheet,
    survey_sheet,
    worklist_sheet,
    worklists,
)
from xgz.queries.case_lists import CaseList
from xgz.queries.case_sheets import CASE_SHEETS, CasesWanted
from xgz.queries.export_frame import Asked, Export, Watch, keys_of, scope_line, units_of, watched
from xgz.queries.lead_funnel import funnel
from xgz.queries.ledger import (
    ledger_rows,
    ledger_titles,
    people_in_ledger,
    secretaries_in_ledger,
)
from xgz.queries.member_sheet import MemberWanted
from xgz.queries.owner_lists import ListWanted, entries_of
from xgz.queries.parameters import work_limits_on
from xgz.queries.site_sheet import SitesWanted, SiteTab
from xgz.queries.surveys import RowWanted
from xgz.queries.worklist_wording import words_of
from xgz.rules.matching import MatchPurpose, OwnerList
from xgz.rules.registration import BusinessKind, BusinessStatus
from xgz.rules.worklists import LISTED_KINDS, RULE_IDS, Worklist

_STEP = 500  # rows between two looks at the watch
Rows = Iterable[Sequence[Cell]]


class ExportKind(StrEnum):
    BUSINESSES = "businesses"
    LEDGER = "ledger"
    WORKLIST = "worklist"
    MEMBERS = "members"
    SURVEY = "survey"
    OWNER_LIST = "owner_list"
    FUNNEL = "funnel"
    FORMATIONS = "formations"
    ELECTIONS = "elections"
    ESTABLISHING = "establishing"
    ADJUSTMENTS = "adjustments"
    CLOSURE_CASES = "closure_cases"
    SITES = "sites"


class ConditionGone(Exception):
    """A township or office of the filter exists no more."""


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


def asked_survey(survey: SurveyRound, wanted: RowWanted, words: str) -> Asked:
    """Return the rows of a survey round as asked for with their filter."""
    values = {name: value for name, value in asdict(wanted).items() if value not in ("", None)}
    if wanted.street == "":
        values["street"] = ""
    return Asked(ExportKind.SURVEY.value, values, words, survey.public_id)


def asked_owner_list(which: OwnerList, wanted: ListWanted, words: str) -> Asked:
    """Return a list of owners or members as asked for, with what it is read for (MT-2)."""
    values: dict[str, Any] = {"purpose": wanted.purpose.value}
    if wanted.township is not None:
        values["township"] = wanted.township.pk
    return Asked(ExportKind.OWNER_LIST.value, values, words, which.value)


def asked_funnel() -> Asked:
    """Return the funnel of finding members as asked for; its page has no filter (LD-15)."""
    return Asked(ExportKind.FUNNEL.value, {}, _("不限"))


def asked_cases(kind: ExportKind, which: CaseList, wanted: CasesWanted, words: str) -> Asked:
    """Return a list of cases as asked for with its filter."""
    return Asked(kind.value, _plain(wanted), words, which.value)


def asked_sites(which: SiteTab, wanted: SitesWanted, words: str) -> Asked:
    """Return a list of sites as asked for with its filter."""
    return Asked(ExportKind.SITES.value, _plain(wanted), words, which.value)


def build_export(asked: Asked, actor: Actor, now: datetime) -> Export:
    """Return the list, in reach of the actor today. Raises ListOutOfReach, ConditionGone.

    Whether the actor may take it out of the system is for the caller to ask.
    """
    builders = {
        ExportKind.BUSINESSES: _business_list,
        ExportKind.LEDGER: _ledger,
        ExportKind.WORKLIST: _worklist,
        ExportKind.MEMBERS: _members,
        ExportKind.SURVEY: _survey,
        ExportKind.OWNER_LIST: _owner_list,
        ExportKind.FUNNEL: _funnel,
        ExportKind.SITES: _sites,
        **dict.fromkeys(map(ExportKind, CASE_SHEETS), _cases),
    }
    return builders[ExportKind(asked.kind)](asked, actor, now)


def _business_list(asked: Asked, actor: Actor, now: datetime) -> Export:
    visible = business_access.exportable_businesses(actor)
    found = businesses.narrow(visible, _business_conditions(asked), actor.today)
    with_phone = business_access.may_see_contact(actor)
    title, scope = _("经营主体名册"), scope_line(asked.words, actor)

    def cells(watch: Watch) -> Rows:
        rows = watched(businesses.row_stream(found, actor, actor.today), watch)
        return business_sheet.sheet_cells(rows, with_phone=with_phone)

    columns = business_sheet.sheet_columns(with_phone=with_phone)
    write = _writer(title, scope, columns, cells)
    name = _("经营主体名册 %(day)s.xlsx") % {"day": f"{now:%Y-%m-%d}"}
    return Export(title, name, "businesses", found.count, write, _nobody)


def _members(asked: Asked, actor: Actor, now: datetime) -> Export:
    values = dict(asked.conditions)
    values["name_digests"] = tuple(values.get("name_digests", ()))
    found = MemberWanted(**values).narrow(exportable_members(actor))
    title, scope = _("党员名册"), scope_line(asked.words, actor)

    def cells(watch: Watch) -> Rows:
        return watched(member_sheet.sheet_cells(found, actor, in_clear=asked.in_clear), watch)

    write = _writer(title, scope, member_sheet.sheet_columns(), cells)
    name = _("党员名册 %(day)s.xlsx") % {"day": f"{now:%Y-%m-%d}"}
    return Export(title, name, "members", found.count, write, found.count, keys_of(found))


def _survey(asked: Asked, actor: Actor, now: datetime) -> Export:
    survey = visible_rounds(actor).filter(public_id=asked.which).first()
    if survey is None:
        raise ConditionGone(asked.which)
    mine = visible_rows(actor).filter(round=survey)
    found = RowWanted(**asked.conditions).narrow(mine).order_by("place")
    title, scope = _("摸排登记表"), scope_line(asked.words, actor)

    def cells(watch: Watch) -> Rows:
        rows = found.select_related("business", "walker").iterator(chunk_size=_STEP)
        return survey_sheet.sheet_cells(watched(rows, watch))

    write = _writer(title, scope, survey_sheet.sheet_columns(), cells)
    name = _("摸排登记表 %(day)s.xlsx") % {"day": f"{now:%Y-%m-%d}"}
    return Export(title, name, "survey", found.count, write, _nobody)


def _ledger(asked: Asked, actor: Actor, now: datetime) -> Export:
    today = actor.today
    found = businesses.narrow(countable_businesses(actor), _business_conditions(asked), today)

    in_clear, words = asked.in_clear, asked.words
    if may_take_clear(actor, asked.kind) and not in_clear:
        words += _("；姓名已掩码，不写法人政治面貌")

    def write(target: BinaryIO, scratch: str, watch: Watch, marks: Marks | None = None) -> int:
        titles = ledger_titles(found, actor, today, words)
        head = SheetHead(*titles, LEDGER_COLUMNS, frozen_columns=5, marks=marks)
        rows = watched(ledger_rows(found, actor, today, in_clear=in_clear), watch)
        return write_table(target, head, rows, scratch)

    count = found.filter(kind__in=LISTED_KINDS).count
    name = f"经营主体党建基本台账-{today:%Y%m%d}.xlsx"
    people = partial(people_in_ledger, found, actor, today, in_clear=in_clear)
    members = keys_of(secretaries_in_ledger(found, actor, today).exclude(member=None), "member")
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
            "unit": units_of(actor),
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
        return write_table(target, head, watched(cells, watch), scratch)

    name = f"{words.title}-{today:%Y%m%d}.xlsx"
    # Whoever is on this list is told to be a member, by the name of the own business.
    people = rows.count if which is Worklist.DECLARED_OWNERS else _nobody
    return Export(words.title, name, which.value, rows.count, write, people)


def _owner_list(asked: Asked, actor: Actor, now: datetime) -> Export:
    which, values = OwnerList(asked.which), asked.conditions
    wanted = ListWanted(MatchPurpose(values["purpose"]), _body(values.get("township")))
    found = entries_of(which, actor, wanted)
    title = owner_list_sheet.words_of(which).title

    def cells(watch: Watch) -> Rows:
        rows = owner_list_sheet.sheet_cells(which, found, actor, in_clear=asked.in_clear)
        return watched(rows, watch)

    def count() -> int:
        return len(found)

    def members() -> Iterable[int]:
        return [each.member for each in found if each.member is not None]

    # Who is on these lists is told to be a member, also where only the business is named.
    scope = scope_line(asked.words, actor)
    write = _writer(title, scope, owner_list_sheet.sheet_columns(), cells)
    name = f"{title} {now:%Y-%m-%d}.xlsx"
    return Export(title, name, which.value, count, write, count, members)


def _funnel(asked: Asked, actor: Actor, now: datetime) -> Export:
    found = funnel(actor)
    rows = list(lead_funnel_sheet.sheet_cells(found))
    title, scope = _("找党员进展"), scope_line(asked.words, actor)
    told = _("　").join([scope, *lead_funnel_sheet.sheet_notes(found)])
    columns = lead_funnel_sheet.sheet_columns(found)
    write = _writer(title, told, columns, partial(watched, rows))
    name = _("找党员进展 %(day)s.xlsx") % {"day": f"{now:%Y-%m-%d}"}
    return Export(title, name, "funnel", rows.__len__, write, _nobody)


def _cases(asked: Asked, actor: Actor, now: datetime) -> Export:
    sheet = CASE_SHEETS[asked.kind]
    township = _body(asked.conditions.get("township"))
    wanted = CasesWanted(**asked.conditions | {"township": township})
    reached = sheet.visible(exporting(actor, asked.kind))
    found = sheet.rows(CaseList(asked.which), reached, actor, wanted)
    title = _(sheet.title)

    def cells(watch: Watch) -> Rows:
        return sheet.cells(watched(found.iterator(chunk_size=_STEP), watch))

    write = _writer(title, scope_line(asked.words, actor), sheet.heads(), cells)
    name = f"{title} {now:%Y-%m-%d}.xlsx"
    return Export(title, name, asked.kind, found.count, write, _nobody)


def _sites(asked: Asked, actor: Actor, now: datetime) -> Export:
    superior = _body(asked.conditions.get("superior"))
    wanted = SitesWanted(**asked.conditions | {"superior": superior})
    found = wanted.narrow(site_sheet.in_tab(SiteTab(asked.which), exportable_sites(actor)))
    title = _("阵地")

    def cells(watch: Watch) -> Rows:
        return watched(site_sheet.sheet_cells(found, actor.today), watch)

    scope = scope_line(asked.words, actor)
    write = _writer(title, scope, site_sheet.sheet_columns(), cells)
    return Export(title, f"{title} {now:%Y-%m-%d}.xlsx", asked.kind, found.count, write, _nobody)


def _writer(
    title: str, conditions: str, columns: Sequence[SheetColumn], cells: Callable[[Watch], Rows]
) -> Callable[[BinaryIO, str, Watch, Marks | None], int]:
    """Return what writes a list of one table, as Export has it; nothing is read before."""

    def write(target: BinaryIO, scratch: str, watch: Watch, marks: Marks | None = None) -> int:
        return write_listing(
            target,
            title=title,
            conditions=conditions,
            columns=columns,
            rows=cells(watch),
            scratch=scratch,
            marks=marks,
        )

    return write


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


def _plain(
    wanted: businesses.Wanted | worklists.Wanted | CasesWanted | SitesWanted,
) -> dict[str, Any]:
    """Return the conditions that ask something, bodies as row numbers, choices as their values."""
    names = type(wanted).__dataclass_fields__
    values = {name: getattr(wanted, name) for name in names}
    return {
        name: value.pk if isinstance(value, Body) else getattr(value, "value", value)
        for name, value in values.items()
        if value is not None and value is not False and value != ""
    } | ({"instructor": False} if values.get("instructor") is False else {})
