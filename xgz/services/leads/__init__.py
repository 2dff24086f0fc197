"""Leads: opened by a source, visited by an instructor, confirmed and placed by the committee (LD-1)."""

from collections.abc import Callable
from typing import Any

from xgz.rules.leads import LeadAction
from xgz.services.leads.amending import amend_place
from xgz.services.leads.assigning import assign, give_back, reassign
from xgz.services.leads.deciding import (
    close_as_withdrawn,
    confirm,
    move_away,
    reconsider,
    refuse,
    rule_out,
    withdraw,
)
from xgz.services.leads.declarations import (
    MOST_AT_ONCE,
    PlannedLeads,
    leads_from_declarations,
    planned_from_declarations,
)
from xgz.services.leads.joining import arrive, join_formation, place_arrived
from xgz.services.leads.keeping_away import lift_protection, protect_member
from xgz.services.leads.opening import LeadDraft, open_lead
from xgz.services.leads.placing import Place, place
from xgz.services.leads.recording import (
    Visit,
    record_roster_check,
    record_statement,
    record_visit,
    statement_of_person,
)
from xgz.services.leads.refusals import (
    BusinessMissing,
    DayNotPossible,
    HostMissing,
    MemberNotEntered,
    MemberNotNamed,
    NameDiffers,
    NobodyMet,
    NotAnInstructorHere,
    NotFormedYet,
    NotInNotice,
    NoTownship,
    OtherTownship,
    PlaceTaken,
    ProtectedAlready,
    TransferMissing,
    WordsMissing,
)
from xgz.services.leads.sweeping import sweep_leads

ACTIONS: dict[LeadAction, Callable[..., Any]] = {
    LeadAction.ASSIGN: assign,
    LeadAction.REASSIGN: reassign,
    LeadAction.GIVE_BACK: give_back,
    LeadAction.VISIT: record_visit,
    LeadAction.CONFIRM: confirm,
    LeadAction.RECONSIDER: reconsider,
    LeadAction.PLACE: place,
    LeadAction.ARRIVE: arrive,
    LeadAction.REFUSE: refuse,
    LeadAction.RULE_OUT: rule_out,
    LeadAction.MOVE_AWAY: move_away,
    LeadAction.WITHDRAW: withdraw,
}

__all__ = [
    "ACTIONS",
    "BusinessMissing",
    "DayNotPossible",
    "HostMissing",
    "LeadDraft",
    "MOST_AT_ONCE",
    "MemberNotEntered",
    "MemberNotNamed",
    "NameDiffers",
    "NoTownship",
    "NobodyMet",
    "NotAnInstructorHere",
    "NotFormedYet",
    "NotInNotice",
    "OtherTownship",
    "Place",
    "PlaceTaken",
    "PlannedLeads",
    "ProtectedAlready",
    "TransferMissing",
    "Visit",
    "WordsMissing",
    "amend_place",
    "arrive",
    "assign",
    "close_as_withdrawn",
    "confirm",
    "give_back",
    "join_formation",
    "leads_from_declarations",
    "lift_protection",
    "move_away",
    "open_lead",
    "place",
    "place_arrived",
    "planned_from_declarations",
    "protect_member",
    "reassign",
    "reconsider",
    "record_roster_check",
    "record_statement",
    "record_visit",
    "refuse",
    "rule_out",
    "statement_of_person",
    "sweep_leads",
    "withdraw",
]
