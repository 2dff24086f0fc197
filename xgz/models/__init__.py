from xgz.models.allowances import Allowance
from xgz.models.audit import AuditCheck, AuditEntry, AuditHead
from xgz.models.backups import Backup
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
from xgz.models.export_approvals import ExportApproval
from xgz.models.grants import RoleRequest
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
from xgz.models.reveals import Reveal, Sighting
from xgz.models.sign_in import KnownDevice, PastPassword, SignedInDevice, UsedCode
from xgz.models.snapshots import Snapshot, SnapshotFigure
from xgz.models.transfers import Transfer
from xgz.models.users import User

__all__ = [
    "Allowance",
    "AnnualReport",
    "AuditCheck",
    "AuditEntry",
    "AuditHead",
    "Backup",
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
    "ExportApproval",
    "Import",
    "ImportChange",
    "ImportMapping",
    "InstructorLink",
    "Job",
    "KnownDevice",
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
    "PastPassword",
    "RejectedRow",
    "Report",
    "Responsibility",
    "Reveal",
    "RoleAssignment",
    "RoleRequest",
    "SealedList",
    "Sighting",
    "SignedInDevice",
    "Snapshot",
    "SnapshotFigure",
    "StagedBusiness",
    "StagedRow",
    "Stall",
    "StatusEvent",
    "Transfer",
    "UsedCode",
    "User",
]
