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
# Leads: the township's committee, the instructor sent there, that station's head, the department.
# Before anybody is sent only the committee and the department; elsewhere the department.
LEAD_GIVEN_HERE = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE, R.STATION_HEAD, R.INSTRUCTOR})
LEAD_OF_ANOTHER_HERE = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE, R.STATION_HEAD})
LEAD_NEW_HERE = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE})
LEAD_THERE = frozenset({R.ORG_DEPT})

# Survey rounds: who orders them, who walks, and the bureau, which counts and opens no row.
SURVEY_ROWS_HERE = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE, R.STATION_HEAD, R.INSTRUCTOR})
SURVEYS_HERE = SURVEY_ROWS_HERE | {R.BUREAU}

# Who opens the case of forming an organisation: the committees, the bureau, the station's head.
OPENS_FORMATIONS = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE, R.BUREAU, R.STATION_HEAD})
# Who proposes to adjust an organisation: the committees and the branch itself; the market line suggests.
OPENS_ADJUSTMENTS = OPENS_FORMATIONS | {R.BRANCH_SECRETARY}

# Who plans joint branches, each its own plans; the department reads those of the townships.
PLANS_BRANCHES = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE, R.BUREAU})
# Elections: the branch, its committee, the department; who guides the branch and the bureau above.
OPENS_ELECTIONS = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE, R.BRANCH_SECRETARY})
ELECTION_HERE = OPENS_ELECTIONS | {R.STATION_HEAD, R.BUREAU}
ELECTION_INSIDE_HERE = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE})

OPENS = {
    "business": BUSINESS_HERE,
    "market": BUSINESS_HERE,
    "organisation": OFFICE_ORG_HERE | ASSOCIATION_ORG_HERE,
    "member": MEMBER_HERE,
    "import": frozenset({R.ORG_DEPT, R.BUREAU}),
    "coverage": DISTRICT | {R.TOWNSHIP_COMMITTEE, R.STATION_HEAD},
    "ledger": DISTRICT | {R.TOWNSHIP_COMMITTEE, R.STATION_HEAD},
    "survey": SURVEYS_HERE,
    "survey row": SURVEY_ROWS_HERE,
    "body": EVERYBODY,
    "system": frozenset({R.SYSTEM_ADMIN}),
    "audit": frozenset({R.AUDIT_ADMIN}),
    "lead": frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE, R.STATION_HEAD, R.INSTRUCTOR}),
    "account": frozenset({R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDIT_ADMIN}),
    # What people reported of themselves is the organization line's alone.
    "self-report": frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE}),
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
    # Opened by the bureau: the township and the guiding office are parties. Kept inside: as above.
    "formation here": CLOSURE_HERE,
    "joining here": CLOSURE_HERE,
    "formation inside here": CLOSURE_OF_MEMBERS,
    # A request of the bureau names nobody; a roster of the township's is read by full names alone.
    "paper here": frozenset({R.ORG_DEPT, R.SOCIAL_WORK_DEPT, R.TOWNSHIP_COMMITTEE, R.BUREAU}),
    "roster here": frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE}),
    "paper template": frozenset({R.ORG_DEPT, R.SYSTEM_ADMIN, R.SECURITY_ADMIN}),
    "plan of the bureau": frozenset({R.BUREAU}),
    "plan of the township": frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE}),
    "election here": ELECTION_HERE,
    "election inside here": ELECTION_INSIDE_HERE,
    # As the formations they follow.
    "establishing here": CLOSURE_HERE,
    "establishing inside here": CLOSURE_OF_MEMBERS,
    "photo here": OFFICE_ORG_HERE,
    "support here": OFFICE_ORG_HERE,
    # Suggested by the guiding office. Proposed by the committee, guided by nobody outside: as above.
    "adjustment here": CLOSURE_HERE,
    "adjustment inside here": CLOSURE_OF_MEMBERS,
    "lead given here": LEAD_GIVEN_HERE,
    "lead of another here": LEAD_OF_ANOTHER_HERE,
    "lead new here": LEAD_NEW_HERE,
    "lead there": LEAD_THERE,
    "registry import": OPENS["import"],
    "roster import": frozenset({R.ORG_DEPT}),
    "own report": frozenset({R.BUREAU}),
    "matching task": frozenset({R.ORG_DEPT}),
    "match pair": frozenset({R.ORG_DEPT}),
    "owner tie": frozenset({R.ORG_DEPT}),
    "own reveal": frozenset({R.TOWNSHIP_COMMITTEE}),
    # The township asked, the department decides.
    "export approval": frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE}),
    "failed job": OPENS["system"],
    "account": OPENS["account"],
    "account role": OPENS["account"],
    "role request": OPENS["account"],
    **dict.fromkeys(
        ("poster here", "claim here", "window here"),
        frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE}),
    ),
    **dict.fromkeys(("poster there", "claim there", "window there"), frozenset({R.ORG_DEPT})),
    "wish here": frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE}),
    "snapshot": DISTRICT | {R.TOWNSHIP_COMMITTEE, R.STATION_HEAD},
    "survey here": SURVEYS_HERE,
    "survey there": frozenset({R.ORG_DEPT, R.BUREAU}),
    "survey row here": SURVEY_ROWS_HERE,
    "survey row there": frozenset({R.ORG_DEPT}),
}
# Who may do what, once the row is in reach.
CHANGES_ORGANISATIONS = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE})
# What a site has is recorded by whoever works with the branch; money by the offices.
RECORDS_SITES = frozenset(
    {
        R.ORG_DEPT,
        R.BUREAU,
        R.TOWNSHIP_COMMITTEE,
        R.STATION_HEAD,
        R.INSTRUCTOR,
        R.BRANCH_SECRETARY,
    }
)
RECORDS_SUPPORT = frozenset({R.ORG_DEPT, R.BUREAU, R.TOWNSHIP_COMMITTEE, R.STATION_HEAD})
ASSIGNS_INSTRUCTORS = frozenset({R.BUREAU, R.STATION_HEAD})
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
# The township ordered the round here; the department stands above all.
RUNS_SURVEYS = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE, R.STATION_HEAD})
ENDS_SURVEYS = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE})
EXPORTS_SURVEYS = RUNS_SURVEYS
# Parameters, working-day calendar, responsibility table.
SETS_RULES = frozenset({R.ORG_DEPT})
# Leads: the roster is asked by the organization line alone; protecting is the department's.
CHECKS_LEADS = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE})
READS_FUNNEL = frozenset({R.ORG_DEPT, R.BUREAU, R.TOWNSHIP_COMMITTEE, R.STATION_HEAD})
PROTECTS = frozenset({R.ORG_DEPT})

# Comparing roster and register: the department runs it, the market line hears a rounded number.
RUNS_MATCHING = frozenset({R.ORG_DEPT})
READS_OWNER_LISTS = frozenset({R.ORG_DEPT, R.TOWNSHIP_COMMITTEE})
HEARS_OF_MATCHING = frozenset({R.BUREAU, R.STATION_HEAD})
