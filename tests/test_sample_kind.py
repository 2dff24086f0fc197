"""A new kind of case costs one short file in each of four rooms, and everything finds it by itself."""

import pytest
from django.apps import apps
from django.urls import reverse

from tests.factories import make_district
from tests.sample_kind.factories.errands import make_errand, seats_of
from tests.sample_kind.models import Errand
from tests.services.cases.kinds import KINDS, again, holder, moment
from tests.source_reading import ROOT
from xgz.access import clock
from xgz.models.cases import case_models
from xgz.queries.inbox import inbox_rows

LIMIT = 120


def test_all_rooms_of_a_kind_together_take_under_120_lines():
    rooms = [
        ROOT / "tests" / "sample_kind" / room for room in ("rules", "models", "services", "web")
    ]
    files = [path for room in rooms for path in room.rglob("*.py")]
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)

    assert {path.name for path in files} == {"__init__.py", "errands.py", "urls.py"}
    assert lines < LIMIT


def test_the_kind_has_everything_a_kind_can_have():
    table = Errand.KIND
    steps = table.steps.values()

    assert any(duty.reviews for duty in table.duties.values())
    assert any(step.awaits_reviews for step in steps)
    assert any(step.returns and step.needs_opinion for step in steps)
    assert any(step.by == ("clock",) for step in steps)
    assert any(step.to == "withdrawn" for step in steps)
    assert len([state for state in table.duties if _entered_again(table, str(state))]) == 2


def _entered_again(table, state):
    found, waiting = set(), [state]
    while waiting:
        ways = {str(step.to) for step in table.steps_from(waiting.pop()).values()} - found
        found |= ways
        waiting += ways
    return state in found


def test_the_product_neither_knows_nor_mounts_it():
    product = [path for path in (ROOT / "xgz").rglob("*.py") if "errand" in path.read_text("utf-8")]

    assert product == []
    assert apps.get_containing_app_config(Errand.__module__).label == "sample_kind"


def test_it_is_found_by_its_names():
    (kind,) = [kind for kind in KINDS if kind.model is Errand]

    assert Errand in case_models()
    assert set(kind.actions) == {str(action) for _state, action in Errand.KIND.steps}


@pytest.mark.django_db
@pytest.mark.urls("tests.sample_kind.urls")
def test_one_line_of_addresses_gives_it_pages_and_it_is_in_the_inbox(client):
    make_district()
    case, asker = make_errand(), holder(seats_of()["asker"])
    client.force_login(asker.user)

    with clock.showing(moment):
        listing = client.get(reverse("errand-list"))
        page = client.get(reverse("errand-detail", args=[case.public_id]))
        step = reverse("errand-step", args=[case.public_id, "hand_in"])
        answer = client.post(step, {"opinion": "", "version": "0"})

    assert case.number in listing.content.decode()
    assert step in page.content.decode()
    assert answer.status_code == 302
    assert again(case).state == "doing"
    assert list(inbox_rows(asker)) == []
