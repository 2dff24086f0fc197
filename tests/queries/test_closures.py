"""Who is concerned by a closed business, what is missing, which rows a list holds."""

from datetime import timedelta

import pytest

from tests.factories import TODAY, actor_as, make_business, make_member, make_organisation
from tests.factories.closures import (
    NOW,
    close_business,
    committee_of,
    make_closure,
    make_worker,
    open_cases,
    the_district,
)
from xgz.models import Closure, Member
from xgz.queries import closures as reads
from xgz.queries.case_sheets import CLOSURES
from xgz.queries.inbox import waiting_for
from xgz.rules.closures import ClosureOption, ClosureState
from xgz.rules.roles import Role
from xgz.services import closures

pytestmark = pytest.mark.django_db
S, W = ClosureState, ClosureOption


def _names(case, actor):
    return [row.name for row in reads.concerned_rows(case, actor)]


class TestConcerned:
    def test_of_a_joint_branch_only_those_of_the_unit(self):
        case = make_closure(workers=1)
        make_member(case.organisation)
        (there,) = [place.member for place in case.business.roster_rows.all()]

        assert list(reads.members_concerned(case, TODAY)) == [there]

    def test_of_a_branch_whose_other_units_ended_all(self):
        case = make_closure(workers=1)
        make_member(case.organisation)
        other = case.organisation.coverages.exclude(business=case.business).get()
        close_business(other.business)

        assert reads.members_concerned(case, TODAY).count() == 2

    def test_of_a_branch_to_be_revoked_all(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.REVOKE, workers=1)
        make_member(case.organisation)

        assert reads.members_concerned(case, TODAY).count() == 2

    def test_without_a_branch_whoever_works_there(self):
        case = make_closure(with_branch=False, workers=2)
        make_worker(make_organisation(the_district().liuquan), case.business)

        assert reads.members_concerned(case, TODAY).count() == 3

    def test_people_in_development_and_those_who_left_are_not(self):
        case = make_closure(workers=1)
        make_worker(case.organisation, case.business, member_class="activist")
        make_worker(case.organisation, case.business, status="deceased")

        assert reads.members_concerned(case, TODAY).count() == 1


class TestShownRows:
    def test_names_as_the_reader_may_read_them(self):
        case = make_closure(workers=1)
        district = the_district()

        assert _names(case, actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)) == ["方柏梁"]
        assert _names(case, actor_as(Role.SOCIAL_WORK_DEPT, district.social_work)) == ["方*"]
        assert _names(case, actor_as(Role.STATION_HEAD, district.qingping_office)) == []
        assert _names(case, actor_as(Role.BUREAU, district.bureau)) == []

    def test_members_out_of_reach_are_counted_for_the_owner(self):
        case = make_closure(with_branch=False, workers=1)
        make_worker(make_organisation(the_district().liuquan), case.business)
        owner = committee_of(case)

        assert len(_names(case, owner)) == 1
        assert reads.hidden_members(case, owner) == 1

    def test_a_proposed_transfer_is_shown_and_not_proposed_again(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME, workers=2)
        actor = committee_of(case)
        first = Member.objects.order_by("pk").first()
        closures.propose_transfers(
            actor=actor, case=case, members=[first], channel="carried", now=NOW
        )

        rows = {row.member.pk: row for row in reads.concerned_rows(case, actor)}

        assert rows.pop(first.pk).may_propose is False
        assert [row.may_propose for row in rows.values()] == [True]

    def test_who_is_at_the_target_is_settled(self):
        case = make_closure(state=S.CARRYING_OUT, with_branch=False)
        Member.objects.update(formal_org=case.target_org)

        (row,) = reads.concerned_rows(case, committee_of(case))

        assert row.is_settled
        assert not reads.members_left(case, TODAY)

    def test_the_rows_cost_the_same_for_one_and_for_many(self, django_assert_num_queries):
        case = make_closure(workers=1)
        actor = committee_of(case)
        with django_assert_num_queries(4):
            reads.concerned_rows(case, actor)
        for _ in range(3):
            make_worker(case.organisation, case.business)
        with django_assert_num_queries(4):
            assert len(reads.concerned_rows(case, actor)) == 4


class TestLists:
    def test_what_lies_with_the_station_is_the_case_of_its_sub_step(self):
        case = make_closure()
        make_closure(place="liuquan")
        station = actor_as(Role.STATION_HEAD, the_district().qingping_office)

        assert list(waiting_for(station, Closure.objects.all())) == [case]

    def test_townships_of_the_cases(self):
        make_closure(place="liuquan")

        assert [body.name for body in CLOSURES.townships(Closure.objects.all())] == ["柳泉镇党委"]


class TestCasesOfBusinesses:
    def test_the_open_case_comes_before_the_closed_one(self):
        old = make_closure(state=S.MISTAKEN)
        (case,) = open_cases(close_business(old.business), now=NOW + timedelta(days=1))
        actor = actor_as(Role.ORG_DEPT, the_district().org_dept)

        found = reads.cases_of_businesses(actor, [old.business_id, make_business().pk])

        assert found == {old.business_id: case}

    def test_a_case_out_of_sight_is_none(self):
        case = make_closure(with_branch=False)
        station = actor_as(Role.STATION_HEAD, the_district().qingping_office)

        assert reads.cases_of_businesses(station, [case.business_id]) == {}
