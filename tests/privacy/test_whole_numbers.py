"""Every page as every role: nobody's whole number stands anywhere but where it was asked for."""

import pytest

from tests.access.matrix_world import make_world
from tests.access.test_matrix import RULES, addresses_of
from tests.privacy.worlds import ask, signed_in
from xgz.models import Business, Member, sealing
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
# The page that shows one value for five minutes, and the letter that carries it on paper.
WHOLE = frozenset({"reveal-shown", "transfer-letter"})
ADDRESS = "清平县清平镇和平路12号"


@pytest.fixture
def world():
    """The rows of the matrix, everybody with numbers of an own."""
    world = make_world()
    for count, member in enumerate(Member.objects.order_by("pk")):
        values = {"id_number": f"36099919680402{count:03}X", "phone": f"138000061{count:02}"}
        values["address"] = f"{ADDRESS}{count}"
        for name, value in values.items():
            sealed = sealing.seal(f"member.{name}", member.public_id, value)
            Member.objects.filter(pk=member.pk).update(**{f"{name}_sealed": sealed})
    for count, business in enumerate(Business.objects.order_by("pk")):
        number, phone = f"36099919700402{count:03}X", f"139000061{count:02}"
        Business.objects.filter(pk=business.pk).update(
            owner_id_sealed=sealing.seal("business.owner_id", business.public_id, number),
            phone_sealed=sealing.seal("business.phone", business.public_id, phone),
        )
    return world


def whole_values():
    members = [value for m in Member.objects.all() for value in (m.id_number, m.phone, m.address)]
    owners = [value for b in Business.objects.all() for value in (b.owner_id_number, b.phone)]
    return [*members, *owners]


def text_of(answer):
    body = answer.body
    text = body.decode(errors="replace") if isinstance(body, bytes) else str(body)
    return text + str(answer.headers)


@pytest.mark.parametrize("role", Role)
def test_no_page_shows_anybodys_whole_number(role, world):
    ids, values = world.public_ids(), whole_values()
    client, read, hits = signed_in(world.people[role]), 0, []

    for name in sorted(set(RULES) - WHOLE):
        for _rule, _thing, address in addresses_of(name, ids):
            answer = ask(client, address)
            read += answer.status == 200
            hits += [(address, value) for value in values if value in text_of(answer)]

    assert hits == []
    assert read >= 10


def test_the_two_places_do_show_one(world):
    """The crawl above would find them: what it looks for stands there."""
    ids, values = world.public_ids(), whole_values()
    client = signed_in(world.people[Role.TOWNSHIP_COMMITTEE])
    shown = {
        name
        for name in WHOLE
        for _rule, _thing, address in addresses_of(name, ids)
        if any(value in text_of(ask(client, address)) for value in values)
    }

    assert shown == WHOLE
