"""Times addresses through the whole request and prints one line for each."""

import logging
import statistics
import time
from collections.abc import Sequence
from typing import Any

LIMIT_QUERIES = 30


def time_pages(addresses: Sequence[tuple[Any, str]], rounds: int, limit_ms: int) -> int:
    """Time what each user asks for, and return how many addresses break a limit.

    addresses: user and address. Times are those of the server: the whole request through Django's
    test client, without the browser.
    """
    from django.db import connection  # noqa: PLC0415 (after Django is set up)
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    logging.disable(logging.INFO)  # the line the site writes of each request
    slow = 0
    print(f"{'median ms':>9} {'of CPU':>6} {'worst ms':>8} {'queries':>8}  role and address")
    clients: dict[int, Client] = {}
    for user, address in addresses:
        if user.pk not in clients:
            clients[user.pk] = Client()
            clients[user.pk].force_login(user)
        client = clients[user.pk]
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200, f"{user.username} {address}"  # noqa: S101
        asked = len(queries)
        times, processor = zip(
            *(_milliseconds(client, address) for _ in range(rounds)), strict=True
        )
        median = statistics.median(times)
        is_slow = median > limit_ms or asked > LIMIT_QUERIES
        slow += is_slow
        mark = "  <-- over the limit" if is_slow else ""
        print(
            f"{median:9.0f} {statistics.median(processor):6.0f} {max(times):8.0f} {asked:8}"
            f"  {user.username} {address}{mark}",
            flush=True,
        )
    print(f"{slow} of {len(addresses)} addresses over {limit_ms} ms or {LIMIT_QUERIES} queries")
    return slow


def _milliseconds(client: Any, address: str) -> tuple[float, float]:
    """Return the time one request took by the wall clock and of the processor."""
    started, worked = time.perf_counter(), time.process_time()
    client.get(address)
    return (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000
