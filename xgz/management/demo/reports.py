"""Annual reports of the demo businesses, in the two layouts met in the field."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from random import Random

from xgz.management.demo.businesses import Business, Kind
from xgz.management.demo.members import Member
from xgz.management.demo.organisations import BusinessPool, Organisation
from xgz.rules.members import MemberClass
from xgz.rules.organisations import FormationMode

NOT_FORMED = "未建立"
_MODE_WORDS = {FormationMode.STANDALONE: "单独组建", FormationMode.JOINT: "联合组建"}


@dataclass(frozen=True, slots=True)
class Report:
    """What one business declared for one year. full is None where the layout does not ask it."""

    code: str
    year: int
    members: int
    full: int | None
    structure: str
    mode: str
    founded_on: date | None
    owner_is_member: bool
    owner_is_secretary: bool
    staff: int | None


@dataclass(slots=True)
class DeclaredCases:
    """Businesses without an organisation that declare members, by what the reports prove.

    The lists are disjoint. declared_owners cuts across them.
    """

    should_form: list[Business] = field(default_factory=list)  # 3 or more full members
    to_verify: list[Business] = field(default_factory=list)  # 3 or more, layout without full
    mixed_short_of_three: list[Business] = field(default_factory=list)  # 4 in all, 2 of them full
    was_three_last_year: list[Business] = field(default_factory=list)  # 3 full, then 2
    small: list[Business] = field(default_factory=list)  # 1 or 2 members
    declared_owners: set[str] = field(default_factory=set)  # codes of every kind of business

    def all_businesses(self) -> list[Business]:
        """Return the businesses of every list."""
        return (
            self.should_form
            + self.to_verify
            + self.mixed_short_of_three
            + self.was_three_last_year
            + self.small
        )


@dataclass(slots=True)
class Reports:
    """The reports of the newest year in both layouts, and some of the year before."""

    with_full: list[Report] = field(default_factory=list)
    without_full: list[Report] = field(default_factory=list)
    last_year: list[Report] = field(default_factory=list)


def choose_cases(*, pool: BusinessPool, businesses: int, seed: int) -> DeclaredCases:
    """Return which businesses declare members although no organisation lists them."""
    rng = Random(f"{seed}:cases")

    def take(least: int, per: int, kind: Kind, staff: int) -> list[Business]:
        return pool.take_anywhere(max(least, businesses // per), kind, rng, staff=staff)

    cases = DeclaredCases()
    cases.should_form = take(12, 2500, Kind.COMPANY, 8)
    cases.to_verify = take(6, 5000, Kind.COMPANY, 5) + take(4, 8000, Kind.SHOP, 3)
    cases.mixed_short_of_three = take(4, 8000, Kind.COMPANY, 6)
    cases.was_three_last_year = take(3, 30_000, Kind.COMPANY, 4)
    cases.small = take(12, 450, Kind.COMPANY, 2) + take(20, 220, Kind.SHOP, 1)
    return cases


def invent_reports(
    *,
    businesses: list[Business],
    organisations: list[Organisation],
    members: list[Member],
    cases: DeclaredCases,
    seed: int,
    today: date,
) -> Reports:
    """Return the reports for the year before `today` and a part of the year before that.

    Fills cases.declared_owners with the codes of every report that says so.
    """
    maker = _Maker(Random(f"{seed}:reports"), today.year - 1, organisations, members)
    maker.declare(cases)
    for business in businesses:
        maker.file(business, cases)
    for business in cases.was_three_last_year:
        maker.reports.last_year.append(maker.report(business, 3, 3, year=today.year - 2))
    return maker.reports


class _Maker:
    def __init__(
        self, rng: Random, year: int, organisations: list[Organisation], members: list[Member]
    ) -> None:
        self.reports = Reports()
        self._rng = rng
        self._year = year
        self._declared: dict[str, tuple[int, int | None]] = {}
        self._organisation_of = {b.code: row for row in organisations for b in row.covered}
        in_party = [m for m in members if m.joined_on is not None and m.unit_code]
        self._members_at = Counter(m.unit_code for m in in_party)
        self._full_at = Counter(m.unit_code for m in in_party if m.member_class is MemberClass.FULL)

    def declare(self, cases: DeclaredCases) -> None:
        """Fix what the businesses of the cases declare, and whose owners are members."""
        rng = self._rng
        for business in cases.should_form:
            full = rng.choice((3, 3, 3, 4, 4, 5, 6, 8))
            self._declared[business.code] = (full + rng.choice((0, 0, 1, 2)), full)
        for business in cases.to_verify:
            self._declared[business.code] = (rng.choice((3, 3, 4, 5)), None)
        for business in cases.mixed_short_of_three:
            self._declared[business.code] = (4, 2)
        for business in cases.was_three_last_year:
            self._declared[business.code] = (2, 2)
        for business in cases.small:
            count = rng.choice((1, 1, 1, 2))
            self._declared[business.code] = (count, None if business.kind is Kind.SHOP else count)
        for business in cases.all_businesses():
            if rng.random() < (0.75 if business.kind is Kind.SHOP else 0.4):
                cases.declared_owners.add(business.code)

    def file(self, business: Business, cases: DeclaredCases) -> None:
        """Add the report of one business, if it files one, to the layout it uses."""
        if not business.has_credit_code:
            return
        declared = self._declared.get(business.code)
        organisation = self._organisation_of.get(business.code)
        certain = declared is not None or (organisation is not None and business.is_open)
        if not certain and not self._files(business):
            return
        total, full = declared or self._from_roster(business)
        owner = business.code in cases.declared_owners
        report = self.report(business, total, full, owner=owner, organisation=organisation)
        layout = self.reports.without_full if full is None else self.reports.with_full
        layout.append(report)
        if report.owner_is_member:
            cases.declared_owners.add(business.code)
        if full is not None and declared is None and self._rng.random() < 0.2:
            self.reports.last_year.append(self.report(business, total, full, year=self._year - 1))

    def _files(self, business: Business) -> bool:
        if not business.is_open or business.established_on.year > self._year or not business.staff:
            return False
        return self._rng.random() < (0.55 if business.kind is Kind.SHOP else 0.88)

    def _from_roster(self, business: Business) -> tuple[int, int | None]:
        total, full = self._members_at[business.code], self._full_at[business.code]
        asks_full = business.kind is not Kind.SHOP and self._rng.random() < 0.8
        return total, full if asks_full else None

    def report(
        self,
        business: Business,
        total: int,
        full: int | None,
        *,
        year: int | None = None,
        owner: bool = False,
        organisation: Organisation | None = None,
    ) -> Report:
        """Return a report; structure and mode come from the organisation listing the business."""
        standalone = organisation is not None and organisation.mode is FormationMode.STANDALONE
        return Report(
            code=business.code,
            year=self._year if year is None else year,
            members=total,
            full=full,
            structure=NOT_FORMED if organisation is None else "党支部",
            mode="" if organisation is None else _MODE_WORDS.get(organisation.mode, "其他"),
            founded_on=None if organisation is None else organisation.founded_on,
            owner_is_member=owner or (standalone and total > 0),
            owner_is_secretary=standalone and total > 0 and self._rng.random() < 0.5,
            staff=business.staff,
        )
