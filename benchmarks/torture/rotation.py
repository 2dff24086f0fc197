"""A rotation of the field key killed again and again: no value is ever unreadable (KY-3).

Makes an installation in a throw-away folder (or, with XGZ_DATABASE_URL, an empty database), fills it
with people of six sealed values each, then starts `xgz keys rotate` and kills it with SIGKILL in the
middle, while a reader opens values and a writer changes some, until a run comes to its end. Then
every value is opened and compared, and none may stand under an older key.

    .venv/bin/python benchmarks/torture/rotation.py --people 50000 --kills 10
"""

# ruff: noqa: PLC0415 (Django needs its settings before the models are imported)
import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

COLUMNS = ("name", "id_number", "phone", "address", "position", "flow_to")
ROTATE = (sys.executable, "-c", "from xgz.config.shell import main; main()", "keys", "rotate")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="xgz-rotation-"))
    os.environ |= {"XGZ_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xgz.config.settings"}
    try:
        return torture(options.people, options.kills, random.Random(options.seed))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def torture(people: int, kills: int, chance: random.Random) -> int:
    """Return the number of faults found."""
    import django

    django.setup()
    from xgz.models.keyring import key_ring
    from xgz.rules.keys import BATCH_ROWS
    from xgz.services.installation import ensure_ready
    from xgz.services.keys.cells import cells_by_key

    ensure_ready()
    old = key_ring().key_id
    written = fill(people)
    print(f"people {people} values {people * len(COLUMNS)}")
    over, faults = Event(), list[str]()
    threads = [
        Thread(target=_guarded, args=(work, over, faults, written)) for work in (read_on, write_on)
    ]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    most = max(
        1, people * len(COLUMNS) // BATCH_ROWS // 2
    )  # lines of progress, so that some is left
    killed = sum(kill_in_the_middle(1 + chance.randrange(min(most, 40))) for _ in range(kills))
    last = subprocess.run(ROTATE, capture_output=True, text=True, check=False)
    over.set()
    for thread in threads:
        thread.join()
    left = {key: count for key, count in cells_by_key().items() if key != key_ring().key_id}
    unreadable = compare(written)
    print(f"killed {killed} of {kills}; end {last.returncode}; {time.monotonic() - began:.0f} s")
    print(last.stdout.strip())
    print(f"keys {len(key_ring().field)} (was {old}); left under older keys {sum(left.values())}")
    print(
        f"unreadable or wrong {unreadable}; faults of reader and writer {len(faults)} {faults[:3]}"
    )
    bad = unreadable + len(faults) + sum(left.values()) + (last.returncode != 0)
    print("PASS" if not bad else "FAIL")
    return int(bool(bad))


def fill(people: int) -> dict[int, str]:
    """Make the people and return the phone of each by row number."""
    from xgz.models import Member, sealing
    from xgz.models.fields import new_public_id

    made: list[Member] = []
    for number in range(people):
        public_id = new_public_id()
        values = {
            f"{name}_sealed": sealing.seal(f"member.{name}", public_id, clear(name, number))
            for name in COLUMNS
        }
        made.append(Member(public_id=public_id, key_digest=f"{number:032x}", **values))
    Member.objects.bulk_create(made, batch_size=2000)
    numbers = list(Member.objects.order_by("key_digest").values_list("pk", flat=True))
    return {pk: clear("phone", number) for number, pk in enumerate(numbers)}


def clear(name: str, number: int) -> str:
    """Return the invented value of one person's column."""
    return f"{name} {number:06}"


def kill_in_the_middle(lines: int) -> bool:
    """Start a rotation and kill it after so many lines of progress; test whether it still ran."""
    with subprocess.Popen(ROTATE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        for _ in range(lines):
            if process.stderr is None or not process.stderr.readline():
                break
        was_running = process.poll() is None
        process.kill()
    return was_running


def read_on(written: dict[int, str]) -> None:
    """Open the values of one person."""
    from xgz.models import Member

    member = Member.objects.get(pk=random.choice(list(written)))
    for name in COLUMNS:
        getattr(member, name)


def write_on(written: dict[int, str]) -> None:
    """Give one person another phone."""
    from xgz.models import Member, sealing

    pk = random.choice(list(written))
    member = Member.objects.only("public_id").get(pk=pk)
    phone = f"changed {random.random()}"
    sealed = sealing.seal("member.phone", member.public_id, phone)
    Member.objects.filter(pk=pk).update(phone_sealed=sealed)
    written[pk] = phone
    time.sleep(0.02)


def compare(written: dict[int, str]) -> int:
    """Return how many values do not open, or open to something else than was written last."""
    from xgz.models import Member, sealing

    wrong = 0
    for member in Member.objects.order_by("pk").iterator(chunk_size=2000):
        for name in COLUMNS:
            number = int(member.key_digest, 16)
            due = written[member.pk] if name == "phone" else clear(name, number)
            try:
                wrong += getattr(member, name) != due
            except sealing.SealBroken:
                wrong += 1
    return wrong


def _guarded(
    work: Callable[[dict[int, str]], None],
    over: Event,
    faults: list[str],
    written: dict[int, str],
) -> None:
    from django.db import connections

    while not over.is_set():
        try:
            work(written)
        except Exception as fault:  # every fault counts, whatever it is
            faults.append(f"{type(fault).__name__}: {fault}")
    connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
