"""The lists of sites, on their page and as a workbook: whose lacks what, when it was last seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xgz.access.scopes import within
from xgz.files.listing_sheet import Cell, SheetColumn
from xgz.models import Body, Organisation
from xgz.queries.sites import lacks_basics, missing_of
from xgz.queries.word_search import with_words
from xgz.rules.organisations import OrgState

_CHUNK = 500
LIST_ORDER = ("body__path", "pk")


class SiteTab(StrEnum):
    LACKING = "lacking"
    BASICS = "basics"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class SitesWanted:
    """What the filter of the lists asks for: every word in the name, and the superior or above."""

    text: str = ""
    superior: Body | None = None

    def narrow(self, organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Return the organisations that fit."""
        organisations = with_words(organisations, self.text, ("name",))
        if self.superior is not None:
            organisations = organisations.filter(within(self.superior.path, "body__path"))
        return organisations


def in_tab(which: SiteTab, organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return those of the organisations in sight that stand in a list: active ones alone."""
    active = organisations.filter(state=OrgState.ACTIVE)
    if which is SiteTab.ALL:
        return active
    lacking = lacks_basics()
    return active.filter(lacking) if which is SiteTab.LACKING else active.exclude(lacking)


def sheet_columns() -> list[SheetColumn]:
    """Return the columns of the workbook, the number column first."""
    told = (
        (_("党组织"), 36),
        (_("上级"), 30),
        (_("指导单位"), 24),
        (_("还缺"), 40),
        (_("最近查看"), 12),
    )
    return [SheetColumn(_("序号"), 7), *(SheetColumn(*each) for each in told)]


def sheet_cells(found: QuerySet[Organisation], today: date) -> Iterator[list[Cell]]:
    """Yield the cells of each row, without its number, in chunks that keep memory small."""
    rows = found.select_related("body__parent", "guiding_body").order_by(*LIST_ORDER)
    source = rows.iterator(chunk_size=_CHUNK)
    while chunk := list(islice(source, _CHUNK)):
        for organisation, missing, seen_on in missing_of(chunk, today):
            superior, guide = organisation.body.parent, organisation.guiding_body
            yield [
                organisation.name,
                superior.name if superior else None,
                guide.name if guide else None,
                _("、").join(_(entry.label) for entry in missing) or _("不缺"),
                seen_on,
            ]
