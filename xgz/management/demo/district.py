"""The demo county 澄川县: townships, offices, bodies of the three lines, instructors, accounts."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from xgz.management.demo.names import Registrar
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.roles import Role

COUNTY = "澄川县"
BUREAU = "澄川县市场监督管理局"
ASSOCIATION = "澄川县个体劳动者私营企业协会"
ORG_DEPT = "中共澄川县委组织部"
SOCIAL_WORK_DEPT = "中共澄川县委社会工作部"
ADMINISTRATION = "澄川县小个专党建平台运行办公室"
INSTRUCTORS = 81
DEMO_PASSWORD = "demo-only-2026"  # noqa: S105  # printed beside the accounts on purpose


@dataclass(frozen=True, slots=True)
class Market:
    """A specialised market; name is what businesses write as 所属市场."""

    name: str
    trades: tuple[str, ...]  # GB/T 4754 codes of its stalls
    weight: int  # stalls, relative to the other markets


@dataclass(frozen=True, slots=True)
class Township:
    """A township or street; longitude and latitude (WGS84) are its centre."""

    name: str
    office: str  # short name of the market regulation office
    weight: int  # businesses, relative to the other townships
    longitude: float
    latitude: float
    streets: tuple[str, ...]
    villages: tuple[str, ...]
    markets: tuple[Market, ...] = ()

    @property
    def committee(self) -> str:
        """Return the full name of the Party committee of the township or street."""
        if self.name.endswith("街道"):
            return f"中共{COUNTY}{self.name}工作委员会"
        return f"中共{COUNTY}{self.name}委员会"

    @property
    def place(self) -> str:
        """Return the bare place name without 镇, 乡 or 街道."""
        return self.name.removesuffix("街道").removesuffix("镇").removesuffix("乡")


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body to create; parents come before their children."""

    name: str
    short_name: str
    kind: BodyKind
    line: Line
    parent: str = ""  # name of the parent body
    townships: tuple[
        str, ...
    ] = ()  # names of the township bodies a market regulation office serves


@dataclass(frozen=True, slots=True)
class InstructorRow:
    """An instructor of a guidance station; user_name is the sign-in name."""

    user_name: str
    name: str
    station: str  # name of the office body
    since: date


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A demo account: who signs in, in which role, and what the account shows."""

    user_name: str
    name: str
    role: Role
    body: str
    shows: str
    organisation: str = ""  # for a branch secretary: the branch
    member_id: str = ""  # for a member: the identity number of the roster row
    business_code: str = ""  # for an owner: the business
    is_deputy: bool = False
    can_sign_in: bool = True


_FOOD = ("5223", "5224", "5221", "5229", "5123")
_BUILD = ("5281", "5284", "5287", "5285", "5282")


def _market(name: str, trades: tuple[str, ...], weight: int) -> Market:
    return Market(name, trades, weight)


TOWNSHIPS: tuple[Township, ...] = (
    Township(
        "城关街道",
        "城关所",
        21453,
        114.8720,
        28.3610,
        ("人民路", "解放街", "建设路", "文昌街", "金桥大道", "滨江路", "学府路", "东门街"),
        ("城南社区", "城北社区", "西门社区"),
        (
            _market("城关小商品市场", ("5235", "5232", "5233", "5241"), 90),
            _market("城关农贸市场", _FOOD, 60),
            _market("金桥家居建材城", _BUILD, 45),
            _market("澄川二手车交易市场", ("5261", "5263"), 12),
        ),
    ),
    Township(
        "东渡街道",
        "东渡所",
        12892,
        114.9080,
        28.3490,
        ("东渡大道", "港口路", "物流一路", "物流二路", "渡口街", "新港路"),
        ("渡头社区", "港湾社区"),
        (
            _market("东渡水产批发市场", ("5124", "5224"), 70),
            _market("东渡果蔬批发市场", ("5123", "5223"), 55),
            _market("东渡钢材市场", ("5164", "5165"), 25),
        ),
    ),
    Township(
        "清平镇",
        "清平所",
        8463,
        114.8030,
        28.4020,
        ("老街", "新街", "工业路", "清平大道", "学前路"),
        ("大塘村", "北坡村", "南山村"),
        (_market("清平农贸市场", _FOOD, 50), _market("清平服装市场", ("5232", "5132"), 20)),
    ),
    Township(
        "柳泉镇",
        "柳泉所",
        6102,
        114.7480,
        28.3700,
        ("柳泉大街", "泉水路", "柳荫街", "兴柳路"),
        ("双桥村", "柳溪村"),
        (_market("柳泉建材市场", _BUILD, 40), _market("柳泉农贸市场", _FOOD, 25)),
    ),
    Township(
        "白沙镇",
        "白沙所",
        5609,
        114.9600,
        28.3050,
        ("白沙商业街", "沙河路", "江滨路"),
        ("白沙村", "沙洲村"),
        (_market("白沙农贸市场", _FOOD, 25), _market("白沙砂石建材市场", ("5165", "5287"), 14)),
    ),
    Township(
        "石桥镇",
        "石桥所",
        5314,
        114.8330,
        28.3010,
        ("石桥路", "桥头街", "汽配大道"),
        ("石桥村", "桥南村"),
        (_market("石桥汽配城", ("5263", "8111", "5264"), 48),),
    ),
    Township(
        "南塘镇",
        "南塘所",
        4921,
        114.8660,
        28.2600,
        ("南塘街", "粮油路", "塘前路"),
        ("南塘村", "后塘村"),
        (_market("南塘粮油市场", ("5221", "5121"), 30),),
    ),
    Township(
        "长岭镇",
        "长岭所",
        4527,
        114.7020,
        28.3180,
        ("长岭街", "岭下路"),
        ("长岭村", "岭背村"),
        (_market("长岭农贸市场", _FOOD, 18),),
    ),
    Township(
        "双河镇",
        "双河所",
        4232,
        114.9300,
        28.4220,
        ("双河街", "河东路", "茶市路"),
        ("双河村", "上河村"),
        (_market("双河茶叶市场", ("5226", "5127"), 34),),
    ),
    Township(
        "河湾镇",
        "河湾所",
        4035,
        114.7690,
        28.2650,
        ("河湾街", "湾里路"),
        ("河湾村", "湾头村"),
        (_market("河湾农贸市场", _FOOD, 15),),
    ),
    Township(
        "金竹镇",
        "金竹所",
        3641,
        114.6900,
        28.4250,
        ("金竹街", "竹器路"),
        ("金竹村", "竹坑村"),
        (_market("金竹竹木市场", ("5286", "5235"), 22),),
    ),
    Township(
        "大坪镇",
        "大坪所",
        3346,
        115.0080,
        28.3620,
        ("大坪街", "坪中路"),
        ("大坪村", "坪上村"),
        (_market("大坪畜禽市场", ("5124",), 12),),
    ),
    Township(
        "桃园镇",
        "桃园所",
        3051,
        114.8600,
        28.4550,
        ("桃园街", "桃花路"),
        ("桃园村", "桃溪村"),
        (_market("桃园果品市场", ("5123", "5223"), 16),),
    ),
    Township(
        "龙门镇", "龙门所", 2854, 114.6430, 28.3620, ("龙门街", "龙泉路"), ("龙门村", "龙背村")
    ),
    Township("麦岭乡", "麦岭所", 2362, 114.7330, 28.4680, ("麦岭街",), ("麦岭村", "岭头村")),
    Township("云溪乡", "桃园所", 2165, 114.9120, 28.4880, ("云溪街",), ("云溪村", "溪源村")),
    Township("枫树乡", "金竹所", 1870, 114.6320, 28.4520, ("枫树街",), ("枫树村", "枫林村")),
    Township("松坡乡", "松坡所", 1575, 115.0220, 28.4400, ("松坡街",), ("松坡村", "坡底村")),
)
TOWNSHIP_BY_NAME = {township.name: township for township in TOWNSHIPS}
OFFICES: tuple[str, ...] = tuple(dict.fromkeys(township.office for township in TOWNSHIPS))


def office_name(short_name: str) -> str:
    """Return the full name of a market regulation office from its short one."""
    return f"{BUREAU}{short_name}"


def list_bodies() -> list[BodyRow]:
    """Return every body of the county, parents first.

    The association stands below the bureau, which guides it; so what the association guides
    counts among the organisations the bureau guides.
    """
    org, market = Line.ORGANIZATION, Line.MARKET
    rows = [
        BodyRow(ORG_DEPT, "县委组织部", BodyKind.ORG_DEPT, org),
        BodyRow(SOCIAL_WORK_DEPT, "县委社会工作部", BodyKind.SOCIAL_WORK_DEPT, org, ORG_DEPT),
        BodyRow(BUREAU, "县市场监管局", BodyKind.BUREAU, market),
        BodyRow(ASSOCIATION, "县个私协会", BodyKind.ASSOCIATION, Line.ASSOCIATION, BUREAU),
        BodyRow(ADMINISTRATION, "平台运行办", BodyKind.ADMINISTRATION, org),
    ]
    rows += [BodyRow(t.committee, t.name, BodyKind.TOWNSHIP, org, ORG_DEPT) for t in TOWNSHIPS]
    for office in OFFICES:
        served = tuple(t.committee for t in TOWNSHIPS if t.office == office)
        rows.append(BodyRow(office_name(office), office, BodyKind.OFFICE, market, BUREAU, served))
    return rows


# The first instructors keep the names that the pages of the manual show.
_KNOWN_INSTRUCTORS = (
    ("霍清扬", "清平所"),
    ("左明远", "石桥所"),
    ("向晚晴", "东渡所"),
    ("康念慈", "白沙所"),
    ("江一舟", "桃园所"),
    ("石望春", "柳泉所"),
    ("柏小满", "河湾所"),
)


def list_instructors(*, seed: int, today: date) -> list[InstructorRow]:
    """Return the 81 instructors; every office has at least two, larger ones more."""
    rng = Random(f"{seed}:instructors")
    registrar = Registrar(rng)
    posts = [office for _, office in _KNOWN_INSTRUCTORS] + list(OFFICES)
    weights = [sum(t.weight for t in TOWNSHIPS if t.office == o) + 1500 for o in OFFICES]
    missing = [office for office in OFFICES if posts.count(office) < 2]
    posts += missing
    posts += rng.choices(OFFICES, weights, k=INSTRUCTORS - len(posts))
    rows = []
    for number, office in enumerate(posts, 1):
        if number <= len(_KNOWN_INSTRUCTORS):
            name = _KNOWN_INSTRUCTORS[number - 1][0]
        else:
            name = registrar.person_aged(rng.randint(26, 58), as_at=today).name
        since = today - timedelta(days=rng.randint(60, 1500))
        rows.append(InstructorRow(f"zhidao{number:02d}", name, office_name(office), since))
    return rows


def list_accounts(
    *,
    secretary_of: str,
    secretary_name: str,
    member_id: str,
    member_name: str,
    business_code: str,
    owner_name: str,
) -> list[AccountRow]:
    """Return one account per role; the instructor's is the first of list_instructors.

    The names, the identity number and the code are of invented people and of one business, taken
    from the generated rows, so that the last three roles open something real.
    """
    qingping = TOWNSHIP_BY_NAME["清平镇"]
    return [
        AccountRow("zuzhibu", "祝远山", Role.ORG_DEPT, ORG_DEPT, "全县主体、组织、党员，四类导入"),
        AccountRow(
            "shegongbu",
            "陆知行",
            Role.SOCIAL_WORK_DEPT,
            SOCIAL_WORK_DEPT,
            "全县覆盖情况、组织、台账，党员姓名遮盖",
        ),
        AccountRow("shichangju", "骆文澜", Role.BUREAU, BUREAU, "全县主体，本局指导的组织"),
        AccountRow(
            "qingpingzhen",
            "阮知秋",
            Role.TOWNSHIP_COMMITTEE,
            qingping.committee,
            "清平镇的主体、组织、党员",
        ),
        AccountRow(
            "qingpingsuo",
            "严守成",
            Role.STATION_HEAD,
            office_name("清平所"),
            "清平所辖区主体和所指导的组织",
        ),
        AccountRow(
            "zhidao01", "霍清扬", Role.INSTRUCTOR, office_name("清平所"), "本人联系的主体和组织"
        ),
        AccountRow(
            "gesixie", "乔安和", Role.ASSOCIATION, ASSOCIATION, "12个个私协会党支部及其成员单位"
        ),
        AccountRow(
            "shuji",
            secretary_name,
            Role.BRANCH_SECRETARY,
            qingping.committee,
            f"{secretary_of}",
            organisation=secretary_of,
        ),
        AccountRow(
            "dangyuan",
            member_name,
            Role.MEMBER,
            qingping.committee,
            "本人和所在党支部",
            member_id=member_id,
        ),
        AccountRow(
            "jingyingzhe",
            owner_name,
            Role.OWNER,
            qingping.committee,
            "本人的经营主体",
            business_code=business_code,
        ),
        AccountRow("xitong", "简如一", Role.SYSTEM_ADMIN, ADMINISTRATION, "机构设置，不见个人信息"),
        AccountRow("anquan", "卓立群", Role.SECURITY_ADMIN, ADMINISTRATION, "授权，不见个人信息"),
        AccountRow("shenji", "明鉴秋", Role.AUDIT_ADMIN, ADMINISTRATION, "审计记录，不见个人信息"),
    ]
