"""Which survey rounds and which of their rows an actor sees, runs and answers (SV-4)."""

from dataclasses import replace

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor, Grant, NotPermitted, require, require_person
from xgz.access.businesses import townships_in_reach, visible_businesses, visible_markets
from xgz.access.scopes import NOTHING, offices_under, townships_under, with_action
from xgz.models import Body, Business, Market, RoleAssignment, SurveyRound, SurveyRow, User
from xgz.models.dated import holds_on
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Resource, Role, Scope

RUN, ANSWER = "survey.run", "survey.answer"


def visible_rounds(actor: Actor) -> QuerySet[SurveyRound]:
    """Return the rounds the actor sees at least the counts of, or walks a part of."""
    if actor.sees_district(Resource.SURVEY):
        return SurveyRound.objects.all()
    condition = NOTHING
    for grant, scope in actor.grants_for(Resource.SURVEY):
        condition |= _round_condition(actor, grant, scope)
    return SurveyRound.objects.filter(condition)


def countable_rows(actor: Actor) -> QuerySet[SurveyRow]:
    """Return the rows the actor's figures are counted over; the bureau counts what it cannot open."""
    return _rows(actor, Resource.SURVEY)


def visible_rows(actor: Actor) -> QuerySet[SurveyRow]:
    """Return the rows the actor may open: a walker the own ones, an office those of its area."""
    return _rows(actor, Resource.SURVEY_ROW)


def answerable_rows(actor: Actor) -> QuerySet[SurveyRow]:
    """Return the rows the actor may enter an answer for, by a role that carries that right."""
    return visible_rows(with_action(actor, ANSWER))


def own_rows(actor: Actor) -> QuerySet[SurveyRow]:
    """Return the rows the actor walks in person, as an instructor of the office of the row."""
    return SurveyRow.objects.filter(_own(actor))


def steerable_rows(actor: Actor) -> QuerySet[SurveyRow]:
    """Return the rows the actor may give to a walker."""
    return visible_rows(with_action(actor, RUN))


def steerable_businesses(actor: Actor) -> QuerySet[Business]:
    """Return the businesses the actor may send people to."""
    return visible_businesses(with_action(actor, RUN))


def steerable_markets(actor: Actor) -> QuerySet[Market]:
    """Return the markets of a township the actor may order a round of, each once."""
    seen = visible_markets(with_action(actor, RUN)).filter(township__isnull=False)
    return Market.objects.filter(pk__in=seen.values("pk")).order_by("township__path", "name")


def steerable_townships(actor: Actor) -> QuerySet[Body]:
    """Return the townships the actor may order a round in."""
    return townships_in_reach(with_action(actor, RUN))


def walkers_for(actor: Actor, area: Body) -> QuerySet[RoleAssignment]:
    """Return the instructors of the offices that serve a township, as far as the actor sends them.

    A station head sends the own office's, everybody else who runs rounds all of them.
    """
    held = RoleAssignment.objects.filter(
        holds_on(actor.today),
        role=Role.INSTRUCTOR,
        body__kind=BodyKind.OFFICE,
        body__area=area,
        user__is_active=True,
    )
    own = Q() if actor.is_operator else NOTHING
    for grant, scope in with_action(actor, RUN).grants_for(Resource.SURVEY_ROW):
        own |= Q(body__in=offices_under(grant)) if scope is Scope.OFFICE else Q(body__area=area)
    rows = held.filter(own).select_related("user", "body").distinct()
    return rows.order_by("body__path", "pk")


def running_grant(actor: Actor, area: Body) -> Grant:
    """Return the role by which the actor orders a round of a township. Raises NotPermitted."""
    for grant in with_action(actor, RUN).grants:
        if townships_in_reach(replace(actor, grants=(grant,))).filter(pk=area.pk).exists():
            return grant
    raise NotPermitted(RUN)


def runs(actor: Actor, survey: SurveyRound) -> bool:
    """Test whether the actor's office ordered the round, or is the department above all."""
    grants = with_action(actor, RUN).grants
    return actor.is_operator or any(
        grant.role is Role.ORG_DEPT or grant.body_id == survey.run_by_id for grant in grants
    )


def steers(actor: Actor, survey: SurveyRound) -> bool:
    """Test whether the actor gives out rows of the round."""
    return steerable_rows(actor).filter(round=survey).exists()


def sees_rows(actor: Actor) -> bool:
    """Test whether the numbers of the actor's figures open rows (SV-8)."""
    return actor.reaches(Resource.SURVEY_ROW)


def require_opening(actor: Actor, area: Body) -> User:
    """Return the person who orders a round; raise NotPermitted unless it may send people there."""
    require(actor, RUN)
    if not steerable_townships(actor).filter(pk=area.pk).exists():
        raise NotPermitted(RUN)
    return require_person(actor)


def require_running(actor: Actor, survey: SurveyRound) -> None:
    """Raise NotPermitted unless the actor's office ordered the round."""
    if not runs(actor, survey):
        raise NotPermitted(RUN)


def require_steering(actor: Actor, survey: SurveyRound) -> None:
    """Raise NotPermitted unless the actor gives out rows of the round."""
    if not steers(actor, survey):
        raise NotPermitted(RUN)


def require_answering(actor: Actor, row: SurveyRow) -> User:
    """Return the person who answers; raise NotPermitted unless the row is its to answer."""
    person = require_person(actor)
    if not answerable_rows(actor).filter(pk=row.pk).exists():
        raise NotPermitted(ANSWER)
    return person


def _rows(actor: Actor, resource: Resource) -> QuerySet[SurveyRow]:
    if actor.sees_district(resource):
        return SurveyRow.objects.all()
    condition = NOTHING
    for grant, scope in actor.grants_for(resource):
        condition |= _row_condition(actor, grant, scope)
    return SurveyRow.objects.filter(condition)


def _row_condition(actor: Actor, grant: Grant, scope: Scope) -> Q:
    if scope is Scope.SUBTREE:
        return Q(round__area__in=townships_under(grant))
    if scope is Scope.OFFICE:
        return Q(business__office__in=offices_under(grant))
    if scope is Scope.LINKED:
        return _walked(actor, grant)
    return NOTHING


def _round_condition(actor: Actor, grant: Grant, scope: Scope) -> Q:
    if scope is Scope.SUBTREE:
        return Q(area__in=townships_under(grant))
    condition = _row_condition(actor, grant, scope)
    seen = Q(pk__in=SurveyRow.objects.filter(condition).values("round"))
    if scope is Scope.OFFICE:
        return seen | Q(run_by__in=offices_under(grant))
    return seen


def _own(actor: Actor) -> Q:
    condition = NOTHING
    for grant in actor.grants:
        if grant.role is Role.INSTRUCTOR:
            condition |= _walked(actor, grant)
    return condition


def _walked(actor: Actor, grant: Grant) -> Q:
    """Whoever left the office of a row walks it no more."""
    return Q(walker=actor.user, station=grant.body_id)
