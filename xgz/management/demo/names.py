"""Invented people: surnames as common as in life, given names of each generation, rare signs."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from xgz.management.demo.codes import BIRTHPLACES, PHONE_PREFIXES, id_number

# Surname and how many of 10,000 people bear it, rounded.
_SURNAMES: tuple[tuple[str, int], ...] = tuple(
    (surname, count)
    for count, surnames in (
        (710, "王李张"),
        (500, "刘陈"),
        (310, "杨黄"),
        (210, "赵吴周"),
        (130, "徐孙马胡朱郭何林高罗"),
        (80, "郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"),
        (45, "叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷"),
        (
            20,
            "黎史龙陶贺顾毛郝龚邵万钱严武戚莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戎岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝",
        ),
        (2, "仝亓逄笪昝禚郗缑乜妫麴蔺尉"),
    )
    for surname in surnames
) + (("欧阳", 12), ("上官", 4), ("诸葛", 2), ("司徒", 3), ("夏侯", 1))
_SURNAME_WORDS = [surname for surname, _ in _SURNAMES]
_SURNAME_WEIGHTS = list(accumulate(count for _, count in _SURNAMES))

# Given-name signs by birth year (first year of the span) for men and women.
_GENERATIONS: tuple[tuple[int, str, str], ...] = (
    (
        0,
        "德福贵生根发财保长金水木土庆荣昌友祥有才明正山春树国",
        "秀英兰桂珍凤玉莲梅香菊花翠云娥淑贞莉爱珠",
    ),
    (
        1958,
        "建国华军平卫东红星文革志强爱民胜利援朝跃进新勇刚忠诚海",
        "红丽萍玲芳燕霞敏琴娟华梅艳秀英凤琼莉春蓉",
    ),
    (
        1978,
        "伟强磊涛勇杰军波辉鹏超刚斌峰飞龙浩俊健凯亮宁旭东",
        "静娜丽婷敏艳霞燕芳洁倩雪莹玲丹慧琳颖晶璐",
    ),
    (1993, "浩宇轩杰子俊豪文博泽睿晨阳天佑嘉奕鑫皓铭", "雨欣涵梓诗怡佳悦思雅婷萱琪梦瑶语嫣可馨若"),
)
# Signs outside the common character sets; systems that lose them lose a person.
_RARE_SIGNS = "喆堃垚翀彧曌燊昇淼犇䶮㵘𬭎"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    name: str
    male: bool
    born_on: date
    id_number: str
    phone: str

    @property
    def sex(self) -> str:
        """Return 男 or 女."""
        return "男" if self.male else "女"


class Registrar:
    """Invents people one by one, never the same identity number or phone twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._numbers: set[str] = set()
        self._phones: set[str] = set()

    def person(self, *, born_on: date, male: bool | None = None) -> Person:
        """Return a new person born on the given day; sex is drawn where it is not given."""
        if male is None:
            male = self._rng.random() < 0.62
        return Person(
            name=invent_name(self._rng, male=male, born_year=born_on.year),
            male=male,
            born_on=born_on,
            id_number=self._id_number(born_on, male=male),
            phone=self._phone(),
        )

    def person_aged(self, age: int, *, as_at: date, male: bool | None = None) -> Person:
        """Return a new person who has completed exactly `age` years at as_at."""
        youngest = _years_before(as_at, age)
        return self.person(born_on=youngest - timedelta(days=self._rng.randrange(365)), male=male)

    def _id_number(self, born_on: date, *, male: bool) -> str:
        while True:
            order = self._rng.randrange(500) * 2 + male
            number = id_number(self._rng.choice(BIRTHPLACES), born_on, order)
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def _phone(self) -> str:
        while True:
            phone = f"{self._rng.choice(PHONE_PREFIXES)}{self._rng.randrange(10**7):07d}"
            if phone not in self._phones:
                self._phones.add(phone)
                return phone


def invent_name(rng: Random, *, male: bool, born_year: int) -> str:
    """Return a full name in the fashion of the birth year, one in about 700 with a rare sign."""
    surname = rng.choices(_SURNAME_WORDS, cum_weights=_SURNAME_WEIGHTS)[0]
    signs = ""
    for first_year, men, women in _GENERATIONS:
        if born_year >= first_year:
            signs = men if male else women
    given = rng.choice(signs)
    if rng.random() < 0.74:
        given += rng.choice(signs)
    if rng.random() < 0.0015:
        given = given[:-1] + rng.choice(_RARE_SIGNS)
    return surname + given


def _years_before(day: date, years: int) -> date:
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year - years)
