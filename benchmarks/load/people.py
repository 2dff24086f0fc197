# ruff: noqa: PLC0415 (models can be imported only after Django is set up)
"""The hundred people of the run: accounts, sessions, and what each of them reads and writes."""

from dataclasses import replace
from datetime import date
from random import Random
from typing import Any, TypeVar
from urllib.parse import quote

from benchmarks.load.client import Page, Person, Round, Write

T = TypeVar("T")

# role → how many people; a hundred together.
STAFF = {
    "org_dept": 5,
    "social_work_dept": 1,
    "bureau": 5,
    "township_committee": 36,
    "station_head": 16,
    "instructor": 27,
    "association": 1,
    "branch_secretary": 9,
}
_SINCE = date(2020, 1, 1)
_SOME = 40  # addresses of one kind that a person goes round
_WORDS = ("福", "兴", "隆盛", "春", "91360", "商行", "查无此户", "朝阳")
_FORMATIONS_EACH = 3  # rounds of a committee or the bureau, each with one business of many
_MEMBERS_EACH = 3  # whose transfer a committee opens and withdraws again


def make_people(count: int, write_percent: float) -> list[Person]:
    """Return `count` signed-in people of all roles, whose requests are to so many percent writes."""
    from xgz.access import clock
    from xgz.access.actor import actor_for
    from xgz.rules.roles import Role

    today, chance, taken = clock.today(), Random(11), set[int]()
    people = []
    for number in range(count):
        role = _role_at(number, count)
        user = _account(Role(role), number)
        actor = actor_for(user, today)
        people.append(
            Person(
                f"{role} {number}",
                open_session(user),
                _pages(actor, chance),
                _rounds(actor, chance, taken),
            )
        )
    return _with_shares(people, write_percent)


def make_clerk() -> Person:
    """Return the clerk of the bureau who imports."""
    from xgz.rules.roles import Role

    return Person("clerk", open_session(_account(Role.BUREAU, 10_000)), [], [])


def open_session(user: Any) -> tuple[str, str]:
    """Return name and value of the cookie of a session as signing in makes it, without password.

    The only place that knows how a session comes about.
    """
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return name, client.cookies[name].value


def _role_at(number: int, count: int) -> str:
    """Return the role of the nth of `count` people, in the proportions of STAFF."""
    everybody = [role for role, some in STAFF.items() for _ in range(some)]
    return everybody[number * len(everybody) // count % len(everybody)]


def _account(role: Any, number: int) -> Any:
    """Return an account with one role at a body of the right kind, those of the demo first."""
    from xgz.models import Body, RoleAssignment, User
    from xgz.rules.roles import BODY_KINDS_OF_ROLE

    named = f"load-{role.value}-{number}"
    held = RoleAssignment.objects.filter(role=role, user__username__startswith="zhidao")
    free = [row.user for row in held.select_related("user").order_by("pk")]
    if free:
        return free[number % len(free)]
    kinds = BODY_KINDS_OF_ROLE[role]
    bodies = list(Body.objects.filter(kind__in=kinds).order_by("path"))
    user, is_new = User.objects.get_or_create(username=named)
    if is_new:
        body = bodies[number % len(bodies)]
        RoleAssignment.objects.create(user=user, role=role, body=body, valid_from=_SINCE)
    return user


def _with_shares(people: list[Person], write_percent: float) -> list[Person]:
    """Let those who can write do so often enough that all requests hold so many percent writes.

    A write is two requests, the form and the sending, with a thought between.
    """
    writers = sum(1 for person in people if person.rounds)
    part = write_percent / 100 * len(people) / writers
    share = part / (1 - part)
    return [replace(each, write_share=share if each.rounds else 0.0) for each in people]


def _pages(actor: Any, chance: Random) -> list[Page]:
    pages = [
        Page("home", 6, ["/"]),
        Page("rules", 1, ["/rules/"]),
        Page("responsibilities", 1, ["/responsibilities/"]),
        *_register_pages(actor, chance),
        *_roster_pages(actor, chance),
        *_case_pages(actor, chance),
    ]
    return [page for page in pages if page.addresses]


def _register_pages(actor: Any, chance: Random) -> list[Page]:
    from xgz.access.businesses import visible_businesses, visible_markets
    from xgz.queries.worklists import worklists_of
    from xgz.rules.roles import Resource

    pages = []
    if actor.reaches(Resource.BUSINESS):
        lists = ["/businesses/", "/businesses/?page=2", "/businesses/?sort=-established"]
        lists += ["/businesses/?coverage=should_form", "/businesses/?status=registered"]
        searches = [f"/businesses/?q={quote(word)}" for word in _WORDS]
        pages += [
            Page("business list", 8, lists),
            Page("business search", 10, searches),
            Page("business", 18, _each("/businesses/", visible_businesses(actor), chance)),
        ]
    if actor.reaches(Resource.MARKET):
        pages += [
            Page("market list", 1, ["/markets/"]),
            Page("market", 2, _each("/markets/", visible_markets(actor), chance)),
        ]
    if actor.reaches(Resource.COVERAGE):
        lists = [f"/worklists/{which}/" for which in worklists_of(actor)]
        pages += [
            Page("coverage", 5, ["/coverage/"]),
            Page("worklists", 3, ["/worklists/"]),
            Page("worklist", 8, lists),
        ]
    return pages


def _roster_pages(actor: Any, chance: Random) -> list[Page]:
    from xgz.access.members import visible_members
    from xgz.access.organisations import visible_organisations
    from xgz.rules.roles import Resource

    pages = []
    if actor.reaches(Resource.ORGANISATION):
        rows = visible_organisations(actor)
        pages += [
            Page("organisation list", 4, ["/organisations/"]),
            Page("organisation", 6, _each("/organisations/", rows, chance)),
        ]
    if actor.reaches(Resource.MEMBER):
        pages += [
            Page("member list", 4, ["/members/", "/members/?page=2"]),
            Page("member", 6, _each("/members/", visible_members(actor), chance)),
        ]
    return pages


def _case_pages(actor: Any, chance: Random) -> list[Page]:
    from xgz.access.closures import visible_closures
    from xgz.access.formations import visible_formations
    from xgz.access.transfers import visible_transfers
    from xgz.rules.roles import Resource
    from xgz.rules.seats import CASE_ROLES

    pages = []
    if actor.roles & CASE_ROLES:
        inbox = ["/inbox/", "/inbox/done/", "/inbox/notices/"]
        pages.append(Page("inbox", 12, inbox))
    if actor.reaches(Resource.COVERAGE):
        pages += [
            Page("closure list", 3, ["/closures/"]),
            Page("closure", 6, _each("/closures/", visible_closures(actor), chance)),
            Page("formation list", 3, ["/formations/", "/formations/?list=open"]),
            Page("formation", 6, _each("/formations/", visible_formations(actor), chance)),
        ]
    if actor.reaches(Resource.MEMBER):
        pages += [
            Page("transfer list", 3, ["/transfers/"]),
            Page("transfer", 6, _each("/transfers/", visible_transfers(actor), chance)),
        ]
    return pages


def _rounds(actor: Any, chance: Random, taken: set[int]) -> list[Round]:
    """Return what the person writes: names, transfers, formations, handing out cases, signing."""
    from xgz.access.actor import may
    from xgz.access.organisations import changeable_organisations
    from xgz.rules.organisations import OrgState

    rounds = []
    if may(actor, "organisation.change"):
        organisations = changeable_organisations(actor).filter(state=OrgState.ACTIVE)
        rounds += [
            _renaming(row, actor.today) for row in _some_of(list(organisations), chance)[:10]
        ]
    rounds += _transfer_rounds(actor, chance, taken)
    rounds += _formation_rounds(actor, chance)
    rounds += _assignments(actor)
    return [*rounds, *_signing(actor)] if rounds else []


def _renaming(organisation: Any, today: date) -> Round:
    """Return giving an organisation another name, and its own again."""
    address = f"/organisations/{organisation.public_id}/rename/"
    names = (f"{organisation.name}（筹）", organisation.name)
    days = {"day": [today.isoformat()]}
    return Round([Write("renamed", address, address, {"name": [name], **days}) for name in names])


def _transfer_rounds(actor: Any, chance: Random, taken: set[int]) -> list[Round]:
    """Return proposing, issuing and withdrawing the transfer of a few members nobody else has."""
    from xgz.access.transfers import proposable_members, target_organisations
    from xgz.models import Transfer
    from xgz.rules.members import ON_ROLLS, PARTY_CLASSES
    from xgz.rules.roles import Role

    if actor.roles != {Role.TOWNSHIP_COMMITTEE}:
        return []
    members = (
        proposable_members(actor)
        .filter(status__in=ON_ROLLS, member_class__in=PARTY_CLASSES)
        .exclude(pk__in=Transfer.objects.filter(closed_at__isnull=True).values("member"))
        .exclude(pk__in=taken)
        .order_by("pk")[:_MEMBERS_EACH]
    )
    targets = [row.public_id for row in target_organisations(actor).order_by("pk")[:_SOME]]
    rounds = []
    for member in members:
        taken.add(member.pk)
        propose = f"/transfers/propose/{member.public_id}/"
        channel = {"channel": ["carried"]}
        aim = {"to_org": targets, "reason": ["workplace"], **channel}
        issue, withdraw = (f"{{case}}{step}/" for step in ("issue", "withdraw"))
        valid = {"valid_days": ["30"], "opinion": ["核对无误"], **channel}
        rounds.append(
            Round(
                [
                    Write("transfer proposed", propose, propose, aim),
                    Write("transfer issued", issue, issue, valid, ("version",)),
                    Write(
                        "transfer withdrawn",
                        withdraw,
                        withdraw,
                        {"opinion": ["暂缓办理"]},
                        ("version",),
                    ),
                ]
            )
        )
    chance.shuffle(rounds)
    return rounds


def _formation_rounds(actor: Any, chance: Random) -> list[Round]:
    """Return opening a formation of one business, naming its room and withdrawing it again.

    Where somebody else has the business meanwhile, the form says so and the round begins anew.
    """
    from xgz.access.actor import may
    from xgz.access.formations import OPEN, openable_businesses
    from xgz.models import Coverage

    if not may(actor, OPEN):
        return []
    listed = Coverage.objects.filter(business__isnull=False).values("business")
    free = openable_businesses(actor).filter(formation_units=None, credit_code__isnull=False)
    codes = free.exclude(pk__in=listed).order_by("pk").values_list("credit_code", flat=True)
    chosen = _some_of(list(codes[: _SOME * 20]), chance)
    room = {"room": ["shared"], "place": ["便民服务中心会议室"]}
    opened = Write("formation opened", "/formations/new/", "/formations/new/", {"units": chosen})
    place = "{case}file/room/"
    withdraw = "{case}withdraw/"
    words = {"opinion": ["暂不组建"]}
    steps = [
        opened,
        Write("formation room", place, place, room),
        Write("formation withdrawn", withdraw, withdraw, words, ("version",)),
    ]
    return [Round(steps) for _ in range(_FORMATIONS_EACH)] if chosen else []


def _assignments(actor: Any) -> list[Round]:
    """Return handing the case or its sub-step to one person of the body, again and again."""
    from xgz.access.cases import is_owner, reviews_of
    from xgz.access.closures import visible_closures
    from xgz.queries.cases import people_at

    rounds = []
    for case in visible_closures(actor).filter(closed_at__isnull=True)[:_SOME]:
        page = f"/closures/{case.public_id}/"
        items = [(case, f"/cases/closure/{case.public_id}/assign/")]
        items += [
            (asked, f"/cases/closure/{case.public_id}/reviews/{asked.public_id}/assign/")
            for asked in reviews_of(case).filter(closed_at__isnull=True)
        ]
        for item, address in items:
            if is_owner(actor, item):
                people = people_at(item.owner_body_id or 0, actor.today)
                chosen = {"assignee": ["", *(person.public_id for person in people)]}
                rounds.append(Round([Write("case assigned", page, address, chosen)]))
    return rounds


def _signing(actor: Any) -> list[Round]:
    from xgz.rules.seats import CASE_ROLES

    if not actor.roles & CASE_ROLES:
        return []
    sign = Write("notice signed", "/inbox/notices/", "/inbox/notices/sign/", carried=("only",))
    return [Round([sign]), Round([sign])]


def _each(place: str, rows: Any, chance: Random) -> list[str]:
    """Return the addresses of some of the rows, taken from all over."""
    ids = list(rows.order_by("pk").values_list("public_id", flat=True))
    return [f"{place}{public_id}/" for public_id in _some_of(ids, chance)]


def _some_of(rows: list[T], chance: Random) -> list[T]:
    return chance.sample(rows, min(_SOME, len(rows)))
