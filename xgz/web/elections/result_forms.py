"""Forms of what came out of an election: attendance, write-ins, votes, who leads a new committee."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from xgz.access.elections import COUNTS
from xgz.models import TermElection
from xgz.queries import elections as reads
from xgz.rules.election_counts import Ballots
from xgz.rules.elections import (
    ABSENCES,
    REASON_LABELS,
    RESULT_OPEN,
    Reason,
    Standing,
)
from xgz.rules.organisations import Post
from xgz.services import elections
from xgz.web.elections.forms import (
    CandidateOutForm,
    CandidatesForm,
    FileForm,
    PlanForm,
    RollForm,
    candidate_choices,
    line_of,
    post_choices,
)
from xgz.web.forms import NOT_CHOSEN, DayField

_MOST = 9999
_BALLOTS = ("out", "returned", "valid", "invalid")
_VOTES = ("votes_for", "against", "abstained", "second")


class _ResultForm(FileForm):
    parties = COUNTS
    state = RESULT_OPEN


class AttendanceForm(_ResultForm):
    title = _("登记到会情况")
    lead = _("没有到会的逐人选明原因，其余的都算到会。应到会和实到会人数由此得出。")

    held_on = DayField(label=_("实际选举日期"))
    chair = forms.CharField(label=_("主持人"), max_length=20)
    tellers = forms.CharField(
        label=_("监票人、计票人"), max_length=60, help_text=_("姓名之间用顿号分开；不能是候选人。")
    )

    def own_fields(self) -> dict[str, forms.Field]:
        rows = self.voters()
        self.rows = {key: row for key, row in rows.items() if row.standing is not Standing.EXCLUDED}
        choices = [("", _("到会"))]
        choices += [(each.value, _(REASON_LABELS[each])) for each in ABSENCES]
        return {
            key: forms.ChoiceField(label=row.name, required=False, choices=choices)
            for key, row in self.rows.items()
        }

    def begin(self) -> dict[str, Any]:
        case = self.case
        given: dict[str, Any] = {
            key: row.reason for key, row in self.rows.items() if row.standing is Standing.ABSENT
        }
        given["held_on"] = case.held_on or case.day
        return given | {"chair": case.chair, "tellers": case.tellers}

    def apply(self, now: datetime) -> None:
        meeting = elections.Meeting(
            held_on=self.cleaned_data["held_on"],
            chair=self.cleaned_data["chair"],
            tellers=self.cleaned_data["tellers"],
            absent={
                row.member: Reason(self.cleaned_data[key])
                for key, row in self.rows.items()
                if self.cleaned_data[key]
            },
        )
        elections.record_attendance(actor=self.actor, case=self.case, meeting=meeting, now=now)


class WriteInForm(_ResultForm):
    title = _("登记另选他人")
    lead = _("选票上另写的人得了票的，先列在这里，再登记票数。")

    member = forms.ChoiceField(label=_("党员"))
    post = forms.ChoiceField(label=_("职务"))

    def prepare(self, given: Any) -> None:
        standing = {row.member.pk for row in self.candidates().values()}
        rows = self.voters()
        self.people = {
            key: row
            for key, row in rows.items()
            if row.standing is not Standing.EXCLUDED and row.member.pk not in standing
        }
        self.offer("member", [NOT_CHOSEN, *((key, line_of(r)) for key, r in self.people.items())])
        self.offer("post", [NOT_CHOSEN, *post_choices(self.case)])

    def apply(self, now: datetime) -> None:
        elections.write_in(
            actor=self.actor,
            case=self.case,
            member=self.people[self.cleaned_data["member"]].member,
            post=Post(self.cleaned_data["post"]),
            now=now,
        )


class WriteInOutForm(_ResultForm):
    title = _("移出另选他人")
    lead = _("只移出误登记的另选人；候选人已经上级党委预审，不能移出。当选由其余票数重新得出。")

    candidate = forms.ChoiceField(label=_("另选他人"))

    def prepare(self, given: Any) -> None:
        self.rows = {key: row for key, row in self.candidates().items() if row.row.is_write_in}
        self.offer("candidate", [NOT_CHOSEN, *candidate_choices(self.rows)])

    @classmethod
    def fits(cls, case: TermElection, standing: Sequence[reads.CandidateRow]) -> bool:
        return any(each.row.is_write_in for each in standing)

    def apply(self, now: datetime) -> None:
        row = self.rows[self.cleaned_data["candidate"]].row
        elections.take_out_write_in(actor=self.actor, case=self.case, row=row, now=now)


@dataclass(frozen=True, slots=True)
class VoteLine:
    """One person's line of the table of votes: the row and its four fields."""

    row: reads.CandidateRow
    fields: list[forms.BoundField]


class VotesForm(_ResultForm):
    title = _("登记计票结果")
    lead = _("照计票单填写。数字不相符也会保存，页面写明哪一个不符；相符后才能上报。")
    template: ClassVar[str] = "elections/votes.html"

    out = forms.IntegerField(label=_("发出选票"), min_value=0, max_value=_MOST)
    returned = forms.IntegerField(label=_("收回选票"), min_value=0, max_value=_MOST)
    valid = forms.IntegerField(label=_("有效票"), min_value=0, max_value=_MOST)
    invalid = forms.IntegerField(label=_("无效票"), min_value=0, max_value=_MOST)

    def own_fields(self) -> dict[str, forms.Field]:
        self.rows = self.candidates()
        labels = (_("赞成"), _("不赞成"), _("弃权"), _("再次投票赞成"))
        return {
            f"{key}-{what}": forms.IntegerField(
                label=f"{row.name} {label}",
                min_value=0,
                max_value=_MOST,
                required=what != "second",
            )
            for key, row in self.rows.items()
            for what, label in zip(_VOTES, labels, strict=True)
        }

    def begin(self) -> dict[str, Any]:
        given = {name: getattr(self.case, f"ballots_{name}") for name in _BALLOTS}
        for key, row in self.rows.items():
            given |= {f"{key}-{what}": getattr(row.row, what) for what in _VOTES}
        if self.case.ballots_out is None:
            given["out"] = self.case.attending
        return given

    @property
    def ballots(self) -> list[forms.BoundField]:
        return [self[name] for name in _BALLOTS]

    @property
    def lines(self) -> Iterator[VoteLine]:
        for key, row in self.rows.items():
            yield VoteLine(row, [self[f"{key}-{what}"] for what in _VOTES])

    def apply(self, now: datetime) -> None:
        given = self.cleaned_data
        elections.record_votes(
            actor=self.actor,
            case=self.case,
            ballots=Ballots(*(given[name] for name in _BALLOTS)),
            votes={
                key: elections.Votes(*(given[f"{key}-{what}"] for what in _VOTES))
                for key in self.rows
            },
            now=now,
        )


class OfficersForm(_ResultForm):
    title = _("推选书记、副书记")
    lead = _("新委员会第一次会议在当选的委员中推选。")

    secretary = forms.ChoiceField(label=_("书记"))
    deputies = forms.MultipleChoiceField(
        label=_("副书记"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self, given: Any) -> None:
        self.rows = {key: row for key, row in self.candidates().items() if row.row.elected_post}
        people = [(key, row.name) for key, row in self.rows.items()]
        self.offer("secretary", [NOT_CHOSEN, *people])
        self.offer("deputies", people)
        if not self.case.deputy_seats:
            del self.fields["deputies"]

    @classmethod
    def fits(cls, case: TermElection, standing: Sequence[reads.CandidateRow]) -> bool:
        return case.as_committee

    def apply(self, now: datetime) -> None:
        elections.choose_officers(
            actor=self.actor,
            case=self.case,
            secretary=self.rows[self.cleaned_data["secretary"]].row,
            deputies=[self.rows[key].row for key in self.cleaned_data.get("deputies", [])],
            now=now,
        )


# Every part of the file by its address: while it is prepared, then what came out.
FILING: dict[str, type[FileForm]] = {
    "plan": PlanForm,
    "roll": RollForm,
    "candidates": CandidatesForm,
    "candidate-out": CandidateOutForm,
    "attendance": AttendanceForm,
    "write-in": WriteInForm,
    "write-in-out": WriteInOutForm,
    "votes": VotesForm,
    "officers": OfficersForm,
}
