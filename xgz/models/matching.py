"""Matching of roster and register: tasks, pairs to be looked at, what came of them (MT-1…).

The owner of a business is named in clear in the register. So nothing here ties a member to a
business in clear: a tie is sealed, and found again by keyed digests (decision 0022).
"""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models import sealing
from xgz.models.bodies import Body
from xgz.models.fields import DigestField, PublicIdField, SealedField, choices
from xgz.rules.linkage.verdicts import Verdict
from xgz.rules.matching import (
    DECISION_LABELS,
    DETAIL_MAX,
    NUMBER_MAX,
    PURPOSE_LABELS,
    TASK_STATE_LABELS,
    Decision,
    TaskState,
)

VERDICT_LABELS: dict[Verdict, str] = {Verdict.SAME: "同一人", Verdict.POSSIBLE: "可能是同一人"}
_MEMBER, _BUSINESS = "match.member", "match.business"
_NOT_SAME, _OWNER = "match.not_same", "match.owner"


def member_digest(public_id: str) -> str:
    """Return the digest by which the ties of a member are found."""
    return sealing.digest(_MEMBER, public_id)


def business_digest(public_id: str) -> str:
    """Return the digest by which the tie of a business's owner is found."""
    return sealing.digest(_BUSINESS, public_id)


def owner_digests(*, business: str, name: str, id_number: str) -> tuple[str, str]:
    """Return by which name and ID number an owner is known again; business: its public id.

    The second is "" where the number is unknown.
    """
    number = sealing.digest(_OWNER, f"{business}|number|{id_number}") if id_number else ""
    return sealing.digest(_OWNER, f"{business}|name|{name}"), number


def identities_digest(
    *,
    name: str,
    born_on: str,
    id_number: str,
    phone: str,
    owner_name: str,
    owner_id: str,
    business: str,
) -> str:
    """Return the digest of two identities, by which a "no" is known again (MT-5).

    By the ID numbers where they are there, else by name, birth date and phone, and by the owner's
    name and business (public id): another document, or another owner, is another question.
    """
    member = id_number or f"{name}|{born_on}|{phone}"
    owner = f"{owner_id}|{owner_name}" if owner_id else f"{owner_name}|{business}"
    return sealing.digest(_NOT_SAME, f"{member}||{owner}")


def sealed_tie(column: str, row: str, *, member: str, business: str) -> str:
    """Return a tie sealed for one cell; member, business: public ids."""
    return sealing.seal(column, row, json.dumps([member, business]))


class MatchingTask(models.Model):
    """One comparison of the roster with the owners of some townships, and what it rests on (MT-1).

    compared_members, compared_owners, found, known: how many people went in, how many pairs came
    out, how many of them the roster knew. told: leads handed out, as the market line heard it.
    """

    public_id = PublicIdField()
    legal_basis = models.CharField("法律依据", max_length=DETAIL_MAX, blank=True)
    document_number = models.CharField("文件编号", max_length=NUMBER_MAX, blank=True)
    purpose = models.CharField("用途", max_length=12, choices=choices(PURPOSE_LABELS), blank=True)
    expires_on = models.DateField("到期日", null=True)
    areas = models.ManyToManyField(Body, related_name="+")
    assessment_name = models.CharField(max_length=60, blank=True)
    assessment_kept_until = models.DateField(null=True)
    state = models.CharField(
        "状态", max_length=12, choices=choices(TASK_STATE_LABELS), default=TaskState.DRAFT
    )
    version = models.PositiveIntegerField(default=0)  # counts changes: the compare-and-set column
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("建立时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    pairs_until = models.DateField(null=True)
    compared_members = models.PositiveIntegerField(default=0)
    compared_owners = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="task_runs_with_its_papers",
                condition=Q(state__in=[TaskState.DRAFT, TaskState.EXPIRED])
                | (~Q(legal_basis="") & ~Q(document_number="") & ~Q(purpose=""))
                & Q(expires_on__isnull=False)
                & ~Q(assessment_name=""),
            )
        ]
        indexes = [models.Index(fields=["-created_at"], name="matching_task_newest")]

    def __str__(self) -> str:
        return f"matching task {self.public_id}"


class MatchPair(models.Model):
    """Two rows that may be one person, for a clerk to decide (MT-5). Which two is sealed.

    turn: its place in the queue. No score, weight or likelihood is kept (MT-4).
    """

    public_id = PublicIdField()
    task = models.ForeignKey(MatchingTask, on_delete=models.CASCADE, related_name="pairs")
    turn = models.PositiveIntegerField()
    tie_sealed = SealedField()
    reason_sealed = SealedField()
    verdict = models.CharField(max_length=8, choices=choices(VERDICT_LABELS))
    member_digest = DigestField()
    business_digest = DigestField()
    pair_digest = DigestField()
    decision = models.CharField(
        max_length=8, choices=choices(DECISION_LABELS), default=Decision.OPEN
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "member_digest", "business_digest"], name="pair_once_a_task"
            ),
            models.UniqueConstraint(
                fields=["business_digest"],
                condition=Q(decision=Decision.YES),
                name="one_member_for_an_owner",
            ),
            models.CheckConstraint(
                name="decided_pair_has_a_moment",
                condition=Q(decision=Decision.OPEN, decided_at__isnull=True)
                | (~Q(decision=Decision.OPEN) & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["task", "decision", "turn"], name="match_pair_queue"),
            models.Index(fields=["business_digest"], name="match_pair_business"),
        ]

    def __str__(self) -> str:
        return f"pair {self.public_id}"

    @property
    def reason(self) -> str:
        return sealing.unseal("match_pair.reason", self.public_id, self.reason_sealed)

    @property
    def tie(self) -> str:
        return sealing.unseal("match_pair.tie", self.public_id, self.tie_sealed)

    @property
    def ends(self) -> tuple[str, str]:
        """Return the public ids of the member and of the business."""
        return _ends_of(self.tie)


class NotSame(models.Model):
    """A keyed digest of two identities that a clerk said are not one person (MT-5)."""

    digest = DigestField(unique=True)
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest


class OwnerTie(models.Model):
    """The owner of a business is this member of the roster, as a clerk confirmed (MT-6).

    owner_digest, number_digest: of the owner's name and ID number at that time ("": unknown); with
    another owner the tie holds no longer. lead_at,
    lead_by: when and by whom its lead is still to be opened; empty again from then on.
    """

    public_id = PublicIdField()
    tie_sealed = SealedField()
    member_digest = DigestField(db_index=True)
    business_digest = DigestField()
    owner_digest = DigestField()
    number_digest = DigestField()
    purpose = models.CharField(max_length=12, choices=choices(PURPOSE_LABELS))
    confirmed_on = models.DateField()
    expires_on = models.DateField()  # of the task it came of; the tie goes with it
    lead_at = models.DateTimeField(null=True)
    lead_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business_digest", "purpose"], name="one_tie_for_an_owner_and_purpose"
            )
        ]

    def __str__(self) -> str:
        return f"owner tie {self.public_id}"

    @property
    def tie(self) -> str:
        return sealing.unseal("owner_tie.tie", self.public_id, self.tie_sealed)

    @property
    def ends(self) -> tuple[str, str]:
        """Return the public ids of the member and of the business."""
        return _ends_of(self.tie)


class MatchingNotice(models.Model):
    """What a body of the market line hears of a comparison: it is done, and about how many (MT-7)."""

    public_id = PublicIdField()
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    about = models.PositiveIntegerField()
    made_on = models.DateField()  # a day: the moment would point at the leads

    class Meta:
        indexes = [models.Index(fields=["body", "-made_on"], name="matching_notice_newest")]

    def __str__(self) -> str:
        return f"matching notice {self.public_id}"


def _ends_of(tie: str) -> tuple[str, str]:
    values: Any = json.loads(tie)
    return str(values[0]), str(values[1])
