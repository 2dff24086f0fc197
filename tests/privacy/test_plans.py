"""A plan of the market line holds nothing of the roster: two districts, one answer (PL-15)."""

import re

import pytest
from django.urls import reverse

from tests.factories import make_member, make_organisation, make_user
from tests.factories.closures import make_worker, the_district
from tests.factories.plans import make_branch, make_plan, make_site, moment
from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.models import MemberWorkplace, PlanGroup
from xgz.rules.planning.plans import CountSource, PlanOrigin
from xgz.rules.roles import Role
from xgz.services import planning

pytestmark = pytest.mark.django_db
_MOVING = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(moment):
        yield


def answers(client, user, plan):
    """Return everything a plan's maker is told, with its own address taken out."""
    client.force_login(user)
    pages = [reverse("plan-map", args=[plan.public_id])]
    detail = reverse("plan-detail", args=[plan.public_id])
    pages += [f"{detail}?show={part}" for part in ("groups", "branches", "left-out", "history")]
    pages += [reverse("plan-again", args=[plan.public_id, "repair"])]
    found = []
    for page in pages:
        text = client.get(page).content.decode()
        found.append(_MOVING.sub(r"\1", text.replace(plan.public_id, "PLAN")))
    return found


def test_two_districts_that_differ_in_members_alone_give_the_bureau_the_same_bytes(client):
    bureau = make_user(Role.BUREAU, the_district().bureau)
    actor = actor_for(bureau, clock.today())
    shops = [make_site(1, 1, north_m=100.0 * number) for number in (0, 1, 2, 40, 90)]
    branch = make_branch(north_m=4100)
    plain = make_plan(actor)
    told = answers(client, bureau, plain)
    planning.discard_plan(actor=actor, plan=plain, version=plain.version, now=moment())

    for shop in shops:
        for _ in range(4):
            make_worker(make_organisation(the_district().qingping), shop)
    for _ in range(50):
        make_member(branch)
    again = make_plan(actor)

    assert answers(client, bureau, again) == told
    later = planning.plan_again(actor=actor, plan=again, origin=PlanOrigin.REPAIR, now=moment())
    assert (later.moved, later.joined, later.lost) == (0, 0, 0)


def test_a_plan_by_the_roster_names_nobody_and_stays_on_its_line(client):
    shop = make_site(1, 1)
    home = make_organisation(the_district().qingping)
    people = [make_worker(home, shop, name="施远帆") for _ in range(3)]
    committee = make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
    plan = make_plan(actor_for(committee, clock.today()), source=CountSource.ROSTER)
    assert PlanGroup.objects.get(plan=plan).units.get().members == len(people)

    assert not any("施远帆" in page for page in answers(client, committee, plan))
    client.force_login(make_user(Role.BUREAU, the_district().bureau))
    assert client.get(reverse("plan-detail", args=[plan.public_id])).status_code == 404
    assert MemberWorkplace.objects.count() == len(people)
