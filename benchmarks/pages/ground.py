"""The ground of the rooms: townships with their offices, branches with people, and businesses."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from copies import save

from tests.factories.closures import the_district
from tests.factories.district import TODAY, District
from tests.factories.rows import credit_code
from xgz.models import Body, Business, Coverage, Member, Organisation, sealing
from xgz.models.fields import PATH_DIGITS, new_public_id
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.members import MembershipStatus

TOWNSHIPS = 18
_WORDS = "春夏秋冬福禄寿喜永昌隆盛安泰和顺丰裕金银"
_TRADES = ("粮油商行", "五金店", "餐饮店", "建材经营部", "服装店", "电子商务部")
_ALIVE_AND_ENDED = ("in_business",) * 19 + ("cancelled",)


@dataclass(frozen=True, slots=True)
class Ground:
    """What every kind hangs on. places: of each township, which bodies stand for 清平镇's."""

    district: District
    places: list[dict[int, int]]
    organisations: list[Organisation]
    businesses: list[Business]
    random: Random

    def at(self, number: int) -> dict[int, int]:
        return self.places[number % TOWNSHIPS]

    def town(self, number: int) -> int:
        own = self.district.qingping.pk
        return self.at(number).get(own, own)

    def office(self, number: int) -> int:
        own = self.district.qingping_office.pk
        return self.at(number).get(own, own)


def make_ground(count: int) -> Ground:
    """Make `count` branches, and three businesses for each of them."""
    district = the_district()
    places = [{}, {district.qingping.pk: district.liuquan.pk}]
    places[1][district.qingping_office.pk] = district.liuquan_office.pk
    for number in range(3, TOWNSHIPS + 1):
        town = _body(f"第{number}镇党委", BodyKind.TOWNSHIP, district.org_dept, number)
        office = _body(f"第{number}所", BodyKind.OFFICE, district.bureau, number)
        office.area.add(town)
        places.append({district.qingping.pk: town.pk, district.qingping_office.pk: office.pk})
    ground = Ground(district, places, [], [], Random(1))
    ground.businesses.extend(_business(ground, number) for number in range(count * 3))
    save(ground.businesses)
    _make_organisations(ground, count)
    return ground


def _body(name: str, kind: BodyKind, parent: Body, number: int) -> Body:
    line = Line.ORGANIZATION if kind is BodyKind.TOWNSHIP else Line.MARKET
    path = parent.path + str(number).zfill(PATH_DIGITS)
    return Body.objects.create(name=name, kind=kind, line=line, path=path, parent=parent)


def _business(ground: Ground, number: int) -> Business:
    word = "".join(ground.random.choices(_WORDS, k=3))
    trade = ground.random.choice(_TRADES)
    return Business(
        credit_code=credit_code(number + 1_000_000),
        name=f"{word}{trade}{number}号",
        kind="individual_business",
        kind_basis="stated",
        owner_name="许一宁",
        status=ground.random.choice(_ALIVE_AND_ENDED),
        established_on=date(2015, 5, 1),
        staff=2,
        township_id=ground.town(number),
        office_id=ground.office(number),
        longitude=116.4 + ground.random.random() / 5,
        latitude=39.9 + ground.random.random() / 5,
    )


def _make_organisations(ground: Ground, count: int) -> None:
    """Make branches with up to three members each, some long without a meeting or a new term."""
    paths = dict(Body.objects.filter(kind=BodyKind.TOWNSHIP).values_list("pk", "path"))
    bodies = [_branch_body(ground, number, paths) for number in range(count)]
    save(bodies)
    ground.organisations.extend(
        _organisation(ground, number, body) for number, body in enumerate(bodies)
    )
    save(ground.organisations)
    save(
        Coverage(organisation=row, business=ground.businesses[number], valid_from=date(2018, 7, 1))
        for number, row in enumerate(ground.organisations)
    )
    save(_member(row) for number, row in enumerate(ground.organisations) for _ in range(number % 4))


def _branch_body(ground: Ground, number: int, paths: dict[int, str]) -> Body:
    town = ground.town(number)
    word = "".join(ground.random.choices(_WORDS, k=3))
    return Body(
        name=f"{word}商行等联合党支部{number}",
        kind=BodyKind.ORGANISATION,
        line=Line.ORGANIZATION,
        path=paths[town] + str(number + 40_000).zfill(PATH_DIGITS),
        parent_id=town,
    )


def _organisation(ground: Ground, number: int, body: Body) -> Organisation:
    random = ground.random
    ends = TODAY + timedelta(days=random.randrange(-400, 1000))
    return Organisation(
        name=body.name,
        org_type="branch",
        formation_mode="joint",
        body=body,
        guiding_body_id=ground.office(number),
        founded_on=date(2016, 1, 1) + timedelta(days=random.randrange(3000)),
        elected_on=ends - timedelta(days=1095),
        term_ends_on=ends,
        last_life_on=TODAY - timedelta(days=random.choice((5, 20, 40, 90, 300, 500))),
    )


def _member(organisation: Organisation) -> Member:
    public_id = new_public_id()
    return Member(
        public_id=public_id,
        name_sealed=sealing.seal("member.name", public_id, "方柏梁"),
        key_digest=sealing.digest("member.key", public_id),
        born_on=date(1968, 4, 2),
        member_class="full",
        status=MembershipStatus.NORMAL,
        full_on=date(2010, 1, 1),
        formal_org=organisation,
    )
