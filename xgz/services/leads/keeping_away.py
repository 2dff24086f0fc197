"""Who is not looked for: people who said no, and people the department protects (LD-13, LD-14)."""

from collections.abc import Iterable
from datetime import date, datetime

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.access.leads import PROTECT
from xgz.models import Lead, Member, ProtectedDigest, RefusalDigest, SelfReport, Sighting, sealing
from xgz.models.fields import new_public_id
from xgz.queries.exports import ExportKind
from xgz.queries.lead_identity import (
    LeadIdentity,
    identities_of,
    is_protected,
    known_as,
    leads_about,
    leads_naming,
    member_digest,
    protected_digests,
    refusal_digests,
)
from xgz.queries.owner_ties import owners_known_as
from xgz.rules.leads import is_whole, number_key
from xgz.rules.self_reports import person_key
from xgz.services import audit
from xgz.services.leads.erasing import erase
from xgz.services.leads.refusals import ProtectedAlready
from xgz.services.leads.turns import turn_to_leave_alone
from xgz.services.leads.unlinking import members_of, unlink, unlink_lead
from xgz.services.reports.keeping import drop_reports
from xgz.services.self_reports.requests import forget_corrections
from xgz.services.transactions import unit_of_work


def keep_away(lead: Lead, today: date) -> None:
    """Keep the digests of whom a lead was about, so that the person is not opened again (LD-13).

    What comparisons say of the person is deleted, and who the person is there kept with them. Part of the caller's transaction, which audits
    the refusal.
    """
    keep_refusal([*known_as(lead), *owners_known_as(members_of(lead))], today)
    unlink_lead(lead)


def keep_refusal(identities: Iterable[LeadIdentity], today: date) -> None:
    """Keep the digests of somebody who said no (LD-13). Part of the caller's transaction."""
    RefusalDigest.objects.bulk_create(
        (RefusalDigest(digest=each, refused_on=today) for each in refusal_digests(identities)),
        ignore_conflicts=True,
    )


@unit_of_work
def protect_member(*, actor: Actor, member: Member, now: datetime) -> None:
    """Take a member out of leads, matching, lists and figures of finding members (LD-14).

    Leads, open or ended, self-reports with the corrections asked for, pairs and ties of the person
    are deleted at once; files made of lists of owners are too, whoever they name. Raises NotPermitted or
    ProtectedAlready.
    """
    access.require(actor, PROTECT)
    turn_to_leave_alone()
    Member.objects.select_for_update().get(pk=member.pk)
    if is_protected(member):
        raise ProtectedAlready(member.public_id)
    group, identities = new_public_id(), [*identities_of(member), *owners_known_as([member])]
    digests = {member_digest(member.public_id), *protected_digests(identities)}
    ProtectedDigest.objects.bulk_create(
        ProtectedDigest(group=group, digest=each, protected_on=actor.today)
        for each in sorted(digests)
    )
    _forget_claims(member, actor, now)
    nameless = LeadIdentity.of(name="", phone=member.phone, id_number=member.id_number, place="")
    found = list(leads_naming(member).values_list("pk", flat=True))
    found += leads_about([nameless, *identities]).values_list("pk", flat=True)
    for lead in Lead.objects.filter(pk__in=found).order_by("pk"):
        erase(lead, actor, now)
    unlink([member])
    drop_reports(kind=ExportKind.OWNER_LIST, now=now)
    _forget_looks(actor, member)
    _record(member, actor, now, "protect")


@unit_of_work
def lift_protection(*, actor: Actor, member: Member, now: datetime) -> None:
    """Let a member be found again. Raises NotPermitted or ProtectedAlready (is not protected)."""
    access.require(actor, PROTECT)
    groups = ProtectedDigest.objects.filter(digest=member_digest(member.public_id))
    rows = ProtectedDigest.objects.filter(group__in=list(groups.values_list("group", flat=True)))
    if not rows.delete()[0]:
        raise ProtectedAlready(member.public_id)
    _forget_looks(actor, member)
    _record(member, actor, now, "unprotect")


def _forget_looks(actor: Actor, member: Member) -> None:
    """Forget that whoever decides has just looked at the member.

    Beside the row of the trail, by the same account, the look would say who was meant.
    """
    if actor.user is not None:
        Sighting.objects.filter(user=actor.user, member=member).delete()


def _forget_claims(member: Member, actor: Actor, now: datetime) -> None:
    """Delete what the member reported by name and phone; the wish to be looked for is over.

    Corrections of it go too, and those of other claims to the member's name and phone.
    """
    if not is_whole(number_key(member.phone)):
        return
    person = person_key(member.name, member.phone)
    claims = SelfReport.objects.filter(person_digest=sealing.digest("self_report.person", person))
    forget_corrections(claims=claims, person=person, by=actor, now=now)
    claims.delete()


def _record(member: Member, actor: Actor, now: datetime, action: str) -> None:
    """The row names the account and the day alone: the trail must not point at the person either."""
    audit.record(
        actor=actor,
        action=f"member.{action}",
        subject_type="member",
        subject_id=sealed_subject(member),
        now=now,
    )


def sealed_subject(member: Member) -> str:
    """Return what the trail calls a protected member: the head of a keyed digest."""
    return member_digest(member.public_id)[:12]
