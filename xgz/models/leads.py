from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models import sealing
from xgz.models.bodies import Body
from xgz.models.businesses import Business, Market
from xgz.models.cases import PrivateCase
from xgz.models.fields import DigestField, PublicIdField, SealedField, choices
from xgz.models.members import Member
from xgz.models.organisations import Organisation
from xgz.models.transfers import Transfer
from xgz.rules.leads import (
    LEAD,
    OUTCOME_LABELS,
    PLACEMENT_LABELS,
    VISIT_KIND_LABELS,
    LeadState,
)

_PROVEN = [LeadState.CONFIRMED, LeadState.PLACED]
_GONE = [LeadState.MOVED_AWAY]
_NOBODY = "-"


def _one_lead(column: str, condition: Q, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[column], condition=condition & ~Q(**{column: ""}), name=name
    )


def found_digest(member_id: str) -> str:
    """Return by which the leads of a member are found. member_id: its public id."""
    return sealing.digest("lead.found", member_id)


class Lead(PrivateCase):
    """Where a member may be found, and what came of looking (LD-1). Whatever says who is sealed.

    The columns in clear say where and since when: business, market, township. The source is sealed
    too, for it may say what an owner declared; is_inside: only the organization line may read why.
    found: the roster's member (LD-7), sealed and found again by a keyed digest: the owner of the
    business is named in clear (decision 0022). Every checked lead has both, whatever the roster
    said, and so they do not tell who is a member.
    """

    KIND = LEAD
    RELATED = ("business", "market", "area")

    source_sealed = SealedField()
    is_inside = models.BooleanField(default=False)
    source_on = models.DateField("线索日期")
    business = models.ForeignKey(
        Business, null=True, on_delete=models.SET_NULL, related_name="leads"
    )
    market = models.ForeignKey(Market, null=True, on_delete=models.SET_NULL, related_name="leads")
    name_sealed = SealedField()
    phone_sealed = SealedField()
    id_number_sealed = SealedField()
    note_sealed = SealedField()
    capacity_sealed = SealedField()
    # By which the same lead is known again (LD-4); of other purposes than the roster's digests.
    id_digest = DigestField()
    person_digest = DigestField()
    place_digest = DigestField()
    stated_on = models.DateField("本人说明日期", null=True)
    statement_kind_sealed = SealedField()
    statement_says_sealed = SealedField()
    statement_sealed = SealedField()
    checked_on = models.DateField("名册核对日期", null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    check_result_sealed = SealedField()
    check_words_sealed = SealedField()
    found_sealed = SealedField()
    found_digest = DigestField(db_index=True)
    confirmed_on = models.DateField("核实日期", null=True)
    placement = models.CharField(
        "纳入方式", max_length=12, choices=choices(PLACEMENT_LABELS), blank=True
    )
    transfer = models.ForeignKey(
        Transfer, null=True, on_delete=models.SET_NULL, related_name="leads"
    )
    host_org = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="leads"
    )

    class Meta(PrivateCase.Meta):
        constraints = [
            *PrivateCase.Meta.constraints,
            models.CheckConstraint(
                name="lead_confirmed_with_both_proofs",
                condition=~Q(state__in=_PROVEN)
                | Q(stated_on__isnull=False, checked_on__isnull=False, confirmed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="lead_checked_has_sealed_answer",
                condition=Q(checked_on__isnull=True, found_sealed="", found_digest="")
                | Q(checked_on__isnull=False) & ~Q(found_sealed="") & ~Q(found_digest=""),
            ),
            models.CheckConstraint(
                name="lead_placed_somewhere",
                condition=~Q(state=LeadState.PLACED) | ~Q(placement=""),
            ),
            models.CheckConstraint(
                name="lead_instructor_has_station",
                condition=Q(instructor__isnull=True) | Q(station__isnull=False),
            ),
            # Nobody is opened twice, whoever asks at the same moment (LD-4).
            _one_lead("id_digest", ~Q(state__in=_GONE), "one_lead_per_number"),
            _one_lead("person_digest", ~Q(state__in=_GONE), "one_lead_per_person"),
            _one_lead("place_digest", Q(closed_at__isnull=True), "one_open_lead_per_place"),
        ]
        indexes = [
            *PrivateCase.Meta.indexes,
            models.Index(fields=["area", "state", "due_on"], name="lead_list"),
            models.Index(fields=["instructor", "state"], name="lead_instructor"),
        ]

    @property
    def subject(self) -> str:
        if self.business is not None:
            return self.business.name
        if self.market is not None:
            return self.market.name
        return str(self.area) if self.area else ""

    @property
    def source(self) -> str:
        return self._read("source", self.source_sealed)

    @property
    def name(self) -> str:
        return self._read("name", self.name_sealed)

    @property
    def person_name(self) -> str:
        return self.name

    @property
    def phone(self) -> str:
        return self._read("phone", self.phone_sealed)

    @property
    def id_number(self) -> str:
        return self._read("id_number", self.id_number_sealed)

    @property
    def note(self) -> str:
        return self._read("note", self.note_sealed)

    @property
    def capacity(self) -> str:
        return self._read("capacity", self.capacity_sealed)

    @property
    def statement_kind(self) -> str:
        return self._read("statement_kind", self.statement_kind_sealed)

    @property
    def statement_says(self) -> str:
        return self._read("statement_says", self.statement_says_sealed)

    @property
    def statement(self) -> str:
        return self._read("statement", self.statement_sealed)

    @property
    def check_result(self) -> str:
        return self._read("check_result", self.check_result_sealed)

    @property
    def found_id(self) -> str:
        """Return the public id of the member the roster check names, "" where it names nobody."""
        found = self._read("found", self.found_sealed)
        return "" if found == _NOBODY else found

    @property
    def check_words(self) -> str:
        return self._read("check_words", self.check_words_sealed)

    def sealed(self, name: str, clear: str) -> str:
        """Return a text sealed for one of this lead's cells."""
        return sealing.seal(f"lead.{name}", self.public_id, clear)

    def found_columns(self, member: Member | None) -> dict[str, Any]:
        """Return the columns that say whom the roster check named, None: nobody."""
        found = member.public_id if member else _NOBODY
        digest = found_digest(member.public_id if member else f"{_NOBODY}|{self.public_id}")
        return {"found_sealed": self.sealed("found", found), "found_digest": digest}

    def _read(self, name: str, sealed: str) -> str:
        return sealing.unseal(f"lead.{name}", self.public_id, sealed)


class LeadVisit(models.Model):
    """One attempt to meet the person, with what came of it (LD-5)."""

    public_id = PublicIdField()
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="visits")
    visited_on = models.DateField("走访日期")
    kind = models.CharField("方式", max_length=12, choices=choices(VISIT_KIND_LABELS))
    outcome = models.CharField("结果", max_length=12, choices=choices(OUTCOME_LABELS))
    note_sealed = SealedField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("记录时间")

    class Meta:
        indexes = [models.Index(fields=["lead", "visited_on"], name="lead_visits")]

    def __str__(self) -> str:
        return f"visit {self.public_id}"

    @property
    def note(self) -> str:
        return sealing.unseal("lead_visit.note", self.public_id, self.note_sealed)


class RefusalDigest(models.Model):
    """All that stays of somebody who said no: keyed digests of number, and of name and phone (LD-13).

    They have a purpose of their own, so that no other table can be laid beside them.
    """

    digest = DigestField(unique=True)
    refused_on = models.DateField()

    def __str__(self) -> str:
        return self.digest


class ProtectedDigest(models.Model):
    """Somebody who is in no lead, list or figure of finding members (LD-14).

    Keyed digests of the roster row, the ID number, and name and phone, so that a stolen database
    points at nobody. group: tells which digests go together.
    """

    group = models.CharField(max_length=12)
    digest = DigestField()
    protected_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "group"], name="protected_digest_once")
        ]
        indexes = [models.Index(fields=["group"], name="protected_group")]

    def __str__(self) -> str:
        return self.digest


class LeadTally(models.Model):
    """How many leads of a month, township and source came to which end and were deleted (LD-12).

    month: first day of the one they were opened in. end: a LeadState, or rules.leads.RAN_OUT.
    """

    month = models.DateField()
    area = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=16)
    end = models.CharField(max_length=12)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "area", "source", "end"], name="one_tally_per_end"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.source} {self.end} {self.count}"
