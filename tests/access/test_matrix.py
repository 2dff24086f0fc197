"""Every address x method x role x township against the hand-written policy of policy.py.

An address that stands in no rule below fails the test, so a new page cannot be forgotten.
"""

import re
from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access import policy
from tests.access.answers import header_faults, sends_to_sign_in
from tests.access.matrix_world import make_world
from tests.privacy.whole_numbers import WHOLE, give_own_numbers, shown_in
from tests.trying import undone
from xgz.rules.matching import OwnerList
from xgz.rules.parameters import PARAMETERS
from xgz.rules.responsibilities import Matter
from xgz.rules.reveals import MEMBER_FIELDS
from xgz.rules.roles import Role
from xgz.rules.self_reports import REPORT_ACTION_LABELS
from xgz.rules.worklists import Worklist
from xgz.web.adjustments.carry_forms import CARRYING as ADJUSTING
from xgz.web.closures.forms import CARRYING
from xgz.web.members.forms import CHANGES as MEMBER_CHANGES
from xgz.web.organisations.changes import CHANGES as ORGANISATION_CHANGES

pytestmark = pytest.mark.django_db

ANSWERED = frozenset({200, 302, 400, 409})  # the page or action answered the person's request


@dataclass(frozen=True)
class Rule:
    """Who opens an address. things: rows it is tried with; a row out of reach answers 404."""

    opens: frozenset[Role]
    things: tuple[str, ...] = ()
    get: bool = True
    post: bool = False
    narrower: frozenset[Role] | None = None  # who may do it, once the row is in reach
    refusal: int = 403  # 404 where even the existence of the list is not told
    variants: tuple[str, ...] = ()  # last part of the address: a change, a list, a kind
    before: tuple[str, ...] = ()  # what stands before the row in the address: a kind of case


def _rows(noun: str) -> tuple[str, str]:
    return f"{noun} here", f"{noun} there"


ORGANISATIONS = _rows("office organisation") + _rows("association organisation")
OPENS = policy.OPENS
SURVEYS, SURVEY_ROWS = _rows("survey"), _rows("survey row")
BUSINESSES, MARKETS, MEMBERS = _rows("business"), _rows("market"), _rows("member")
IMPORTS = ("registry import", "roster import")
TRANSFERS = _rows("transfer")
CLOSURES_HERE = ("closure here", "closure of members here")
CLOSURES_THERE = ("closure there",)
FORMATIONS = ("formation here", "formation inside here")
ELECTIONS = ("election here", "election inside here")
ESTABLISHING = ("establishing here", "establishing inside here")
ADJUSTMENTS = ("adjustment here", "adjustment inside here")
REVIEWS = ("review here",)  # of the guiding office, beside the township's duty
PLANS = ("plan of the bureau", "plan of the township")
LEADS = ("lead given here", "lead of another here", "lead new here", "lead there")
LEAD_STEPS = ("assign", "reassign", "confirm", "rule_out", "reconsider", "place")
INBOX = ("inbox", "inbox-done", "inbox-unread", "inbox-read")
ADJUSTMENT_STEPS = (
    *("take_up", "submit", "return", "drop"),
    *("decide_revive", "decide_merge", "decide_revoke", "reconsider", "finish"),
)
CLOSURE_STEPS = ("confirm", "dismiss", "decide", "reconsider", "finish")
SENDING = frozenset({Role.TOWNSHIP_COMMITTEE})
DEPARTMENT = frozenset({Role.ORG_DEPT})
BRANCH = frozenset({Role.BRANCH_SECRETARY})
ELECTION_PLAN = ("plan", "roll", "candidates", "candidate-out")
ELECTION_RESULT = ("attendance", "write-in", "votes", "officers")


def _transfer_steps(thing: str, narrower: frozenset[Role], actions: tuple[str, ...]) -> Rule:
    return Rule(OPENS["member"], (thing,), post=True, narrower=narrower, variants=actions)


def _approval_steps(narrower: frozenset[Role], actions: tuple[str, ...]) -> Rule:
    return Rule(
        OPENS["closure"], ("export approval",), post=True, narrower=narrower, variants=actions
    )


def _owned(kind: str, things: tuple[str, ...], owners: frozenset[Role]) -> Rule:
    return Rule(OPENS["closure"], things, get=False, post=True, before=(kind,), narrower=owners)


def _closure_steps(narrower: frozenset[Role], actions: tuple[str, ...], things: tuple[str, ...]):
    return Rule(OPENS["closure"], things, post=True, narrower=narrower, variants=actions)


def _formation_steps(narrower: frozenset[Role], actions: tuple[str, ...], *things: str) -> Rule:
    return Rule(OPENS["closure"], things, post=True, narrower=narrower, variants=actions)


def _own_plan(plan: str, *makers: Role, variants: tuple[str, ...] = (), get: bool = False) -> Rule:
    return Rule(
        policy.PLANS_BRANCHES,
        (plan,),
        get=get,
        post=True,
        narrower=frozenset(makers),
        variants=variants,
    )


def _election_acts(narrower: frozenset[Role], actions: tuple[str, ...], *things: str) -> Rule:
    return Rule(OPENS["closure"], things, post=True, narrower=narrower, variants=actions)


def _lead_steps(narrower: frozenset[Role], thing: str, actions: tuple[str, ...]) -> Rule:
    """Out of sight a lead is not there, for whoever it may be (P06)."""
    return Rule(policy.EVERYBODY, (thing,), post=True, narrower=narrower, variants=actions)


def _deeds(narrower: frozenset[Role], deeds: tuple[str, ...]) -> Rule:
    return Rule(
        OPENS["account"], ("account",), get=False, post=True, narrower=narrower, variants=deeds
    )


# The own account; the library looks it up under names of its own.
OWN_PAGES = ("account", "mfa_index", "mfa_list_webauthn")
LISTS = tuple(which.value for which in Worklist if which is not Worklist.DECLARED_OWNERS)
RULES: dict[str, Rule | tuple[Rule, ...]] = {
    "home": Rule(policy.EVERYBODY),
    "password-change": Rule(policy.EVERYBODY, post=True),
    "confirm-identity": Rule(policy.EVERYBODY, post=True),
    **dict.fromkeys(OWN_PAGES, Rule(policy.EVERYBODY)),
    "account-device-end": Rule(
        policy.EVERYBODY, get=False, post=True, narrower=frozenset(), refusal=404, variants=("x",)
    ),
    "mfa_activate_totp": Rule(policy.EVERYBODY, post=True),
    "mfa_add_webauthn": Rule(policy.EVERYBODY, post=True),
    "mfa_generate_recovery_codes": Rule(policy.EVERYBODY, post=True),
    # Nobody here has set anything up yet: there is nothing to look at or to take away.
    **dict.fromkeys(
        ("mfa_deactivate_totp",),
        Rule(policy.EVERYBODY, post=True, narrower=frozenset(), refusal=404),
    ),
    "mfa_view_recovery_codes": Rule(policy.EVERYBODY, narrower=frozenset(), refusal=404),
    "mfa_download_recovery_codes": Rule(
        policy.EVERYBODY, get=False, post=True, narrower=frozenset(), refusal=404
    ),
    "mfa_remove_webauthn": Rule(
        policy.EVERYBODY, post=True, narrower=frozenset(), refusal=404, variants=("1",)
    ),
    "account-list": Rule(OPENS["account"]),
    "account-add": Rule(OPENS["account"], post=True, narrower=policy.ADDS_ACCOUNTS),
    "account-detail": Rule(OPENS["account"], ("account",)),
    "role-propose": Rule(OPENS["account"], ("account",), post=True, narrower=policy.ASKS_FOR_ROLES),
    "role-end": Rule(
        OPENS["account"], ("account role",), get=False, post=True, narrower=policy.DECIDES_ROLES
    ),
    "account-deed": (
        _deeds(policy.ASKS_FOR_ROLES, ("reset", "open")),
        _deeds(policy.DECIDES_ROLES, ("unlock", "end-sessions", "close")),
    ),
    "request-list": Rule(OPENS["account"]),
    "request-step": (
        Rule(
            OPENS["account"],
            ("role request",),
            get=False,
            post=True,
            narrower=frozenset({Role.SYSTEM_ADMIN}),  # who proposed it
            variants=("withdraw",),
        ),
        Rule(
            OPENS["account"],
            ("role request",),
            get=False,
            post=True,
            narrower=policy.DECIDES_ROLES,
            variants=("confirm", "refuse"),
        ),
    ),
    "permission-table": Rule(policy.EVERYBODY),
    "business-list": Rule(OPENS["business"]),
    "business-export": Rule(OPENS["business"], post=True, narrower=policy.EXPORTS),
    "business-detail": Rule(OPENS["business"], BUSINESSES),
    "market-list": Rule(OPENS["market"]),
    "market-detail": Rule(OPENS["market"], MARKETS),
    "body-list": Rule(OPENS["body"]),
    "organisation-list": Rule(OPENS["organisation"]),
    "organisation-set-up": Rule(
        OPENS["organisation"], post=True, narrower=policy.CHANGES_ORGANISATIONS
    ),
    "organisation-detail": Rule(OPENS["organisation"], ORGANISATIONS),
    "organisation-change": Rule(
        OPENS["organisation"],
        ORGANISATIONS,
        post=True,
        narrower=policy.CHANGES_ORGANISATIONS,
        variants=tuple(ORGANISATION_CHANGES),
    ),
    "member-list": Rule(OPENS["member"], post=True),
    "member-detail": Rule(OPENS["member"], MEMBERS),
    "member-change": Rule(
        OPENS["member"],
        MEMBERS,
        post=True,
        narrower=policy.CHANGES_MEMBERS,
        variants=tuple(MEMBER_CHANGES),
    ),
    "member-find": Rule(OPENS["member"], post=True, narrower=OPENS["member"] - {Role.MEMBER}),
    "reveal-member": Rule(
        OPENS["member"],
        MEMBERS,
        post=True,
        narrower=policy.REVEALS_MEMBERS,
        variants=tuple(MEMBER_FIELDS),
    ),
    "reveal-business": (
        Rule(
            OPENS["business"],
            BUSINESSES,
            post=True,
            narrower=policy.REVEALS_OWNERS_PHONES,
            variants=("phone",),
        ),
        Rule(
            OPENS["business"],
            BUSINESSES,
            post=True,
            narrower=policy.REVEALS_OWNERS_NUMBERS,
            variants=("id_number",),
        ),
    ),
    "reveal-shown": Rule(policy.EVERYBODY, ("own reveal",)),
    "reveals-of-me": Rule(frozenset({Role.MEMBER, Role.OWNER})),
    "reveal-watch": Rule(policy.WATCHES_REVEALS),
    "reveal-alarms": Rule(frozenset({Role.SECURITY_ADMIN})),
    "transfer-list": Rule(OPENS["member"]),
    "transfer-propose": Rule(OPENS["member"], post=True, narrower=policy.PROPOSES_TRANSFERS),
    "transfer-propose-member": Rule(
        OPENS["member"], MEMBERS, post=True, narrower=policy.PROPOSES_TRANSFERS
    ),
    "transfer-detail": Rule(OPENS["member"], TRANSFERS),
    "transfer-letter": (
        Rule(OPENS["member"], TRANSFERS[:1], narrower=SENDING),
        Rule(OPENS["member"], TRANSFERS[1:], narrower=DEPARTMENT),
    ),
    "transfer-step": (
        _transfer_steps(TRANSFERS[0], SENDING, ("issue", "send_out", "withdraw")),
        _transfer_steps(TRANSFERS[0], SENDING, ("record_receipt", "record_return")),
        # Nobody holds the seat of 柳泉镇: the department answers for it (CS-4).
        _transfer_steps(TRANSFERS[0], DEPARTMENT, ("accept", "accept_late", "return")),
        _transfer_steps(TRANSFERS[1], DEPARTMENT, ("issue", "withdraw", "accept", "return")),
        _transfer_steps(TRANSFERS[0], frozenset(), ("expire",)),
    ),
    **dict.fromkeys(INBOX, Rule(OPENS["closure"])),
    "notice-sign": Rule(OPENS["closure"], get=False, post=True),
    "case-urge": (
        # The department answers for the empty seat the letter lies with: it has nobody to urge.
        Rule(
            OPENS["closure"],
            TRANSFERS[:1],
            post=True,
            before=("transfer",),
            narrower=policy.TRANSFER_HERE - DEPARTMENT,
        ),
        Rule(OPENS["closure"], CLOSURES_HERE[:1], post=True, before=("closure",)),
        # The instructor and the station's head have it: they have nobody to urge.
        Rule(
            OPENS["closure"],
            LEADS[:1],
            post=True,
            before=("lead",),
            narrower=policy.LEAD_NEW_HERE,
        ),
        Rule(OPENS["closure"], LEADS[2:3], post=True, before=("lead",), narrower=DEPARTMENT),
    ),
    "case-assign": (
        _owned("lead", LEADS[1:2], frozenset({Role.STATION_HEAD})),
        _owned("lead", LEADS[2:3], SENDING),
        _owned("closure", CLOSURES_HERE, SENDING),
        _owned("closure", CLOSURES_THERE, DEPARTMENT),
        _owned("transfer", TRANSFERS, DEPARTMENT),
    ),
    "case-review": Rule(
        OPENS["closure"],
        REVIEWS,
        post=True,
        before=("closure",),
        narrower=frozenset({Role.STATION_HEAD}),
    ),
    "case-review-assign": _owned("closure", REVIEWS, frozenset({Role.STATION_HEAD})),
    "closure-list": Rule(OPENS["closure"]),
    "closure-export": Rule(OPENS["closure"], post=True, narrower=policy.EXPORTS),
    "closure-detail": Rule(OPENS["closure"], CLOSURES_HERE + CLOSURES_THERE),
    "closure-step": (
        _closure_steps(SENDING, CLOSURE_STEPS, CLOSURES_HERE),
        _closure_steps(DEPARTMENT, CLOSURE_STEPS, CLOSURES_THERE),
        _closure_steps(frozenset(), ("retract",), CLOSURES_HERE + CLOSURES_THERE),
    ),
    "closure-carry-out": (
        _closure_steps(SENDING, tuple(CARRYING), CLOSURES_HERE),
        _closure_steps(DEPARTMENT, tuple(CARRYING), CLOSURES_THERE),
    ),
    "formation-list": Rule(OPENS["closure"]),
    "formation-new": Rule(OPENS["closure"], post=True, narrower=policy.OPENS_FORMATIONS),
    "formation-export": Rule(OPENS["closure"], post=True, narrower=policy.EXPORTS),
    "formation-many": Rule(OPENS["closure"], post=True, narrower=policy.OPENS_FORMATIONS),
    "formation-detail": Rule(OPENS["closure"], FORMATIONS),
    "formation-file": (
        # Who prepares it; the people are named by the committee, the station talks to owners.
        _formation_steps(frozenset({Role.BUREAU}), ("unit", "unit-out"), "formation here"),
        _formation_steps(
            SENDING | {Role.BUREAU, Role.STATION_HEAD},
            ("talk", "room", "instructor"),
            "formation here",
        ),
        _formation_steps(
            SENDING, ("unit", "unit-out", "talk", "room", "instructor"), "formation inside here"
        ),
        _formation_steps(SENDING, ("members", "member-out", "secretary"), *FORMATIONS),
    ),
    "formation-at-once": (
        Rule(
            OPENS["closure"],
            ("formation here",),
            post=True,
            narrower=SENDING | {Role.BUREAU, Role.STATION_HEAD},
        ),
        Rule(OPENS["closure"], ("formation inside here",), post=True, narrower=SENDING),
    ),
    "plan-list": Rule(policy.PLANS_BRANCHES),
    "plan-new": Rule(policy.PLANS_BRANCHES, post=True),
    **dict.fromkeys(("plan-detail", "plan-map"), Rule(policy.PLANS_BRANCHES, PLANS)),
    # Compared with itself: without the other plan there is no such page.
    "plan-compare": Rule(policy.PLANS_BRANCHES, PLANS, narrower=frozenset(), refusal=404),
    **dict.fromkeys(
        ("plan-hand", "plan-propose"),
        (_own_plan("plan of the bureau", Role.BUREAU), _own_plan("plan of the township", *SENDING)),
    ),
    "plan-again": (
        _own_plan("plan of the bureau", Role.BUREAU, variants=("again", "repair"), get=True),
        _own_plan("plan of the township", *SENDING, variants=("again", "repair"), get=True),
    ),
    "plan-step": (
        _own_plan("plan of the bureau", Role.BUREAU, variants=("start", "stop", "discard")),
        _own_plan("plan of the township", *SENDING, variants=("start", "stop", "discard")),
    ),
    "formation-transfer": tuple(
        Rule(
            OPENS["closure"],
            ("joining here",),
            get=False,
            post=True,
            narrower=narrower,
            variants=(deed,),
        )
        for deed, narrower in (("propose", SENDING | DEPARTMENT), ("ask", SENDING))
    ),
    "formation-step": (
        _formation_steps(frozenset({Role.BUREAU}), ("send", "withdraw"), "formation here"),
        _formation_steps(SENDING, ("send", "withdraw"), "formation inside here"),
        # The township decides, the department is filed with; a third step is nobody's.
        _formation_steps(
            SENDING | DEPARTMENT, ("agree", "conclude", "return", "refuse"), *FORMATIONS
        ),
        _formation_steps(DEPARTMENT, ("return_1", "mend"), *FORMATIONS),
        _formation_steps(frozenset({Role.BUREAU}), ("straight_2",), "formation here"),
        _formation_steps(SENDING, ("straight_2",), "formation inside here"),
        _formation_steps(frozenset(), ("return_2", "return_3"), *FORMATIONS),
    ),
    "election-list": Rule(OPENS["closure"]),
    "election-export": Rule(OPENS["closure"], post=True, narrower=policy.EXPORTS),
    "election-new": Rule(OPENS["closure"], post=True, narrower=policy.OPENS_ELECTIONS),
    "election-detail": Rule(OPENS["closure"], ELECTIONS),
    "election-tally": Rule(OPENS["closure"], ELECTIONS, narrower=policy.OPENS_ELECTIONS),
    "election-again": Rule(
        OPENS["closure"], ELECTIONS, get=False, post=True, narrower=policy.OPENS_ELECTIONS
    ),
    "election-file": (
        # The branch and its committee prepare; the branch alone enters what came out.
        _election_acts(SENDING | BRANCH, ELECTION_PLAN, "election here"),
        _election_acts(BRANCH, ELECTION_RESULT, "election here"),
        # Nobody holds the seat of this branch: its committee acts for it (CS-4).
        _election_acts(SENDING, ELECTION_PLAN + ELECTION_RESULT, "election inside here"),
    ),
    "election-step": (
        _election_acts(BRANCH, ("submit", "report", "fail"), "election here"),
        _election_acts(SENDING | BRANCH, ("withdraw", "revise"), "election here"),
        _election_acts(SENDING, ("approve", "return", "confirm", "send_back", "annul"), *ELECTIONS),
        _election_acts(
            SENDING, ("submit", "report", "fail", "withdraw", "revise"), "election inside here"
        ),
    ),
    "establishing-list": Rule(OPENS["closure"]),
    "establishing-export": Rule(OPENS["closure"], post=True, narrower=policy.EXPORTS),
    "establishing-detail": Rule(OPENS["closure"], ESTABLISHING),
    "establishing-step": _formation_steps(SENDING, ("set_up", "finish", "stop"), *ESTABLISHING),
    "establishing-carry-out": (
        _formation_steps(SENDING, ("transfers", "take-in", "meeting", "held"), *ESTABLISHING),
        _formation_steps(policy.ASSIGNS_INSTRUCTORS, ("instructor",), ESTABLISHING[0]),
        _formation_steps(frozenset(), ("instructor",), ESTABLISHING[1]),
    ),
    "site-list": Rule(OPENS["organisation"]),
    "site-export": Rule(OPENS["organisation"], post=True, narrower=policy.EXPORTS),
    "site-detail": Rule(OPENS["organisation"], ORGANISATIONS),
    **dict.fromkeys(
        ("site-check", "site-photo-add"),
        Rule(OPENS["organisation"], ORGANISATIONS, post=True, narrower=policy.RECORDS_SITES),
    ),
    "site-photo": Rule(OPENS["organisation"], ("photo here",)),
    "site-photo-remove": Rule(
        OPENS["organisation"], ("photo here",), post=True, narrower=policy.RECORDS_SITES
    ),
    "support-add": Rule(
        OPENS["organisation"], ORGANISATIONS, post=True, narrower=policy.RECORDS_SUPPORT
    ),
    "support-change": Rule(
        OPENS["organisation"],
        ("support here",),
        post=True,
        narrower=policy.RECORDS_SUPPORT,
        variants=("use", "correct", "withdraw"),
    ),
    "site-lists": Rule(policy.EVERYBODY),
    "site-list-new": Rule(policy.EVERYBODY, post=True, narrower=policy.SETS_RULES),
    "site-list-withdraw": Rule(policy.EVERYBODY, get=False, post=True, narrower=policy.SETS_RULES),
    "adjustment-list": Rule(OPENS["closure"]),
    "adjustment-export": Rule(OPENS["closure"], post=True, narrower=policy.EXPORTS),
    "adjustment-new": Rule(OPENS["closure"], post=True, narrower=policy.OPENS_ADJUSTMENTS),
    "adjustment-candidates": Rule(OPENS["closure"], narrower=policy.OPENS_ADJUSTMENTS),
    "adjustment-detail": Rule(OPENS["closure"], ADJUSTMENTS),
    "adjustment-step": (
        # The committee proposes, decides and carries out; the department is filed with.
        _formation_steps(SENDING, ADJUSTMENT_STEPS, *ADJUSTMENTS),
        _formation_steps(DEPARTMENT, ("file",), *ADJUSTMENTS),
        _formation_steps(frozenset(), ("lapse", "retract"), *ADJUSTMENTS),
    ),
    "adjustment-carry-out": _formation_steps(SENDING, tuple(ADJUSTING), *ADJUSTMENTS),
    "lead-list": Rule(OPENS["lead"]),
    "lead-new": Rule(OPENS["lead"], post=True),
    **dict.fromkeys(
        ("lead-from-declarations", "lead-send", "lead-find"),
        Rule(OPENS["lead"], post=True, narrower=policy.CHECKS_LEADS),
    ),
    "lead-funnel": Rule(policy.READS_FUNNEL),
    "lead-funnel-export": Rule(policy.READS_FUNNEL),
    # The market line reads rounded figures, which have no list.
    "lead-funnel-rows": Rule(
        policy.CHECKS_LEADS, variants=("known", "confirmed", "managed", "transferred")
    ),
    "lead-detail": Rule(policy.EVERYBODY, LEADS),
    "lead-script": Rule(policy.EVERYBODY, LEADS),
    "lead-statement": (
        # The department sees it, and works on it where nobody holds the committee's seat (CS-4).
        Rule(
            policy.EVERYBODY,
            LEADS[:3],
            post=True,
            narrower=policy.LEAD_GIVEN_HERE - DEPARTMENT,
        ),
        Rule(policy.EVERYBODY, LEADS[3:], post=True, narrower=DEPARTMENT),
    ),
    "lead-check": Rule(policy.EVERYBODY, LEADS, post=True, narrower=policy.CHECKS_LEADS),
    "lead-where": Rule(policy.EVERYBODY, LEADS, post=True, narrower=policy.CHECKS_LEADS),
    "lead-join": (
        Rule(policy.EVERYBODY, LEADS[:3], post=True, narrower=SENDING),
        Rule(policy.EVERYBODY, LEADS[3:], post=True, narrower=DEPARTMENT),
    ),
    "lead-step": (
        _lead_steps(SENDING, LEADS[0], LEAD_STEPS),
        _lead_steps(
            frozenset({Role.STATION_HEAD, Role.INSTRUCTOR}), LEADS[0], ("visit", "give_back")
        ),
        _lead_steps(policy.LEAD_GIVEN_HERE - DEPARTMENT, LEADS[0], ("refuse", "move_away")),
        _lead_steps(frozenset({Role.STATION_HEAD}), LEADS[1], ("visit", "give_back")),
        _lead_steps(SENDING, LEADS[2], LEAD_STEPS + ("refuse", "move_away")),
        # Nobody holds the seats of 柳泉镇 and its office: the department answers for both.
        _lead_steps(DEPARTMENT, LEADS[3], LEAD_STEPS),
        _lead_steps(frozenset(), LEADS[0], ("withdraw", "arrive")),
    ),
    "reveal-lead": (
        Rule(policy.EVERYBODY, LEADS, post=True, variants=("phone",)),
        Rule(
            policy.EVERYBODY,
            LEADS,
            post=True,
            narrower=policy.CHECKS_LEADS,
            variants=("id_number",),
        ),
    ),
    "member-protect": Rule(OPENS["member"], MEMBERS, post=True, narrower=policy.PROTECTS),
    "matching-list": Rule(policy.RUNS_MATCHING),
    "matching-new": Rule(policy.RUNS_MATCHING, post=True),
    "matching-detail": Rule(policy.RUNS_MATCHING, ("matching task",)),
    "matching-edit": Rule(policy.RUNS_MATCHING, ("matching task",), post=True),
    "matching-assessment": Rule(policy.RUNS_MATCHING, ("matching task",)),
    "matching-review": Rule(policy.RUNS_MATCHING, ("matching task",)),
    "matching-decided": Rule(policy.RUNS_MATCHING, ("matching task",)),
    "matching-confirmed": Rule(policy.RUNS_MATCHING, ("matching task",)),
    "matching-untie": Rule(policy.RUNS_MATCHING, ("owner tie",), post=True),
    "matching-carry-out": Rule(policy.RUNS_MATCHING, ("matching task",), post=True),
    "matching-decide": Rule(policy.RUNS_MATCHING, ("match pair",), get=False, post=True),
    "matching-undo": Rule(policy.RUNS_MATCHING, ("match pair",), get=False, post=True),
    "matching-step": Rule(
        policy.RUNS_MATCHING,
        ("matching task",),
        get=False,
        post=True,
        variants=("start", "cancel"),
    ),
    "matching-notices": Rule(policy.HEARS_OF_MATCHING),
    "owner-lists": Rule(policy.READS_OWNER_LISTS),
    "owner-list": Rule(policy.READS_OWNER_LISTS, variants=tuple(OwnerList)),
    "owner-list-export": Rule(policy.READS_OWNER_LISTS, post=True, variants=tuple(OwnerList)),
    "owner-list-lead": Rule(
        policy.READS_OWNER_LISTS, BUSINESSES, get=False, post=True, before=("should-move",)
    ),
    "worklists": Rule(OPENS["coverage"]),
    "worklist": (
        Rule(OPENS["coverage"], variants=LISTS),
        Rule(
            OPENS["coverage"],
            narrower=policy.DECLARED_OWNERS,
            variants=("declared-owners",),
            refusal=404,
        ),
    ),
    "worklist-export": (
        Rule(OPENS["coverage"], post=True, narrower=policy.EXPORTS, variants=LISTS),
        Rule(
            OPENS["coverage"],
            post=True,
            narrower=policy.DECLARED_OWNERS,
            variants=("declared-owners",),
            refusal=404,
        ),
    ),
    "coverage": Rule(OPENS["coverage"]),
    "coverage-rows": Rule(OPENS["coverage"]),
    "snapshot-list": Rule(OPENS["coverage"]),
    "snapshot-take": Rule(OPENS["coverage"], get=False, post=True, narrower=policy.TAKES_SNAPSHOTS),
    "snapshot-detail": Rule(OPENS["coverage"], ("snapshot",)),
    "snapshot-rows": Rule(OPENS["coverage"], ("snapshot",)),
    "snapshot-compare": Rule(OPENS["coverage"], ("snapshot",)),
    "snapshot-export": Rule(OPENS["coverage"], ("snapshot",), narrower=policy.EXPORTS),
    "ledger-export": Rule(OPENS["ledger"], post=True, narrower=policy.EXPORTS),
    "report-list": Rule(OPENS["ledger"]),
    "report-download": Rule(OPENS["ledger"], ("own report",), post=True),
    "member-export": Rule(OPENS["member"], post=True, narrower=policy.EXPORTS_MEMBERS),
    "export_approval-list": Rule(OPENS["closure"]),
    "export_approval-detail": Rule(OPENS["closure"], ("export approval",)),
    "export_approval-step": (
        _approval_steps(DEPARTMENT, ("approve", "refuse")),
        _approval_steps(SENDING, ("withdraw",)),
        _approval_steps(frozenset(), ("expire",)),
    ),
    "survey-list": Rule(OPENS["survey"]),
    "survey-open": Rule(OPENS["survey"], post=True, narrower=policy.RUNS_SURVEYS),
    "survey-detail": Rule(OPENS["survey"], SURVEYS),
    "survey-hand-out": Rule(OPENS["survey"], SURVEYS, post=True, narrower=policy.RUNS_SURVEYS),
    "survey-remind": Rule(
        OPENS["survey"], SURVEYS, get=False, post=True, narrower=policy.RUNS_SURVEYS
    ),
    "survey-end": Rule(
        OPENS["survey"],
        SURVEYS,
        get=False,
        post=True,
        narrower=policy.ENDS_SURVEYS,
        variants=("withdraw", "finish"),
    ),
    "survey-rows": Rule(OPENS["survey row"], SURVEYS),
    "survey-sheets": Rule(OPENS["survey row"], SURVEYS),
    "survey-export": Rule(OPENS["survey row"], SURVEYS, post=True, narrower=policy.EXPORTS_SURVEYS),
    "survey-today": Rule(OPENS["survey row"]),
    "survey-offline": Rule(OPENS["survey row"]),
    "survey-worker": Rule(OPENS["survey row"]),
    "survey-entry": Rule(OPENS["survey row"]),
    "survey-row": Rule(OPENS["survey row"], SURVEY_ROWS),
    "survey-answer": Rule(OPENS["survey row"], SURVEY_ROWS, get=False, post=True),
    "survey-person": Rule(OPENS["survey row"], SURVEY_ROWS, post=True),
    "survey-paper": Rule(OPENS["survey row"], SURVEY_ROWS, post=True),
    "report-cancel": Rule(OPENS["ledger"], ("own report",), get=False, post=True),
    "import-list": Rule(OPENS["import"]),
    "import-upload": Rule(OPENS["import"], get=False, post=True),
    "import-template": (
        Rule(OPENS["import"], variants=("registry", "annual_report")),
        Rule(
            OPENS["import"], narrower=policy.IMPORTS_ROSTERS, variants=("roster", "organisations")
        ),
    ),
    "import-detail": Rule(OPENS["import"], IMPORTS),
    "import-progress": Rule(OPENS["import"], IMPORTS),
    "import-changes": Rule(OPENS["import"], IMPORTS),
    "import-rows": Rule(OPENS["import"], IMPORTS),
    "import-rejects": Rule(OPENS["import"], IMPORTS),
    "import-mapping": Rule(OPENS["import"], IMPORTS, post=True),
    "import-start": Rule(OPENS["import"], IMPORTS, get=False, post=True),
    "import-apply": Rule(OPENS["import"], IMPORTS, get=False, post=True),
    "import-cancel": Rule(OPENS["import"], IMPORTS, get=False, post=True),
    "import-undo": Rule(OPENS["import"], IMPORTS, get=False, post=True),
    "import-abandon": Rule(OPENS["import"], IMPORTS, get=False, post=True),
    "system-status": Rule(OPENS["system"]),
    "audit-list": Rule(OPENS["audit"]),
    "audit-entry": Rule(OPENS["audit"], variants=("1",)),
    "audit-export": Rule(OPENS["audit"]),
    "audit-checks": Rule(OPENS["audit"]),
    "audit-check-start": Rule(OPENS["audit"], get=False, post=True),
    "backup-list": Rule(OPENS["system"]),
    "backup-make": Rule(OPENS["system"], get=False, post=True),
    "job-retry": Rule(OPENS["system"], ("failed job",), get=False, post=True),
    "job-dismiss": Rule(OPENS["system"], ("failed job",), get=False, post=True),
    "rulebook": Rule(policy.EVERYBODY),
    "parameter-list": Rule(policy.EVERYBODY),
    "parameter-detail": Rule(policy.EVERYBODY, variants=tuple(PARAMETERS)),
    "parameter-change": Rule(
        policy.EVERYBODY, post=True, narrower=policy.SETS_RULES, variants=tuple(PARAMETERS)
    ),
    "parameter-withdraw": Rule(
        policy.EVERYBODY,
        get=False,
        post=True,
        narrower=policy.SETS_RULES,
        variants=("case.near_days",),
    ),
    "procedure-list": Rule(policy.EVERYBODY),
    "procedure-change": Rule(policy.EVERYBODY, post=True, narrower=policy.SETS_RULES),
    "procedure-withdraw": Rule(policy.EVERYBODY, get=False, post=True, narrower=policy.SETS_RULES),
    "calendar": Rule(policy.EVERYBODY),
    "calendar-day": Rule(policy.EVERYBODY, post=True, narrower=policy.SETS_RULES),
    "calendar-withdraw": Rule(policy.EVERYBODY, get=False, post=True, narrower=policy.SETS_RULES),
    "calendar-notice": Rule(policy.EVERYBODY, post=True, narrower=policy.SETS_RULES),
    "responsibility-list": Rule(policy.EVERYBODY),
    "responsibility-matter": Rule(policy.EVERYBODY, variants=tuple(Matter)),
    "responsibility-add": Rule(
        policy.EVERYBODY, post=True, narrower=policy.SETS_RULES, variants=tuple(Matter)
    ),
    "responsibility-end": Rule(
        policy.EVERYBODY,
        get=False,
        post=True,
        narrower=policy.SETS_RULES,
        variants=tuple(Matter),
    ),
    "responsibility-withdraw": Rule(
        policy.EVERYBODY,
        get=False,
        post=True,
        narrower=policy.SETS_RULES,
        variants=tuple(Matter),
    ),
}
TEMPLATES = policy.REACHES["paper template"]
JUDGES = frozenset({Role.ORG_DEPT, Role.SECURITY_ADMIN})
PAPER_DEEDS = ("issue", "renew", "discard", "void")


def _makes(narrower: frozenset[Role], paper: str, *things: str) -> Rule:
    return Rule(
        OPENS["closure"],
        things,
        get=False,
        post=True,
        before=("formation",),
        narrower=narrower,
        variants=(paper,),
    )


RULES |= {
    "paper-register": Rule(OPENS["closure"]),
    "paper-make": (
        _makes(frozenset({Role.BUREAU}), "request", "formation here"),
        # The committee that prepares decides as well: it asks nobody.
        _makes(frozenset(), "request", "formation inside here"),
        _makes(SENDING | DEPARTMENT, "roster", *FORMATIONS),
        _makes(SENDING, "reply", *FORMATIONS),
        _makes(SENDING, "filing", *FORMATIONS),
        _makes(frozenset(), "ballot", *FORMATIONS),
    ),
    "paper-detail": Rule(OPENS["closure"], ("paper here", "roster here")),
    "paper-file": Rule(OPENS["closure"], ("paper here", "roster here"), variants=("pdf", "word")),
    "paper-deed": (
        Rule(
            OPENS["closure"],
            ("paper here",),
            post=True,
            narrower=frozenset({Role.BUREAU}),
            variants=PAPER_DEEDS[:2],
        ),
        Rule(
            OPENS["closure"],
            ("roster here",),
            post=True,
            narrower=SENDING,
            variants=PAPER_DEEDS[:2] + PAPER_DEEDS[3:],
        ),
    ),
    "paper-templates": Rule(TEMPLATES),
    "paper-template-propose": Rule(TEMPLATES, post=True, narrower=frozenset({Role.SYSTEM_ADMIN})),
    "paper-shipped": Rule(TEMPLATES, variants=("request",)),
    "paper-template": Rule(TEMPLATES, ("paper template",)),
    "paper-template-file": Rule(TEMPLATES, ("paper template",), variants=("file", "example")),
    "paper-template-deed": Rule(
        TEMPLATES,
        ("paper template",),
        get=False,
        post=True,
        narrower=JUDGES,
        variants=("approve", "refuse", "retire"),
    ),
}
CLAIMS, POSTERS, WINDOWS = _rows("claim"), _rows("poster"), _rows("window")
HANDLED = OPENS["self-report"]
RULES |= {
    "self_report-list": Rule(HANDLED),
    "self_report-find": Rule(HANDLED, post=True),
    "self_report-detail": Rule(HANDLED, CLAIMS),
    "self_report-phone": Rule(HANDLED, CLAIMS, get=False, post=True),
    "self_report-step": Rule(
        HANDLED, CLAIMS, get=False, post=True, variants=tuple(REPORT_ACTION_LABELS)
    ),
    "poster-list": Rule(HANDLED),
    "poster-make": Rule(HANDLED, post=True),
    "poster-print": Rule(HANDLED, POSTERS),
    "poster-file": Rule(HANDLED, POSTERS),
    "poster-rotate": Rule(HANDLED, POSTERS, get=False, post=True),
    "poster-revoke": Rule(HANDLED, POSTERS, get=False, post=True),
    "self_report-windows": Rule(HANDLED, post=True),
    "self_report-window-end": Rule(HANDLED, WINDOWS, get=False, post=True),
    "self_report-window-withdraw": Rule(HANDLED, WINDOWS, get=False, post=True),
    "self_report_request-list": Rule(OPENS["closure"]),
    "self_report_request-detail": Rule(OPENS["closure"], ("wish here",)),
    "self_report_request-phone": Rule(
        OPENS["closure"], ("wish here",), get=False, post=True, narrower=SENDING
    ),
    "self_report_request-remedy": Rule(
        OPENS["closure"], ("wish here",), post=True, narrower=SENDING
    ),
    "self_report_request-step": Rule(
        OPENS["closure"], ("wish here",), post=True, narrower=SENDING, variants=("answer",)
    ),
}
# Open to anybody who has scanned a poster; named with what stands in the address.
PUBLIC = {
    "self-report": ("aaaabbbbcccc0123456789abcdef",),
    "self-report-mine": (),
    "self-report-not-me": (),
    "self-report-declined": (),
}
# Open to anybody: they show nothing but the sign-in form, or only end a session.
UNGUARDED = {
    "sign-in",
    "account_login",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "sign-out",
    "set_language",
    "health-live",
    "health-ready",
}


def _names(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name


def test_matrix_lists_every_address():
    named = set(_names(get_resolver().url_patterns))

    assert named - UNGUARDED - set(PUBLIC) == set(RULES)


@pytest.fixture
def world():
    return make_world()


def _rules(name: str) -> tuple[Rule, ...]:
    rules = RULES[name]
    return rules if isinstance(rules, tuple) else (rules,)


def _expected(rule: Rule, role: Role, thing: str | None, method: str) -> frozenset[int]:
    if not (rule.get if method == "get" else rule.post):
        return frozenset({405})
    if role not in rule.opens:
        return frozenset({403})
    if thing is not None and role not in policy.REACHES[thing]:
        return frozenset({404})
    if rule.narrower is not None and role not in rule.narrower:
        return frozenset({rule.refusal})
    return ANSWERED


def addresses_of(name: str, ids: dict[str, str]):
    """Yield (rule, thing, address) for every row and variant the address is tried with."""
    for rule in _rules(name):
        for thing in rule.things or (None,):
            for variant in rule.variants or (None,):
                parts = [*rule.before, *(ids[thing].split("/") if thing else ())]
                parts += [variant] if variant else []
                yield rule, thing, reverse(name, args=parts)


def names_of(feature: str) -> list[str]:
    """Return the names of the addresses that begin with this word."""
    return sorted(name for name in RULES if _feature(name) == feature)


def _feature(name: str) -> str:
    return re.split("[-_]", name)[0]


FEATURES = sorted({_feature(name) for name in RULES})


@pytest.mark.parametrize("feature", FEATURES)
def test_matrix_of_roles_and_townships(feature, world):
    """Each answer is what the policy says, has its headers, and shows nobody's whole number.

    A stranger is sent to sign in wherever somebody would be answered.
    """
    values, wrong, visitors = give_own_numbers(), [], _visitors(world)
    for name in names_of(feature):
        with undone():
            wrong += _wrong_answers(name, world, visitors, values)

    assert wrong == []


def _visitors(world):
    """Sign everybody in; return role → the cookies a browser then has, None for a stranger."""
    found = {None: Client().cookies}
    for role, person in world.people.items():
        client = Client()
        client.force_login(person)
        found[role] = client.cookies
    return found


def _wrong_answers(name: str, world, visitors, values: list[str]):
    """Yield (role or None for a stranger, thing, method, address, what is wrong)."""
    ids = world.public_ids()
    for role, cookies in visitors.items():
        client = Client()
        client.cookies = deepcopy(cookies)
        for rule, thing, address in addresses_of(name, ids):
            for method in ("get", "post"):
                page = getattr(client, method)(address)
                shown = shown_in(page, values)  # reads a stream to its end, which closes its file
                faults = [*_status_faults(page, rule, role, thing, method), *header_faults(page)]
                faults += [] if name in WHOLE else shown
                for fault in faults:
                    yield role, thing, method, address, fault


def _status_faults(page, rule: Rule, role: Role | None, thing: str | None, method: str):
    if role is not None:
        if page.status_code not in _expected(rule, role, thing, method):
            yield page.status_code
    elif rule.get if method == "get" else rule.post:
        if not sends_to_sign_in(page):
            yield page.status_code
    elif page.status_code != 405:
        yield page.status_code


def test_matrix_refuses_a_person_without_any_role(world, django_user_model):
    nobody = django_user_model.objects.create(username="nobody")
    client = Client()
    client.force_login(nobody)
    opened = [
        address
        for name in RULES
        for rule, _, address in addresses_of(name, world.public_ids())
        if rule.opens != policy.EVERYBODY and client.get(address).status_code not in (403, 405)
    ]

    assert opened == []
