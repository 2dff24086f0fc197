"""Changes of Party organisations; every one keeps what was before as dated rows."""

from xgz.services.organisations.changes import (
    CodeTaken,
    NameTaken,
    NothingChanges,
    OrganisationNotEmpty,
    change_guidance,
    confirm_organisation,
    dissolve_organisation,
    move_organisation,
    record_election,
    record_life,
    rename_organisation,
    set_up_organisation,
)
from xgz.services.organisations.coverage import AlreadyCovered, cover_unit, end_coverage
from xgz.services.organisations.entering import WorkOpen, enter_dissolution, enter_merger
from xgz.services.organisations.joining import (
    NothingChosen,
    NotOfThisOrganisation,
    merge_organisation,
    split_organisation,
)
from xgz.services.organisations.placing import (
    SubordinatesLeft,
    SuperiorNotAllowed,
    TreeTooDeep,
    UnderItself,
)
from xgz.services.organisations.posts import AlreadyAppointed, HolderMissing, appoint, relieve
from xgz.services.organisations.records import (
    ChangedMeanwhile,
    DateNotAllowed,
    OrganisationNotActive,
)

__all__ = [
    "AlreadyAppointed",
    "AlreadyCovered",
    "ChangedMeanwhile",
    "CodeTaken",
    "DateNotAllowed",
    "HolderMissing",
    "NameTaken",
    "NotOfThisOrganisation",
    "NothingChanges",
    "NothingChosen",
    "OrganisationNotActive",
    "OrganisationNotEmpty",
    "SubordinatesLeft",
    "SuperiorNotAllowed",
    "TreeTooDeep",
    "UnderItself",
    "WorkOpen",
    "appoint",
    "change_guidance",
    "confirm_organisation",
    "cover_unit",
    "dissolve_organisation",
    "enter_dissolution",
    "enter_merger",
    "end_coverage",
    "merge_organisation",
    "move_organisation",
    "record_election",
    "record_life",
    "relieve",
    "rename_organisation",
    "set_up_organisation",
    "split_organisation",
]
