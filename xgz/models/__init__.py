from xgz.models.adjustments import Adjustment, AdjustmentLine
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
from xgz.models.cases import Case, CaseEvent, CaseParty, CaseReview, Notice, PrivateCase
from xgz.models.closures import Closure
from xgz.models.elections import ElectionCandidate, ElectionVoter, TermElection
from xgz.models.establishing import Establishing
from xgz.models.exchanges import Exchange
from xgz.models.export_approvals import ExportApproval
from xgz.models.formations import (
    Formation,
    FormationDecision,
    FormationMember,
    FormationProcedure,
    FormationTalk,
    FormationUnit,
)
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
from xgz.models.leads import Lead, LeadTally, LeadVisit, ProtectedDigest, RefusalDigest
from xgz.models.matching import (
    MatchingNotice,
    MatchingTask,
    MatchPair,
    NotSame,
    OwnerTie,
)
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
from xgz.models.papers import CasePaper, PaperTemplate
from xgz.models.parameters import CalendarDay, CalendarYear, ParameterValue, Responsibility
from xgz.models.plans import Plan, PlanBranch, PlanGroup, PlanStep, PlanUnit
from xgz.models.reveals import Reveal, Sighting
from xgz.models.self_reports import (
    ConsentRecord,
    FetchedPiece,
    NotMe,
    Poster,
    PosterCode,
    SelfReport,
    SelfReportNameDigest,
    SelfReportRequest,
    SelfReportWindow,
)
from xgz.models.sign_in import KnownDevice, PastPassword, SignedInDevice, UsedCode
from xgz.models.sites import SiteCheck, SiteList, SitePhoto
from xgz.models.snapshots import Snapshot, SnapshotFigure
from xgz.models.supports import Support, SupportUse
from xgz.models.surveys import SurveyReminder, SurveyRound, SurveyRow, SurveyVisit
from xgz.models.transfers import Transfer
from xgz.models.users import User

__all__ = [
    "Adjustment",
    "AdjustmentLine",
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
    "CasePaper",
    "CaseParty",
    "CaseReview",
    "Closure",
    "ConsentRecord",
    "Coverage",
    "ElectionCandidate",
    "ElectionVoter",
    "Establishing",
    "Exchange",
    "ExportApproval",
    "FetchedPiece",
    "Formation",
    "FormationDecision",
    "FormationMember",
    "FormationProcedure",
    "FormationTalk",
    "FormationUnit",
    "Import",
    "ImportChange",
    "ImportMapping",
    "InstructorLink",
    "Job",
    "KnownDevice",
    "Lead",
    "LeadTally",
    "LeadVisit",
    "Market",
    "MatchPair",
    "MatchingNotice",
    "MatchingTask",
    "Member",
    "MemberEvent",
    "MemberLink",
    "MemberNameDigest",
    "MemberWorkplace",
    "NotMe",
    "NotSame",
    "Notice",
    "NumberSeries",
    "Organisation",
    "OrganisationChange",
    "OrganisationPost",
    "OwnerTie",
    "Paper",
    "PaperTemplate",
    "ParameterValue",
    "PastPassword",
    "Plan",
    "PlanBranch",
    "PlanGroup",
    "PlanStep",
    "PlanUnit",
    "Poster",
    "PosterCode",
    "PrivateCase",
    "ProtectedDigest",
    "RefusalDigest",
    "RejectedRow",
    "Report",
    "Responsibility",
    "Reveal",
    "RoleAssignment",
    "RoleRequest",
    "SealedList",
    "SelfReport",
    "SelfReportNameDigest",
    "SelfReportRequest",
    "SelfReportWindow",
    "Sighting",
    "SignedInDevice",
    "SiteCheck",
    "SiteList",
    "SitePhoto",
    "Snapshot",
    "SnapshotFigure",
    "StagedBusiness",
    "StagedRow",
    "Stall",
    "StatusEvent",
    "Support",
    "SupportUse",
    "SurveyReminder",
    "SurveyRound",
    "SurveyRow",
    "SurveyVisit",
    "TermElection",
    "Transfer",
    "UsedCode",
    "User",
]
