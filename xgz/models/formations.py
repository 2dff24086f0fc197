from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models import sealing
from xgz.models.bodies import Body
from xgz.models.businesses import Business
from xgz.models.cases import Case
from xgz.models.fields import PublicIdField, SealedField, choices
from xgz.models.members import Member
from xgz.rules.cases import Step
from xgz.rules.formation_procedures import (
    TASK_LABELS,
    WAITING_LABELS,
    WAY_LABELS,
    Procedure,
    ProcedureStep,
    Way,
    is_decided,
    passing_label,
)
from xgz.rules.formations import (
    CONSENT_LABELS,
    FORMATION,
    MENDING_LABEL,
    MENDING_TASK,
    ORIGIN_LABELS,
    ROOM_LABELS,
    STEP_STATES,
    STRAIGHT,
    FormationAction,
    FormationState,
    Origin,
    step_number,
)
from xgz.rules.organisations import FORMATION_MODE_LABELS, FormationMode


class Formation(Case):
    """An organisation that is to be formed: its file, and who has approved it so far (FM-1).

    steps: the procedure it walks, as it was settled when it was opened (FM-8, FM-11).
    """

    KIND = FORMATION

    name = models.CharField("拟成立党组织名称", max_length=120)
    mode = models.CharField(
        "组建方式",
        max_length=16,
        choices=choices(FORMATION_MODE_LABELS),
        default=FormationMode.JOINT,
    )
    origin = models.CharField(
        "来源", max_length=16, choices=choices(ORIGIN_LABELS), default=Origin.BY_HAND
    )
    plan_group = models.CharField("规划分组", max_length=40, blank=True)
    steps = models.JSONField(default=list)
    room = models.CharField("活动场所", max_length=8, choices=choices(ROOM_LABELS), blank=True)
    room_place = models.CharField("场所位置", max_length=120, blank=True)
    secretary = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    instructor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    step_due_on = models.DateField("本环节期限", null=True)
    beside_due_on = models.DateField("协同审核期限", null=True)
    # The step that asked for more papers and gets the file straight back; 0: none (FM-17).
    back_to = models.PositiveSmallIntegerField(default=0)
    # Somebody of the market line or the association is a party, so the line knows of it (FM-13).
    is_shared = models.BooleanField(default=False)

    class Meta(Case.Meta):
        constraints = [
            *Case.Meta.constraints,
            models.CheckConstraint(
                name="formation_mended_while_prepared",
                condition=Q(back_to=0) | Q(state=FormationState.PREPARING.value),
            ),
        ]

    @property
    def subject(self) -> str:
        return self.name

    @property
    def stays_inside(self) -> bool:
        return not self.is_shared

    @property
    def number_series(self) -> tuple[str, str]:
        if self.is_shared:
            return super().number_series
        return f"{self.KIND.name}.inside", f"{self.KIND.series}内"

    @property
    def procedure(self) -> Procedure:
        """The steps this very case walks, in order."""
        return tuple(ProcedureStep.read(step) for step in self.steps)

    def step_of(self, state: str) -> ProcedureStep | None:
        """Return the step of the procedure a state stands for, None for any other state."""
        number, procedure = step_number(state), self.procedure
        return procedure[number - 1] if 0 < number <= len(procedure) else None

    @property
    def is_mended(self) -> bool:
        """Test whether the file is only mended: what was approved before stands (FM-17)."""
        return self.state == FormationState.PREPARING and self.back_to > 0

    @property
    def is_decided(self) -> bool:
        """Test whether the organisation is approved, and the case open for filings alone."""
        passed = (step_number(self.state) or self.back_to) - 1
        return is_decided(self.procedure, max(passed, 0))

    def word_of(self, state: str) -> str:
        if state == self.state and self.is_mended:
            return MENDING_LABEL
        step = self.step_of(state)
        return WAITING_LABELS[step.stage, step.way] if step else super().word_of(state)

    def task_of(self, state: str) -> str:
        if state == self.state and self.is_mended:
            return MENDING_TASK
        step = self.step_of(state)
        return TASK_LABELS[step.stage, step.way] if step else super().task_of(state)

    def step_word(self, action: str, step: Step) -> str:
        number = step_number(self.state)
        if number and action in (FormationAction.AGREE, FormationAction.CONCLUDE):
            return passing_label(self.procedure, number) or step.label
        return super().step_word(action, step)

    @property
    def states_ahead(self) -> list[str]:
        if not self.is_open:
            return []
        walked = STEP_STATES[: len(self.steps)]
        at = self.back_to - 1 if self.is_mended else step_number(self.state)
        return [str(each) for each in (*walked[at:], FormationState.APPROVED)]

    def fits(self, action: str) -> bool:
        """A case ends after the last of its own steps; what is approved is not refused (FM-11).

        A mended file goes back to the step that asked for it, and nowhere else (FM-17).
        """
        number, procedure = step_number(self.state), self.procedure
        at = self.step_of(self.state)
        if action == FormationAction.SEND:
            return not self.is_mended
        if action in STRAIGHT:
            return self.is_mended and self.back_to == STRAIGHT[FormationAction(action)]
        if action == FormationAction.AGREE:
            return number < len(procedure)
        if action == FormationAction.CONCLUDE:
            return number == len(procedure)
        if action == FormationAction.REFUSE:
            return at is not None and at.way is Way.APPROVE
        if action == FormationAction.WITHDRAW:
            return not self.is_decided
        return True


class FormationUnit(models.Model):
    """A business the organisation would cover. consent: what its owner said last (FM-6).

    is_held: no other of the same side plans with it yet (FM-15). is_inside:
    as the case was opened; the other side must not learn of it by a refusal (FM-13).
    """

    public_id = PublicIdField()
    formation = models.ForeignKey(Formation, on_delete=models.PROTECT, related_name="units")
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="formation_units")
    consent = models.CharField("态度", max_length=8, choices=choices(CONSENT_LABELS), blank=True)
    is_held = models.BooleanField(default=True)
    is_inside = models.BooleanField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["formation", "business"], name="unit_once_a_formation"),
            models.UniqueConstraint(
                fields=["business", "is_inside"],
                condition=Q(is_held=True),
                name="unit_in_one_open_formation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.formation_id} {self.business_id}"


class FormationMember(models.Model):
    """Somebody who is to join. is_held: not yet let go (FM-15).

    asked_at: when whoever may propose the transfer was last asked for it (FM-20).
    """

    public_id = PublicIdField()
    formation = models.ForeignKey(Formation, on_delete=models.PROTECT, related_name="members")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="formations")
    is_held = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["formation", "member"], name="member_once_a_formation"),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(is_held=True),
                name="member_in_one_open_formation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.formation_id} {self.member_id}"


class FormationTalk(models.Model):
    """A talk with the owner of a unit: when, what the owner said, who talked (FM-6)."""

    public_id = PublicIdField()
    unit = models.ForeignKey(FormationUnit, on_delete=models.CASCADE, related_name="talks")
    talked_on = models.DateField("谈话日期")
    consent = models.CharField("态度", max_length=8, choices=choices(CONSENT_LABELS))
    note_sealed = SealedField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="talk_says_something", condition=~Q(consent=""))]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.talked_on}"

    @property
    def note(self) -> str:
        return sealing.unseal("formation_talk.note", self.public_id, self.note_sealed)


class FormationDecision(models.Model):
    """A step of the procedure that was passed; it stands until the case is given back (FM-11)."""

    formation = models.ForeignKey(Formation, on_delete=models.PROTECT, related_name="decisions")
    step = models.PositiveSmallIntegerField("环节")
    way = models.CharField("办理方式", max_length=8, choices=choices(WAY_LABELS))
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("办理时间")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["formation", "step"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_decision_a_step",
            )
        ]

    def __str__(self) -> str:
        return f"{self.formation_id} {self.step}"


class FormationProcedure(models.Model):
    """The district's own steps from a day on; never changed, only followed (FM-8)."""

    public_id = PublicIdField()
    steps = models.JSONField()
    valid_from = models.DateField("起用日期")
    reason = models.CharField("依据", max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)  # taken back before its first day

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["valid_from"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_procedure_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}"

    @property
    def procedure(self) -> Procedure:
        """The steps, in order."""
        return tuple(ProcedureStep.read(step) for step in self.steps)
