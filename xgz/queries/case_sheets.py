"""The lists of cases as workbooks: what their pages show, nothing of members (FM-21)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access.actor import Actor
from xgz.access.adjustments import visible_adjustments
from xgz.access.clock import local
from xgz.access.closures import visible_closures
from xgz.access.elections import visible_elections
from xgz.access.establishing import visible_establishings
from xgz.access.formations import visible_formations
from xgz.files.listing_sheet import Cell, SheetColumn
from xgz.models import Adjustment, Body, Case, Closure, Establishing, Formation, TermElection
from xgz.queries.case_lists import CaseList, in_list, list_order
from xgz.queries.word_search import with_words


@dataclass(frozen=True, slots=True)
class CaseColumn:
    """heading: untranslated; width: in characters."""

    heading: str
    width: int
    cell: Callable[[Any], Cell]


@dataclass(frozen=True, slots=True)
class CasesWanted:
    """What the filter of a list asks for; "" and None ask for nothing."""

    text: str = ""
    state: str = ""
    township: Body | None = None


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """One kind of case. read: what its cells need.

    searched: where the words of the filter may stand; codes: what a word may be as a whole;
    township: the column its filter chooses by, "" where it has no such choice.
    """

    title: str
    model: type[Case]
    visible: Callable[[Actor], QuerySet[Any]]
    searched: tuple[str, ...]
    columns: tuple[CaseColumn, ...]
    read: tuple[str, ...] = ()
    read_beside: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    township: str = ""

    @property
    def states(self) -> Mapping[str, str]:
        """Return the states of the kind with their untranslated names."""
        return {str(state): label for state, label in self.model.KIND.states.items()}

    def narrowed(self, cases: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Return the cases that have every word in one of the columns searched, each case once.

        Each word is asked for apart: within one question over many units of a case, every further
        word would multiply its rows by their number.
        """
        every = self.model._default_manager.all()
        for word in text.split():
            found = with_words(every, word, self.searched, self.codes)
            cases = cases.filter(pk__in=found.values("pk"))
        return cases

    def fitting(self, cases: QuerySet[Any], wanted: CasesWanted) -> QuerySet[Any]:
        """Return the cases that fit all that is asked for."""
        found = self.narrowed(cases, wanted.text)
        if wanted.state:
            found = found.filter(state=wanted.state)
        if wanted.township is not None:
            found = found.filter((self.township, wanted.township))
        return found

    def townships(self, cases: QuerySet[Any]) -> QuerySet[Body]:
        """Return the townships the filter of these cases offers."""
        if not self.township:
            return Body.objects.none()
        found = cases.order_by().values(self.township)
        return Body.objects.filter(pk__in=found).order_by("path")

    def rows(
        self, which: CaseList, cases: QuerySet[Any], actor: Actor, wanted: CasesWanted
    ) -> QuerySet[Any]:
        """Return those of the cases that stand in a list of the actor's, in the order of its page."""
        found = self.fitting(in_list(which, cases, actor), wanted)
        related = found.select_related("area", "owner_body", *self.read)
        return related.prefetch_related(*self.read_beside).order_by(*list_order(which))

    def heads(self) -> list[SheetColumn]:
        """Return the columns of the workbook, the number column first."""
        told = [SheetColumn(_(column.heading), column.width) for column in self._all()]
        return [SheetColumn(_("序号"), 7), *told]

    def cells(self, rows: Iterable[Case]) -> Iterator[list[Cell]]:
        """Yield the cells of each row, without its number."""
        columns = self._all()
        return ([column.cell(row) for column in columns] for row in rows)

    def _all(self) -> list[CaseColumn]:
        return [_NUMBER, *self.columns, *_LAST]


def _area(case: Any) -> Cell:
    return str(case.area) if case.area else None


def _business_township(case: Closure) -> Cell:
    township = case.business.township
    return str(township) if township else None


def _units(case: Formation) -> Cell:
    units = sorted(case.units.all(), key=lambda unit: unit.pk)
    return _("、").join(unit.business.name for unit in units)


_NUMBER = CaseColumn(gettext_noop("事项编号"), 18, lambda case: str(case.number))
_TOWNSHIP = CaseColumn(gettext_noop("乡镇"), 18, _area)
_LAST = (
    CaseColumn(gettext_noop("状态"), 14, lambda case: _(case.state_label)),
    CaseColumn(
        gettext_noop("当前责任方"), 20, lambda c: c.owner_body.name if c.owner_body else None
    ),
    CaseColumn(gettext_noop("办理期限"), 12, lambda case: case.due_on),
    CaseColumn(
        gettext_noop("办结时间"), 12, lambda c: local(c.closed_at).date() if c.closed_at else None
    ),
)


def _organisation(case: TermElection | Adjustment) -> Cell:
    return case.organisation.name


def _sort(case: TermElection | Adjustment) -> Cell:
    return _(case.get_sort_display()) if case.sort else None


FORMATIONS = CaseSheet(
    gettext_noop("组建党组织"),
    Formation,
    visible_formations,
    ("number", "name", "units__business__name"),
    (
        CaseColumn(gettext_noop("拟成立党组织"), 36, lambda case: str(case.name)),
        CaseColumn(gettext_noop("组建方式"), 12, lambda case: _(case.get_mode_display())),
        _TOWNSHIP,
        CaseColumn(gettext_noop("列入单位"), 48, _units),
        CaseColumn(gettext_noop("提出时间"), 12, lambda case: local(case.opened_at).date()),
    ),
    read_beside=("units__business",),
)
ELECTIONS = CaseSheet(
    gettext_noop("换届选举"),
    TermElection,
    visible_elections,
    ("number", "organisation__name"),
    (
        CaseColumn(gettext_noop("党组织"), 36, _organisation),
        CaseColumn(gettext_noop("选举类别"), 14, _sort),
        _TOWNSHIP,
        CaseColumn(gettext_noop("选举日期"), 12, lambda case: case.day),
    ),
    read=("organisation",),
)
ESTABLISHINGS = CaseSheet(
    gettext_noop("成立落实"),
    Establishing,
    visible_establishings,
    ("number", "name", "organisation__name"),
    (
        CaseColumn(gettext_noop("党组织"), 36, lambda case: str(case.subject)),
        _TOWNSHIP,
        CaseColumn(gettext_noop("批准日期"), 12, lambda case: case.approved_on),
    ),
    read=("organisation",),
)
ADJUSTMENTS = CaseSheet(
    gettext_noop("组织调整"),
    Adjustment,
    visible_adjustments,
    ("number", "organisation__name"),
    (
        CaseColumn(gettext_noop("党组织"), 36, _organisation),
        _TOWNSHIP,
        CaseColumn(gettext_noop("处理方式"), 14, _sort),
    ),
    read=("organisation",),
)
CLOSURES = CaseSheet(
    gettext_noop("主体退出"),
    Closure,
    visible_closures,
    ("number", "business__name", "organisation__name"),
    (
        CaseColumn(gettext_noop("经营主体"), 36, lambda case: case.business.name),
        CaseColumn(gettext_noop("统一社会信用代码"), 22, lambda case: case.business.credit_code),
        CaseColumn(
            gettext_noop("党组织"), 36, lambda c: c.organisation.name if c.organisation else None
        ),
        CaseColumn(gettext_noop("乡镇"), 18, _business_township),
        CaseColumn(gettext_noop("退出日期"), 12, lambda case: case.closed_on),
    ),
    read=("business__township", "organisation"),
    codes=("business__credit_code",),
    township="business__township",
)
CASE_SHEETS: dict[str, CaseSheet] = {
    "formations": FORMATIONS,
    "elections": ELECTIONS,
    "establishing": ESTABLISHINGS,
    "adjustments": ADJUSTMENTS,
    # "closures" is what the audit calls the worklist of closings.
    "closure_cases": CLOSURES,
}
