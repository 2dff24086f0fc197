"""The page of one case, of whatever kind: whose it is, its way, both lines, its history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.access.cases import foresee_seats, is_owner, offered_steps, reads_every_opinion
from xgz.models import Case, CaseReview, User
from xgz.models.bodies import ROLE_LABELS
from xgz.queries.case_names import persons_of, seen_in
from xgz.queries.cases import (
    HistoryLine,
    ReviewLine,
    acting_body,
    bar_of,
    history_of,
    is_readable,
    people_at,
    review_lines,
    strip_of,
)
from xgz.queries.deadlines import Deadlines, deadlines_on
from xgz.rules.responsibilities import DUTY_LABELS, MATTER_LABELS, Matter
from xgz.rules.roles import Role
from xgz.rules.workdays import Standing
from xgz.services.cases.owning import URGE_PAUSE
from xgz.web.cases.forms import AssignForm, ReviewForm
from xgz.web.desk import desk_of
from xgz.web.sightings import count_people


@dataclass(frozen=True, slots=True)
class StepOffer:
    """A button. is_main: goes along the main line; waits: the step is refused until a sub-step is
    answered or overdue (CS-7); is_barred: refused for the reason the kind's own block gives.
    """

    action: str
    label: str
    url: str
    is_grave: bool
    is_main: bool
    waits: bool
    is_barred: bool


@dataclass(frozen=True, slots=True)
class Owning:
    """The strip above a case: whose it is, what to do, until when, and how that date stands.

    acting: the body above that acts while the seat is empty, "" where it is held.
    """

    body: str
    role: str
    assignee: str
    acting: str
    task: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class ReviewTask:
    """A sub-step the reader has to answer, with the forms for it."""

    line: ReviewLine
    form: ReviewForm
    assign_form: AssignForm | None


def case_page(
    request: HttpRequest, case: Case, *, template: str, extra: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Show one case the actor was already found to see, in a template over cases/case.html.

    extra: what the kind's own blocks need; "barred" in it are actions shown greyed, for the reason
    that the kind's block with that id gives, "left_out" those not shown, "is_told" tests which events
    are, "told_as" says how a line of the history reads; "task" is what comes first where that is no
    step.
    """
    actor = actor_of(request)
    know_seats(request, case)
    deadlines = deadlines_on(actor.today)
    reads_all = reads_every_opinion(actor, case)
    history = _history(case, extra or {}, reads_all=reads_all)
    reviews = review_lines(case, actor, deadlines, reads_all=reads_all)
    owns = is_owner(actor, case)
    context = {
        "case": case,
        "kind": case.KIND,
        "person": _person(request, case),
        "list_url": reverse(f"{case.KIND.name}-list"),
        "owning": _owning(case, deadlines, extra or {}, reads_all=reads_all),
        "offers": _offers(actor, case, reviews, extra or {}),
        "bar": bar_of(case, history),
        "matter": _matter(case),
        "duties": [_(label) for label in DUTY_LABELS.values()],
        "lines": strip_of(case, reviews),
        "reviews": reviews,
        "waiting_for": [line for line in reviews if line.holds_up],
        "history": list(reversed(history)),
        "may_urge": _may_urge(case, reviews, owns=owns),
        "urged_today": _urged(history, actor, clock.now()),
        **_own_forms(case, reviews, actor.today, owns=owns),
        "state_label": _(case.state_label),
        "today": actor.today,
    }
    return render(request, template, {**context, **(extra or {})})


def know_seats(request: HttpRequest, case: Case) -> None:
    """Read who sits in the seats of a case, and in those of the frame's counts, at one time."""
    actor = actor_of(request)
    foresee_seats(actor, case)
    desk_of(request, actor)


def _person(request: HttpRequest, case: Case) -> str:
    """Return the name of whom the case is about as the reader reads it; whoever is read is counted."""
    person = persons_of([case], actor_of(request)).get(case.public_id, "")
    count_people(request, [seen_in(case, person)])
    return person


def _history(case: Case, extra: Mapping[str, Any], *, reads_all: bool) -> list[HistoryLine]:
    is_told = extra.get("is_told", lambda _event: True)
    told_as = extra.get("told_as", lambda line: line)
    return [told_as(each) for each in history_of(case, reads_all=reads_all) if is_told(each.event)]


def _owning(
    case: Case, deadlines: Deadlines, extra: Mapping[str, Any], *, reads_all: bool
) -> Owning | None:
    standing = deadlines.of(case)
    duty = case.duty
    if standing is None or duty is None or case.due_on is None:
        return None
    names = is_readable(case.owner_body, reads_all=reads_all)
    return Owning(
        body=str(case.owner_body),
        role=_(ROLE_LABELS[Role(case.owner_role)]),
        assignee=str(case.assignee) if case.assignee and names else "",
        acting=str(acting_body(case, deadlines.today) or ""),
        task=extra.get("task") or _(case.task_of(case.state)),
        standing=standing,
    )


def _matter(case: Case) -> str:
    """Return what the responsibilities table calls the case; empty where it names none."""
    matter = next((each for each in Matter if each == case.KIND.matter), None)
    return _(MATTER_LABELS[matter]) if matter else ""


def _may_urge(case: Case, reviews: Sequence[ReviewLine], *, owns: bool) -> bool:
    others = any(line.standing and not line.is_mine for line in reviews)
    return case.is_open and (not owns or others)


def _offers(
    actor: Actor, case: Case, reviews: Sequence[ReviewLine], extra: Mapping[str, Any]
) -> list[StepOffer]:
    """Return the buttons, the grave ones last."""
    barred: Collection[str] = extra.get("barred", ())
    left_out: Collection[str] = extra.get("left_out", ())
    waits = any(line.holds_up for line in reviews)
    name = f"{case.KIND.name}-step"
    main = [] if extra.get("task") else case.states_ahead[:1]
    offers = [
        StepOffer(
            action=action,
            label=_(case.step_word(action, step)),
            url=reverse(name, args=[case.public_id, action]),
            is_grave=step.is_grave,
            is_main=str(step.to) in main,
            waits=waits and step.awaits_reviews,
            is_barred=action in barred,
        )
        for action, step in offered_steps(actor, case).items()
        if action not in left_out
    ]
    return sorted(offers, key=lambda offer: offer.is_grave)


def _urged(history: Sequence[HistoryLine], actor: Actor, now: datetime) -> bool:
    """Test whether the actor urged less than a day ago (CS-8)."""
    own = actor.user.pk if actor.user else None
    return any(
        line.event.action == "urge"
        and line.event.actor_id == own
        and line.event.at > now - URGE_PAUSE
        for line in history
    )


def _own_forms(
    case: Case, reviews: Sequence[ReviewLine], today: date, *, owns: bool
) -> dict[str, Any]:
    """Return the forms for what is the reader's; the people of all its bodies are read once."""
    mine = [line for line in reviews if line.is_mine]
    items: list[Case | CaseReview] = [line.review for line in mine]
    if owns:
        items.append(case)
    bodies = {item.owner_body_id for item in items if item.owner_body_id is not None}
    people = people_at(bodies, today) if bodies else {}
    return {
        "tasks": [_task(line, people) for line in mine],
        "assign_form": _assign_form(case, people) if owns else None,
    }


def _task(line: ReviewLine, people: Mapping[int, Sequence[User]]) -> ReviewTask:
    mark = f"{line.review.public_id}_"
    form = ReviewForm(None, auto_id=f"id_{mark}%s")
    return ReviewTask(line, form, _assign_form(line.review, people, mark))


def _assign_form(
    item: Case | CaseReview, people: Mapping[int, Sequence[User]], mark: str = ""
) -> AssignForm | None:
    """Return the choice of who handles it, None where there is nobody to choose from."""
    there = people.get(item.owner_body_id or 0)
    return AssignForm(None, people=there, now=item.assignee, mark=mark) if there else None
