"""The Party organisations of the demo county: the study's 25 and those on other lines."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from xgz.management.demo.businesses import OPEN, Business, Kind
from xgz.management.demo.codes import AREA_CODE, CodeMint
from xgz.management.demo.district import (
    ASSOCIATION,
    COUNTY,
    SOCIAL_WORK_DEPT,
    TOWNSHIP_BY_NAME,
    TOWNSHIPS,
    Township,
    office_name,
)
from xgz.rules.organisations import FormationMode

QINGPING_BRANCH = "清平所微型企业联合党支部"
LIUQUAN_BRANCH = "柳泉镇个私协会党支部"
STUDY_BRANCHES = frozenset({QINGPING_BRANCH, LIUQUAN_BRANCH})
STUDY_AS_AT = date(2016, 12, 31)
BUSINESSES_PER_ORGANISATION = 570
MEMBERS_PER_ORGANISATION = 10


class Ages(StrEnum):
    """How old the members of a branch are, as at the day of generation."""

    STUDY_QINGPING = "study_qingping"  # 5 members of the source study
    STUDY_LIUQUAN = "study_liuquan"  # 7 members of the source study
    OLD = "old"  # ageing without successors
    OLD_WITH_ACTIVIST = "old_with_activist"  # would be ageing, but a successor is in development
    OLD_WITH_ONE_AT_44 = "old_with_one_at_44"  # would be ageing, but one member is under 45
    JUST_UNDER_55 = "just_under_55"  # nobody under 45, average below 55
    MIXED = "mixed"
    YOUNG = "young"


class Life(StrEnum):
    """When the branch last held organisation life."""

    RECENT = "recent"
    DORMANT = "dormant"
    NONE = "none"


class Term(StrEnum):
    """Where the three-year term of the branch stands."""

    RUNNING = "running"
    ENDING = "ending"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Organisation:
    """One row of the organisations file, with what the roster needs to know about it."""

    name: str
    code: str
    mode: FormationMode
    superior: str  # 上级党组织
    guide: str  # 指导单位; empty where nobody guides
    founded_on: date
    elected_on: date | None
    last_life_on: date | None
    township: Township
    ages: Ages
    size: int  # members, probationary ones included
    life: Life
    term: Term
    covered: list[Business] = field(default_factory=list)
    unknown_codes: list[str] = field(default_factory=list)
    market: str = ""  # listed by its name; empty where the branch has none
    secretary: str = ""

    @property
    def covered_codes(self) -> list[str]:
        """Return the codes of 覆盖单位, those the registry does not know included."""
        return [business.code for business in self.covered] + self.unknown_codes

    @property
    def covered_units(self) -> list[str]:
        """Return what stands in 覆盖单位: the market by its name, then the codes."""
        return ([self.market] if self.market else []) + self.covered_codes


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one of the 25 guided organisations is to look; coverage counts businesses."""

    name: str
    mode: FormationMode
    township: str
    guided_by_association: bool
    ages: Ages
    size: int
    life: Life
    term: Term
    coverage: int
    market: str = ""


_A, _L, _T, _M = Ages, Life, Term, FormationMode


def _association(
    township: str, ages: Ages, size: int, life: Life, term: Term, coverage: int
) -> _Plan:
    name = f"{township}个私协会党支部"
    return _Plan(name, _M.ASSOCIATION, township, True, ages, size, life, term, coverage)


def _office(
    name: str,
    township: str,
    ages: Ages,
    size: int,
    life: Life,
    term: Term,
    coverage: int,
    *,
    mode: FormationMode = FormationMode.JOINT,
    market: str = "",
) -> _Plan:
    return _Plan(name, mode, township, False, ages, size, life, term, coverage, market)


GUIDED_PLANS: tuple[_Plan, ...] = (
    _association("柳泉镇", _A.STUDY_LIUQUAN, 7, _L.DORMANT, _T.OVERDUE, 6),
    _association("城关街道", _A.MIXED, 16, _L.RECENT, _T.RUNNING, 15),
    _association("东渡街道", _A.OLD_WITH_ACTIVIST, 11, _L.DORMANT, _T.ENDING, 9),
    _association("清平镇", _A.OLD_WITH_ONE_AT_44, 8, _L.DORMANT, _T.RUNNING, 7),
    _association("白沙镇", _A.OLD, 6, _L.DORMANT, _T.OVERDUE, 5),
    _association("石桥镇", _A.JUST_UNDER_55, 7, _L.DORMANT, _T.RUNNING, 6),
    _association("南塘镇", _A.OLD, 5, _L.NONE, _T.UNKNOWN, 4),
    _association("长岭镇", _A.MIXED, 2, _L.DORMANT, _T.OVERDUE, 3),
    _association("双河镇", _A.MIXED, 9, _L.RECENT, _T.ENDING, 8),
    _association("河湾镇", _A.OLD, 4, _L.NONE, _T.UNKNOWN, 3),
    _association("金竹镇", _A.MIXED, 6, _L.DORMANT, _T.RUNNING, 5),
    _association("大坪镇", _A.MIXED, 5, _L.NONE, _T.OVERDUE, 4),
    _office(QINGPING_BRANCH, "清平镇", _A.STUDY_QINGPING, 5, _L.DORMANT, _T.OVERDUE, 4),
    _office("城关小商品市场联合党支部", "城关街道", _A.MIXED, 12, _L.RECENT, _T.RUNNING, 14, mode=_M.MARKET, market="城关小商品市场"),
    _office("东渡水产批发市场党支部", "东渡街道", _A.YOUNG, 9, _L.RECENT, _T.ENDING, 12, mode=_M.MARKET, market="东渡水产批发市场"),
    _office("南塘粮油市场联合党支部", "南塘镇", _A.JUST_UNDER_55, 4, _L.DORMANT, _T.RUNNING, 6, mode=_M.MARKET, market="南塘粮油市场"),
    _office("双河茶叶市场联合党支部", "双河镇", _A.MIXED, 6, _L.RECENT, _T.RUNNING, 7, mode=_M.MARKET, market="双河茶叶市场"),
    _office("城关所餐饮行业联合党支部", "城关街道", _A.YOUNG, 8, _L.RECENT, _T.RUNNING, 5),
    _office("东渡所物流企业联合党支部", "东渡街道", _A.YOUNG, 10, _L.RECENT, _T.RUNNING, 5),
    _office("石桥所汽配企业联合党支部", "石桥镇", _A.MIXED, 3, _L.DORMANT, _T.OVERDUE, 4),
    _office("白沙所建材企业联合党支部", "白沙镇", _A.MIXED, 2, _L.DORMANT, _T.ENDING, 4),
    _office("", "清平镇", _A.MIXED, 6, _L.RECENT, _T.RUNNING, 1, mode=_M.STANDALONE),
    _office("", "云溪乡", _A.YOUNG, 5, _L.DORMANT, _T.RUNNING, 1, mode=_M.STANDALONE),
    _office("", "石桥镇", _A.MIXED, 4, _L.DORMANT, _T.OVERDUE, 1, mode=_M.STANDALONE),
    _office("城关所网约配送员流动党支部", "城关街道", _A.YOUNG, 7, _L.RECENT, _T.RUNNING, 2, mode=_M.FLOATING),
)  # fmt: skip
_OTHER_MODES = (_M.STANDALONE, _M.STANDALONE, _M.JOINT, _M.STANDALONE, _M.AFFILIATED)
# Guided stand-alone branch whose business has lost its licence.
_GUIDED_CLOSED_IN = "石桥镇"


class BusinessPool:
    """Hands out businesses by township for branches and reports, none of them twice.

    Only businesses with a credit code, in business, reachable, with staff, and old enough to have
    filed last year's report are handed out.
    """

    def __init__(self, businesses: list[Business], rng: Random, *, today: date) -> None:
        self._by_place: dict[tuple[str, Kind], list[Business]] = {}
        self._by_market: dict[str, list[Business]] = {}
        self._taken: set[str] = set()
        self._settled_on = today - timedelta(days=2700)
        newest = date(today.year - 1, 7, 1)
        rows = [b for b in businesses if b.has_credit_code and b.established_on < newest]
        rng.shuffle(rows)
        for business in rows:
            if business.status != OPEN or business.abnormal or not business.staff:
                continue
            self._by_place.setdefault((business.township.name, business.kind), []).append(business)
            if business.market:
                self._by_market.setdefault(business.market, []).append(business)

    def take(
        self,
        count: int,
        township: str,
        kind: Kind,
        *,
        market: str = "",
        staff: int = 1,
        settled: bool = False,
    ) -> list[Business]:
        """Return up to `count` businesses with at least `staff` people, and keep them.

        settled: those that have stood for years come first.
        """
        rows = (
            self._by_market.get(market, []) if market else self._by_place.get((township, kind), [])
        )
        if settled:
            rows = sorted(rows, key=lambda business: business.established_on > self._settled_on)
        found: list[Business] = []
        for business in rows:
            if len(found) == count:
                break
            if business.code not in self._taken and (business.staff or 0) >= staff:
                found.append(business)
                self._taken.add(business.code)
        return found

    def take_anywhere(
        self, count: int, kind: Kind, rng: Random, *, staff: int = 1
    ) -> list[Business]:
        """Return up to `count` businesses from townships drawn by their weight."""
        found: list[Business] = []
        weights = [t.weight for t in TOWNSHIPS]
        for township in rng.choices(TOWNSHIPS, weights, k=count * 3):
            if len(found) == count:
                break
            found += self.take(1, township.name, kind, staff=staff)
        return found


def invent_organisations(
    *, pool: BusinessPool, businesses: int, seed: int, today: date
) -> list[Organisation]:
    """Return the organisations of a county with that many businesses.

    The first 25 are the guided ones; at least ten hang on other lines. Businesses listed by a
    branch that is to have lost its ground get a closed status here.
    """
    rng = Random(f"{seed}:organisations")
    maker = _Maker(rng, today)
    rows = [maker.guided(plan, pool) for plan in GUIDED_PLANS]
    others = max(10, round(businesses / BUSINESSES_PER_ORGANISATION) - len(rows))
    rows += maker.others(others, pool, members=_members_of_others(rows, others))
    mint = CodeMint(rng)
    for row in rng.sample(rows[len(GUIDED_PLANS) :], 2) + [rows[1]]:
        row.unknown_codes.append(mint.credit_code("92"))
    return rows


def guided_organisations(rows: list[Organisation]) -> list[Organisation]:
    """Return those the bureau guides, through its offices or through the association."""
    return [row for row in rows if row.guide and row.guide != SOCIAL_WORK_DEPT]


def _members_of_others(guided: list[Organisation], others: int) -> int:
    wanted = MEMBERS_PER_ORGANISATION * (len(guided) + others)
    return max(wanted - sum(row.size for row in guided), 4 * others)


class _Maker:
    def __init__(self, rng: Random, today: date) -> None:
        self._rng = rng
        self._today = today
        self._serial = 0
        self._names: set[str] = set()

    def guided(self, plan: _Plan, pool: BusinessPool) -> Organisation:
        """Return one of the 25."""
        township = TOWNSHIP_BY_NAME[plan.township]
        covered = self._guided_cover(plan, pool)
        name = plan.name or f"{covered[0].name}党支部"
        row = self._organisation(name, plan.mode, township, plan.life, plan.term)
        row.guide = ASSOCIATION if plan.guided_by_association else office_name(township.office)
        row.ages, row.size, row.covered = plan.ages, plan.size, covered
        if plan.market in {business.market for business in covered}:
            row.market = plan.market
        if plan.mode is FormationMode.STANDALONE and plan.township == _GUIDED_CLOSED_IN:
            self._end(covered[0], "吊销，未注销")
        if plan.ages in (Ages.STUDY_QINGPING, Ages.STUDY_LIUQUAN):
            row.founded_on = date(2012, 9, 18)
        return row

    def _guided_cover(self, plan: _Plan, pool: BusinessPool) -> list[Business]:
        alone = plan.mode is FormationMode.STANDALONE
        kind = Kind.COMPANY if alone or plan.mode is FormationMode.JOINT else Kind.SHOP
        staff = 8 if alone else 1
        return (
            pool.take(
                plan.coverage, plan.township, kind, market=plan.market, staff=staff, settled=True
            )
            or pool.take(plan.coverage, plan.township, kind, settled=True)
            or pool.take_anywhere(1, kind, self._rng)
        )

    def others(self, count: int, pool: BusinessPool, *, members: int) -> list[Organisation]:
        """Return the organisations that other lines hold, with `members` people between them."""
        rows: list[Organisation] = []
        sizes = self._split(members, count)
        for number, size in enumerate(sizes):
            mode = _OTHER_MODES[number % len(_OTHER_MODES)]
            row = self._other(number, mode, pool)
            if row is not None:
                row.size = size
                rows.append(row)
        return rows

    def _other(self, number: int, mode: FormationMode, pool: BusinessPool) -> Organisation | None:
        rng = self._rng
        wanted = rng.randint(2, 5) if mode is FormationMode.JOINT else 1
        township = rng.choices(TOWNSHIPS, [t.weight for t in TOWNSHIPS])[0]
        covered = pool.take(wanted, township.name, Kind.COMPANY, staff=6, settled=True)
        covered = covered or pool.take_anywhere(1, Kind.COMPANY, rng)
        if not covered:
            return None
        township = covered[0].township
        name = f"{covered[0].name}党支部"
        if mode is FormationMode.JOINT:
            name = f"{covered[0].name.removeprefix(COUNTY)}等{len(covered)}家企业联合党支部"
        life = rng.choices(list(Life), (6, 3, 1))[0]
        term = rng.choices(list(Term), (6, 2, 2, 1))[0]
        row = self._organisation(name, mode, township, life, term)
        row.guide = SOCIAL_WORK_DEPT if rng.random() < 0.4 else ""
        row.ages = rng.choices((Ages.MIXED, Ages.YOUNG, Ages.OLD), (6, 3, 1))[0]
        row.covered = covered
        if number % 8 == 3:
            self._end(covered[0], rng.choice(("注销", "吊销，未注销", "迁出")))
        return row

    def _end(self, business: Business, status: str) -> None:
        business.status = status
        business.status_on = self._today - timedelta(days=self._rng.randint(5, 200))

    def _split(self, total: int, parts: int) -> list[int]:
        shares = [self._rng.lognormvariate(0, 0.7) for _ in range(parts)]
        sizes = [max(2, min(48, round(total * share / sum(shares)))) for share in shares]
        while sum(sizes) < total:
            sizes[sizes.index(min(sizes))] += 1
        while sum(sizes) > total:
            sizes[sizes.index(max(sizes))] -= 1
        return sizes

    def _organisation(
        self, name: str, mode: FormationMode, township: Township, life: Life, term: Term
    ) -> Organisation:
        self._serial += 1
        if name in self._names:
            name = f"{name}（{township.place}）"
        self._names.add(name)
        elected_on = self._elected_on(term)
        founded_on = self._today - timedelta(days=self._rng.randint(1300, 5200))
        return Organisation(
            name=name,
            code=f"{AREA_CODE}{self._serial:06d}",
            mode=mode,
            superior=township.committee,
            guide="",
            founded_on=min(founded_on, elected_on) if elected_on else founded_on,
            elected_on=elected_on,
            last_life_on=self._last_life_on(life),
            township=township,
            ages=Ages.MIXED,
            size=0,
            life=life,
            term=term,
        )

    def _elected_on(self, term: Term) -> date | None:
        days = {
            Term.RUNNING: lambda: self._rng.randint(60, 850),
            Term.ENDING: lambda: self._rng.randint(930, 1080),
            Term.OVERDUE: lambda: self._rng.randint(1150, 2600),
        }.get(term)
        return None if days is None else self._today - timedelta(days=days())

    def _last_life_on(self, life: Life) -> date | None:
        if life is Life.NONE:
            return None
        days = (2, 45) if life is Life.RECENT else (400, 2900)
        return self._today - timedelta(days=self._rng.randint(*days))
