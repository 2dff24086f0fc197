"""Forms of elections: the filter, opening one, and what goes into the file while it is prepared."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.elections import PREPARES, openable_organisations
from xgz.models import ElectionCandidate, Member, Organisation, TermElection
from xgz.queries import elections as reads
from xgz.queries.case_sheets import ELECTIONS
from xgz.queries.establishing import case_of
from xgz.rules.elections import (
    EXCLUSIONS,
    FILE_OPEN,
    REASON_LABELS,
    SORT_LABELS,
    ElectionParty,
    ElectionState,
    Reason,
    Sort,
    Standing,
)
from xgz.rules.organisations import POST_LABELS, Post
from xgz.services import elections
from xgz.web.cases.page import DeedForm
from xgz.web.forms import NOT_CHOSEN, DayField, OfficeForm

_SEATS_MOST = 11


class ElectionFilter(OfficeForm):
    """A part of the organisation's name, or of the number of the case."""

    q = forms.CharField(
        label=_("党组织"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("名称或事项编号")}),
    )

    def narrow(self, cases: QuerySet[TermElection]) -> QuerySet[TermElection]:
        """Return the cases that fit."""
        self.is_valid()
        return ELECTIONS.narrowed(cases, self.cleaned_data.get("q") or "")


class OpenForm(OfficeForm):
    """Which organisation, what kind of election, and why where it is early or late."""

    organisation = forms.CharField(
        label=_("党组织"), max_length=120, help_text=_("党组织完整名称或代码。")
    )
    sort = forms.ChoiceField(
        label=_("选举类别"),
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        choices=[(key.value, _(label)) for key, label in SORT_LABELS.items()],
    )
    reason = forms.CharField(
        label=_("提前或延期的理由"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("按期的不填。加密保存，最多 500 字。"),
    )

    def __init__(self, data: Any, *, actor: Actor, organisation: Organisation | None) -> None:
        initial: dict[str, Any] = {}
        if organisation is not None:
            initial = {
                "organisation": organisation.code or organisation.name,
                "sort": Sort.TERM if organisation.elected_on else Sort.FIRST,
            }
        super().__init__(data, initial=initial)
        self.actor = actor

    def clean_organisation(self) -> Organisation:
        words = self.cleaned_data["organisation"].strip()
        rows = openable_organisations(self.actor).filter(Q(name=words) | Q(code=words))
        found = list(rows.select_related("body", "guiding_body")[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("没有找到您能办理的这个党组织，或不止一个，请改用党组织代码。")
            )
        return found[0]

    def apply(self, now: datetime) -> TermElection:
        """Open it; raises the service's refusals."""
        return elections.open_election(
            actor=self.actor,
            organisation=self.cleaned_data["organisation"],
            sort=Sort(self.cleaned_data["sort"]),
            reason=self.cleaned_data["reason"],
            now=now,
        )


class FileForm(DeedForm[TermElection]):
    """One part of the file. parties: who may; state: when."""

    parties: ClassVar[frozenset[ElectionParty]] = PREPARES
    state: ClassVar[ElectionState] = FILE_OPEN

    @classmethod
    def fits(cls, case: TermElection, standing: Sequence[reads.CandidateRow]) -> bool:
        """Test whether a case has this part at all; standing: who is a candidate so far."""
        return True

    def voters(self) -> dict[str, reads.VoterRow]:
        """Return the roll by public id; the names shown in clear are counted."""
        rows = reads.voter_rows(self.case, self.actor)
        self.named = [row.member.pk for row in rows if row.in_clear]
        return {row.member.public_id: row for row in rows}

    def candidates(self) -> dict[str, reads.CandidateRow]:
        """Return who stands by public id; the names shown in clear are counted."""
        rows = reads.candidate_rows(self.case, self.actor)
        self.named = [row.member.pk for row in rows if row.in_clear]
        return {row.row.public_id: row for row in rows}


def post_choices(case: TermElection) -> list[tuple[str, Any]]:
    """Return the posts the election fills."""
    return [(post.value, _(POST_LABELS[post])) for post, number in case.seats.items() if number]


def line_of(row: reads.VoterRow) -> str:
    """Return a person with the day from which standing counts, as far as it is known."""
    if row.member.full_on is None:
        return row.name
    return gettext("%(name)s（%(day)s 转正）") % {"name": row.name, "day": row.member.full_on}


class PlanForm(FileForm):
    title = _("选举方案")
    lead = _("是否设委员会由正式党员人数决定：党支部不足 7 名不设，委员名额不用填；7 名以上设。")

    sort = forms.ChoiceField(
        label=_("选举类别"), choices=[(key.value, _(label)) for key, label in SORT_LABELS.items()]
    )
    day = DayField(label=_("选举日期"))
    place = forms.CharField(label=_("地点"), max_length=120)
    secretary = forms.BooleanField(
        label=_("选书记"),
        required=False,
        help_text=_("只有补选可以不选。"),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    deputies = forms.IntegerField(label=_("副书记名额"), min_value=0, max_value=_SEATS_MOST)
    members = forms.IntegerField(
        label=_("委员名额"),
        min_value=0,
        max_value=_SEATS_MOST,
        help_text=_("不含书记、副书记；委员会名额为三项之和。"),
    )
    reason = forms.CharField(
        label=_("提前或延期的理由"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("按期的不填。加密保存，最多 500 字。"),
    )

    def begin(self) -> dict[str, Any]:
        case = self.case
        day, place = case.day, case.place
        if day is None and case.sort == Sort.FIRST:
            # A new branch holds its first election in its first meeting, which may be arranged.
            founding = case_of(case.organisation, self.actor)
            day, place = (founding.meeting_on, founding.meeting_place) if founding else (day, place)
        return {
            "sort": case.sort,
            "day": day,
            "place": place,
            "secretary": bool(case.secretary_seats),
            "deputies": case.deputy_seats,
            "members": case.member_seats,
            "reason": case.reason,
        }

    def apply(self, now: datetime) -> None:
        given = self.cleaned_data
        plan = elections.Plan(
            sort=Sort(given["sort"]),
            day=given["day"],
            place=given["place"],
            deputies=given["deputies"],
            members=given["members"],
            secretary=given["secretary"],
            reason=given["reason"],
        )
        elections.set_plan(actor=self.actor, case=self.case, plan=plan, now=now)


class RollForm(FileForm):
    title = _("核对应到会党员")
    lead = _(
        "列出在册的正式党员。没有选举权，或经党员大会通过并报上级党委同意不计入应到会的，逐人选明原因。"
    )

    def own_fields(self) -> dict[str, forms.Field]:
        self.rows = self.voters()
        choices = [("", _("应到会"))]
        choices += [(each.value, _(REASON_LABELS[each])) for each in EXCLUSIONS]
        return {
            key: forms.ChoiceField(label=row.name, required=False, choices=choices)
            for key, row in self.rows.items()
        }

    def begin(self) -> dict[str, Any]:
        excluded = Standing.EXCLUDED
        return {key: row.reason for key, row in self.rows.items() if row.standing is excluded}

    def apply(self, now: datetime) -> None:
        reasons: Mapping[Member, Reason] = {
            row.member: Reason(self.cleaned_data[key])
            for key, row in self.rows.items()
            if self.cleaned_data[key]
        }
        elections.mark_roll(actor=self.actor, case=self.case, reasons=reasons, now=now)


class CandidatesForm(FileForm):
    title = _("列入候选人")

    post = forms.ChoiceField(label=_("拟任职务"))
    members = forms.MultipleChoiceField(label=_("党员"), widget=forms.CheckboxSelectMultiple)

    def prepare(self, given: Any) -> None:
        standing = {row.member.pk for row in self.candidates().values()}
        rows = self.voters()
        self.people = {
            key: row.member
            for key, row in rows.items()
            if row.standing is not Standing.EXCLUDED and row.member.pk not in standing
        }
        self.offer("post", [NOT_CHOSEN, *post_choices(self.case)])
        self.offer("members", [(key, line_of(rows[key])) for key in self.people])

    def apply(self, now: datetime) -> None:
        elections.add_candidates(
            actor=self.actor,
            case=self.case,
            members=[self.people[key] for key in self.cleaned_data["members"]],
            post=Post(self.cleaned_data["post"]),
            now=now,
        )


class CandidateOutForm(FileForm):
    title = _("移出候选人")

    candidate = forms.ChoiceField(label=_("候选人"))

    @classmethod
    def fits(cls, case: TermElection, standing: Sequence[reads.CandidateRow]) -> bool:
        return bool(standing)

    def prepare(self, given: Any) -> None:
        self.rows = self.candidates()
        self.offer("candidate", [NOT_CHOSEN, *candidate_choices(self.rows)])

    def apply(self, now: datetime) -> None:
        row: ElectionCandidate = self.rows[self.cleaned_data["candidate"]].row
        elections.remove_candidate(actor=self.actor, case=self.case, row=row, now=now)


def candidate_choices(rows: Mapping[str, reads.CandidateRow]) -> list[tuple[str, Any]]:
    """Return people who stand with the post they stand for."""
    return [
        (key, f"{row.name}　{gettext(POST_LABELS[Post(row.row.post)])}")
        for key, row in rows.items()
    ]
