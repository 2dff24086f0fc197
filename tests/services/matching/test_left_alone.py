"""Who says no, or is protected, while a comparison runs is in nothing it finds (LD-13, LD-14)."""

import pytest

from tests.factories import TODAY, actor_as, make_district, make_organisation
from tests.factories.matching import NOW, make_task, make_tie, make_twins
from tests.services.matching.test_running import works_at
from xgz.models import MatchPair, OwnerTie, ProtectedDigest, RefusalDigest
from xgz.queries.lead_identity import LeadIdentity, member_digest, refusal_digests
from xgz.rules.matching import TaskState
from xgz.rules.roles import Role
from xgz.services import matching
from xgz.services.leads import protect_member
from xgz.services.matching import running
from xgz.services.matching.ties import drop_loose_ties

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ended_windows(monkeypatch):
    monkeypatch.setattr("xgz.queries.matching.ended_among", lambda areas, today: set(areas))


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def department(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


def refuse(member):
    who = LeadIdentity.of(name=member.name, phone=member.phone, id_number="", place="")
    RefusalDigest.objects.bulk_create(
        RefusalDigest(digest=each, refused_on=TODAY) for each in refusal_digests([who])
    )


@pytest.mark.parametrize("way", ["protect", "refuse"])
@pytest.mark.parametrize("is_owner", [True, False], ids=["known", "asked"])
def test_while_it_runs(monkeypatch, district, department, way, is_owner):
    village = make_organisation(district.qingping)
    (member, business), (other, shop) = (make_twins(village, district.qingping) for _ in "ab")
    if is_owner:
        works_at(member, business, "经营者")
        works_at(other, shop, "经营者")
    real = running.sorted_out

    def late(*values):
        found = real(*values)
        if way == "protect":
            protect_member(actor=department, member=member, now=NOW)
        else:
            refuse(member)
        return found

    monkeypatch.setattr(running, "sorted_out", late)
    task = make_task(district.qingping, state=TaskState.READY, finished_at=None)
    matching.start_task(actor=department, task=task, now=NOW)

    task.refresh_from_db()
    rows = OwnerTie if is_owner else MatchPair
    assert [row.ends for row in rows.objects.all()] == [(other.public_id, shop.public_id)]
    assert (task.found, task.known) == ((0, 1) if is_owner else (1, 0))


def test_a_tie_of_a_protected_member_that_was_left_goes_with_the_next_sweep(district):
    village = make_organisation(district.qingping)
    (member, business), twins = (make_twins(village, district.qingping) for _ in "ab")
    make_tie(member, business)
    left = make_tie(*twins)
    digest = member_digest(member.public_id)
    ProtectedDigest.objects.create(group="g", digest=digest, protected_on=TODAY)

    assert drop_loose_ties(now=NOW) == 1

    assert OwnerTie.objects.get() == left
