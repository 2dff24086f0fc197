"""What every kind of case has, and transfers."""

from datetime import date

from tests.factories import TODAY, make_user
from tests.factories.closures import committee_of, make_closure
from tests.factories.transfers import make_transfer
from tests.sample_kind.factories.errands import make_errand, seats_of
from tests.sample_kind.models import Errand
from tests.sample_kind.rules.errands import ErrandState
from tests.sample_kind.services import errands
from tests.services.audit_scenarios.stage import Deed, Stage, newest, one
from tests.services.cases.kinds import holder, moment
from tests.services.imports.worlds import NOW
from xgz.access.actor import Actor, actor_for, clock_actor
from xgz.access.cases import reviews_of
from xgz.access.transfers import committee_of as sender_of
from xgz.models import Body, Notice, Transfer
from xgz.rules.closures import ClosureState
from xgz.rules.notices import NoticeKind
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferAction, TransferState
from xgz.services import transfers
from xgz.services.cases import clock, notices, owning, reviews
from xgz.services.transfers import printing


def case_opened(stage: Stage) -> Deed:
    actor, seats = stage.department, seats_of(stage.district)
    return Deed(
        lambda: errands.ask(actor=actor, topic="", seats=seats, now=moment()),
        actor,
        one("errand.open", "errand", lambda: newest(Errand)),
    )


def _sender(case: Transfer) -> Actor:
    seat = sender_of(case.from_org)
    return actor_for(make_user(Role(seat.role), Body.objects.get(pk=seat.body_id)), TODAY)


def step_taken(stage: Stage) -> Deed:
    case = make_transfer(state=None)
    actor = _sender(case)
    return Deed(
        lambda: transfers.ACTIONS[TransferAction.ISSUE](
            case=case, actor=actor, now=NOW, valid_days=30
        ),
        actor,
        one("transfer.issue", "transfer", case.public_id),
    )


def case_moved_up(stage: Stage) -> Deed:
    case = make_transfer(state=None)
    Transfer.objects.filter(pk=case.pk).update(due_on=date(2026, 6, 1))
    return Deed(
        lambda: clock.move_up(today=TODAY, now=NOW),
        clock_actor(TODAY),
        one("transfer.move_up", "transfer", case.public_id),
    )


def notice_signed(stage: Stage) -> Deed:
    actor = stage.department
    case = make_transfer(state=None)
    notice = Notice.objects.create(
        case_kind="transfer",
        case_id=case.public_id,
        kind=NoticeKind.INFORMED,
        role=Role.ORG_DEPT,
        body=stage.district.org_dept,
        made_at=NOW,
    )
    return Deed(
        lambda: notices.sign_notice(actor=actor, notice=notice, now=NOW),
        actor,
        one("notice.sign", "notice", notice.public_id),
    )


def review_answered(stage: Stage) -> Deed:
    case = make_errand(state=ErrandState.DOING, district=stage.district)
    actor, review = holder(seats_of(stage.district)["checker"]), reviews_of(case).get(key="check")
    return Deed(
        lambda: reviews.answer_review(
            actor=actor, case=case, review=review, agrees=True, opinion="同意", now=moment()
        ),
        actor,
        one("errand.review.check", "errand", case.public_id),
    )


def case_assigned(stage: Stage) -> Deed:
    case = make_closure(state=ClosureState.DECIDING)
    actor = committee_of(case)
    return Deed(
        lambda: owning.assign_case(actor=actor, case=case, of=case, assignee=actor.user, now=NOW),
        actor,
        one("closure.assign", "closure", case.public_id),
    )


def case_urged(stage: Stage) -> Deed:
    case = make_transfer(state=TransferState.ISSUED)
    actor = _sender(case)
    return Deed(
        lambda: owning.urge(actor=actor, case=case, now=NOW),
        actor,
        one("transfer.urge", "transfer", case.public_id),
    )


def letter_taken(stage: Stage) -> Deed:
    case = make_transfer(state=TransferState.ISSUED)
    actor = _sender(case)
    return Deed(
        lambda: printing.take_letter(actor=actor, case=case, now=NOW),
        actor,
        one("transfer.letter", "transfer", case.public_id),
    )


def letter_accepted(stage: Stage) -> Deed:
    case = make_transfer(state=TransferState.ISSUED)
    seat = sender_of(case.to_org)
    actor = actor_for(make_user(Role(seat.role), Body.objects.get(pk=seat.body_id)), TODAY)
    return Deed(
        lambda: transfers.ACTIONS[TransferAction.ACCEPT](case=case, actor=actor, now=NOW),
        actor,
        lambda: [
            ("transfer.accept", "transfer", case.public_id),
            ("member.formal_org", "member", case.member.public_id),
        ],
    )


def receipt_from_outside(stage: Stage) -> Deed:
    case = make_transfer(state=TransferState.SENT_OUT)
    actor = _sender(case)
    return Deed(
        lambda: transfers.ACTIONS[TransferAction.RECORD_RECEIPT](
            case=case, actor=actor, now=NOW, opinion="已收到回执"
        ),
        actor,
        lambda: [
            ("transfer.record_receipt", "transfer", case.public_id),
            ("member.moved_out", "member", case.member.public_id),
        ],
    )
