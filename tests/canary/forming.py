"""Forming organisations on the journey: a case from opening to approval, and plans of joint branches."""

from datetime import date
from typing import Any

from tests.canary.finder import Finder
from tests.canary.journey import HERE, Office, WentWrong, work
from tests.canary.people import PEOPLE, WORDS
from xgz.models import Business, CaseReview, Formation, Member, Plan
from xgz.rules.formations import FormationState
from xgz.rules.planning.plans import PlanState

_MARKET_LINE = ("bureau", "station")
_JOINING = 3
_TYPED = PEOPLE[2:4]  # named in words of the people themselves, which the pages say again


def form_organisation(office: Office) -> None:
    """Two shops and three members; every body of the procedure reads and acts."""
    case = _open(office)
    _fill(office, case)
    _read(office, case)
    _step(office, "bureau", case, "send")
    _step(office, "here", case, "return")
    _answer(office, case)
    _step(office, "bureau", case, "send")
    _read(office, case)
    _step(office, "here", case, "agree")
    _step(office, "department", case, "conclude")
    _read(office, case)
    case.refresh_from_db()
    if case.state != FormationState.APPROVED:
        raise WentWrong(f"formation: {case.state}")


def _open(office: Office) -> Formation:
    shops = Business.objects.order_by("pk")[2:4]
    office.get("bureau", "formation-new")
    office.post("bureau", "formation-new", units="\n".join(shop.name for shop in shops), name="")
    return Formation.objects.get()


def _fill(office: Office, case: Formation) -> None:
    """Talks and room by the market line, people and secretary by the committee."""
    day = office.now().date().isoformat()
    for unit in case.units.order_by("pk"):
        said = {"unit": unit.public_id, "day": day, "consent": "worried", "note": WORDS["talk"]}
        office.post("station", "formation-file", case.public_id, "talk", **said)
    room = {"room": "shared", "place": "清平示例街二楼"}
    office.post("bureau", "formation-file", case.public_id, "room", **room)
    Member.objects.filter(formal_org__name=HERE).update(full_on=date(1996, 7, 1))
    sought = {"find": PEOPLE[2].name, "search": "yes"}
    page = "formation-file"
    office.post("here", page, case.public_id, "members", answered=200, **sought)
    free = Member.objects.filter(formal_org__name=HERE, status="normal", transfers=None)
    for member in free.order_by("-pk")[:_JOINING]:
        found = {"find": member.name, "members": [member.public_id]}
        office.post("here", page, case.public_id, "members", **found)
    joined = case.members.order_by("pk")
    office.post("here", page, case.public_id, "secretary", member=joined[0].public_id)
    office.get("here", page, case.public_id, "member-out")
    _answer(office, case)


def _answer(office: Office, case: Formation) -> None:
    for review in CaseReview.objects.filter(case_id=case.public_id, closed_at=None):
        answer = {"verdict": "objected", "opinion": WORDS["review"] + PEOPLE[2].name}
        office.post("here", "case-review", "formation", case.public_id, review.public_id, **answer)


def _step(office: Office, who: str, case: Formation, action: str) -> None:
    words = f"{WORDS['opinion']}{PEOPLE[3].name}"
    office.get(who, "formation-step", case.public_id, action)
    office.post(who, "formation-step", case.public_id, action, opinion=words)


def _read(office: Office, case: Formation) -> None:
    """Open what shows the case; the market line's pages must say nothing of a member at all."""
    for who in (*_MARKET_LINE, "here", "department"):
        pages = [
            office.get(who, "formation-list"),
            office.get(who, "formation-list", query={"list": "open"}),
            office.get(who, "formation-detail", case.public_id),
            office.get(who, "inbox"),
            office.get(who, "inbox-unread"),
        ]
        if who in _MARKET_LINE:
            office.hits += [hit for page in pages for hit in _members_in(page, who)]


def _members_in(page: Any, who: str) -> list[Any]:
    values = {
        value: f"of member {number}"
        for number, person in enumerate(PEOPLE)
        if person not in _TYPED
        for value in person.values
    }
    return Finder(values).in_text(page.content.decode(), f"page of {who}")


def plan_branches(office: Office) -> None:
    """The bureau plans by what was declared, the department by its roster; the market line reads on."""
    for who, source in (("bureau", "declared"), ("department", "roster")):
        office.get(who, "plan-new")
        asked = {"radius_m": "600", "max_units": "5", "with_branches": "on"}
        office.post(who, "plan-new", source=source, **asked)
        work(office)
        plan = Plan.objects.order_by("-pk")[0]
        if plan.state != PlanState.READY:
            raise WentWrong(f"plan: {plan.state}")
        pages = [office.get(who, page, plan.public_id) for page in ("plan-detail", "plan-map")]
        pages += [
            office.get(who, "plan-detail", plan.public_id, query={"show": part})
            for part in ("branches", "left-out", "history")
        ]
        office.hits += [hit for page in pages for hit in _members_in(page, who)]
        office.get("here", "plan-list")


FORMING = (form_organisation, plan_branches)
