"""Who may do what on which rows: roles x resources x scopes as data, so it prints and tests."""

from enum import StrEnum

from xgz.rules.bodies import BodyKind


class Role(StrEnum):
    ORG_DEPT = "org_dept"
    SOCIAL_WORK_DEPT = "social_work_dept"
    BUREAU = "bureau"
    TOWNSHIP_COMMITTEE = "township_committee"
    STATION_HEAD = "station_head"
    INSTRUCTOR = "instructor"
    ASSOCIATION = "association"
    BRANCH_SECRETARY = "branch_secretary"
    MEMBER = "member"
    OWNER = "owner"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


class Scope(StrEnum):
    """Which rows of a resource a role reaches from the body, business or member it is tied to."""

    DISTRICT = "district"  # every row of the district
    SUBTREE = "subtree"  # rows placed under the body: its township or its own organisations
    OFFICE = "office"  # rows of the market regulation office
    GUIDED = "guided"  # organisations the body (or one below it) guides
    LINKED = "linked"  # rows linked to the person by a dated assignment
    COVERED = "covered"  # businesses and markets that the body's organisations list
    OWN = "own"  # the one row named in the role assignment


class Resource(StrEnum):
    BUSINESS = "business"
    MARKET = "market"
    ORGANISATION = "organisation"
    MEMBER = "member"
    IMPORT = "import"
    COVERAGE = "coverage"
    LEDGER = "ledger"
    SURVEY = "survey"  # rounds and their counts
    SURVEY_ROW = "survey_row"  # what single shops told
    BODY = "body"
    ROLE = "role"
    SYSTEM = "system"
    AUDIT = "audit"
    SELF_REPORT = "self_report"


class RoleMisplaced(Exception):
    """The role cannot be held at a body of this kind; carries the role and the kind."""

    def __init__(self, role: Role, kind: BodyKind) -> None:
        super().__init__(role, kind)
        self.role = role
        self.kind = kind


_R, _S, _X = Role, Scope, Resource

# Where a role may be held: its scope starts from the body, so a wrong kind reaches wrong rows.
BODY_KINDS_OF_ROLE: dict[Role, frozenset[BodyKind]] = {
    _R.ORG_DEPT: frozenset({BodyKind.ORG_DEPT}),
    _R.SOCIAL_WORK_DEPT: frozenset({BodyKind.SOCIAL_WORK_DEPT}),
    _R.BUREAU: frozenset({BodyKind.BUREAU}),
    _R.TOWNSHIP_COMMITTEE: frozenset({BodyKind.TOWNSHIP}),
    _R.STATION_HEAD: frozenset({BodyKind.OFFICE}),
    _R.INSTRUCTOR: frozenset({BodyKind.OFFICE, BodyKind.BUREAU}),
    _R.ASSOCIATION: frozenset({BodyKind.ASSOCIATION}),
    _R.BRANCH_SECRETARY: frozenset({BodyKind.ORGANISATION}),
    _R.MEMBER: frozenset({BodyKind.ORGANISATION, BodyKind.TOWNSHIP}),
    _R.OWNER: frozenset({BodyKind.OFFICE, BodyKind.TOWNSHIP}),
    _R.SYSTEM_ADMIN: frozenset({BodyKind.ADMINISTRATION}),
    _R.SECURITY_ADMIN: frozenset({BodyKind.ADMINISTRATION}),
    _R.AUDIT_ADMIN: frozenset({BodyKind.ADMINISTRATION}),
}

# Rows a role may look at. A resource that is absent is not reached at all.
VIEWS: dict[Role, dict[Resource, Scope]] = {
    _R.ORG_DEPT: {
        _X.BUSINESS: _S.DISTRICT,
        _X.MARKET: _S.DISTRICT,
        _X.ORGANISATION: _S.DISTRICT,
        _X.MEMBER: _S.DISTRICT,
        _X.IMPORT: _S.DISTRICT,
        _X.COVERAGE: _S.DISTRICT,
        _X.LEDGER: _S.DISTRICT,
        _X.SURVEY: _S.DISTRICT,
        _X.SURVEY_ROW: _S.DISTRICT,
        _X.BODY: _S.DISTRICT,
        _X.SELF_REPORT: _S.DISTRICT,
    },
    _R.SOCIAL_WORK_DEPT: {
        _X.BUSINESS: _S.DISTRICT,
        _X.MARKET: _S.DISTRICT,
        _X.ORGANISATION: _S.DISTRICT,
        _X.MEMBER: _S.DISTRICT,
        _X.COVERAGE: _S.DISTRICT,
        _X.LEDGER: _S.DISTRICT,
        _X.BODY: _S.DISTRICT,
    },
    _R.BUREAU: {
        _X.BUSINESS: _S.DISTRICT,
        _X.MARKET: _S.DISTRICT,
        _X.ORGANISATION: _S.GUIDED,
        _X.IMPORT: _S.DISTRICT,
        _X.COVERAGE: _S.DISTRICT,
        _X.LEDGER: _S.DISTRICT,
        _X.SURVEY: _S.DISTRICT,
        _X.BODY: _S.DISTRICT,
    },
    _R.TOWNSHIP_COMMITTEE: {
        _X.BUSINESS: _S.SUBTREE,
        _X.MARKET: _S.SUBTREE,
        _X.ORGANISATION: _S.SUBTREE,
        _X.MEMBER: _S.SUBTREE,
        _X.COVERAGE: _S.SUBTREE,
        _X.LEDGER: _S.SUBTREE,
        _X.SURVEY: _S.SUBTREE,
        _X.SURVEY_ROW: _S.SUBTREE,
        _X.BODY: _S.DISTRICT,
        _X.SELF_REPORT: _S.SUBTREE,
    },
    _R.STATION_HEAD: {
        _X.BUSINESS: _S.OFFICE,
        _X.MARKET: _S.OFFICE,
        _X.ORGANISATION: _S.GUIDED,
        _X.COVERAGE: _S.OFFICE,
        _X.LEDGER: _S.OFFICE,
        _X.SURVEY: _S.OFFICE,
        _X.SURVEY_ROW: _S.OFFICE,
        _X.BODY: _S.DISTRICT,
    },
    _R.INSTRUCTOR: {
        _X.BUSINESS: _S.LINKED,
        _X.MARKET: _S.LINKED,
        _X.ORGANISATION: _S.LINKED,
        _X.SURVEY: _S.LINKED,
        _X.SURVEY_ROW: _S.LINKED,
        _X.BODY: _S.DISTRICT,
    },
    _R.ASSOCIATION: {
        _X.BUSINESS: _S.COVERED,
        _X.MARKET: _S.COVERED,
        _X.ORGANISATION: _S.GUIDED,
        _X.BODY: _S.DISTRICT,
    },
    _R.BRANCH_SECRETARY: {
        _X.BUSINESS: _S.COVERED,
        _X.MARKET: _S.COVERED,
        _X.ORGANISATION: _S.SUBTREE,
        _X.MEMBER: _S.SUBTREE,
        _X.BODY: _S.DISTRICT,
    },
    _R.MEMBER: {_X.MEMBER: _S.OWN, _X.ORGANISATION: _S.OWN, _X.BODY: _S.DISTRICT},
    _R.OWNER: {_X.BUSINESS: _S.OWN, _X.MARKET: _S.OWN, _X.BODY: _S.DISTRICT},
    _R.SYSTEM_ADMIN: {_X.BODY: _S.DISTRICT, _X.ROLE: _S.DISTRICT, _X.SYSTEM: _S.DISTRICT},
    _R.SECURITY_ADMIN: {_X.BODY: _S.DISTRICT, _X.ROLE: _S.DISTRICT},
    _R.AUDIT_ADMIN: {_X.BODY: _S.DISTRICT, _X.ROLE: _S.DISTRICT, _X.AUDIT: _S.DISTRICT},
}

# Things a role may do beyond looking; they act on the rows of VIEWS.
ACTIONS: dict[Role, frozenset[str]] = {
    _R.ORG_DEPT: frozenset(
        {
            "site.record",
            "support.record",
            "import.registry",
            "import.annual_report",
            "import.roster",
            "import.organisations",
            "organisation.change",
            "member.change",
            "member.export",
            "business.contact",
            "business.export",
            "ledger.export",
            "formation.open",
            "planning.plan",
            "planning.roster",
            "election.open",
            "adjustment.open",
            "transfer.open",
            "parameter.change",
            "calendar.change",
            "responsibility.change",
            "snapshot.take",
            "person.reveal",
            "business.reveal",
            "business.reveal_id",
            "reveal.watch",
            "lead.open",
            "lead.contact",
            "lead.check",
            "lead.funnel",
            "member.protect",
            "link.run",
            "survey.run",
            "survey.answer",
            "exchange.ask",
            "exchange.ask_leads",
            "exchange.answer",
            "self_report.handle",
            "matching.run",
            "matching.lists",
            "paper_template.see",
            "paper_template.judge",
        }
    ),
    _R.SOCIAL_WORK_DEPT: frozenset(
        {"business.export", "ledger.export", "member.export", "snapshot.take"}
    ),
    _R.BUREAU: frozenset(
        {
            "site.record",
            "support.record",
            "import.registry",
            "import.annual_report",
            "formation.open",
            "planning.plan",
            "adjustment.open",
            "instructor.assign",
            "business.contact",
            "business.export",
            "ledger.export",
            "snapshot.take",
            "business.reveal",
            "business.reveal_id",
            "reveal.watch",
            "lead.funnel",
            "matching.hear",
        }
    ),
    _R.TOWNSHIP_COMMITTEE: frozenset(
        {
            "site.record",
            "support.record",
            "organisation.change",
            "member.change",
            "member.export",
            "business.contact",
            "business.export",
            "ledger.export",
            "formation.open",
            "planning.plan",
            "planning.roster",
            "election.open",
            "adjustment.open",
            "transfer.open",
            "person.reveal",
            "business.reveal",
            "business.reveal_id",
            "lead.open",
            "lead.contact",
            "lead.check",
            "lead.funnel",
            "survey.run",
            "survey.answer",
            "exchange.ask_leads",
            "self_report.handle",
            "matching.lists",
        }
    ),
    _R.STATION_HEAD: frozenset(
        {
            "site.record",
            "support.record",
            "lead.open",
            "lead.contact",
            "lead.funnel",
            "formation.open",
            "adjustment.open",
            "instructor.assign",
            "business.contact",
            "business.export",
            "ledger.export",
            "business.reveal",
            "business.reveal_id",
            "survey.run",
            "survey.answer",
            "matching.hear",
        }
    ),
    _R.INSTRUCTOR: frozenset(
        {
            "site.record",
            "business.contact",
            "business.reveal",
            "lead.open",
            "lead.contact",
            "survey.answer",
        }
    ),
    _R.ASSOCIATION: frozenset(),
    _R.BRANCH_SECRETARY: frozenset(
        {"election.open", "adjustment.open", "site.record", "transfer.open", "person.reveal"}
    ),
    _R.MEMBER: frozenset(),
    _R.OWNER: frozenset(),
    _R.SYSTEM_ADMIN: frozenset(
        {
            "body.change",
            "job.retry",
            "backup.make",
            "account.add",
            "role.propose",
            "paper_template.see",
            "paper_template.propose",
        }
    ),
    _R.SECURITY_ADMIN: frozenset(
        {
            "account.add",
            "role.propose",
            "role.change",
            "sighting.watch",
            "export.trace",
            "paper_template.see",
            "paper_template.judge",
        }
    ),
    _R.AUDIT_ADMIN: frozenset({"audit.check", "audit.export"}),
}

# The organization line may read people's names; the social work department reads them masked;
# everyone else sees masked names of members inside an organisation they reach, nothing more.
CLEAR_NAMES = frozenset({_R.ORG_DEPT, _R.TOWNSHIP_COMMITTEE, _R.BRANCH_SECRETARY, _R.MEMBER})
# An owner's declared membership is for the organization line alone (PR-8).
DECLARED_OWNERS = frozenset({_R.ORG_DEPT, _R.TOWNSHIP_COMMITTEE})
# The roster's own figures (members counted, roster rows naming a business) likewise.
ROSTER_FIGURES = frozenset({_R.ORG_DEPT, _R.SOCIAL_WORK_DEPT, _R.TOWNSHIP_COMMITTEE})
ADMINISTRATORS = frozenset({_R.SYSTEM_ADMIN, _R.SECURITY_ADMIN, _R.AUDIT_ADMIN})


def check_place(role: Role, kind: BodyKind) -> None:
    """Raise RoleMisplaced unless `role` can be held at a body of this kind."""
    if kind not in BODY_KINDS_OF_ROLE[role]:
        raise RoleMisplaced(role, kind)


def scope_of(role: Role, resource: Resource) -> Scope | None:
    """Return the rows of `resource` the role reaches, or None where it reaches none."""
    return VIEWS[role].get(resource)


def roles_with(action: str) -> frozenset[Role]:
    """Return the roles that carry `action`."""
    return frozenset(role for role, actions in ACTIONS.items() if action in actions)
