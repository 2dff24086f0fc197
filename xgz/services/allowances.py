"""Limits that hold for callers at once: each use is one conditional update of one row (AC-4)."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from xgz.models import Allowance
from xgz.rules.allowances import LIMITS, Purpose

# Callers at once read their clocks at slightly different moments; none may make a window look new.
_SKEW = timedelta(minutes=5)


class AllowanceUsedUp(Exception):
    """The limit is reached. until: when it can be tried again."""

    def __init__(self, purpose: Purpose, until: datetime) -> None:
        super().__init__(purpose)
        self.purpose = purpose
        self.until = until


def take(purpose: Purpose, subject: str, *, now: datetime, amount: int = 1) -> int:
    """Use `amount` of what the subject may do in a window; return how much is left of it.

    subject: public id or keyed digest. Of callers at once no more get through than the limit says.
    A window from beyond the present counts as over. Raises AllowanceUsedUp; nothing is used then.
    """
    limit = LIMITS[purpose]
    if amount > limit.most:
        raise AllowanceUsedUp(purpose, now + limit.window)
    for _attempt in range(3):
        used = _take_once(purpose, subject, now, amount)
        if used is not None:
            return limit.most - used
        row = Allowance.objects.filter(purpose=purpose, subject=subject).first()
        if row is not None and _holds(row, now, limit.most - amount):
            until = row.blocked_until or row.window_from + limit.window
            raise AllowanceUsedUp(purpose, until)
    raise AllowanceUsedUp(purpose, now + limit.window)


def give_back(purpose: Purpose, subject: str) -> None:
    """Forget what was used, as after a right password."""
    Allowance.objects.filter(purpose=purpose, subject=subject).delete()


def give_back_one(purpose: Purpose, subject: str) -> None:
    """Take back one use alone, where others before it still count."""
    rows = Allowance.objects.filter(purpose=purpose, subject=subject, used__gt=0)
    rows.update(used=F("used") - 1, blocked_until=None)


def sweep_allowances(*, now: datetime) -> int:
    """Delete rows whose window and rest are long over; return how many."""
    longest = max(limit.window + (limit.block or limit.window) for limit in LIMITS.values())
    deleted, _ = Allowance.objects.filter(window_from__lt=now - longest).delete()
    return deleted


def _holds(row: Allowance, now: datetime, room: int) -> bool:
    """Test whether the row refuses: a row that somebody just began may have room all the same."""
    limit = LIMITS[Purpose(row.purpose)]
    if row.window_from > now + _SKEW:
        return False
    if row.blocked_until is not None:
        return row.blocked_until > now
    is_running = row.window_from - _SKEW <= now < row.window_from + limit.window
    return is_running and row.used > room


def _take_once(purpose: Purpose, subject: str, now: datetime, amount: int) -> int | None:
    """Try the running window, then a new one, then a first one; None where all are refused."""
    limit = LIMITS[purpose]
    rows = Allowance.objects.filter(purpose=purpose, subject=subject)
    rest = now + limit.block if limit.block else None
    running = Q(window_from__lte=now + _SKEW, window_from__gt=now - limit.window)
    unblocked = Q(blocked_until__isnull=True)
    room = rows.filter(running, unblocked)
    if room.filter(used__lt=limit.most - amount).update(used=F("used") + amount):
        return _used(purpose, subject)
    last = room.filter(used=limit.most - amount)
    if last.update(used=limit.most, blocked_until=rest):
        return limit.most
    ahead = Q(window_from__gt=now + _SKEW)  # written by a clock that was wrong
    over = (~running & unblocked) | Q(blocked_until__lte=now) | ahead
    fresh = rest if amount == limit.most else None
    if rows.filter(over).update(used=amount, window_from=now, blocked_until=fresh):
        return amount
    if rows.exists():
        return None
    try:
        with transaction.atomic():
            Allowance.objects.create(
                purpose=purpose,
                subject=subject,
                window_from=now,
                used=amount,
                blocked_until=fresh,
            )
    except IntegrityError:
        return None
    return amount


def _used(purpose: Purpose, subject: str) -> int:
    row = Allowance.objects.filter(purpose=purpose, subject=subject).first()
    return row.used if row is not None else 0
