# ruff: noqa: PLC0415 (models can be imported only after Django is set up for the chosen folder)
"""Times what is hidden against what is absent, in pairs; prints mean difference and Welch's t.

Usage: .venv/bin/python benchmarks/privacy/timing.py [--pairs 500] [--people 2000]
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from datetime import date
from math import sqrt
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MS = 5
ABSENT = "zzzzzzzzzzzz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--people", type=int, default=2000)
    arguments = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="xgz-privacy-"))
    os.environ |= {
        "XGZ_HOME": str(home),
        "XGZ_PROFILE": "test",
        "DJANGO_SETTINGS_MODULE": "xgz.config.settings",
    }
    sys.path.insert(0, str(ROOT))
    try:
        slow = _run(arguments.pairs, arguments.people)
    finally:
        shutil.rmtree(home)
    sys.exit(1 if slow else 0)


def _run(pairs: int, people: int) -> bool:
    import django

    django.setup()
    from django.test import Client
    from django.test.utils import setup_test_environment

    from xgz.services.installation import ensure_ready

    ensure_ready()
    setup_test_environment()
    import logging

    logging.disable(logging.CRITICAL)
    asked = _make(people)
    slow = False
    for label, user, hidden, absent in asked:
        client = Client()
        client.force_login(user)
        slow |= _compare(label, client, hidden, absent, pairs)
    return slow


def _make(people: int) -> list[tuple[str, Any, str, str]]:
    """Return (what is asked, by whom, address of the hidden, address of the absent)."""
    from django.db import transaction
    from django.urls import reverse

    from tests.factories import make_business, make_district, make_organisation, make_user
    from tests.factories.rows import make_member
    from xgz.models import MemberWorkplace
    from xgz.rules.roles import Role

    with transaction.atomic():
        district = make_district()
        near = make_organisation(district.qingping)
        far = make_organisation(district.liuquan)
        for number in range(people):
            make_member(near if number % 2 else far, born_on=date(1950 + number % 50, 1, 1))
        hidden = make_member(far, name="郗远舟")
        places = {"township": district.qingping, "office": district.qingping_office}
        shops = [make_business(**places) for _ in range(50)]
        MemberWorkplace.objects.create(member=hidden, business=shops[10])
    township = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    bureau = make_user(Role.BUREAU, district.bureau)
    members = reverse("member-list")
    detail = [reverse("member-detail", args=[each]) for each in (hidden.public_id, ABSENT)]
    shop = [reverse("business-detail", args=[shops[at].public_id]) for at in (10, 11)]
    return [
        ("a member's page, township", township, *detail),
        ("search by name, township", township, f"{members}?q=郗远舟", f"{members}?q=郗近舟"),
        ("a shop where a member works, bureau", bureau, *shop),
    ]


def _compare(label: str, client: Any, hidden: str, absent: str, pairs: int) -> bool:
    random, times = Random(1), {hidden: [], absent: []}  # type: ignore[var-annotated]
    for _ in range(10):
        client.get(hidden)
        client.get(absent)
    for _ in range(pairs):
        for address in random.sample((hidden, absent), 2):
            started = time.perf_counter()
            client.get(address)
            times[address].append((time.perf_counter() - started) * 1000)
    one, other = times[hidden], times[absent]
    difference = statistics.mean(one) - statistics.mean(other)
    error = sqrt((statistics.variance(one) + statistics.variance(other)) / pairs)
    print(
        f"{label}: {statistics.mean(one):.2f} and {statistics.mean(other):.2f} ms,"
        f" difference {difference:+.3f} ms, t = {difference / error:+.2f} ({pairs} pairs)"
    )
    return abs(difference) >= LIMIT_MS


if __name__ == "__main__":
    main()
