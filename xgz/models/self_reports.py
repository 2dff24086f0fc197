from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xgz.models import sealing
from xgz.models.bodies import Body
from xgz.models.businesses import Business, Market
from xgz.models.cases import Case
from xgz.models.fields import DigestField, PublicIdField, SealedField, choices
from xgz.models.leads import Lead
from xgz.rules.self_report_requests import SELF_REPORT_REQUEST
from xgz.rules.self_reports import (
    CHANNEL_LABELS,
    CONSENT_EVENT_LABELS,
    COUNTER_LENGTH,
    DOUBT_REASON_LABELS,
    PURPOSE_LABELS,
    REPORT_STATE_LABELS,
    TOPIC_LABELS,
    VERIFICATION_LABELS,
    Answers,
    Purpose,
    ReportState,
    RequestTopic,
)

NAME_SEARCH = "self_report.name"  # what the digests of a claim's name are made for
PHONE_END_SEARCH = "self_report.phone_end"
PHONE_END_LENGTH = 4


class SelfReportWindow(models.Model):
    """When people of a township are asked to report themselves, before any matching (SR-8).

    Both ends count. withdrawn_at: taken back before its first day.
    """

    public_id = PublicIdField()
    area = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name="乡镇")
    opens_on = models.DateField("起始日期")
    closes_on = models.DateField("终止日期")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="window_ends_after_it_begins", condition=Q(closes_on__gte=F("opens_on"))
            ),
            models.UniqueConstraint(
                fields=["area", "opens_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_window_per_first_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.opens_on}"


class Poster(models.Model):
    """A poster that invites people to report themselves: where it hangs, how it may be used (SR-1).

    The place is a township, and in it perhaps a market or a business, and a counter in words. One
    whose business or market leaves the register is left with the rest.
    received: claims sent by it; who looked at the page is not counted.
    """

    public_id = PublicIdField()
    area = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name="乡镇")
    market = models.ForeignKey(
        Market, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    business = models.ForeignKey(
        Business, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    counter = models.CharField("张贴位置", max_length=COUNTER_LENGTH, blank=True)
    purpose = models.CharField(
        "用途", max_length=16, choices=choices(PURPOSE_LABELS), default=Purpose.FIND_BRANCH
    )
    notice_version = models.PositiveSmallIntegerField("告知书版本")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("制作时间")
    revoked_at = models.DateTimeField("停用时间", null=True)
    received = models.PositiveIntegerField("收到登记", default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="poster_hangs_in_one_place",
                condition=Q(market__isnull=True) | Q(business__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"poster {self.public_id}"

    @property
    def place(self) -> str:
        """Where it hangs, in public words."""
        spot = self.market or self.business
        parts = [str(spot.name) if spot else "", self.counter]
        return " ".join(part for part in parts if part) or self.area.name


class PosterCode(models.Model):
    """One code of a poster, in its address; both days count (SR-2).

    A poster has one current code; one that another took the place of works to its last day.
    """

    public_id = PublicIdField()
    poster = models.ForeignKey(Poster, on_delete=models.CASCADE, related_name="codes")
    valid_from = models.DateField("启用日期")
    valid_to = models.DateField("有效期至")
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["poster"], condition=Q(is_current=True), name="one_current_code"
            ),
            models.CheckConstraint(
                name="code_ends_after_it_begins", condition=Q(valid_to__gte=F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"code {self.public_id}"


class SelfReport(models.Model):
    """What somebody reports of themselves: a claim, until it is verified (SR-4). Sealed (PR-1).

    The person is known again by keyed digests; the receipt code by which the person looks at it is
    kept as a keyed digest alone. phone_end_digest: of the last four of the phone, for search.
    """

    public_id = PublicIdField()
    poster = models.ForeignKey(Poster, on_delete=models.PROTECT, related_name="reports")
    name_sealed = SealedField()
    phone_sealed = SealedField()
    branch_sealed = SealedField()
    last_four_sealed = SealedField()
    reach_sealed = SealedField()
    person_digest = DigestField(db_index=True)
    phone_digest = DigestField(db_index=True)
    phone_end_digest = DigestField(db_index=True)
    receipt_digest = DigestField(unique=True)
    notice_version = models.PositiveSmallIntegerField("告知书版本")
    purpose = models.CharField("用途", max_length=16, choices=choices(PURPOSE_LABELS))
    channel = models.CharField("渠道", max_length=8, choices=choices(CHANNEL_LABELS))
    consented_at = models.DateTimeField("同意时间")
    received_at = models.DateTimeField("收到时间")
    corrected_at = models.DateTimeField("改正时间", null=True)
    state = models.CharField(
        "状态", max_length=16, choices=choices(REPORT_STATE_LABELS), default=ReportState.NEW
    )
    verification = models.CharField(
        "核实方式", max_length=8, choices=choices(VERIFICATION_LABELS), blank=True
    )
    doubt = models.CharField(
        "不采信原因", max_length=12, choices=choices(DOUBT_REASON_LABELS), blank=True
    )
    decided_at = models.DateTimeField("办理时间", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Named its phone more often than the day allows: kept as any claim, but off the desk (SR-6).
    is_surplus = models.BooleanField(default=False)
    # What a verified claim became; it goes with it. Null where nobody may be looked for (LD-13).
    lead = models.ForeignKey(Lead, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="decided_report_says_when",
                condition=Q(state=ReportState.NEW, decided_at__isnull=True)
                | (~Q(state=ReportState.NEW) & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="doubt_of_not_credible_alone",
                condition=Q(doubt="") | Q(state=ReportState.NOT_CREDIBLE),
            ),
        ]
        indexes = [models.Index(fields=["state", "received_at"], name="self_report_age")]

    def __str__(self) -> str:
        return f"self-report {self.public_id}"

    @property
    def edition(self) -> str:
        """Which of the values the person gave are at hand: another text after each correction."""
        return self.corrected_at.isoformat() if self.corrected_at else "first"

    @property
    def answers(self) -> Answers:
        """What the person said, as it is kept now."""
        return Answers(self.name, self.phone, self.branch, self.last_four, self.reach)

    @property
    def name(self) -> str:
        return sealing.unseal("self_report.name", self.public_id, self.name_sealed)

    @property
    def phone(self) -> str:
        return sealing.unseal("self_report.phone", self.public_id, self.phone_sealed)

    @property
    def branch(self) -> str:
        return sealing.unseal("self_report.branch", self.public_id, self.branch_sealed)

    @property
    def last_four(self) -> str:
        return sealing.unseal("self_report.last_four", self.public_id, self.last_four_sealed)

    @property
    def reach(self) -> str:
        return sealing.unseal("self_report.reach", self.public_id, self.reach_sealed)


class SelfReportNameDigest(models.Model):
    """Keyed digests of the characters and pairs of the name on a claim, for search within reach."""

    report = models.ForeignKey(SelfReport, on_delete=models.CASCADE, related_name="name_digests")
    digest = DigestField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "report"], name="claim_name_digest_once")
        ]

    def __str__(self) -> str:
        return self.digest


class ConsentRecord(models.Model):
    """That somebody agreed to a notice, or took it back: without the person, for three years (SR-5).

    report_id: public id the claim had; it may be gone. person_digest: keyed, of name and phone.
    """

    report_id = models.CharField(max_length=12)
    event = models.CharField("事项", max_length=12, choices=choices(CONSENT_EVENT_LABELS))
    at = models.DateTimeField("时间")
    person_digest = DigestField()
    notice_version = models.PositiveSmallIntegerField("告知书版本")
    purpose = models.CharField("用途", max_length=16, choices=choices(PURPOSE_LABELS))
    channel = models.CharField("渠道", max_length=8, choices=choices(CHANNEL_LABELS))

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="consent_age"),
            models.Index(fields=["report_id"], name="consent_of_report"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.at:%Y-%m-%d}"


class NotMe(models.Model):
    """Somebody says that another person gave their phone; worked off and deleted by the clock (SR-7).

    Kept for an hour or so: the page asks nothing of the tables, so its answer tells nothing.
    """

    public_id = PublicIdField()
    phone_sealed = SealedField()
    words_sealed = SealedField()
    phone_digest = DigestField()
    asked_at = models.DateTimeField("时间", db_index=True)

    def __str__(self) -> str:
        return f"not me {self.public_id}"

    @property
    def phone(self) -> str:
        return sealing.unseal("not_me.phone", self.public_id, self.phone_sealed)

    @property
    def words(self) -> str:
        return sealing.unseal("not_me.words", self.public_id, self.words_sealed)


class FetchedPiece(models.Model):
    """A sealed piece of the relay that was read: one fetched again counts for nothing (SR-9).

    digest: keyed, of the id in the piece; kept longer than a piece may be old.
    """

    digest = DigestField(unique=True)
    fetched_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest


class SelfReportRequest(Case):
    """A complaint, a correction, a withdrawal or "not me" that a person has to answer (SR-7).

    report: the claim it is about, null where none is known or it is gone. lead: what came of a
    claim that the person took back, while it is there. Words, phone and answer are sealed; who asked
    reads the answer by the receipt code, kept as a keyed digest.
    """

    KIND = SELF_REPORT_REQUEST

    report = models.ForeignKey(
        SelfReport, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests"
    )
    lead = models.ForeignKey(
        Lead, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    topic = models.CharField("诉求", max_length=12, choices=choices(TOPIC_LABELS))
    words_sealed = SealedField()
    phone_sealed = SealedField()
    answer_sealed = SealedField()
    receipt_digest = DigestField(db_index=True)

    class Meta(Case.Meta):
        pass

    @property
    def stays_inside(self) -> bool:
        return True

    @property
    def subject(self) -> str:
        return TOPIC_LABELS[RequestTopic(self.topic)]

    @property
    def words(self) -> str:
        return sealing.unseal("self_report_request.words", self.public_id, self.words_sealed)

    @property
    def phone(self) -> str:
        return sealing.unseal("self_report_request.phone", self.public_id, self.phone_sealed)

    @property
    def answer(self) -> str:
        return sealing.unseal("self_report_request.answer", self.public_id, self.answer_sealed)
