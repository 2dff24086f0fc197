"""Searches that could tell whether somebody is on the roster or reported: limited, written down (RV-4)."""

from datetime import datetime

from xgz.access.actor import Actor, require_person
from xgz.rules.allowances import Purpose
from xgz.rules.audit import Outcome
from xgz.services import audit
from xgz.services.allowances import AllowanceUsedUp, take
from xgz.services.transactions import unit

_LIMITS = (Purpose.EXACT_SEARCH, Purpose.EXACT_SEARCH_DAY)


class SearchesUsedUp(Exception):
    """The person has searched as often as an hour or a day allows. until: when it goes on."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def count_search(*, actor: Actor, term: str, now: datetime, among: str = "member") -> None:
    """Count one exact search before it is made, and write it down (RV-4).

    term: kept as its keyed digest alone. among: what is searched, "member" for the roster or
    "self_report" for claims. Raises NotPermitted for the shell and the clock, and SearchesUsedUp,
    which is audited as refused.
    """
    user = require_person(actor)
    try:
        with unit():
            for purpose in _LIMITS:
                take(purpose, user.public_id, now=now)
            _record(actor, user.public_id, among, term, now, Outcome.DONE)
    except AllowanceUsedUp as error:
        with unit():
            _record(actor, user.public_id, among, term, now, Outcome.REFUSED)
        raise SearchesUsedUp(error.until) from error


def _record(
    actor: Actor, user: str, among: str, term: str, now: datetime, outcome: Outcome
) -> None:
    audit.record(
        actor=actor,
        action=f"{among}.search",
        subject_type="user",
        subject_id=user,
        now=now,
        fields={"term": term},
        outcome=outcome,
    )
