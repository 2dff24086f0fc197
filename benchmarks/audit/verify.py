# ruff: noqa: PLC0415 (models can be imported only after Django is set up for the chosen folder)
"""Verifies a trail of a million rows and tells how long it takes; the target is 60 s (T20).

Usage: .venv/bin/python benchmarks/audit/verify.py [--rows 1000000]

Uses the database of XGZ_DATABASE_URL, which must be empty, or SQLite in a throw-away folder. The rows
are written directly, chained with the installation's key. Exit code 1: too slow, or a fault found.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGET_SECONDS = 60
BATCH = 20_000
BEGUN = datetime(2025, 1, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    home = Path(tempfile.mkdtemp(prefix="xgz-audit-"))
    os.environ |= {"XGZ_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xgz.config.settings"}
    sys.path.insert(0, str(ROOT))
    try:
        is_well = _measure(rows)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    sys.exit(0 if is_well else 1)


def _measure(rows: int) -> bool:
    import django

    django.setup()
    from django.db import connection

    from xgz.queries.audit_chain import verify_chain, verify_end
    from xgz.services.installation import ensure_ready

    ensure_ready()
    begun = time.perf_counter()
    _write(rows)
    print(f"{connection.vendor}: {rows:,} rows written in {time.perf_counter() - begun:.1f} s")
    begun, busy = time.perf_counter(), time.process_time()
    verdict = verify_chain()
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    begun = time.perf_counter()
    end = verify_end()
    print(
        f"{connection.vendor}: {verdict.rows:,} rows verified in {seconds:.1f} s ({busy:.1f} s of"
        f" this process), target {TARGET_SECONDS} s; the end alone in {1000 * (time.perf_counter() - begun):.0f} ms;"
        f" faults {dict(verdict.faults) | dict(end.faults)}"
    )
    return seconds <= TARGET_SECONDS and verdict.is_whole and end.is_whole


def _write(rows: int) -> None:
    from django.db import transaction

    from xgz.models import AuditEntry, AuditHead
    from xgz.services.audit_anchor import write_anchor

    head = AuditHead.objects.order_by("pk").first() or AuditHead.objects.create(pk=1)
    number, mac = head.number, head.mac
    for first in range(1, rows + 1, BATCH):
        with transaction.atomic():
            batch = list(_entries(first, min(BATCH, rows + 1 - first), number, mac))
            AuditEntry.objects.bulk_create(batch, batch_size=500)
            number, mac = batch[-1].number, batch[-1].mac
            AuditHead.objects.filter(pk=head.pk).update(number=number, mac=mac)
    write_anchor(today=BEGUN.date(), now=BEGUN)


def _entries(first: int, count: int, number: int, mac: str) -> Iterator[Any]:
    from xgz.models import AuditEntry
    from xgz.models.chain import mac_of

    for each in range(first, first + count):
        number += 1
        entry = AuditEntry(
            number=number,
            at=BEGUN + timedelta(seconds=each),
            actor_label="user",
            action="transfer.issue",
            subject_type="transfer",
            subject_id=f"s{each % 99_999:011}",
            fields={"state": "0" * 32, "due_on": "1" * 32, "version": "2" * 32},
            address="10.20.30.40",
            session="3" * 32,
            request="4" * 32,
        )
        mac = entry.mac = mac_of(entry, mac)
        yield entry


if __name__ == "__main__":
    main()
