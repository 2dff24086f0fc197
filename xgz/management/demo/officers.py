"""Who holds the township committees and guidance stations of the demo county.

One township has only a deputy, one township and one station have nobody: what falls to them goes
to the deputy and to the seat above (CS-4), as in a real county.
"""

from datetime import date
from random import Random

from xgz.management.demo.district import OFFICES, TOWNSHIPS, AccountRow, office_name
from xgz.management.demo.names import Registrar
from xgz.rules.roles import Role

WITHOUT_HEAD = "松坡乡"
WITHOUT_ANYBODY = "枫树乡"
STATION_WITHOUT_ANYBODY = "麦岭所"
SECOND_TOWNSHIP = "石桥镇"  # its account can sign in: a transfer has two sides
SECOND_STATION = "石桥所"
_OWN_ACCOUNTS = frozenset({"清平镇", "清平所"})  # they stand in list_accounts


def list_officers(*, seed: int, today: date) -> list[AccountRow]:
    """Return an account for every other township committee and guidance station that has one."""
    rng = Random(f"{seed}:officers")
    registrar = Registrar(rng)

    def row(user_name: str, role: Role, body: str, shows: str, place: str) -> AccountRow:
        name = registrar.person_aged(rng.randint(30, 56), as_at=today).name
        return AccountRow(
            user_name,
            name,
            role,
            body,
            shows,
            is_deputy=place == WITHOUT_HEAD,
            can_sign_in=place in (SECOND_TOWNSHIP, SECOND_STATION),
        )

    rows = []
    for number, township in enumerate(TOWNSHIPS, 1):
        if township.name in (WITHOUT_ANYBODY, *_OWN_ACCOUNTS):
            continue
        user_name = "shiqiaozhen" if township.name == SECOND_TOWNSHIP else f"dangwei{number:02}"
        rows.append(
            row(
                user_name,
                Role.TOWNSHIP_COMMITTEE,
                township.committee,
                f"{township.name}的主体、组织、党员",
                township.name,
            )
        )
    for number, office in enumerate(OFFICES, 1):
        if office in (STATION_WITHOUT_ANYBODY, *_OWN_ACCOUNTS):
            continue
        user_name = "shiqiaosuo" if office == SECOND_STATION else f"zhanzhang{number:02}"
        shows = f"{office}辖区主体和所指导的组织"
        rows.append(row(user_name, Role.STATION_HEAD, office_name(office), shows, office))
    return rows
