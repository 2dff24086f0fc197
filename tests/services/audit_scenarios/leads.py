"""Leads: what is written down on the way, deleting, protecting, floating registration."""

from datetime import timedelta

from tests.factories import TODAY, make_member
from tests.factories.leads import instructor_of, make_known_member, make_lead
from tests.services.audit_scenarios.stage import Deed, Stage, make_branch, one
from tests.services.cases.kinds import moment
from xgz.access.actor import clock_actor
from xgz.queries.lead_identity import member_digest
from xgz.rules.leads import LeadState, StatementKind, StatementSays
from xgz.services import leads, members


def statement_recorded(stage: Stage) -> Deed:
    lead = make_lead(state=LeadState.ASSIGNED)
    actor = instructor_of(lead)
    return Deed(
        lambda: leads.record_statement(
            case=lead,
            actor=actor,
            now=moment(),
            kind=StatementKind.IN_PERSON,
            says=StatementSays.MEMBER,
        ),
        actor,
        one("lead.statement", "lead", lead.public_id),
    )


def lead_erased(stage: Stage) -> Deed:
    lead = make_lead(state=LeadState.REFUSED)
    public_id = lead.public_id
    return Deed(
        lambda: leads.sweep_leads(now=moment() + timedelta(days=1)),
        clock_actor(TODAY),
        one("lead.erase", "lead", public_id),
    )


def member_protected(stage: Stage) -> Deed:
    member, actor = make_known_member(), stage.department
    return Deed(
        lambda: leads.protect_member(actor=actor, member=member, now=moment()),
        actor,
        one("member.protect", "member", member_digest(member.public_id)[:12]),
    )


def protection_lifted(stage: Stage) -> Deed:
    member, actor = make_known_member(), stage.department
    leads.protect_member(actor=actor, member=member, now=moment())
    return Deed(
        lambda: leads.lift_protection(actor=actor, member=member, now=moment()),
        actor,
        one("member.unprotect", "member", member_digest(member.public_id)[:12]),
    )


def floating_registered(stage: Stage) -> Deed:
    actor, host = stage.department, make_branch(stage)
    member = make_member(make_branch(stage))
    return Deed(
        lambda: members.register_floating(actor=actor, member=member, host=host, now=moment()),
        actor,
        one("member.floating", "member", member.public_id),
    )
