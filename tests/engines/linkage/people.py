"""Invented people with every kind of damage, for comparing the engine with its reference."""

from random import Random

from xgz.rules.id_numbers import check_digit
from xgz.rules.linkage.identities import Identities

SURNAMES = "张章王李杨扬欧阳司马林陈成"
GIVEN = "伟威玮敏芳末未建健国玉兰五晴睛"
STREETS = ["文三路", "上墩村", "浙江省青溪县和平北路", "清平镇老街", "四"]
BROKEN_IDS = [
    "",
    "3.30106E+17",
    "330106********1234",
    "G12345678",
    "1234",
    "无",
    "33010619660503****",
]
BROKEN_PHONES = ["", "138****0001", "0571-88886666", "1.38E+10", "88886667", "1380013800"]
Row = tuple[str, str, str, str, str, str]


def person(random: Random) -> Row:
    """Return the six columns of somebody; few values, so that many agree by chance."""
    surname = random.choice(SURNAMES)
    name = surname + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2, 3))))
    day = f"19{random.choice((66, 70))}{random.randint(1, 12):02d}{random.randint(1, 12):02d}"
    number = f"33010{random.choice('46')}{day}{random.randint(120, 125)}"
    phone = f"1380013{random.randint(8000, 8020)}"
    address = (
        f"{random.choice(STREETS)}{random.choice(('', '12号', '十二号', '12-3', '5弄12号301室'))}"
    )
    return name, random.choice(("男", "女", "")), day, number + check_digit(number), phone, address


def damaged(random: Random, row: Row) -> Row:
    """Return the row with some columns written otherwise, lost, masked or mistyped."""
    name, sex, born, number, phone, address = row
    name = random.choice(
        (name, name, name[::-1], name[0] + "·" + name[1:], name[:-1], name[0] + "*", "")
    )
    born = random.choice((born, "", born[:6], born[:4] + born[6:] + born[4:6], born[:4]))
    number = random.choice((number, *BROKEN_IDS, *_slips(random, number)))
    phone = random.choice(
        (phone, phone[:-1], phone[:-2] + "55", *BROKEN_PHONES, f"{phone}/88886666")
    )
    return name, random.choice((sex, "")), born, number, phone, random.choice((address, ""))


def _slips(random: Random, number: str) -> list[str]:
    at = random.randrange(17)
    return [
        number[:at] + str(random.randrange(10)) + number[at + 1 :],
        number[:at] + number[at + 1] + number[at] + number[at + 2 :],
        number[:at] + number[at + 1 :],
        number[:at] + number[at] + number[at:],
        number[:15] + "000",
        number[:6] + number[8:17],
        number[:6] + "*" * 8 + number[14:],
        number[:14] + "****",
    ]


def crowd(seed: int, size: int) -> list[Row]:
    """Return people, about half of them damaged."""
    random = Random(seed)
    rows = [person(random) for _ in range(size)]
    return [damaged(random, row) if random.random() < 0.6 else row for row in rows]


def identities(rows: list[Row]) -> Identities:
    """Return rows as the engine takes them."""
    return Identities(*(list(column) for column in zip(*rows, strict=True)))
