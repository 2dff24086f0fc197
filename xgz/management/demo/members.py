"""The members of the demo organisations and people in development: the rows of the roster."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from xgz.management.demo.businesses import Business
from xgz.management.demo.district import COUNTY, Township
from xgz.management.demo.names import Person, Registrar
from xgz.management.demo.organisations import (
    LIUQUAN_BRANCH,
    QINGPING_BRANCH,
    STUDY_AS_AT,
    Ages,
    Organisation,
)
from xgz.rules.members import MemberClass

# Ages as at 2016-12-31; the secretary comes first (sums 329 and 403).
STUDY_AGES: dict[str, tuple[int, ...]] = {
    QINGPING_BRANCH: (60, 64, 66, 68, 71),
    LIUQUAN_BRANCH: (68, 47, 51, 54, 57, 61, 65),
}
_VILLAGE_BRANCHES = (
    "中共柳泉镇双桥村支部委员会",
    "中共清平镇大塘村支部委员会",
    "中共白沙镇沙洲村支部委员会",
)
_ETHNICITIES = (("汉族", 95), ("畲族", 2), ("回族", 1), ("苗族", 1), ("土家族", 1))
_EDUCATION = (
    ("初中", 20),
    ("高中", 30),
    ("中专", 15),
    ("大专", 22),
    ("大学本科", 11),
    ("硕士研究生", 2),
)
_POSTS = (
    "经营者",
    "股东",
    "经理",
    "会计",
    "店员",
    "生产班长",
    "司机",
    "仓管员",
    "技术员",
    "营业员",
)
_FLOW_TO = ("广东省东莞市", "浙江省义乌市", "福建省晋江市", "江苏省昆山市")


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the roster. Empty text and None mean that the sender left the cell empty."""

    person: Person
    gives_id: bool
    ethnicity: str
    education: str
    member_class: MemberClass
    branch: str
    joined_on: date | None
    full_on: date | None
    post: str
    address: str
    status: str
    floating: bool
    flow_to: str
    unit_name: str
    unit_code: str


def invent_members(
    *, organisations: list[Organisation], staff_elsewhere: list[Business], seed: int, today: date
) -> list[Member]:
    """Return the roster: every branch's members, people in development, and some whose relation
    lies in a village branch that no organisations file names.

    Writes the secretary's name into each organisation. staff_elsewhere are businesses that the
    last group works in.
    """
    maker = _Maker(Random(f"{seed}:members"), today)
    rows: list[Member] = []
    for organisation in organisations:
        rows += maker.branch(organisation)
    rows += [maker.village_member(business) for business in staff_elsewhere]
    return rows


class _Maker:
    def __init__(self, rng: Random, today: date) -> None:
        self._rng = rng
        self._today = today
        self._registrar = Registrar(rng)

    def branch(self, organisation: Organisation) -> list[Member]:
        """Return the people of one branch and set its secretary."""
        if organisation.name in STUDY_AGES:
            return self._study_branch(organisation)
        ages = _AGES_OF[organisation.ages](organisation.size, self._rng)
        people = [self._registrar.person_aged(age, as_at=self._today) for age in ages]
        probationary = self._probationary_count(organisation)
        youngest_last = sorted(people, key=lambda person: person.born_on)
        rows = []
        for place, person in enumerate(youngest_last):
            probation = place >= len(people) - probationary
            member_class = MemberClass.PROBATIONARY if probation else MemberClass.FULL
            rows.append(self._member(person, member_class, organisation))
        if self._rng.random() > 0.06:
            organisation.secretary = rows[len(rows) // 2 - (len(rows) == 3)].person.name
        return rows + self._in_development(organisation)

    def _study_branch(self, organisation: Organisation) -> list[Member]:
        rows = []
        for age in STUDY_AGES[organisation.name]:
            person = self._registrar.person_aged(age, as_at=STUDY_AS_AT)
            rows.append(self._member(person, MemberClass.FULL, organisation, ordinary=True))
        organisation.secretary = rows[0].person.name
        return rows

    def _probationary_count(self, organisation: Organisation) -> int:
        if organisation.size == 3:
            return 1
        if organisation.size < 6 or organisation.ages not in (Ages.MIXED, Ages.YOUNG):
            return 0
        return max(1, organisation.size // 12)

    def _in_development(self, organisation: Organisation) -> list[Member]:
        classes: list[MemberClass] = []
        if organisation.ages is Ages.OLD_WITH_ACTIVIST:
            classes = [MemberClass.ACTIVIST]
        elif organisation.ages in (Ages.MIXED, Ages.YOUNG) and organisation.size >= 6:
            classes = [MemberClass.ACTIVIST] * self._rng.randint(0, 2)
            classes += [MemberClass.DEVELOPMENT_TARGET] * self._rng.randint(0, 1)
        rows = []
        for member_class in classes:
            person = self._registrar.person_aged(self._rng.randint(22, 38), as_at=self._today)
            rows.append(self._member(person, member_class, organisation))
        return rows

    def village_member(self, business: Business) -> Member:
        """Return a member who works in the business while the relation lies in a village."""
        rng = self._rng
        person = self._registrar.person_aged(rng.randint(26, 58), as_at=self._today)
        return self._row(
            person, MemberClass.FULL, rng.choice(_VILLAGE_BRANCHES), business.township, business
        )

    def _member(
        self,
        person: Person,
        member_class: MemberClass,
        organisation: Organisation,
        *,
        ordinary: bool = False,
    ) -> Member:
        unit = self._rng.choice(organisation.covered) if organisation.covered else None
        return self._row(
            person, member_class, organisation.name, organisation.township, unit, ordinary=ordinary
        )

    def _row(
        self,
        person: Person,
        member_class: MemberClass,
        branch: str,
        township: Township,
        unit: Business | None,
        *,
        ordinary: bool = False,
    ) -> Member:
        rng = self._rng
        joined_on, full_on = self._party_dates(person, member_class)
        in_party = joined_on is not None
        floating = in_party and not ordinary and rng.random() < 0.03
        return Member(
            person=person,
            gives_id=ordinary or rng.random() > 0.015,
            ethnicity=_weighted(rng, _ETHNICITIES),
            education=_weighted(rng, _EDUCATION),
            member_class=member_class,
            branch=branch,
            joined_on=joined_on,
            full_on=full_on,
            post=rng.choice(_POSTS),
            address=f"{COUNTY}{township.name}{rng.choice(township.villages)}{rng.randint(1, 12)}组",
            status="正常" if in_party else "",
            floating=floating,
            flow_to=rng.choice(_FLOW_TO) if floating else "",
            unit_name=unit.name if unit else "",
            unit_code=unit.code if unit else "",
        )

    def _party_dates(
        self, person: Person, member_class: MemberClass
    ) -> tuple[date | None, date | None]:
        rng = self._rng
        if member_class is MemberClass.PROBATIONARY:
            return self._today - timedelta(days=rng.randint(10, 330)), None
        if member_class is not MemberClass.FULL:
            return None, None
        adult_on = person.born_on + timedelta(days=7000)  # a little over 19 years
        latest = min(self._today - timedelta(days=400), adult_on + timedelta(days=9000))
        span = max((latest - adult_on).days, 1)
        joined_on = adult_on + timedelta(days=rng.randrange(span))
        if joined_on > latest:
            joined_on = latest
        return joined_on, joined_on + timedelta(days=365)


def _old(size: int, rng: Random) -> list[int]:
    return [rng.randint(58, 76) for _ in range(size)]


def _old_with_one_at_44(size: int, rng: Random) -> list[int]:
    return [44, *_old(size - 1, rng)]


def _just_under_55(size: int, rng: Random) -> list[int]:
    """Ages 47 to 63 whose sum is one year short of an average of 55."""
    ages = [55] * size
    ages[-1] -= 1
    for first in range(0, size - 1, 2):
        step = rng.randint(0, 7)
        ages[first] -= step
        ages[first + 1] += step
    return ages


def _mixed(size: int, rng: Random) -> list[int]:
    return [rng.randint(28, 42), *(rng.randint(25, 66) for _ in range(size - 1))]


def _young(size: int, rng: Random) -> list[int]:
    return [rng.randint(23, 43) for _ in range(size)]


_AGES_OF: dict[Ages, Callable[[int, Random], list[int]]] = {
    Ages.OLD: _old,
    Ages.OLD_WITH_ACTIVIST: _old,
    Ages.OLD_WITH_ONE_AT_44: _old_with_one_at_44,
    Ages.JUST_UNDER_55: _just_under_55,
    Ages.MIXED: _mixed,
    Ages.YOUNG: _young,
}


def _weighted(rng: Random, pairs: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([word for word, _ in pairs], [weight for _, weight in pairs])[0]
