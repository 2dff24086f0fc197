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
from xgz.models.imports import (
    Import,
    ImportChange,
    ImportMapping,
    RejectedRow,
    StagedBusiness,
    StagedRow,
)
from xgz.models.members import (
    Member,
    MemberEvent,
    MemberLink,
    MemberNameDigest,
    MemberWorkplace,
)
from xgz.models.organisations import (
    Coverage,
    Organisation,
    OrganisationChange,
    OrganisationPost,
)
from xgz.models.users import User

__all__ = [
    "AnnualReport",
    "AuditEntry",
    "Body",
    "Business",
    "Coverage",
    "Import",
    "ImportChange",
    "ImportMapping",
    "InstructorLink",
    "Market",
    "Member",
    "MemberEvent",
    "MemberLink",
    "MemberNameDigest",
    "MemberWorkplace",
    "Organisation",
    "OrganisationChange",
    "OrganisationPost",
    "RejectedRow",
    "RoleAssignment",
    "SealedList",
    "StagedBusiness",
    "StagedRow",
    "Stall",
    "StatusEvent",
    "User",
]
