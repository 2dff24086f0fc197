"""Invented people nobody is called like: rare characters, numbers of a series of their own."""

from dataclasses import dataclass

from xgz.rules.id_numbers import check_digit

COUNT = 50
OWNERS = 10
_SURNAMES = "龘靐齉爨"
_FIRST = "麤灪籱纞癵"
_SECOND = "驫羴鱻囖躞饢鸞驤鸕鬱"


@dataclass(frozen=True, slots=True)
class Person:
    """name, id_number, phone and address: the four values that must be nowhere in clear."""

    name: str
    id_number: str
    phone: str
    address: str
    position: str
    unit: str

    @property
    def values(self) -> tuple[str, ...]:
        return (self.name, self.id_number, self.phone, self.address, self.position, self.unit)


def person(number: int) -> Person:
    """Return the invented person of a number below COUNT."""
    name = _SURNAMES[number % 4] + _FIRST[number // 10] + _SECOND[number % 10]
    head = f"5309971966{1 + number % 12:02}{1 + number % 28:02}{700 + number:03}"
    return Person(
        name=name,
        id_number=head + check_digit(head),
        phone=f"1997746{5000 + number * 7:04}",
        address=f"鱻驫胡同{1300 + number}号后院",
        position=f"爨灶督造第{number + 1}等",
        unit=f"齉记作坊第{number + 1}家",
    )


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner's name is a public fact of the register; number and phone are not."""

    name: str
    id_number: str
    phone: str

    @property
    def values(self) -> tuple[str, ...]:
        return (self.id_number, self.phone)


def owner(number: int) -> Owner:
    """Return the owner of a shop by number, below OWNERS."""
    head = f"5309981971{1 + number % 12:02}{1 + number % 28:02}{300 + number:03}"
    return Owner(f"示例户主{number}", head + check_digit(head), f"1987731{6000 + number * 3:04}")


PEOPLE = tuple(person(number) for number in range(COUNT))
ALL_OWNERS = tuple(owner(number) for number in range(OWNERS))
BAD_ID = PEOPLE[0].id_number[:-1] + ("0" if PEOPLE[0].id_number[-1] != "0" else "1")
REJECTED = ("爨癵囖", BAD_ID, "19988877661", "驤鸕大院七零七号")  # of a row handed back
OUTSIDER = "靐灪鬱"  # a secretary the roster does not know
ACCOUNT = "齉纞躞"  # the name of somebody with an account


@dataclass(frozen=True, slots=True)
class Sought:
    """Somebody who is looked for, or reports in person, and whom no roster knows."""

    name: str
    phone: str
    branch: str


SOUGHT = tuple(
    Sought(f"靉靆{mark}", f"1997748880{number}", f"龗龘疃第{number}支部")
    for number, mark in enumerate("齾齺齼齹齮齱")
)
WORDS = {
    "opinion": "羴鱻之由甲",
    "refusal": "羴鱻之由乙",
    "review": "羴鱻之由丙",
    "reveal": "羴鱻之由丁联系本人",
    "purpose": "羴鱻之由戊报上级核对",
    "urge": "羴鱻之由己",
    "lead": "羴鱻之由庚街口修伞摊",
    "visit": "羴鱻之由辛见面谈过",
    "statement": "羴鱻之由壬本人所说",
    "check": "羴鱻之由癸来信",
    "reach": "羴鱻之由子晚饭以后",
    "hint": "羴鱻之由丑隔壁裁缝",
    "talk": "羴鱻之由寅谈话",
}


def secrets() -> dict[str, str]:
    """Return value → what it is, of everything the journey puts in and nothing may show."""
    found = {
        value: f"{name} of member {number}"
        for number, one in enumerate(PEOPLE)
        for name, value in zip(
            ("name", "ID number", "phone", "address", "position", "unit"), one.values, strict=True
        )
    }
    for number, one in enumerate(ALL_OWNERS):
        found |= {one.id_number: f"ID number of owner {number}", one.phone: f"phone {number}"}
    found |= {value: "of a row handed back" for value in REJECTED}
    found |= {OUTSIDER: "name of a secretary", ACCOUNT: "name of an account holder"}
    for number, one in enumerate(SOUGHT):
        found |= {one.name: f"name of sought {number}", one.phone: f"phone of sought {number}"}
        found |= {one.branch: f"branch of sought {number}"}
    return found | {words: f"words of {what}" for what, words in WORDS.items()}
