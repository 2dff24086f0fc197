# ruff: noqa: PLC0415 (models can be imported only after Django is set up for the chosen folder)
"""Times the pages of finding and forming with thousands of rows in each; one line per address.

Usage: .venv/bin/python benchmarks/pages/run_rooms.py [--rows 20000] [--rounds 5] [--home FOLDER]

Without --home the data folder is thrown away; a folder that already holds a database is used again
and then names the pages it was filled for. XGZ_DATABASE_URL names another database than SQLite; it
has to be empty, or filled from the same folder.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from timing import time_pages

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MS = 300
# Who asks: the department of the whole district, its bureau, one township with its office.
_WHO = ("org_dept", "bureau", "qingping", "qingping_office")
_LISTS = ("", "?list=to-do", "?list=open", "?list=closed")
_SORTED = {
    "/formations/": ("name", "-township", "opened", "state", "owner", "due"),
    "/elections/": ("-name", "township", "state", "owner", "due"),
    "/establishing/": ("-name", "township", "state", "owner", "due"),
    "/adjustments/": ("-organisation", "township", "sort", "state", "owner", "due"),
    "/leads/": ("where", "-township", "state", "owner", "due"),
}


def main() -> None:
    arguments = _arguments()
    home = Path(arguments.home or tempfile.mkdtemp(prefix="xgz-rooms-"))
    os.environ |= {
        "XGZ_HOME": str(home),
        "XGZ_PROFILE": "test",
        "DJANGO_SETTINGS_MODULE": "xgz.config.settings",
    }
    sys.path.insert(0, str(ROOT))
    try:
        shown = _prepare(arguments.rows, home / "shown.json")
        asked = [each for each in _asked(shown) if arguments.only in each[1]]
        slow = time_pages(asked, arguments.rounds, LIMIT_MS)
    finally:
        if not arguments.home:
            shutil.rmtree(home)
    sys.exit(1 if slow else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="addresses with this in them alone")
    parser.add_argument("--home")
    return parser.parse_args()


def _prepare(rows: int, kept: Path) -> dict[str, str]:
    import django

    django.setup()
    from django.core.cache import cache
    from django.db import connection, transaction

    from xgz.services.installation import ensure_ready

    ensure_ready()
    cache.clear()
    if kept.exists():
        return dict(json.loads(kept.read_text()))
    from rooms import fill

    started = time.perf_counter()
    with transaction.atomic():
        shown = fill(rows)
        _make_users()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    kept.write_text(json.dumps(shown))
    print(f"made {rows:,} rows of each kind in {time.perf_counter() - started:.0f} s")
    return shown


def _make_users() -> None:
    """Seat somebody at the department, the bureau, and in each township and office.

    Work of an empty seat goes up: without them the department would have that of all.
    """
    from tests.factories.closures import the_district
    from tests.factories.district import TODAY
    from xgz.models import Body, RoleAssignment, User
    from xgz.rules.bodies import BodyKind
    from xgz.rules.roles import Role

    district = the_district()
    named = {getattr(district, name).pk: name for name in _WHO}
    roles = {
        BodyKind.ORG_DEPT: Role.ORG_DEPT,
        BodyKind.BUREAU: Role.BUREAU,
        BodyKind.TOWNSHIP: Role.TOWNSHIP_COMMITTEE,
        BodyKind.OFFICE: Role.STATION_HEAD,
    }
    for body in Body.objects.filter(kind__in=roles):
        user = User.objects.create(username=f"bench-{named.get(body.pk, body.public_id)}")
        RoleAssignment.objects.create(
            user=user,
            role=roles[BodyKind(body.kind)],
            body=body,
            valid_from=TODAY.replace(year=2020),
        )


def _asked(shown: dict[str, str]) -> list[tuple[Any, str]]:
    """Return who asks for which addresses: each list by everybody, each case by its township."""
    from xgz.models import User

    users = {name: User.objects.get(username=f"bench-{name}") for name in _WHO}
    asked = []
    for name in _WHO:
        asked += [(users[name], address) for address in _lists(name)]
    asked += [(users["org_dept"], address) for address in _sorted_lists()]
    asked += [(users["qingping"], address) for address in _of_cases(shown)]
    asked += [(users["org_dept"], address) for address in _of_matching(shown)]
    return asked


def _lists(name: str) -> list[str]:
    rooms = ("/formations/", "/elections/", "/establishing/", "/adjustments/")
    own = [f"{room}{which}" for room in rooms for which in _LISTS]
    own += ["/inbox/", "/", "/sites/", "/sites/?list=basics", "/sites/?list=all", "/surveys/"]
    own += ["/adjustments/candidates/", "/elections/?list=terms"] if name != "bureau" else []
    if name != "qingping_office":
        own += ["/planning/"]
    if name != "bureau":
        own += [f"/leads/{which}" for which in _LISTS] + ["/leads/funnel/"]
    if name in ("org_dept", "qingping"):
        own += ["/self-reports/", "/self-reports/?state=", "/self-reports/posters/", "/papers/"]
    return own


def _sorted_lists() -> list[str]:
    found = [f"{room}?list=open&sort={key}" for room, keys in _SORTED.items() for key in keys]
    found += [f"{room}?list=open&q=福&page=9" for room in _SORTED]
    found += [f"{room}?list=closed&page=300" for room in _SORTED]
    found += [
        "/sites/?list=all&q=福",
        "/sites/?list=lacking&page=200",
        "/adjustments/candidates/?page=90",
    ]
    return found


def _of_cases(shown: dict[str, str]) -> list[str]:
    plan, walk = f"/planning/{shown['plan']}/", f"/surveys/{shown['survey']}/"
    return [
        *(
            f"/{room}/{shown[kind]}/"
            for room, kind in (
                ("formations", "formation"),
                ("elections", "election"),
                ("establishing", "establishing"),
                ("adjustments", "adjustment"),
                ("leads", "lead"),
                ("sites", "site"),
                ("organisations", "site"),
                ("self-reports", "claim"),
                ("papers", "paper"),
            )
        ),
        *(f"{plan}{part}" for part in ("", "?show=branches", "?show=left-out", "?page=40")),
        *(f"{plan}{part}" for part in ("map.json", "?size=100")),
        *(f"{walk}{part}" for part in ("", "rows/", "rows/?page=300")),
    ]


def _of_matching(shown: dict[str, str]) -> list[str]:
    task = f"/matching/{shown['matching']}/"
    pages = ["/matching/", task, f"{task}review/", f"{task}decided/", "/matching/lists/"]
    return [*pages, "/rules/procedures/"]


if __name__ == "__main__":
    main()
