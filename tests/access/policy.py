"""What each role may reach, written by hand from the papers and not read from the program.

The matrix test compares every address with this page; a rule that changes is changed here too.
"""

from xgz.rules.roles import Role as R

EVERYBODY = frozenset(R)
DISTRICT = frozenset({R.ORG_DEPT, R.SOCIAL_WORK_DEPT, R.BUREAU})

# Who reaches a row placed in 清平镇 / in 柳泉镇, being themselves seated in 清平镇 or the county.
BUSINESS_HERE = DISTRICT | {
    R.TOWNSHIP_COMMITTEE,
    R.STATION_HEAD,
    R.INSTRUCTOR,
    R.ASSOCIATION,
    R.BRANCH_SECRETARY,
    R.OWNER,
}
BUSINESS_THERE = DISTRICT
# Guided by the market regulation office of the place.
OFFICE_ORG_HERE = DISTRICT | {
    R.TOWNSHIP_COMMITTEE,
    R.STATION_HEAD,
    R.INSTRUCTOR,
    R.BRANCH_SECRETARY,
    R.MEMBER,
}
OFFICE_ORG_THERE = DISTRICT
# Guided by the association's local branch: not the bureau's.
ASSOCIATION_ORG_HERE = frozenset(
    {R.ORG_DEPT, R.SOCIAL_WORK_DEPT, R.TOWNSHIP_COMMITTEE, R.ASSOCIATION}
)
ASSOCIATION_ORG_THERE = frozenset({R.ORG_DEPT, R.SOCIAL_WORK_DEPT})
# The roster: the organization line, the social work department, the branch and the person.
MEMBER_HERE = frozenset(
    {R.ORG_DEPT, R.SOCIAL_WORK_DEPT, R.TOWNSHIP_COMMITTEE, R.BRANCH_SECRETARY, R.MEMBER}
)
MEMBER_THERE = frozenset({R.ORG_DEPT, R.SOCIAL_WORK_DEPT})
# Transfers: the committees and branches on both sides, the organization department, the person.
TRANSFER_HERE = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE, R.BRANCH_SECRETARY, R.MEMBER})
TRANSFER_THERE = frozenset({R.ORG_DEPT})
# Closed businesses: the township, the guiding office and the bureau above it; the social work
# department is told. About members alone only the organization line.
CLOSURE_HERE = DISTRICT | {R.TOWNSHIP_COMMITTEE, R.STATION_HEAD}
CLOSURE_THERE = DISTRICT
CLOSURE_OF_MEMBERS = frozenset({R.ORG_DEPT, R.SOCIAL_WORK_DEPT, R.TOWNSHIP_COMMITTEE})

OPENS = {
    "business": BUSINESS_HERE,
    "market": BUSINESS_HERE,
    "organisation": OFFICE_ORG_HERE | ASSOCIATION_ORG_HERE,
    "member": MEMBER_HERE,
    "import": frozenset({R.ORG_DEPT, R.BUREAU}),
    "coverage": DISTRICT | {R.TOWNSHIP_COMMITTEE, R.STATION_HEAD},
    "ledger": DISTRICT | {R.TOWNSHIP_COMMITTEE, R.STATION_HEAD},
    "body": EVERYBODY,
    "system": frozenset({R.SYSTEM_ADMIN}),
    "audit": frozenset({R.AUDIT_ADMIN}),
    "account": frozenset({R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDIT_ADMIN}),
    # Everybody who works at an office or branch, and members, may be handed a case.
    "closure": EVERYBODY - {R.OWNER, R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDIT_ADMIN},
}
REACHES = {
    "business here": BUSINESS_HERE,
    "business there": BUSINESS_THERE,
    "market here": BUSINESS_HERE,
    "market there": BUSINESS_THERE,
    "office organisation here": OFFICE_ORG_HERE,
    "office organisation there": OFFICE_ORG_THERE,
    "association organisation here": ASSOCIATION_ORG_HERE,
    "association organisation there": ASSOCIATION_ORG_THERE,
    "member here": MEMBER_HERE,
    "member there": MEMBER_THERE,
    "transfer here": TRANSFER_HERE,
    "transfer there": TRANSFER_THERE,
    "closure here": CLOSURE_HERE,
    "closure there": CLOSURE_THERE,
    "closure of members here": CLOSURE_OF_MEMBERS,
    "review here": CLOSURE_HERE,
    "registry import": OPENS["import"],
    "roster import": frozenset({R.ORG_DEPT}),
    "own report": frozenset({R.BUREAU}),
    "own reveal": frozenset({R.TOWNSHIP_COMMITTEE}),
    # The township asked, the department decides.
    "export approval": frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE}),
    "failed job": OPENS["system"],
    "account": OPENS["account"],
    "account role": OPENS["account"],
    "role request": OPENS["account"],
    "snapshot": DISTRICT | {R.TOWNSHIP_COMMITTEE, R.STATION_HEAD},
}
# Who may do what, once the row is in reach.
CHANGES_ORGANISATIONS = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE})
CHANGES_MEMBERS = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE})
PROPOSES_TRANSFERS = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE, R.BRANCH_SECRETARY})
EXPORTS = DISTRICT | {R.TOWNSHIP_COMMITTEE, R.STATION_HEAD}
EXPORTS_MEMBERS = frozenset({R.ORG_DEPT, R.SOCIAL_WORK_DEPT, R.TOWNSHIP_COMMITTEE})
TAKES_SNAPSHOTS = DISTRICT
DECLARED_OWNERS = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE})
IMPORTS_ROSTERS = frozenset({R.ORG_DEPT})
# Full numbers: of members the organization line alone; of owners whoever visits or keeps the
# register. Instructors visit, they do not keep it.
REVEALS_MEMBERS = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE, R.BRANCH_SECRETARY})
REVEALS_OWNERS_NUMBERS = frozenset({R.ORG_DEPT, R.BUREAU, R.TOWNSHIP_COMMITTEE, R.STATION_HEAD})
REVEALS_OWNERS_PHONES = REVEALS_OWNERS_NUMBERS | {R.INSTRUCTOR}
WATCHES_REVEALS = frozenset({R.ORG_DEPT, R.BUREAU})
# Accounts: two administrators add and ask, the security administrator decides and takes away.
ADDS_ACCOUNTS = frozenset({R.SYSTEM_ADMIN, R.SECURITY_ADMIN})
ASKS_FOR_ROLES = frozenset({R.SYSTEM_ADMIN, R.SECURITY_ADMIN})
DECIDES_ROLES = frozenset({R.SECURITY_ADMIN})
# Parameters, working-day calendar, responsibility table.
SETS_RULES = frozenset({R.ORG_DEPT})
