"""Deleting a lead with everything that belongs to it; a counter without person stays (LD-11, LD-12)."""

from datetime import datetime
from typing import Any

from django.db.models import F

from xgz.access.actor import Actor
from xgz.access.clock import day_of
from xgz.models import Lead, LeadTally, Reveal, SelfReport
from xgz.rules.leads import RAN_OUT
from xgz.services import audit
from xgz.services.cases.erasing import erase_parts
from xgz.services.self_reports.requests import blank_corrections


def erase(lead: Lead, by: Actor, now: datetime) -> None:
    """Delete a lead with parties, events, notices, visits and claims, and count its end.

    Part of the caller's transaction. The looks at its phone stay for the supervisor with who looked,
    when and for which reason, without the lead and without words (RV-6); a correction asked for of
    its self-report stays to be answered, without the values. The audit row says that a lead of this
    id went, and nothing of whom it was about.
    """
    _count(lead)
    erase_parts(lead)
    blank_corrections(SelfReport.objects.filter(lead=lead))  # a claim goes with its lead
    Reveal.objects.filter(lead=lead).update(lead=None, case_id="", words_sealed="")
    public_id = lead.public_id
    lead.delete()
    audit.record(
        actor=by,
        action="lead.erase",
        subject_type="lead",
        subject_id=public_id,
        now=now,
    )


def _count(lead: Lead) -> None:
    end = lead.state if lead.closed_at is not None else RAN_OUT
    month = day_of(lead.opened_at).replace(day=1)
    key: dict[str, Any] = {
        "month": month,
        "area_id": lead.area_id,
        "source": lead.source,
        "end": end,
    }
    LeadTally.objects.get_or_create(**key)
    LeadTally.objects.filter(**key).update(count=F("count") + 1)
