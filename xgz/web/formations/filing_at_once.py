"""One form for all that a formation's file needs: talks, room, members, secretary (FM-6, FM-7)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access.formations import NAMES_MEMBERS, TALKS, may_file
from xgz.models import FormationUnit
from xgz.queries import formations as reads
from xgz.rules.formations import CONSENT_LABELS, Consent, Room
from xgz.services.formations import FileAtOnce, fill_at_once
from xgz.web.cases.page import case_room
from xgz.web.formations.filing import take_filing
from xgz.web.formations.forms import FileForm, MembersForm, RoomForm, TalkForm
from xgz.web.formations.views import visible_formation
from xgz.web.forms import NOT_CHOSEN

_SAME, _LATER = "", "later"


class AtOnceForm(FileForm):
    """The day and what the owners said, unit by unit where they differ; the room; who joins."""

    title = gettext_lazy("一次填齐")
    lead = gettext_lazy("谈话、场所一次登记；有几户单位、态度不同的，逐户改。")
    parties = TALKS

    day = TalkForm.base_fields["day"]
    consent = forms.ChoiceField(
        label=gettext_lazy("各户负责人态度"),
        required=False,
        choices=TalkForm.base_fields["consent"].choices,  # type: ignore[attr-defined]
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    room = RoomForm.base_fields["room"]
    place = RoomForm.base_fields["place"]

    def prepare(self, given: Any) -> None:
        self.rows = self.units()
        if len(self.rows) == 1:  # what differs between units is asked where there are several
            self.fields["consent"].label = _("负责人态度")
        else:
            self.fields |= {f"unit-{key}": _of_unit(row.unit) for key, row in self.rows.items()}
        self.order_fields(["day", "consent", *(f"unit-{key}" for key in self.rows), "room"])
        # Most meet in a room of their own; what is not so is changed, and the place is typed anyway.
        self.initial.update({"room": self.case.room or Room.OWN, "place": self.case.room_place})
        self.people: dict[str, Any] = {}
        if may_file(self.actor, self.case, NAMES_MEMBERS):
            self._offer_people()

    def _offer_people(self) -> None:
        """Offer whoever works at the units to join, and all of them as candidate for secretary."""
        found = reads.nearby_members(self.case, self.actor, "")
        joined = {row.member.public_id: row.member for row in self.joining().values()}
        near = {member.public_id: member for member in found}
        self.people = {**joined, **near}
        self.named = [member.pk for member in self.people.values()]
        told = {key: f"{m.name} {m.full_on or ''}".strip() for key, m in self.people.items()}
        members = forms.MultipleChoiceField(
            label=MembersForm.base_fields["members"].label,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(key, told[key]) for key in near],
        )
        secretary = forms.ChoiceField(
            label=_("书记人选"),
            required=False,
            choices=[NOT_CHOSEN, *told.items()],
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields |= {"members": members, "secretary": secretary}
        now = self.case.secretary.public_id if self.case.secretary else ""
        self.initial["secretary"] = now

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("consent") and any(self._said(key) == _SAME for key in self.rows):
            self.add_error("consent", _("请选择一项。"))
        secretary, joining = given.get("secretary"), set(given.get("members") or ())
        if secretary and secretary not in joining | self._joined():
            self.add_error("secretary", _("书记人选须在拟编入党员里，请一并勾选。"))
        return given

    def apply(self, now: datetime) -> None:
        given = self.cleaned_data
        said = {
            row.unit: Consent(self._said(key) or given["consent"])
            for key, row in self.rows.items()
            if self._said(key) != _LATER
        }
        secretary = given.get("secretary")
        file = FileAtOnce(
            talked_on=given["day"],
            said=said,
            room=Room(given["room"]),
            place=given["place"],
            members=[self.people[key] for key in given.get("members") or ()],
            secretary=self.people[secretary] if secretary else None,
        )
        fill_at_once(actor=self.actor, case=self.case, file=file, now=now)

    def _said(self, key: str) -> str:
        """Return what is said of a unit; of a single one nothing is said anew by saying nothing."""
        said = self.cleaned_data.get(f"unit-{key}", _SAME)
        if len(self.rows) == 1 and self.rows[key].unit.consent:
            said = self.cleaned_data.get("consent") or _LATER
        return str(said)

    def _joined(self) -> set[str]:
        return {row.member.public_id for row in self.joining().values()}


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def formation_at_once(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show and take the one form; a hidden case is 404, no right 403, too late 409."""
    return take_filing(request, visible_formation(request, public_id), AtOnceForm)


def _of_unit(unit: FormationUnit) -> forms.ChoiceField:
    """Return the question for one unit; who was talked with already is left as it is."""
    answers: Iterator[tuple[str, str]] = (
        (key.value, _(label)) for key, label in CONSENT_LABELS.items() if key
    )
    return forms.ChoiceField(
        label=unit.business.name,
        required=False,
        choices=[(_SAME, _("与上面相同")), *answers, (_LATER, _("这次不登记"))],
        initial=_LATER if unit.consent else _SAME,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
