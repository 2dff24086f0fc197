"""No list takes a lookup of its own from the address, and no form a column it does not ask for."""

import re
from itertools import product

import pytest
from django import forms
from django.urls import reverse

from tests.privacy.worlds import NOW, make_two_worlds, signed_in, world
from xgz.access import clock
from xgz.models import Member
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
COLUMNS = (
    "member__idno",
    "member__id_number_sealed",
    "member__key_digest",
    "member__phone_digest",
    "roster_rows__member__name_sealed",
    "roster_rows__member__born_on",
    "annual_reports__owner_member_sealed",
    "annual_reports__owner_digest",
    "owner_id_digest",
    "owner_id_sealed",
    "phone_digest",
    "formal_org__members",
    "closures__is_shared",
    "user__password",
)
LOOKUPS = (
    "",
    "__startswith",
    "__regex",
    "__iregex",
    "__gt",
    "__in",
    "__isnull",
    "__icontains",
    "__range",
    "__exact",
    "__contains",
    "__length",
    "__date__year",
    "__in__regex",
)
CRAFTED = [
    *[f"{column}{lookup}" for column, lookup in product(COLUMNS, LOOKUPS)],
    "_connector",
    "_negated",
    "pk",
    "pk__in",
    "id__lte",
    "extra",
    "where",
    "order_by",
]
SORTS = (
    "pk",
    "-pk",
    "?",
    "party_date",
    "member__born_on",
    "roster_rows",
    "-roster_rows__member",
    "annual_reports__owner_digest",
    "owner_id_digest",
    "phone_digest",
    "name_sealed",
    "--name",
    "name__",
    "name,owner_id_digest",
    "9" * 400,
    "-",
    "\x00",
    "名",
)
PAGES_ASKED = ("0", "-1", "9" * 40, "1e9", "１", "\x00", "last", "NaN", "%s", "1;DROP TABLE x")
FIELDS = ("q", "township", "kind", "status", "coverage", "office", "organisation", "staff_from")
VALUES = ("\x00", "9" * 60, "' OR 1=1 --", "a__regex", "[", "💥" * 20)
LISTS = {
    "business-list": Role.BUREAU,
    "market-list": Role.STATION_HEAD,
    "organisation-list": Role.ASSOCIATION,
    "closure-list": Role.BUREAU,
    "formation-list": Role.BUREAU,
    "election-list": Role.BUREAU,
    "import-list": Role.BUREAU,
    "inbox": Role.STATION_HEAD,
    "coverage-rows": Role.BUREAU,
    "snapshot-list": Role.BUREAU,
    "report-list": Role.BUREAU,
    "member-list": Role.TOWNSHIP_COMMITTEE,
    "transfer-list": Role.TOWNSHIP_COMMITTEE,
    "rulebook": Role.OWNER,
}
_LINK = re.compile(r'href="(/[a-z-]+/[a-z2-7]{12}/)')


@pytest.fixture
def worlds():
    with clock.showing(lambda: NOW):
        return make_two_worlds()


def test_there_are_two_hundred_of_them():
    assert len(CRAFTED) >= 200


@pytest.mark.parametrize("name", LISTS)
def test_no_crafted_lookup_changes_the_rows_of_a_list(name, worlds):
    with world(worlds, tuple(worlds.facts)):
        client = signed_in(worlds.base.people[LISTS[name]])

        def rows(**asked):
            response = client.get(reverse(name), asked)
            assert response.status_code == 200
            return _LINK.findall(response.content.decode())

        plain = rows()
        for value in ("33", "^3.*", "\x00"):
            assert rows(**dict.fromkeys(CRAFTED, value)) == plain, value
        for sort in SORTS:
            asked = dict.fromkeys(("sort", "ordering", "o", "order_by", "_order"), sort)
            assert rows(**asked) == plain, sort
        for page in PAGES_ASKED:
            response = client.get(reverse(name), {"page": page, "size": page})
            assert response.status_code == 200, page
        for value in VALUES:
            asked = dict.fromkeys(FIELDS, value)
            assert client.get(reverse(name), asked).status_code in (200, 404), value


def test_no_form_takes_its_columns_from_a_model():
    """A form names each field it takes, and hands it to a service by name (T05)."""
    found = [form for form in _below(forms.BaseModelForm) if form.__module__.startswith("xgz.")]

    assert found == []


def _below(form):
    for lower in form.__subclasses__():
        yield lower
        yield from _below(lower)


def test_columns_sent_along_with_a_form_change_nothing(worlds):
    with world(worlds, ()):
        member = worlds.base.here.member
        before = Member.objects.values().get(pk=member.pk)
        extra = {
            name: "1" for name in before if name not in {"status", "activity_org_id", "is_floating"}
        }
        client = signed_in(worlds.base.people[Role.TOWNSHIP_COMMITTEE])
        sent = extra | {
            "status": "lost_contact",
            "day": "2026-11-20",
            "reason": "多次联系不上",
            "state": "done",
            "role": "org_dept",
            "township_id": "1",
            "actor": "1",
        }
        response = client.post(reverse("member-change", args=[member.public_id, "status"]), sent)
        after = Member.objects.values().get(pk=member.pk)

    assert response.status_code == 302, response.context["form"].errors
    assert {name for name in before if before[name] != after[name]} == {"status"}
