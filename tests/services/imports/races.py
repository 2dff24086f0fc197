"""Races for one import: eight clients that read the same version write, give up or undo it at once.

Shared by the tests and by benchmarks/races. The registry file closes a business that a branch
lists and adds one, so that writing it also opens a case; the roster adds a member.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count, cycle, islice
from pathlib import Path

from tests.factories import make_coverage, make_district, make_organisation
from tests.factories.rows import credit_code
from tests.services.cases.races import CLIENTS, Clients, Tally
from tests.services.imports.worlds import NOW, TODAY, Importer, business, id_number, operator
from xgz.models import (
    AuditEntry,
    Business,
    Closure,
    Import,
    Member,
    Notice,
    StagedBusiness,
    StagedRow,
    StatusEvent,
)
from xgz.rules.imports.states import ImportAction, ImportKind, ImportState, next_import_state
from xgz.rules.organisations import FormationMode
from xgz.services.imports.applying import apply_import
from xgz.services.imports.opening import map_columns
from xgz.services.imports.staging import abandon_import
from xgz.services.imports.undoing import undo_import

_A, _K = ImportAction, ImportKind
_PLACED = {"乡镇街道": "清平镇", "管辖单位": "清平所"}
_BRANCH = "示例联合党支部"
# What is raced for, from which state: one step by all eight, or steps that exclude each other.
STARTS: tuple[tuple[ImportKind, ImportState, tuple[ImportAction, ...]], ...] = (
    (_K.REGISTRY, ImportState.STAGED, (_A.APPLY,)),
    (_K.REGISTRY, ImportState.STAGED, (_A.APPLY, _A.ABANDON)),
    (_K.REGISTRY, ImportState.APPLIED, (_A.UNDO,)),
    (_K.REGISTRY, ImportState.STAGED, (_A.ABANDON,)),
    (_K.ROSTER, ImportState.STAGED, (_A.APPLY,)),
    (_K.ROSTER, ImportState.STAGED, (_A.MAP, _A.APPLY, _A.ABANDON)),
    (_K.ROSTER, ImportState.APPLIED, (_A.UNDO,)),
)
_DEEDS: dict[ImportAction, Callable[..., object]] = {
    _A.APPLY: partial(apply_import, today=TODAY, now=NOW),
    _A.ABANDON: partial(abandon_import, now=NOW),
    _A.UNDO: partial(undo_import, today=TODAY, now=NOW),
    _A.MAP: partial(map_columns, renamed={}, codes={}, now=NOW),
}


@dataclass(frozen=True)
class Due:
    """What one race must add: versions of the import, and rows of each sort."""

    version: int
    audits: int = 0
    businesses: int = 0
    closings: int = 0
    cases: int = 0
    members: int = 0


_DUE = {
    (_K.REGISTRY, _A.APPLY): Due(2, audits=1, businesses=1, closings=1, cases=1),
    (_K.REGISTRY, _A.UNDO): Due(1, audits=1, businesses=-1, closings=-1),
    (_K.REGISTRY, _A.ABANDON): Due(1, audits=1),
    (_K.ROSTER, _A.APPLY): Due(2, audits=1, members=1),
    (_K.ROSTER, _A.UNDO): Due(1, audits=1, members=-1),
    (_K.ROSTER, _A.ABANDON): Due(1, audits=1),
    (_K.ROSTER, _A.MAP): Due(1, audits=1),
}


class World:
    """A district whose branch lists shops; each race takes a shop and a code of its own."""

    def __init__(self, folder: Path) -> None:
        self._take_in = Importer(folder)
        self._numbers = count(1)
        district = make_district()
        self._branch = make_organisation(
            district.qingping,
            name=_BRANCH,
            formation_mode=FormationMode.JOINT,
            guiding_body=district.qingping_office,
        )

    def prepare(self, kind: ImportKind, state: ImportState) -> Import:
        """Return an import of the kind in that state, about rows that no other race touches."""
        number = next(self._numbers)
        source = self._roster(number) if kind is _K.ROSTER else self._registry(number)
        if state is ImportState.APPLIED:
            apply_import(actor=operator(), source=source, today=TODAY, now=NOW)
        return source

    def _registry(self, number: int) -> Import:
        shop, new = 2 * number, 2 * number + 1
        self._take_in(_K.REGISTRY, business(shop, **_PLACED))
        make_coverage(self._branch, business=Business.objects.get(credit_code=credit_code(shop)))
        closed = business(shop, 登记状态="注销", 注销日期="2026-11-18", **_PLACED)
        return self._take_in.stage(_K.REGISTRY, closed, business(new, **_PLACED))

    def _roster(self, number: int) -> Import:
        row = {
            "姓名": "甄实",
            "公民身份号码": id_number(
                f"{1950 + number // 300}-03-{number % 28 + 1:02}", f"{number:03}"[-3:]
            ),
            "人员类别": "正式党员",
            "所在党支部": _BRANCH,
        }
        return self._take_in.stage(_K.ROSTER, row)


def tally_of(source: Import) -> Counter[str]:
    """Return how many rows of each sort there are about the import and in the whole register."""
    source = Import.objects.get(pk=source.pk)
    cases = Closure.objects.filter(source_import=source)
    told = Notice.objects.filter(case_id__in=cases.values("public_id"))
    return Counter(
        version=source.version,
        audits=AuditEntry.objects.filter(subject_id=source.public_id).count(),
        businesses=Business.objects.count(),
        closings=StatusEvent.objects.filter(kind="closed").count(),
        cases=cases.count(),
        members=Member.objects.count(),
        told_twice=told.count()
        - told.order_by().values("kind", "role", "body", "case_id").distinct().count(),
    )


def hold_imports(number: int, eight: Clients, folder: Path) -> Tally:
    """Hold so many races over imports, over all starts in turn."""
    tally, world = Tally(), World(folder)
    for kind, state, actions in islice(cycle(STARTS), number):
        source = world.prepare(kind, state)
        before = tally_of(source)
        results = _race(source, actions, eight)
        winners = [each for each in results if each[:1] != "!" and each]
        tally.races += 1
        tally.won.update(winners)
        tally.faults += [each for each in results if each[:1] == "!"]
        tally.faults += _judge(kind, source, before, winners)
    return tally


def _race(source: Import, actions: tuple[ImportAction, ...], eight: Clients) -> list[str]:
    own = [Import.objects.get(pk=source.pk) for _ in range(CLIENTS)]
    deeds = list(islice(cycle(actions), CLIENTS))

    def attempt(number: int) -> str:
        try:
            _DEEDS[deeds[number]](actor=operator(), source=own[number])
        except Exception as fault:
            named = type(fault).__module__.startswith("xgz.")
            return "" if named else f"!{deeds[number]}: {type(fault).__name__}: {fault}"
        return deeds[number].value

    return eight.run(attempt)


def _judge(kind: ImportKind, source: Import, before: Counter[str], winners: list[str]) -> list[str]:
    """Return what is wrong after a race: one winner, and of everything exactly what it writes."""
    if len(winners) != 1:
        return [f"{kind} {source.state}: winners {winners}"]
    won, new = ImportAction(winners[0]), tally_of(source)
    new.subtract(before)
    due = _DUE[kind, won]
    wanted = {name: getattr(due, name) for name in Due.__dataclass_fields__} | {"told_twice": 0}
    at_end = Import.objects.get(pk=source.pk).state
    target = ImportState.APPLIED if won is _A.APPLY else next_import_state(source.state, won)
    faults = [
        f"{name} {new[name]}, not {number}"
        for name, number in wanted.items()
        if new[name] != number
    ]
    if at_end != target:
        faults.append(f"state {at_end}, not {target}")
    left = sum(
        model.objects.filter(source_import=source).count() for model in (StagedBusiness, StagedRow)
    )
    if left:
        faults.append(f"{left} staged rows left")
    return [f"{kind} {source.state} {won}: {fault}" for fault in faults]
