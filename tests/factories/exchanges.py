"""Two offices and their lists of invented people: a key, a request, an answer."""

from pathlib import Path

from tests.factories import TODAY
from xgz.access.actor import shell_operator
from xgz.files.exchange_key import ExchangeKey, key_from, new_key_text
from xgz.files.people_table import PersonRow
from xgz.rules.exchange.identities import Person
from xgz.rules.exchange.terms import Agreement
from xgz.rules.id_numbers import check_digit
from xgz.services.exchange import accepting, answering, asking

AGREEMENT = Agreement("党内规定第3条", "组发〔2026〕7号", "核对两新党员底数", "2026-12-31")


def id_number(number: int = 1, born: str = "19850412") -> str:
    """Return an invented ID number that checks; number: 0 to 999."""
    first = f"330106{born}{number:03}"
    return first + check_digit(first)


def new_key(agreement: Agreement | None = AGREEMENT) -> ExchangeKey:
    if agreement is None:
        return key_from(b"k" * 32)
    return key_from(new_key_text(agreement).encode())


def rows_of(*people: Person) -> list[PersonRow]:
    return [PersonRow(str(number), person) for number, person in enumerate(people, start=1)]


def asked(key: ExchangeKey, target: Path, *people: Person, actor=None, now=None, **more):
    """Write a request into target and return its exchange."""
    return asking.ask(
        actor=actor or shell_operator(TODAY),
        key=key,
        agreement=key.agreement or AGREEMENT,
        people=rows_of(*people),
        target=target,
        now=now,
        **more,
    )


def answered(key: ExchangeKey, request: Path, target: Path, *roster: Person, actor=None, now=None):
    """Answer a request from these people and return how many leads got which flag."""
    actor = actor or shell_operator(TODAY)
    found = answering.look(actor=actor, key=key, sealed=request.read_bytes())
    return answering.answer(
        actor=actor, key=key, request=found, target=target, now=now, roster=roster
    )


def accepted(key: ExchangeKey, reply: Path, target: Path, actor=None, now=None):
    """Accept an answer and return the rows that were opened."""
    actor = actor or shell_operator(TODAY)
    opened = accepting.open_reply(actor=actor, key=key, sealed=reply.read_bytes())
    accepting.accept(actor=actor, reply=opened, target=target, now=now)
    return opened.rows
