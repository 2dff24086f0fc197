from django.db import models
from django.db.models import Q

from xgz.models import sealing
from xgz.models.cases import Case
from xgz.models.fields import PublicIdField, SealedField, choices
from xgz.models.members import Member
from xgz.models.organisations import Organisation
from xgz.rules.elections import ELECTION, SORT_LABELS, STANDING_LABELS
from xgz.rules.organisations import POST_LABELS, Post


class TermElection(Case):
    """The election of an organisation's leading body: plan, attendance, count (EL-1).

    as_committee: a committee is voted for as a whole and chooses its secretary (EL-5). entitled,
    attending: as counted when the attendance was entered; the roll may change afterwards.
    """

    KIND = ELECTION
    RELATED = ("organisation",)

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="elections"
    )
    sort = models.CharField("选举类别", max_length=12, choices=choices(SORT_LABELS))
    repeats = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeated_by"
    )
    reason_sealed = SealedField()
    day = models.DateField("选举日期", null=True)
    place = models.CharField("地点", max_length=120, blank=True)
    as_committee = models.BooleanField("设委员会", default=False)
    secretary_seats = models.PositiveSmallIntegerField("书记", default=1)
    deputy_seats = models.PositiveSmallIntegerField("副书记", default=0)
    member_seats = models.PositiveSmallIntegerField("委员", default=0)
    report_due_on = models.DateField("结果上报期限", null=True)
    held_on = models.DateField("实际选举日期", null=True)
    chair_sealed = SealedField()
    tellers_sealed = SealedField()
    entitled = models.PositiveSmallIntegerField("应到会", null=True)
    attending = models.PositiveSmallIntegerField("实到会", null=True)
    ballots_out = models.PositiveSmallIntegerField("发出选票", null=True)
    ballots_returned = models.PositiveSmallIntegerField("收回选票", null=True)
    ballots_valid = models.PositiveSmallIntegerField("有效票", null=True)
    ballots_invalid = models.PositiveSmallIntegerField("无效票", null=True)
    # An office of the market line or the association guides the organisation (EL-14).
    is_shared = models.BooleanField(default=False)

    class Meta(Case.Meta):
        constraints = [
            *Case.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(closed_at__isnull=True),
                name="one_open_election",
            ),
        ]
        indexes = [*Case.Meta.indexes]

    @property
    def subject(self) -> str:
        return self.organisation.name

    @property
    def stays_inside(self) -> bool:
        return not self.is_shared

    @property
    def number_series(self) -> tuple[str, str]:
        if self.is_shared:
            return super().number_series
        return f"{self.KIND.name}.inside", f"{self.KIND.series}内"

    @property
    def reason(self) -> str:
        return sealing.unseal("term_election.reason", self.public_id, self.reason_sealed)

    @property
    def chair(self) -> str:
        return sealing.unseal("term_election.chair", self.public_id, self.chair_sealed)

    @property
    def tellers(self) -> str:
        return sealing.unseal("term_election.tellers", self.public_id, self.tellers_sealed)

    @property
    def seats(self) -> dict[Post, int]:
        """How many seats of each post are filled by this election."""
        return {
            Post.SECRETARY: self.secretary_seats,
            Post.DEPUTY_SECRETARY: self.deputy_seats,
            Post.COMMITTEE_MEMBER: self.member_seats,
        }


class ElectionVoter(models.Model):
    """Somebody of the roll: not counted, or there, or not there, with the reason (EL-3, EL-4)."""

    public_id = PublicIdField()
    election = models.ForeignKey(TermElection, on_delete=models.PROTECT, related_name="voters")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField("到会情况", max_length=12, choices=choices(STANDING_LABELS))
    reason_sealed = SealedField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["election", "member"], name="voter_once_an_election")
        ]

    def __str__(self) -> str:
        return f"{self.election_id} {self.member_id}"

    @property
    def reason(self) -> str:
        """One of rules.elections.Reason."""
        return sealing.unseal("election_voter.reason", self.public_id, self.reason_sealed)


class ElectionCandidate(models.Model):
    """Somebody who stands for a post, or was written in, with the votes (EL-6, EL-8).

    post: what the person stands for; elected_post: what it came to, "" for nothing. second: votes
    for, in the second ballot of a tie.
    """

    public_id = PublicIdField()
    election = models.ForeignKey(TermElection, on_delete=models.PROTECT, related_name="candidates")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    post = models.CharField("拟任职务", max_length=20, choices=choices(POST_LABELS))
    is_write_in = models.BooleanField("另选他人", default=False)
    votes_for = models.PositiveSmallIntegerField("赞成", null=True)
    against = models.PositiveSmallIntegerField("不赞成", null=True)
    abstained = models.PositiveSmallIntegerField("弃权", null=True)
    second = models.PositiveSmallIntegerField("再次投票赞成", null=True)
    elected_post = models.CharField(
        "当选职务", max_length=20, choices=choices(POST_LABELS), blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["election", "member"], name="candidate_once_an_election"
            )
        ]

    def __str__(self) -> str:
        return f"{self.election_id} {self.member_id}"
