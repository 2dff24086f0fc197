"""A case of a closed business, opened the way an import opens it and walked on by people."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tests.factories.district import TODAY, District, make_district, make_user
from tests.factories.rows import (
    make_business,
    make_coverage,
    make_import,
    make_member,
    make_organisation,
)
from xgz.access.actor import Actor, actor_for, clock_actor, shell_operator
from xgz.models import (
    Body,
    Business,
    CaseReview,
    Closure,
    Coverage,
    Import,
    Member,
    MemberWorkplace,
    Organisation,
    RoleAssignment,
    StatusEvent,
)
from xgz.models.cases import CaseParty
from xgz.rules.adjustments import Seals, Sort
from xgz.rules.cases import Verdict
from xgz.rules.closures import ClosureAction, ClosureOption, ClosureParty, ClosureState
from xgz.rules.id_numbers import check_digit
from xgz.rules.organisations import FormationMode, OrgState
from xgz.rules.registration import BusinessStatus, StatusEventKind
from xgz.rules.transfers import TransferState
from xgz.services import adjustments, closures

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
CLOSED_ON = date(2026, 11, 20)
_numbers = count(1)
# How a case gets into each state from the first one.
_WAYS: dict[str, tuple[ClosureAction, ...]] = {
    ClosureState.VERIFYING: (),
    ClosureState.DECIDING: (ClosureAction.CONFIRM,),
    ClosureState.CARRYING_OUT: (ClosureAction.CONFIRM, ClosureAction.DECIDE),
    ClosureState.DONE: (ClosureAction.CONFIRM, ClosureAction.DECIDE, ClosureAction.FINISH),
    ClosureState.MISTAKEN: (ClosureAction.DISMISS,),
    ClosureState.RETRACTED: (ClosureAction.RETRACT,),
}
_OFFICES = {
    "org_dept": "县委组织部",
    "social_work": "县委社会工作部",
    "bureau": "县市场监督管理局",
    "association": "县个私协会",
    "qingping": "清平镇党委",
    "liuquan": "柳泉镇党委",
    "qingping_office": "清平所",
    "liuquan_office": "柳泉所",
    "administration": "系统管理",
}


def the_district() -> District:
    """Return the small district, made where it is not there yet."""
    if not Body.objects.filter(name=_OFFICES["org_dept"]).exists():
        return make_district()
    return District(**{key: Body.objects.get(name=name) for key, name in _OFFICES.items()})


def close_business(
    business: Business, source: Import | None = None, closed_on: date = CLOSED_ON
) -> Import:
    """Let an import report that the business was cancelled; return the import. Opens no case."""
    source = source or make_import()
    Business.objects.filter(pk=business.pk).update(
        status=BusinessStatus.CANCELLED, status_on=closed_on, last_import=source
    )
    business.refresh_from_db()
    StatusEvent.objects.create(
        business=business,
        kind=StatusEventKind.CLOSED,
        happened_on=closed_on,
        status=business.status,
        source_import=source,
    )
    return source


def open_cases(source: Import, today: date = TODAY, now: datetime = NOW) -> list[Closure]:
    """Open the cases of an import as its writing does, and return them in order."""
    closures.open_for_import(actor=shell_operator(today), source=source, now=now)
    return list(Closure.objects.filter(source_import=source).order_by("pk"))


def make_joint_branch(
    district: District, *, place: str = "qingping", **values: Any
) -> Organisation:
    """Make a joint branch of a township, guided by its office, that lists one shop going on."""
    defaults: dict[str, Any] = {
        "formation_mode": FormationMode.JOINT,
        "guiding_body": getattr(district, f"{place}_office"),
    }
    branch = make_organisation(getattr(district, place), **defaults | values)
    make_coverage(branch, business=make_shop(district, place=place))
    return branch


def make_shop(district: District, *, place: str = "qingping", **values: Any) -> Business:
    """Make a shop of a township in the area of its office."""
    places = {
        "township": getattr(district, place),
        "office": getattr(district, f"{place}_office"),
    }
    return make_business(**places | values)


def make_worker(organisation: Organisation | None, business: Business, **values: Any) -> Member:
    """Make a member of the organisation, fit for a letter, who works at the business."""
    head = f"36099919680402{next(_numbers):03}"
    values.setdefault("id_number", head + check_digit(head))
    member = make_member(organisation, **values)
    MemberWorkplace.objects.create(member=member, business=business, valid_from=date(2019, 1, 1))
    return member


def make_closure(
    *,
    state: str | None = None,
    option: ClosureOption = ClosureOption.KEEP,
    workers: int = 0,
    with_branch: bool = True,
    place: str = "qingping",
    today: date = TODAY,
    now: datetime = NOW,
    **branch: Any,
) -> Closure:
    """Open a case about a shop of a township and walk it to a state (None: the first one).

    with_branch: a joint branch guided by the township's office lists the shop; else the case is about its
    members alone. workers: how many members work there. branch: columns of the branch.
    """
    district = the_district()
    shop = make_shop(district, place=place)
    home = make_joint_branch(district, place=place, **branch)
    if with_branch:
        make_coverage(home, business=shop)
    for _ in range(workers if with_branch else max(workers, 1)):
        make_worker(home, shop)
    (case,) = open_cases(close_business(shop), today, now)
    for action in _WAYS[state or ClosureState.VERIFYING]:
        _walk(case, action, option, today, now)
    return case


def committee_of(case: Closure, today: date = TODAY) -> Actor:
    """Return a new person who holds the seat of the case's owner party."""
    seat = CaseParty.objects.get(
        case_kind=case.KIND.name, case_id=case.public_id, party=ClosureParty.TOWNSHIP
    )
    return actor_for(make_user(seat.role, seat.body), today)


def arguments_for(action: str, case: Closure) -> dict[str, Any]:
    """Return the arguments beyond case, actor, time and opinion that let an action succeed.

    Answers an open sub-step before a confirmation, makes the facts true before a finish.
    """
    if action == ClosureAction.CONFIRM:
        answer_reviews(case)
    if action == ClosureAction.FINISH:
        make_facts_true(case)
    if action != ClosureAction.DECIDE:
        return {}
    return decision(case, ClosureOption.KEEP if case.organisation else ClosureOption.RE_HOME)


def decision(case: Closure, option: ClosureOption) -> dict[str, Any]:
    """Return an option with an organisation to go to where it needs one."""
    if option in (ClosureOption.RE_HOME, ClosureOption.MERGE):
        return {"option": option, "target_org": make_organisation(the_district().qingping)}
    return {"option": option}


def answer_reviews(case: Closure) -> None:
    """Let the guidance station have answered."""
    reviews = CaseReview.objects.filter(
        case_kind=case.KIND.name, case_id=case.public_id, closed_at__isnull=True
    )
    reviews.update(
        verdict=Verdict.AGREED,
        closed_at=NOW,
        owner_role="",
        owner_body=None,
        assignee=None,
        due_on=None,
    )


def make_facts_true(case: Closure) -> None:
    """Carry out by hand what was decided."""
    if case.option == ClosureOption.RE_HOME:
        case.transfers.filter(closed_at__isnull=True).update(
            state=TransferState.ACCEPTED,
            closed_at=NOW,
            owner_role="",
            owner_body=None,
            assignee=None,
            due_on=None,
        )
        places = MemberWorkplace.objects.filter(business=case.business_id)
        Member.objects.filter(pk__in=places.values("member")).update(formal_org=case.target_org)
        Member.objects.filter(formal_org=case.organisation_id, formal_org__isnull=False).update(
            formal_org=case.target_org
        )
    elif case.option == ClosureOption.KEEP:
        Coverage.objects.filter(
            organisation=case.organisation_id, business=case.business_id
        ).delete()
    elif case.organisation is not None:
        Organisation.objects.filter(pk=case.organisation_id).update(
            state=OrgState.DISSOLVED, dissolved_on=CLOSED_ON
        )
        case.organisation.refresh_from_db()


def carry_out_handed_over(case: Closure, today: date = TODAY) -> None:
    """Let the committee decide the organisation's own case as the closure wished, and end it."""
    case.refresh_from_db()
    handed = case.adjustment
    if handed is None:
        raise ValueError("the closure handed nothing over")
    actor = committee_of(case, today)
    given: dict[str, Any] = {"case": handed, "actor": actor, "now": NOW}
    if handed.way is Sort.MERGE:
        adjustments.decide_merge(**given, met_on=today, target_org=handed.target_org)
        adjustments.merge(**given, merged_on=today)
        return
    adjustments.decide_revoke(**given, met_on=today)
    adjustments.hand_in(**given, seals=Seals.NONE, papers_place="镇党委档案室")
    adjustments.dissolve(**given, dissolved_on=today)


def _walk(
    case: Closure, action: ClosureAction, option: ClosureOption, today: date, now: datetime
) -> None:
    """Let somebody new at the committee's seat take the step and be gone afterwards."""
    is_clock = action is ClosureAction.RETRACT
    actor = clock_actor(today) if is_clock else committee_of(case, today)
    given = arguments_for(action, case)
    if action is ClosureAction.DECIDE and case.organisation is not None:
        given = decision(case, option)
    closures.ACTIONS[action](case=case, actor=actor, now=now, opinion="经核实", **given)
    RoleAssignment.objects.filter(user=actor.user, user__isnull=False).delete()
