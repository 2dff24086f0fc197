# ruff: noqa: PLC0415 (models can be imported only after Django is set up for the chosen folder)
"""Times every list page with a district of invented businesses; prints one line per address.

Usage: .venv/bin/python benchmarks/pages/run.py [--businesses 190000] [--rounds 7] [--home FOLDER]

Without --home the database is made in a throw-away folder; a folder that already holds one is used
again. Times are those of the server: the whole request through Django's test client.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from timing import time_pages

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MS = 150
TODAY = date.today()  # noqa: DTZ011 (the pages read today's roles)
TOWNSHIPS = 18
OFFICES = 16


def main() -> None:
    arguments = _arguments()
    home = Path(arguments.home or tempfile.mkdtemp(prefix="xgz-pages-"))
    os.environ |= {
        "XGZ_HOME": str(home),
        "XGZ_PROFILE": "test",
        "DJANGO_SETTINGS_MODULE": "xgz.config.settings",
    }
    sys.path.insert(0, str(ROOT))
    try:
        _prepare(arguments.businesses)
        slow = time_pages(_asked(), arguments.rounds, LIMIT_MS)
    finally:
        if not arguments.home:
            shutil.rmtree(home)
    sys.exit(1 if slow else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--businesses", type=int, default=190_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--home")
    return parser.parse_args()


def _prepare(businesses: int) -> None:
    import django

    django.setup()
    from django.db import connection, transaction

    from xgz.models import Business
    from xgz.services.installation import ensure_ready

    ensure_ready()
    if Business.objects.exists():
        return
    started = time.perf_counter()
    with transaction.atomic():
        bodies = _make_bodies()
        _make_businesses(businesses, bodies)
        _make_organisations(bodies)
        _make_users(bodies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"made {businesses:,} businesses in {time.perf_counter() - started:.0f} s")


def _make_bodies() -> dict[str, Any]:
    from xgz.models import Body
    from xgz.rules.bodies import BodyKind, Line

    def make(name: str, kind: str, line: str, path: str, parent: Any = None) -> Any:
        return Body.objects.create(
            name=name, short_name=name[:8], kind=kind, line=line, path=path, parent=parent
        )

    org = make("县委组织部", BodyKind.ORG_DEPT, Line.ORGANIZATION, "00001")
    bureau = make("县市场监督管理局", BodyKind.BUREAU, Line.MARKET, "00002")
    townships = [
        make(f"第{n}镇", BodyKind.TOWNSHIP, Line.ORGANIZATION, f"00001{n:05}", org)
        for n in range(1, TOWNSHIPS + 1)
    ]
    offices = [
        make(f"第{n}所", BodyKind.OFFICE, Line.MARKET, f"00002{n:05}", bureau)
        for n in range(1, OFFICES + 1)
    ]
    for number, township in enumerate(townships):
        offices[number % OFFICES].area.add(township)
    return {"org": org, "bureau": bureau, "townships": townships, "offices": offices}


def _make_businesses(count: int, bodies: dict[str, Any]) -> None:
    from xgz.models import AnnualReport, Business, Market, Stall, StatusEvent

    random = Random(1)
    markets = [
        Market.objects.create(name=f"第{n}市场", township=bodies["townships"][n % TOWNSHIPS])
        for n in range(1, 121)
    ]
    for start in range(0, count, 5000):
        rows = [_business(random, n, bodies) for n in range(start, min(start + 5000, count))]
        made = Business.objects.bulk_create(rows)
        StatusEvent.objects.bulk_create(
            StatusEvent(
                business=row,
                kind="opened" if step == 0 else "changed",
                happened_on=row.established_on + timedelta(days=400 * step),
                status=row.status,
            )
            for row in made
            for step in range(random.choice((1, 1, 2)))
        )
        AnnualReport.objects.bulk_create(
            AnnualReport(
                business=row,
                year=2025,
                is_latest=True,
                members_declared=random.choice((0, 0, 0, 1, 2, 5)),
                full_members=random.choice((None, 0, 0, 0, 0, 0, 0, 1, 3)),
            )
            for row in made
            if row.last_report_year == 2025
        )
        Stall.objects.bulk_create(
            Stall(market=random.choice(markets), business=row, valid_from=date(2020, 1, 1))
            for row in made
            if random.random() < 0.05
        )


def _business(random: Random, number: int, bodies: dict[str, Any]) -> Any:
    from tests.factories.rows import credit_code
    from xgz.models import Business, sealing
    from xgz.models.fields import new_public_id

    township = random.randrange(TOWNSHIPS)
    is_enterprise = random.random() < 0.3
    public_id = new_public_id()
    word = "".join(random.choices("春夏秋冬福禄寿喜永昌隆盛安泰和顺丰裕金银", k=3))
    trade = random.choice(("粮油商行", "五金店", "餐饮店", "建材经营部", "服装店", "电子商务部"))
    phone = f"1380000{random.randrange(10000):04}"
    return Business(
        public_id=public_id,
        credit_code=credit_code(number, "91360999" if is_enterprise else "92360999"),
        name=f"第{township + 1}镇{word}{trade}",
        kind="small_micro_enterprise" if is_enterprise else "individual_business",
        kind_basis="stated",
        owner_name="许一宁",
        owner_id_sealed=sealing.seal("business.owner_id", public_id, "360999197001010000"),
        owner_id_digest=f"{number:032x}",
        phone_sealed=sealing.seal("business.phone", public_id, phone),
        phone_digest=f"{number:032x}",
        address=f"澄川县第{township + 1}镇朝阳路{random.randrange(400)}号",
        established_on=date(2000, 1, 1) + timedelta(days=random.randrange(9000)),
        status=random.choices(("in_business", "cancelled", "revoked", "resting"), (75, 18, 4, 3))[
            0
        ],
        is_unreachable=random.random() < 0.02,
        township=bodies["townships"][township],
        office=bodies["offices"][township % OFFICES],
        staff=random.choice((None, 0, 1, 2, 3, 5, 8, 20, 60)),
        last_report_year=random.choice((None, 2024, 2025, 2025)),
        missing_since=TODAY if random.random() < 0.01 else None,
    )


def _make_organisations(bodies: dict[str, Any]) -> None:
    from tests.factories import make_organisation, make_user
    from xgz.models import Business, Coverage, InstructorLink
    from xgz.rules.roles import Role

    pks = list(Business.objects.order_by("pk").values_list("pk", flat=True))
    Random(2).shuffle(pks)
    modes = ("standalone", "joint", "affiliated", "association", "functional")
    for number in range(300):
        township = bodies["townships"][number % TOWNSHIPS]
        organisation = make_organisation(
            township, formation_mode=modes[number % 5], guiding_body=bodies["bureau"]
        )
        Coverage.objects.bulk_create(
            Coverage(organisation=organisation, business_id=pk, valid_from=date(2020, 1, 1))
            for pk in pks[number * 20 : number * 20 + 20]
        )
    share = max(len(pks) // 800, 1)
    for number in range(80):
        office = bodies["offices"][number % OFFICES]
        user = make_user(Role.INSTRUCTOR, office)
        InstructorLink.objects.bulk_create(
            InstructorLink(
                instructor=user, station=office, business_id=pk, valid_from=date(2020, 1, 1)
            )
            for pk in pks[number * share : (number + 1) * share]
        )


def _make_users(bodies: dict[str, Any]) -> None:
    from xgz.models import RoleAssignment, User
    from xgz.rules.roles import Role

    for name, role, body in (
        ("bench-org", Role.ORG_DEPT, bodies["org"]),
        ("bench-bureau", Role.BUREAU, bodies["bureau"]),
        ("bench-township", Role.TOWNSHIP_COMMITTEE, bodies["townships"][2]),
        ("bench-station", Role.STATION_HEAD, bodies["offices"][2]),
    ):
        user = User.objects.create(username=name)
        RoleAssignment.objects.create(user=user, role=role, body=body, valid_from=date(2020, 1, 1))


def _addresses(role: str) -> list[str]:
    from xgz.models import Body
    from xgz.web.businesses.tables import columns
    from xgz.web.markets.views import columns as market_columns

    business = [
        "",
        "?q=春",
        "?q=隆盛",
        "?q=91360999",
        "?status=registered&kind=individual_business",
    ]
    business += [f"?coverage={value}" for value in ("covered", "not_covered", "should_form")]
    business += ["?in_market=on", "?missing=on", "?instructor=none", "?staff_from=5&staff_to=20"]
    township = Body.objects.filter(name="第3镇").get().public_id
    business += [f"?township={township}", f"?township={township}&q=福", "?page=40", "?q=查无此户"]
    business += [
        f"?sort={sign}{c.key}" for c in columns(with_phone=True) if c.order for sign in ("", "-")
    ]
    business += ["?q=福&sort=-staff"]
    market = ["", "?q=1"] + [f"?sort=-{c.key}" for c in market_columns() if c.order]
    own = [f"/businesses/{query}" for query in business]
    own += [f"/markets/{query}" for query in market]
    return own if role == "bench-station" else [*own, "/bodies/"]


def _asked() -> list[tuple[Any, str]]:
    """Return every user of the benchmark with each address of the user's lists."""
    from xgz.models import User

    users = User.objects.filter(username__startswith="bench-")
    return [(user, address) for user in users for address in _addresses(user.username)]


if __name__ == "__main__":
    main()
