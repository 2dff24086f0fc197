"""Requests that nobody answered: what stood for their rows is destroyed (XC-5)."""

from datetime import date, datetime

from xgz.access.actor import clock_actor
from xgz.models import Exchange
from xgz.rules.exchange.terms import ExchangeState, Side
from xgz.services import audit
from xgz.services.transactions import unit


def lapse_requests(*, today: date, now: datetime) -> int:
    """Close requests whose last day is over, with an audit row each; return how many."""
    late = Exchange.objects.filter(
        side=Side.ASKED, state=ExchangeState.WAITING, expires_on__lt=today
    )
    return sum(_lapse(exchange, today, now) for exchange in late.order_by("pk"))


def _lapse(exchange: Exchange, today: date, now: datetime) -> bool:
    with unit():
        waiting = Exchange.objects.filter(pk=exchange.pk, state=ExchangeState.WAITING)
        if not waiting.update(
            state=ExchangeState.LAPSED, closed_at=now, map_sealed="", box_key_sealed=""
        ):
            return False
        audit.record(
            actor=clock_actor(today),
            action="exchange.lapse",
            subject_type="exchange",
            subject_id=exchange.public_id,
            now=now,
            fields={"number": exchange.number},
        )
    return True
