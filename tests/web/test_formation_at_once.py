"""One form for a formation's file: talks with all owners, room, and for who may, members."""

import re

import pytest
from django.urls import reverse

from tests.factories import make_organisation, make_user
from tests.factories.closures import make_worker, the_district
from tests.factories.formations import make_formation, moment
from xgz.access import clock
from xgz.models import Formation
from xgz.rules.formations import Consent, FormationState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: moment()):
        yield


def words(response):
    found = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group()))


class TestAtOnce:
    def _form(self, client, case):
        return client.get(reverse("formation-at-once", args=[case.public_id]))

    def _fill(self, client, case, **fields):
        given = {"day": "2026-11-23", "room": "shared", "place": "二楼", **fields}
        return client.post(reverse("formation-at-once", args=[case.public_id]), given)

    @pytest.fixture
    def case(self, client):
        client.force_login(make_user(Role.BUREAU, the_district().bureau))
        return make_formation(procedure=None, complete=False, units=3)

    def test_units_may_differ_and_one_may_wait(self, client, case):
        first, second, third = case.units.order_by("pk")
        assert self._form(client, case).status_code == 200

        response = self._fill(
            client,
            case,
            consent="agrees",
            **{f"unit-{second.public_id}": "worried", f"unit-{third.public_id}": "later"},
        )

        assert response.status_code == 302
        case.refresh_from_db()
        assert [unit.consent for unit in case.units.order_by("pk")] == ["agrees", "worried", ""]
        assert (case.room, case.room_place) == ("shared", "二楼")

    def test_a_single_unit_is_asked_once(self, client, case):
        case = make_formation(procedure=None, complete=False, units=1)
        unit = case.units.get()

        fields = self._form(client, case).context["form"].fields
        assert not [name for name in fields if name.startswith("unit-")]
        assert "请选择一项" in words(self._fill(client, case))
        assert self._fill(client, case, consent="worried").status_code == 302
        unit.refresh_from_db()
        assert unit.consent == Consent.WORRIED

        # Talked with before: saying nothing leaves it as it is.
        assert self._fill(client, case).status_code == 302
        assert self._fill(client, case, consent="agrees").status_code == 302
        assert [talk.consent for talk in unit.talks.order_by("pk")] == ["worried", "agrees"]

    def test_who_was_talked_with_is_left_as_he_is(self, client, case):
        case.units.update(consent=Consent.AGREES)

        fields = self._form(client, case).context["form"].fields

        assert {fields[f"unit-{unit.public_id}"].initial for unit in case.units.all()} == {"later"}

    def test_an_answer_is_needed_where_units_follow_it(self, client, case):
        response = self._fill(client, case)

        assert response.context["form"].errors["consent"]
        assert not case.units.exclude(consent="").exists()

    def test_a_refused_part_leaves_nothing_of_the_rest(self, client, case):
        response = self._fill(client, case, consent="agrees", day="2026-11-24")

        assert "谈话日期不能晚于今天" in words(response)
        case.refresh_from_db()
        assert (case.room, case.units.exclude(consent="").exists()) == ("", False)

    def test_the_market_line_is_offered_nobody(self, client, case):
        assert "members" not in self._form(client, case).context["form"].fields

    def test_the_organization_line_names_members_and_secretary_in_the_same_form(self, client, case):
        home = make_organisation(the_district().qingping)
        shop = case.units.first().business
        people = [
            make_worker(home, shop, full_on=moment().date().replace(year=2010)) for _ in range(3)
        ]
        client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping))
        names = [member.public_id for member in people]
        refused = self._fill(client, case, consent="agrees", secretary=names[0])
        assert refused.context["form"].errors["secretary"]

        self._fill(client, case, consent="agrees", members=names, secretary=names[0])

        case.refresh_from_db()
        assert case.members.count() == 3
        assert case.secretary == people[0]

    def test_too_late_it_is_not_offered(self, client, case):
        Formation.objects.filter(pk=case.pk).update(state=FormationState.STEP_1)

        assert self._form(client, case).status_code == 409
