"""Sub-steps of parallel reviewers: answering them (CS-7)."""

from datetime import datetime

from django.db.models import QuerySet

from xgz.access import cases as access
from xgz.access.actor import Actor, require_person
from xgz.models import Case, CaseReview, sealing
from xgz.rules.cases import OpinionMissing, Review, Verdict
from xgz.rules.words import visible_words
from xgz.services.cases.act import CaseAct
from xgz.services.cases.notices import lapse
from xgz.services.cases.steps import ChangedMeanwhile, record_event
from xgz.services.transactions import unit_of_work


def review_rule(case: Case, review: CaseReview) -> Review:
    """Return what the kind's table says of a sub-step."""
    duty = case.KIND.duty(review.state)
    return next(rule for rule in duty.reviews if rule.key == review.key)


@unit_of_work
def answer_review(
    *,
    actor: Actor,
    case: Case,
    review: CaseReview,
    agrees: bool,
    opinion: str,
    now: datetime,
) -> None:
    """Answer a sub-step; an objection needs words. The case itself stays where it is.

    Raises NotPermitted, OpinionMissing, or ChangedMeanwhile where it is answered or void already,
    or went up to another seat.
    """
    access.require_owner(actor, review)
    user = require_person(actor)
    if not agrees and not visible_words(opinion):
        raise OpinionMissing(review.key)
    act = CaseAct.of(actor, now, opinion)
    answered = _as_read(case, review).update(
        verdict=Verdict.AGREED if agrees else Verdict.OBJECTED,
        opinion_sealed=sealing.seal("case_review.opinion", review.public_id, act.opinion),
        answered_by=user,
        closed_at=now,
        owner_role="",
        owner_body=None,
        assignee=None,
        due_on=None,
    )
    if not answered:
        raise ChangedMeanwhile(review.public_id)
    lapse(review, now)
    rule = review_rule(case, review)
    record_event(case, act, f"review.{review.key}", rule.task, body_id=review.asked_body_id)


def _as_read(case: Case, review: CaseReview) -> QuerySet[CaseReview]:
    """Return the row while it is open, belongs to the case and lies where it was read to lie."""
    return CaseReview.objects.filter(
        pk=review.pk,
        case_kind=case.KIND.name,
        case_id=case.public_id,
        closed_at__isnull=True,
        owner_role=review.owner_role,
        owner_body=review.owner_body_id,
    )
