"""An approved organisation of two shops in 清平镇 that is set up and finds its feet."""

from datetime import date, datetime
from typing import Any

from tests.factories.closures import answer_reviews, the_district
from tests.factories.district import TODAY, make_user
from tests.factories.formations import make_formation, moment, seated
from xgz.access.actor import Actor
from xgz.access.cases import parties_of
from xgz.models import (
    Establishing,
    FormationMember,
    InstructorLink,
    Member,
    Organisation,
    OrganisationPost,
    RoleAssignment,
    SiteCheck,
    User,
    sealing,
)
from xgz.rules.establishing import EstablishingAction, EstablishingParty, EstablishingState
from xgz.rules.formations import FormationState
from xgz.rules.organisations import Post
from xgz.rules.roles import Role
from xgz.rules.sites import BASICS, ITEM_LABELS
from xgz.services import establishing

_A, _S = EstablishingAction, EstablishingState
_WAYS: dict[str, tuple[EstablishingAction, ...]] = {
    _S.SETTING_UP: (),
    _S.RUNNING_IN: (_A.SET_UP,),
    _S.DONE: (_A.SET_UP, _A.FINISH),
    _S.STOPPED: (_A.STOP,),
}


def make_establishing(
    *, state: str | None = None, today: date = TODAY, **formation: Any
) -> Establishing:
    """Approve a formation and walk what follows to a state (None: the first one).

    formation: given on to make_formation; by default the market line knows of it.
    """
    approved = make_formation(state=FormationState.APPROVED, today=today, **formation)
    case = Establishing.objects.get(formation=approved)
    for action in _WAYS[state or _S.SETTING_UP]:
        arguments_for(action, case)
        take_as_township(case, action, today)
    return case


def arguments_for(action: str, case: Establishing) -> dict[str, Any]:
    """Arrange that the step fits: every required line is there, every sub-step answered."""
    if action == _A.FINISH and case.organisation is not None:
        settle(case)
        answer_reviews(case)  # type: ignore[arg-type]
    return {}


def settle(case: Establishing, today: date = TODAY) -> None:
    """Let every required line of a case under way be a fact (ES-2)."""
    organisation = organisation_of(case)
    move_in(case)
    if not organisation.posts.exists():
        make_secretary(organisation, joining(case)[0], today)
    see_basics(organisation, today)
    if not organisation.instructor_links.exists() and organisation.guiding_body is not None:
        InstructorLink.objects.create(
            instructor=make_user(Role.INSTRUCTOR, organisation.guiding_body),
            station=organisation.guiding_body,
            organisation=organisation,
            valid_from=today,
        )
    Organisation.objects.filter(pk=organisation.pk).update(last_life_on=today)
    organisation.refresh_from_db()


def make_secretary(organisation: Organisation, member: Member, today: date = TODAY) -> None:
    """Let a member be secretary from a day on."""
    post = OrganisationPost(
        organisation=organisation, post=Post.SECRETARY, member=member, valid_from=today
    )
    post.holder_name_sealed = sealing.seal("post.holder_name", post.public_id, member.name)
    post.save()


def see_basics(organisation: Organisation, today: date = TODAY) -> None:
    """Let room, plaque and seal have been seen."""
    for item in BASICS:
        SiteCheck.objects.create(
            organisation=organisation,
            item=item,
            label=ITEM_LABELS[item],
            is_there=True,
            seen_on=today,
            recorded_at=moment(today),
        )


def move_in(case: Establishing) -> None:
    """Let everybody the formation named lie with the organisation."""
    Member.objects.filter(pk__in=[member.pk for member in joining(case)]).update(
        formal_org=case.organisation
    )


def joining(case: Establishing) -> list[Member]:
    """Return whom the formation named."""
    named = FormationMember.objects.filter(formation=case.formation_id).order_by("pk")
    return [row.member for row in named.select_related("member__formal_org")]


def organisation_of(case: Establishing) -> Organisation:
    """Return the organisation of a case that was set up."""
    assert case.organisation is not None
    return case.organisation


def township_of(case: Establishing, today: date = TODAY) -> Actor:
    """Return somebody new at the seat of the committee that owns the case."""
    return seated(parties_of(case)[EstablishingParty.TOWNSHIP], today)


def guide_of(case: Establishing, today: date = TODAY) -> Actor:
    """Return somebody new at the seat of whoever guides."""
    return seated(parties_of(case)[EstablishingParty.GUIDE], today)


def take_as_township(
    case: Establishing, action: EstablishingAction, today: date = TODAY, **given: Any
) -> None:
    """Let somebody new of the committee take a step and be gone."""
    actor = township_of(case, today)
    given = {"opinion": "按程序办理", "now": _now(today)} | given
    establishing.ACTIONS[action](case=case, actor=actor, **given)
    RoleAssignment.objects.filter(user=actor.user).delete()


def make_instructor() -> User:
    """Return somebody new who instructs at 清平所."""
    return make_user(Role.INSTRUCTOR, the_district().qingping_office)


def _now(today: date) -> datetime:
    return moment(today)
