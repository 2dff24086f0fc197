"""Every address x method x role x township against the hand-written policy of policy.py.

An address that stands in no rule below fails the test, so a new page cannot be forgotten.
"""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access import policy
from tests.access.matrix_world import make_world
from xgz.rules.parameters import PARAMETERS
from xgz.rules.responsibilities import Matter
from xgz.rules.reveals import MEMBER_FIELDS
from xgz.rules.roles import Role
from xgz.rules.worklists import Worklist
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
BUSINESSES, MARKETS, MEMBERS = _rows("business"), _rows("market"), _rows("member")
IMPORTS = ("registry import", "roster import")
TRANSFERS = _rows("transfer")
CLOSURES_HERE = ("closure here", "closure of members here")
CLOSURES_THERE = ("closure there",)
REVIEWS = ("review here",)  # of the guiding office, beside the township's duty
INBOX = ("inbox", "inbox-done", "inbox-unread", "inbox-read")
CLOSURE_STEPS = ("confirm", "dismiss", "decide", "reconsider", "finish")
SENDING = frozenset({Role.TOWNSHIP_COMMITTEE})
DEPARTMENT = frozenset({Role.ORG_DEPT})


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
    ),
    "case-assign": (
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

    assert named - UNGUARDED == set(RULES)


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


@pytest.mark.parametrize("name", sorted(RULES))
def test_matrix_of_roles_and_townships(name, world):
    ids, wrong = world.public_ids(), []
    for role, person in world.people.items():
        client = Client()
        client.force_login(person)
        for rule, thing, address in addresses_of(name, ids):
            for method in ("get", "post"):
                response = getattr(client, method)(address)
                if response.streaming:
                    b"".join(response.streaming_content)  # closes the file behind a download
                status = response.status_code
                if status not in _expected(rule, role, thing, method):
                    wrong.append((role.value, thing, method, address, status))

    assert wrong == []


@pytest.mark.parametrize("name", sorted(RULES))
def test_matrix_sends_strangers_to_the_sign_in_page(name, world):
    for rule, _, address in addresses_of(name, world.public_ids()):
        response = Client().get(address)

        assert response.status_code == (302 if rule.get else 405)
        assert not rule.get or response["Location"].startswith(reverse("sign-in"))


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
