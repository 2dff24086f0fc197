"""When leads of comparisons are opened: at moments that point at nothing, within the basis (MT-6, MT-8)."""

from datetime import date, timedelta

import pytest

from tests.factories import TODAY, actor_as, make_district, make_organisation
from tests.factories.matching import NOW, make_owner, make_pair, make_task, make_twins
from xgz.access.clock import day_of, end_of
from xgz.models import (
    AuditEntry,
    Lead,
    MatchingNotice,
    MemberWorkplace,
    OwnerTie,
    SealedList,
)
from xgz.queries.owner_lists import Entry, ListWanted
from xgz.rules.leads import LeadSource
from xgz.rules.matching import LEAD_WITHIN, Decision, MatchPurpose, OwnerList
from xgz.rules.roles import Role
from xgz.services import matching
from xgz.services.leads import protect_member
from xgz.services.matching import listing

pytestmark = pytest.mark.django_db

AT = NOW.replace(microsecond=483_201)
HOUR = timedelta(hours=1)
WANTED = ListWanted(MatchPurpose.BELONG)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def department(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


@pytest.fixture
def village(district):
    return make_organisation(district.liuquan)


def confirmed(district, village, names=("甘棠",), **values):
    task = make_task(district.qingping, **values)
    for name in names:
        twins = make_twins(village, district.qingping, name=name)
        make_pair(task, *twins, decision=Decision.YES)
    return task


def test_no_lead_shares_its_moment_with_the_carrying_out_or_another(district, department, village):
    """Not even the fraction of a second: by it the leads of one carrying out were one group."""
    task = confirmed(district, village, ("甘棠", "阮小满", "石有余"))

    assert matching.carry_out(actor=department, task=task, purpose="find", now=AT) == 3

    assert not Lead.objects.exists()
    assert [row.made_on for row in MatchingNotice.objects.all()] == [TODAY, TODAY]
    due = set(OwnerTie.objects.values_list("lead_at", flat=True))
    for hour in range(1, 26):
        matching.sweep_matching(now=AT + hour * HOUR)
    moments = set(Lead.objects.values_list("opened_at", flat=True))
    trail = set(AuditEntry.objects.filter(action="lead.open").values_list("at", flat=True))
    assert len(moments) == len(trail) == len(due) == 3
    for each in moments | trail:
        assert each.microsecond != AT.microsecond
        assert AT < each < AT + LEAD_WITHIN + HOUR
        assert each not in due  # a copy of the database from before would name the tie
    assert {lead.opened_by for lead in Lead.objects.all()} == {department.user}
    assert set(OwnerTie.objects.values_list("lead_at", "lead_by")) == {(None, None)}


def test_due_moments_are_spread_over_the_day_and_opened_when_due(district, department, village):
    task = confirmed(district, village, ("甘棠", "阮小满"))
    matching.carry_out(actor=department, task=task, purpose="find", now=AT)
    first, second = OwnerTie.objects.order_by("pk")
    OwnerTie.objects.filter(pk=first.pk).update(lead_at=AT + HOUR)
    OwnerTie.objects.filter(pk=second.pk).update(lead_at=AT + 2 * HOUR)

    for hours, opened in ((0.9, 0), (1, 1), (1.9, 1), (2, 2), (3, 2)):
        matching.sweep_matching(now=AT + hours * HOUR)
        assert Lead.objects.count() == opened


@pytest.mark.parametrize("left", [timedelta(hours=20), timedelta(minutes=1)])
def test_what_is_carried_out_on_the_last_day_opens_on_that_day(district, department, village, left):
    over = end_of(TODAY)
    task = confirmed(district, village, ("甘棠", "阮小满", "石有余"), expires_on=TODAY)
    matching.carry_out(actor=department, task=task, purpose="find", now=over - left)
    assert {day_of(tie.lead_at) for tie in OwnerTie.objects.all()} == {TODAY}

    matching.sweep_matching(now=over + HOUR)

    assert {day_of(lead.opened_at) for lead in Lead.objects.all()} == {TODAY}
    assert Lead.objects.count() == 3
    assert not OwnerTie.objects.exists()


class TestFromAList:
    """A lead off a list is opened by the sweep: the click leaves nothing in clear (MT-9)."""

    def settled(self, district, village):
        member, business = make_twins(village, district.qingping)
        MemberWorkplace.objects.create(
            member=member, business=business, valid_from=date(2026, 1, 1)
        )
        return member, business

    def ask(self, department, member, business, which=OwnerList.SHOULD_MOVE):
        matching.lead_from_list(
            actor=department, which=which, wanted=WANTED, business=business, member=member, now=AT
        )

    def test_the_click_writes_one_sealed_cell_and_the_sweep_opens_it_once(
        self, district, department, village
    ):
        member, business = self.settled(district, village)

        for _ in range(2):
            self.ask(department, member, business)

        assert not Lead.objects.exists()
        assert not AuditEntry.objects.exists()
        (cell,) = SealedList.objects.values_list("value_sealed", flat=True)
        for value in (member.public_id, business.public_id, department.user.public_id):
            assert value not in cell
        for hour in range(1, 26):
            matching.sweep_matching(now=AT + hour * HOUR)
        (lead,) = Lead.objects.all()
        assert (lead.source, lead.business, lead.name) == ("matching", business, member.name)
        assert lead.opened_by == department.user
        assert AT < lead.opened_at < AT + LEAD_WITHIN + HOUR
        assert lead.opened_at.microsecond != AT.microsecond
        (opened,) = AuditEntry.objects.filter(action="lead.open")
        assert opened.at == lead.opened_at

    @pytest.mark.parametrize("change", ["protected", "left", "shop gone", "account"])
    def test_what_changed_before_its_moment_counts(self, district, department, village, change):
        member, business = self.settled(district, village)
        self.ask(department, member, business)
        if change == "protected":
            protect_member(actor=department, member=member, now=AT)
        elif change == "left":
            type(member).objects.filter(pk=member.pk).update(status="moved_out")
        elif change == "shop gone":
            MemberWorkplace.objects.all().delete()
            business.delete()
        else:
            type(department.user).objects.filter(pk=department.user.pk).update(is_active=False)

        matching.sweep_matching(now=AT + LEAD_WITHIN)

        assert Lead.objects.exists() is (change == "account")  # the clock opens it then

    @pytest.mark.parametrize("owner", ["甘棠", "苗青禾"])
    def test_an_owner_nobody_knows_is_looked_for_while_it_is_the_owner(
        self, district, department, monkeypatch, owner
    ):
        business = make_owner(district.qingping, owner_name="甘棠")
        monkeypatch.setattr(
            listing, "entries_of", lambda *_: [Entry(business.pk, None, date(2025, 12, 31))]
        )
        self.ask(department, None, business, OwnerList.UNKNOWN)
        type(business).objects.filter(pk=business.pk).update(owner_name=owner)

        matching.sweep_matching(now=AT + LEAD_WITHIN)

        opened = [(lead.name, lead.source, lead.capacity) for lead in Lead.objects.all()]
        assert opened == (
            [("甘棠", LeadSource.UNMATCHED_OWNER, "经营者")] if owner == "甘棠" else []
        )

    def test_it_opens_before_its_basis_is_over(self, district, department, village):
        make_task(district.qingping, purpose=WANTED.purpose, expires_on=TODAY)
        self.ask(department, *self.settled(district, village))

        matching.sweep_matching(now=end_of(TODAY))

        assert Lead.objects.exists()
