"""Lists compared with another office."""

from datetime import timedelta

from tests.factories import TODAY
from tests.factories.exchanges import AGREEMENT, accepted, answered, asked, new_key
from tests.services.audit_scenarios.stage import Deed, Stage, newest, one
from tests.services.imports.worlds import NOW
from xgz.access.actor import clock_actor
from xgz.models import Exchange
from xgz.rules.exchange.identities import Person
from xgz.services.exchange.keys import make_key
from xgz.services.exchange.sweeping import lapse_requests

_PERSON = Person(name="方柏梁", phone="13905710001")


def exchange_key_made(stage: Stage) -> Deed:
    actor, made = stage.department, []
    return Deed(
        lambda: made.append(
            make_key(actor=actor, agreement=AGREEMENT, target=stage.folder / "k", now=NOW)
        ),
        actor,
        lambda: [("exchange.key", "exchange_key", made[0].key_id[:12])],
    )


def exchange_asked(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: asked(new_key(), stage.folder / "request", _PERSON, actor=actor, now=NOW),
        actor,
        one("exchange.ask", "exchange", lambda: newest(Exchange)),
    )


def exchange_answered(stage: Stage) -> Deed:
    actor, key = stage.department, new_key()
    request, reply = stage.folder / "request", stage.folder / "reply"
    asked(key, request, _PERSON, actor=actor, now=NOW)
    return Deed(
        lambda: answered(key, request, reply, _PERSON, actor=actor, now=NOW),
        actor,
        one("exchange.answer", "exchange", lambda: newest(Exchange)),
    )


def exchange_accepted(stage: Stage) -> Deed:
    actor, key = stage.department, new_key()
    request, reply = stage.folder / "request", stage.folder / "reply"
    exchange = asked(key, request, _PERSON, actor=actor, now=NOW)
    answered(key, request, reply, _PERSON, actor=actor, now=NOW)
    return Deed(
        lambda: accepted(key, reply, stage.folder / "flags.csv", actor=actor, now=NOW),
        actor,
        one("exchange.accept", "exchange", exchange.public_id),
    )


def exchange_lapsed(stage: Stage) -> Deed:
    actor, key = stage.department, new_key()
    exchange = asked(key, stage.folder / "request", _PERSON, actor=actor, now=NOW)
    day = exchange.expires_on + timedelta(days=1)
    return Deed(
        lambda: lapse_requests(today=day, now=NOW),
        clock_actor(TODAY),
        one("exchange.lapse", "exchange", exchange.public_id),
    )
