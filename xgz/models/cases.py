"""What all kinds of cases share: the columns of a case, its parties, sub-steps, events, notices.

A case is a row of its own kind's table; the tables here name it by kind and public id.
"""

from typing import TYPE_CHECKING, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models import sealing
from xgz.models.bodies import ROLE_LABELS, Body
from xgz.models.fields import PublicIdField, SealedField, choices
from xgz.rules.case_line import way_ahead
from xgz.rules.cases import VERDICT_LABELS, CaseKind, Duty, Ending, Step
from xgz.rules.notices import NOTICE_LABELS

if TYPE_CHECKING:
    from xgz.models.users import User

_HAS_OWNER = Q(owner_body__isnull=False, due_on__isnull=False) & ~Q(owner_role="")
_HAS_NONE = Q(owner_body__isnull=True, due_on__isnull=True, assignee__isnull=True, owner_role="")


def owner_condition(closed: str = "closed_at") -> Q:
    """Return the condition that an open row has exactly one owner and due date, a closed none."""
    return (Q(**{f"{closed}__isnull": True}) & _HAS_OWNER) | (
        Q(**{f"{closed}__isnull": False}) & _HAS_NONE
    )


class Case(models.Model):
    """One case of some kind: state, owner (a role at a body, perhaps one person), due date (CS-2).

    A kind sets KIND, may set RELATED (what `subject` reads), and names the member it is about, if
    any, in a column `member`. late_since: the due date that passed before the case went up (CS-5).
    """

    KIND: ClassVar[CaseKind]
    RELATED: ClassVar[tuple[str, ...]] = ()

    public_id = PublicIdField()
    number = models.CharField("事项编号", max_length=40, unique=True)
    state = models.CharField("状态", max_length=24)
    version = models.PositiveIntegerField(default=0)  # counts steps: the compare-and-set column
    owner_role = models.CharField(
        "责任岗位", max_length=24, choices=choices(ROLE_LABELS), blank=True
    )
    owner_body = models.ForeignKey(
        Body, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="责任方"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField("办理期限", null=True)
    late_since = models.DateField("超期上报前的期限", null=True)
    # The township it happens in: from it the responsibility table finds the bodies.
    area = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("提出时间")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(name="%(class)s_open_has_one_owner", condition=owner_condition())
        ]
        indexes = [
            models.Index(
                fields=["owner_body", "owner_role", "due_on"],
                condition=Q(closed_at__isnull=True),
                name="%(class)s_inbox",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        """What the case is about, in words without any person's name."""
        raise NotImplementedError

    @property
    def stays_inside(self) -> bool:
        """Test whether only the organization line may be told that the case exists (CB-5)."""
        return False

    @property
    def number_series(self) -> tuple[str, str]:
        """Return the series the case is numbered in and the prefix of its numbers.

        Cases that one side must not know of need a series of their own: a gap would tell (NO-2).
        """
        return self.KIND.name, self.KIND.series

    @property
    def opaque_number(self) -> str:
        """Return a number that belongs to no series, "" where the case takes the next of one."""
        return ""

    def handed_to(self, person: "User | None") -> dict[str, object]:
        """Return the columns that change where its body hands the case to one person."""
        return {"assignee": person}

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def state_label(self) -> str:
        return self.word_of(self.state)

    @property
    def duty(self) -> Duty | None:
        """What the state asks for; None for a closed case."""
        return self.KIND.duty(self.state) if self.is_open else None

    @property
    def ending(self) -> Ending | None:
        """How it ended; None for an open case."""
        return None if self.is_open else self.KIND.ending_of(self.state)

    def word_of(self, state: str) -> str:
        """Return the official word for a state of this very case."""
        return self.KIND.label_of(state)

    def task_of(self, state: str) -> str:
        """Return what an open state of this very case asks for."""
        return self.KIND.duty(state).task

    def step_word(self, action: str, step: Step) -> str:
        """Return what a step of the table is called in this very case."""
        return step.label

    @property
    def states_ahead(self) -> list[str]:
        """The states between the present one and the end of this very case's main line."""
        return way_ahead(self.KIND, self.state)

    def duty_note(self, note: str) -> str:
        """Return the remark of the responsibilities table as far as it holds for this very case."""
        return note

    def fits(self, action: str) -> bool:
        """Test whether a step of the table can ever suit this very case; only such are offered."""
        return True


class PrivateCase(Case):
    """A case that few may know of: it names a person who may be a member (CS-12).

    It is seen by its instructor, by the head of the instructor's station, by the township committee
    of its area and by the organization department, whatever parties it has or had; work that waits
    for an empty seat passes over the market line. It has no sub-steps, and its number tells nothing.
    """

    station = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    instructor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Case.Meta):
        abstract = True

    @property
    def person_name(self) -> str:
        """The name of the person the case is about, "" where nobody told it."""
        raise NotImplementedError

    @property
    def stays_inside(self) -> bool:
        return True

    @property
    def opaque_number(self) -> str:
        return f"{self.KIND.series}-{self.public_id[:8].upper()}"

    def handed_to(self, person: "User | None") -> dict[str, object]:
        """Within the station it is another instructor's from then on; the former loses sight."""
        columns = super().handed_to(person)
        if self.station_id is not None and self.owner_body_id == self.station_id:
            columns["instructor"] = person
        return columns


def case_models() -> list[type[Case]]:
    """Return the model of every kind of case, by the kind's name."""
    found = [model for model in apps.get_models() if issubclass(model, Case)]
    return sorted(found, key=lambda model: model.KIND.name)


def private_models() -> list[type[PrivateCase]]:
    """Return the models of the kinds that few may know of."""
    return [model for model in case_models() if issubclass(model, PrivateCase)]


def case_model(kind: str) -> type[Case]:
    """Return the model of one kind. Raises LookupError for an unknown one."""
    for model in case_models():
        if model.KIND.name == kind:
            return model
    raise LookupError(kind)


class CaseParty(models.Model):
    """Which seat stands behind a party of a case; settled when the case is opened."""

    case_kind = models.CharField(max_length=24)
    case_id = models.CharField(max_length=12)
    party = models.CharField(max_length=24)
    role = models.CharField(max_length=24, choices=choices(ROLE_LABELS))
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_kind", "case_id", "party"], name="one_seat_per_party"
            )
        ]
        indexes = [models.Index(fields=["body", "case_kind"], name="case_party_body")]

    def __str__(self) -> str:
        return f"{self.case_kind} {self.case_id} {self.party}"


class CaseReview(models.Model):
    """A sub-step beside the owner's duty, with its own reviewer and due date (CS-7)."""

    public_id = PublicIdField()
    case_kind = models.CharField(max_length=24)
    case_id = models.CharField(max_length=12)
    key = models.CharField(max_length=24)
    state = models.CharField(max_length=24)  # of the case, when it was asked for
    owner_role = models.CharField(max_length=24, choices=choices(ROLE_LABELS), blank=True)
    owner_body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Whom it was asked of stays known after it is closed and has no owner.
    asked_body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField("反馈期限", null=True)
    asked_due_on = models.DateField("原定期限")
    late_since = models.DateField(null=True)
    opened_at = models.DateTimeField("提出时间")
    closed_at = models.DateTimeField("反馈时间", null=True)
    verdict = models.CharField(max_length=12, choices=choices(VERDICT_LABELS), blank=True)
    opinion_sealed = SealedField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="review_open_has_one_owner", condition=owner_condition()),
            models.UniqueConstraint(
                fields=["case_kind", "case_id", "key"],
                condition=Q(closed_at__isnull=True),
                name="one_open_review_per_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner_body", "owner_role", "due_on"],
                condition=Q(closed_at__isnull=True),
                name="review_inbox",
            ),
            models.Index(fields=["case_kind", "case_id"], name="review_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_kind} {self.case_id} {self.key}"

    @property
    def opinion(self) -> str:
        return sealing.unseal("case_review.opinion", self.public_id, self.opinion_sealed)


class CaseEvent(models.Model):
    """One thing that happened to a case: a step, an assignment, an urging, a move upward.

    action: of the kind's step table, or one of services/cases; body: on whose behalf it was done.
    """

    public_id = PublicIdField()
    case_kind = models.CharField(max_length=24)
    case_id = models.CharField(max_length=12)
    at = models.DateTimeField("时间")
    action = models.CharField(max_length=32)
    label = models.CharField("事项", max_length=40)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField(max_length=40)
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    to_body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    opinion_sealed = SealedField()

    class Meta:
        indexes = [
            models.Index(fields=["case_kind", "case_id", "at"], name="case_event_case"),
            models.Index(fields=["actor", "-at"], name="case_event_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.case_kind} {self.action}"

    @property
    def opinion(self) -> str:
        return sealing.unseal("case_event.opinion", self.public_id, self.opinion_sealed)


class Notice(models.Model):
    """Something a seat is told and signs for: a reminder, an urging, a filing, a note (NT-1).

    subject_id: public id of the sub-step it is about, empty for the case itself. due_on: the due
    date it speaks of; version: of the case at that time, 0 for a sub-step (the same date may be
    set again by a later step). A notice lapses when the case moves on before anybody signed.
    """

    public_id = PublicIdField()
    case_kind = models.CharField(max_length=24)
    case_id = models.CharField(max_length=12)
    subject_id = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=16, choices=choices(NOTICE_LABELS))
    role = models.CharField(max_length=24, choices=choices(ROLE_LABELS))
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField("发出时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    text_sealed = SealedField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField("签收时间", null=True)
    lapsed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A reminder of one due date goes out once, however often the clock jumps (NT-2).
            models.UniqueConstraint(
                fields=["case_kind", "case_id", "subject_id", "kind", "version", "due_on"],
                condition=Q(kind__in=["near", "late"]),
                name="one_reminder_per_due_date",
            )
        ]
        indexes = [
            models.Index(
                # The last two are empty: SQLite counts from an index that holds all that is asked.
                fields=["body", "role", "case_kind", "signed_at", "lapsed_at"],
                condition=Q(signed_at__isnull=True, lapsed_at__isnull=True),
                name="notice_unsigned",
            ),
            models.Index(fields=["case_kind", "case_id"], name="notice_case"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_kind} {self.case_id}"

    @property
    def text(self) -> str:
        return sealing.unseal("notice.text", self.public_id, self.text_sealed)
