"""The three administrators meet nobody's name on any page they may open (T33, AC-10)."""

import re

import pytest
from django.test import Client

from tests.access.matrix_world import make_world
from tests.access.test_matrix import RULES, addresses_of
from xgz.models import Business, Member, User
from xgz.rules.roles import ADMINISTRATORS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_no_page_names_a_person(role):
    world = make_world()
    person, client = world.people[role], Client()
    client.force_login(person)
    people = [user.display_name for user in User.objects.exclude(pk=person.pk)]
    people += [member.name for member in Member.objects.all()]
    people += [owner for owner in Business.objects.values_list("owner_name", flat=True) if owner]
    named, opened = [], 0
    for name in RULES:
        for rule, _thing, address in addresses_of(name, world.public_ids()):
            if role not in rule.opens or not rule.get:
                continue
            page = client.get(address)
            # A file to take away, such as the template of a paper, is no page.
            if page.status_code != 200 or page.streaming or page.has_header("Content-Disposition"):
                continue
            opened += 1
            found = [who for who in people if re.search(rf"{re.escape(who)}(?!\d)", page.text)]
            named += [(address, who) for who in found]

    assert opened > 10
    assert named == []
