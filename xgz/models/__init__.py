from xgz.models.audit import AuditEntry
from xgz.models.bodies import Body, InstructorLink, RoleAssignment
from xgz.models.businesses import (
    AnnualReport,
    Business,
    Market,
    SealedList,
    Stall,
    StatusEvent,
)
from xgz.models.cases import Case, CaseEvent, CaseParty, CaseReview, Notice
from xgz.models.closures import Closure
from xgz.models.imports import (
    Import,
    ImportChange,
    ImportMapping,
    RejectedRow,
    StagedBusiness,
    StagedRow,
)
from xgz.models.jobs import Job, Report
from xgz.models.members import (
    Member,
    MemberEvent,
    MemberLink,
    MemberNameDigest,
    MemberWorkplace,
)
from xgz.models.numbering import NumberSeries, Paper
from xgz.models.organisations import (
    Coverage,
    Organisation,
    OrganisationChange,
    OrganisationPost,
)
from xgz.models.parameters import CalendarDay, CalendarYear, ParameterValue, Responsibility
from xgz.models.snapshots import Snapshot, SnapshotFigure
from xgz.models.transfers import Transfer
from xgz.models.users import User

__all__ = [
    "AnnualReport",
    "AuditEntry",
    "Body",
    "Business",
    "CalendarDay",
    "CalendarYear",
    "Case",
    "CaseEvent",
    "CaseParty",
    "CaseReview",
    "Closure",
    "Coverage",
    "Import",
    "ImportChange",
    "ImportMapping",
    "InstructorLink",
    "Job",
    "Market",
    "Member",
    "MemberEvent",
    "MemberLink",
    "MemberNameDigest",
    "MemberWorkplace",
    "Notice",
    "NumberSeries",
    "Organisation",
    "OrganisationChange",
    "OrganisationPost",
    "Paper",
    "ParameterValue",
    "RejectedRow",
    "Report",
    "Responsibility",
    "RoleAssignment",
    "SealedList",
    "Snapshot",
    "SnapshotFigure",
    "StagedBusiness",
    "StagedRow",
    "Stall",
    "StatusEvent",
    "Transfer",
    "User",
]
