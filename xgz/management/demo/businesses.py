"""Invented businesses of the demo county: the rows of the registry extract."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from random import Random
from typing import TypeVar

from xgz.management.demo.codes import CodeMint
from xgz.management.demo.district import BUREAU, COUNTY, TOWNSHIPS, Market, Township
from xgz.management.demo.names import Person, Registrar
from xgz.management.demo.places import Offset, lies_at
from xgz.management.demo.trades import (
    BRANDS,
    COMPANY_WEIGHTS,
    SHOP_BRANDS,
    SHOP_WEIGHTS,
    TRADE_BY_CODE,
    TRADES,
    Trade,
)

_T = TypeVar("_T")


class Kind(StrEnum):
    """What the demo means a business to be; the import finds the kind by itself."""

    COMPANY = "company"
    SHOP = "shop"
    OTHER = "other"


OPEN = "存续（在营、开业、在册）"
CLOSED_STATUSES = frozenset({"注销", "吊销，已注销", "吊销，未注销", "迁出", "撤销登记"})
UNREACHABLE = "通过登记的住所（经营场所）无法联系"


@dataclass(slots=True)
class Business:
    """One business as the registry knows it. Empty text and None mean that it does not say."""

    code: str  # unified social credit code, or an old number of 13 or 15 digits
    name: str
    kind: Kind
    type_label: str
    owner: Person
    address: str
    established_on: date
    status: str
    status_on: date | None  # for those no longer open
    abnormal: str
    township: Township
    says_township: bool
    trade_code: str
    staff: int | None
    market: str
    longitude: float | None
    latitude: float | None

    @property
    def is_open(self) -> bool:
        """Test whether the register counts the business as being in business."""
        return self.status not in CLOSED_STATUSES

    @property
    def has_credit_code(self) -> bool:
        """Test whether the code has the 18 characters of a credit code."""
        return len(self.code) == 18


@dataclass(frozen=True, slots=True)
class _Draw:
    """What one township contributes, drawn in bulk."""

    township: Township
    kind: Kind
    staff: int | None
    status: str
    age_days: int


_COMPANY_TYPES = (
    ("有限责任公司（自然人投资或控股）", 50, "有限公司"),
    ("有限责任公司（自然人独资）", 28, "有限公司"),
    ("个人独资企业", 9, ""),
    ("普通合伙企业", 4, ""),
    ("有限责任公司分公司（自然人投资或控股）", 7, "有限公司"),
    ("股份有限公司（非上市）", 2, "股份有限公司"),
)
_OTHER_TYPES = (
    ("农民专业合作社", 80),
    ("全民所有制", 14),
    ("外国（地区）企业常驻代表机构", 3),
    ("全民所有制分支机构（非法人）", 3),
)
_STATUSES: tuple[tuple[str, int], ...] = (
    (OPEN, 640),
    ("存续", 120),
    ("在业", 60),
    ("开业", 20),
    ("歇业", 9),
    ("注销", 95),
    ("吊销，未注销", 30),
    ("吊销，已注销", 8),
    ("迁出", 9),
    ("撤销登记", 2),
    ("", 7),
)
_SHOP_STAFF: tuple[tuple[int | None, int], ...] = (
    (1, 420), (2, 270), (3, 120), (4, 60), (5, 40), (6, 20), (8, 14), (12, 6), (18, 2), (0, 25), (None, 23),
)  # fmt: skip
_KIND_WEIGHTS = ((Kind.SHOP, 675), (Kind.COMPANY, 303), (Kind.OTHER, 22))
_MARKET_SHARE = 0.07  # of the shops in a township that has markets
_CROPS = ("油茶", "脐橙", "生猪", "水稻", "茶叶", "蔬菜", "食用菌", "中药材", "蜜柚", "竹笋")


def invent_businesses(*, count: int, seed: int, today: date) -> list[Business]:
    """Return `count` businesses of the county; the same seed and day give the same rows."""
    maker = _Maker(Random(f"{seed}:businesses"), today)
    return [maker.business(draw) for draw in _draws(count, seed)]


def invent_newcomers(*, count: int, seed: int, today: date, known: set[str]) -> list[Business]:
    """Return businesses opened in the last 30 days, with codes that are not in `known`."""
    maker = _Maker(Random(f"{seed}:newcomers"), today)
    rows: list[Business] = []
    for draw in _draws(count + 20, seed + 1):
        business = maker.business(
            _Draw(draw.township, draw.kind, draw.staff, OPEN, maker.rng.randrange(1, 30))
        )
        if business.code not in known and len(rows) < count:
            rows.append(business)
    return rows


def _draws(count: int, seed: int) -> list[_Draw]:
    rng = Random(f"{seed}:draws")
    townships = rng.choices(TOWNSHIPS, [t.weight for t in TOWNSHIPS], k=count)
    kinds = rng.choices(*_columns(_KIND_WEIGHTS), k=count)
    statuses = rng.choices(*_columns(_STATUSES), k=count)
    shop_staff = rng.choices(*_columns(_SHOP_STAFF), k=count)
    rows = []
    for township, kind, status, staff in zip(townships, kinds, statuses, shop_staff, strict=True):
        if kind is not Kind.SHOP and staff is not None:
            staff = min(int(rng.lognormvariate(1.9, 1.15)), 1800)
        age_days = 20 + min(int(rng.expovariate(1 / 2100)), 11_000)
        rows.append(_Draw(township, kind, staff, status, age_days))
    return rows


def _columns(pairs: Sequence[tuple[_T, int]]) -> tuple[list[_T], list[int]]:
    return [value for value, _ in pairs], [weight for _, weight in pairs]


class _Maker:
    """Fills in one business after the other."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng = rng
        self._today = today
        self._mint = CodeMint(rng)
        self._registrar = Registrar(rng)
        self._company_types = [row[0] for row in _COMPANY_TYPES]
        self._company_weights = list(accumulate(row[1] for row in _COMPANY_TYPES))
        self._company_ending = {row[0]: row[2] for row in _COMPANY_TYPES}

    def business(self, draw: _Draw) -> Business:
        """Return one business for the draw."""
        rng = self.rng
        established_on = self._today - timedelta(days=draw.age_days)
        owner = self._owner(established_on)
        market = self._market(draw)
        trade = self._trade(draw.kind, market)
        type_label, name = self._type_and_name(draw, owner, trade, market)
        offset = self._offset()
        unreachable = draw.status in (OPEN, "存续") and rng.random() < 0.05
        code = self._code(draw.kind, type_label, established_on)
        address = self._address(draw.township, market)
        place = lies_at(draw.township, address, offset) if offset else (None, None)
        return Business(
            code=code,
            name=name,
            kind=draw.kind,
            type_label=type_label,
            owner=owner,
            address=address,
            established_on=established_on,
            status=draw.status,
            status_on=self._status_on(draw),
            abnormal=UNREACHABLE if unreachable else "",
            township=draw.township,
            says_township=rng.random() > 0.012,
            trade_code=trade.code,
            staff=draw.staff,
            market=market.name if market else "",
            longitude=place[0],
            latitude=place[1],
        )

    def _status_on(self, draw: _Draw) -> date | None:
        if draw.status not in CLOSED_STATUSES:
            return None
        return self._today - timedelta(days=self.rng.randrange(1, draw.age_days))

    def _owner(self, established_on: date) -> Person:
        years_old = 19 + int(self.rng.betavariate(2.0, 3.0) * 46)
        born_on = established_on - timedelta(days=years_old * 366 + self.rng.randrange(365))
        return self._registrar.person(born_on=born_on)

    def _market(self, draw: _Draw) -> Market | None:
        markets = draw.township.markets
        if draw.kind is not Kind.SHOP or not markets or self.rng.random() >= _MARKET_SHARE:
            return None
        return self.rng.choices(markets, [m.weight for m in markets])[0]

    def _trade(self, kind: Kind, market: Market | None) -> Trade:
        if market is not None:
            return TRADE_BY_CODE[self.rng.choice(market.trades)]
        if kind is Kind.OTHER:
            return TRADE_BY_CODE["0141"]
        weights = SHOP_WEIGHTS if kind is Kind.SHOP else COMPANY_WEIGHTS
        return self.rng.choices(TRADES, cum_weights=weights)[0]

    def _type_and_name(
        self, draw: _Draw, owner: Person, trade: Trade, market: Market | None
    ) -> tuple[str, str]:
        if draw.kind is Kind.SHOP:
            return "个体工商户", self._shop_name(draw.township, owner, trade, market)
        if draw.kind is Kind.COMPANY:
            return self._company_name(draw.township, trade)
        return self._other_name(draw.township)

    def _shop_name(
        self, township: Township, owner: Person, trade: Trade, market: Market | None
    ) -> str:
        rng = self.rng
        roll = rng.random()
        brand = rng.choice(SHOP_BRANDS)
        if roll < 0.015:
            return f"{owner.name}（个体工商户）"
        where = market.name if market else township.name
        if roll < 0.16 and market is None:
            return f"{where}{rng.choice(township.streets)}老{owner.name[0]}{trade.shop}"
        if roll < 0.3 and market is None:
            return f"{COUNTY}{brand}{trade.shop}"
        return f"{where}{brand}{trade.shop}"

    def _company_name(self, township: Township, trade: Trade) -> tuple[str, str]:
        rng = self.rng
        type_label = rng.choices(self._company_types, cum_weights=self._company_weights)[0]
        brand = rng.choice(BRANDS) + (rng.choice("新宇业升联") if rng.random() < 0.35 else "")
        ending = self._company_ending[type_label]
        if "分公司" in type_label:
            return type_label, f"{COUNTY}{brand}{trade.company}{ending}{township.place}分公司"
        if not ending:
            tail = "（普通合伙）" if "合伙" in type_label else ""
            return type_label, f"{COUNTY}{township.place}{brand}{trade.shop}{tail}"
        return type_label, f"{COUNTY}{brand}{trade.company}{ending}"

    def _other_name(self, township: Township) -> tuple[str, str]:
        rng = self.rng
        type_label = rng.choices(*_columns(_OTHER_TYPES))[0]
        brand = rng.choice(BRANDS)
        name = {
            "农民专业合作社": f"{COUNTY}{brand}{rng.choice(_CROPS)}专业合作社",
            "全民所有制": f"{COUNTY}国营{township.place}{rng.choice(('林场', '农机站', '粮管所'))}",
            "全民所有制分支机构（非法人）": f"{COUNTY}粮食购销公司{township.place}分库",
        }
        return type_label, name.get(type_label, f"{brand}国际贸易有限公司{COUNTY}代表处")

    def _code(self, kind: Kind, type_label: str, established_on: date) -> str:
        if established_on.year < 2012 and self.rng.random() < 0.015:
            return self._mint.old_number()
        first_two = "92" if kind is Kind.SHOP else "91"
        if type_label == "农民专业合作社":
            first_two = "93"
        return self._mint.credit_code(first_two, before_2015=established_on.year < 2015)

    def _address(self, township: Township, market: Market | None) -> str:
        rng = self.rng
        start = f"{COUNTY}{township.name}"
        if market is not None:
            return f"{start}{market.name}{rng.choice('ABCD')}区{rng.randint(1, 160)}号摊位"
        roll = rng.random()
        if roll < 0.2:
            return f"{start}{rng.choice(township.villages)}{rng.randint(1, 12)}组{rng.randint(1, 80)}号"
        street = rng.choice(township.streets)
        if roll < 0.33:
            room = rng.randint(1, 18) * 100 + rng.randint(1, 8)
            return f"{start}{street}{rng.randint(1, 180)}号{rng.choice(BRANDS)}大厦{rng.randint(1, 3)}幢{room}室"
        return f"{start}{street}{rng.randint(1, 260)}号"

    def _offset(self) -> Offset | None:
        """Return how far from its spot the business stands, None where no place is known."""
        rng = self.rng
        if rng.random() < 0.02:
            return None
        loose = rng.choice((0.4, 0.8, 1.6))
        return rng.gauss(0, loose), rng.gauss(0, loose)


def registering_authority(business: Business) -> str:
    """Return the 登记机关: the bureau, or the office for a shop."""
    return f"{BUREAU}{business.township.office}" if business.kind is Kind.SHOP else BUREAU
