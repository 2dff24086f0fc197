"""Services of organisations: each refusal, paths and scope, and history that is never lost."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import (
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_member,
    make_organisation,
    make_user,
    seat_of,
)
from xgz.access.actor import NotPermitted
from xgz.access.members import visible_members
from xgz.access.organisations import visible_organisations
from xgz.models import AuditEntry, InstructorLink, Member, MemberLink, Organisation
from xgz.rules.members import MembershipStatus
from xgz.rules.organisations import (
    FormationMode,
    OrgState,
    OrgType,
    Post,
    StepNotAllowed,
)
from xgz.rules.roles import ACTIONS, Role
from xgz.services import organisations

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DAY = date(2026, 11, 1)
DAY_BEFORE = date(2026, 10, 31)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def department(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


@pytest.fixture
def township(district):
    return actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)


def _set_up(actor, superior, **values):
    return organisations.set_up_organisation(
        **{
            "actor": actor,
            "name": "清平新支部",
            "org_type": OrgType.BRANCH,
            "formation_mode": FormationMode.JOINT,
            "superior": superior,
            "founded_on": DAY,
            "now": NOW,
        }
        | values
    )


def _rename(actor, organisation, name="清平新支部", day=DAY):
    organisations.rename_organisation(
        actor=actor, organisation=organisation, name=name, renamed_on=day, now=NOW
    )


def _move(actor, organisation, superior):
    organisations.move_organisation(
        actor=actor, organisation=organisation, superior=superior, moved_on=DAY, now=NOW
    )


def _merge(actor, organisation, into, day=DAY):
    organisations.merge_organisation(
        actor=actor, organisation=organisation, into=into, merged_on=day, now=NOW
    )


def _split(actor, organisation, members=(), coverages=(), name="分出的支部"):
    return organisations.split_organisation(
        actor=actor,
        organisation=organisation,
        name=name,
        formation_mode=FormationMode.JOINT,
        members=members,
        coverages=coverages,
        split_on=DAY,
        now=NOW,
    )


def _dissolve(actor, organisation):
    organisations.dissolve_organisation(
        actor=actor, organisation=organisation, dissolved_on=DAY, now=NOW
    )


def _appoint(actor, organisation, post=Post.SECRETARY, day=DAY, **holder):
    return organisations.appoint(
        actor=actor, organisation=organisation, post=post, appointed_on=day, now=NOW, **holder
    )


def _confirm(actor, organisation, superior):
    organisations.confirm_organisation(
        actor=actor,
        organisation=organisation,
        superior=superior,
        org_type=OrgType.BRANCH,
        formation_mode=FormationMode.JOINT,
        confirmed_on=DAY,
        now=NOW,
    )


class TestSetUp:
    def test_it_stands_below_its_superior_with_a_record_and_an_audit_row(self, district, township):
        fresh = _set_up(township, district.qingping)

        assert fresh.body.path.startswith(district.qingping.path)
        assert fresh.changes.get().kind == "set_up"
        assert AuditEntry.objects.get().action == "organisation.set_up"

    def test_a_superior_out_of_scope_is_refused(self, district, township):
        with pytest.raises(organisations.SuperiorNotAllowed):
            _set_up(township, district.liuquan)

    def test_an_office_of_the_market_line_is_no_formal_superior(self, district, department):
        with pytest.raises(organisations.SuperiorNotAllowed):
            _set_up(department, district.bureau)

    def test_a_branch_leads_nobody(self, district, department):
        with pytest.raises(organisations.SuperiorNotAllowed):
            _set_up(department, make_organisation(district.qingping).body)

    def test_a_second_uncoded_organisation_of_the_name_is_refused(self, district, department):
        make_organisation(district.liuquan, name="清平新支部")

        with pytest.raises(organisations.NameTaken):
            _set_up(department, district.qingping)

    def test_a_second_organisation_of_the_code_is_refused(self, district, department):
        make_organisation(district.liuquan, code="360999000001")

        with pytest.raises(organisations.CodeTaken):
            _set_up(department, district.qingping, code="360999000001")

    def test_a_founding_day_in_the_future_is_refused(self, district, department):
        with pytest.raises(organisations.DateNotAllowed):
            _set_up(department, district.qingping, founded_on=TODAY + timedelta(days=1))

    def test_a_party_body_does_not_guide(self, district, department):
        with pytest.raises(NotPermitted):
            _set_up(department, district.qingping, guiding_body=district.liuquan)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OWNER}))
def test_only_roles_with_the_action_change_an_organisation(district, role):
    branch = make_organisation(district.qingping, guiding_body=district.bureau)
    links = {"member": make_member(branch)} if role is Role.MEMBER else {}
    body = branch.body if role is Role.BRANCH_SECRETARY else seat_of(role, district)
    actor = actor_as(role, body, **links)

    if "organisation.change" in ACTIONS[role]:
        _rename(actor, branch)
    else:
        with pytest.raises(NotPermitted):
            _rename(actor, branch)

    assert branch.changes.count() == ("organisation.change" in ACTIONS[role])


def test_a_township_does_not_change_what_another_one_leads(district, township):
    with pytest.raises(NotPermitted):
        _rename(township, make_organisation(district.liuquan))


def test_a_second_role_lends_no_right_over_the_rows_it_only_sees(district, township):
    elsewhere = make_organisation(district.liuquan)
    township.user.role_assignments.create(
        role=Role.BRANCH_SECRETARY, body=elsewhere.body, valid_from=date(2020, 1, 1)
    )

    with pytest.raises(NotPermitted):
        _rename(township, elsewhere)


class TestRename:
    def test_the_old_name_stays_in_the_record(self, district, department):
        branch = make_organisation(district.qingping, name="清平老支部")

        _rename(department, branch)

        branch.refresh_from_db()
        record = branch.changes.get()
        assert (branch.name, branch.body.name) == ("清平新支部", "清平新支部")
        assert (record.before, record.after) == ("清平老支部", "清平新支部")

    def test_the_same_name_changes_nothing(self, district, department):
        with pytest.raises(organisations.NothingChanges):
            _rename(department, make_organisation(district.qingping, name="清平新支部"))

    def test_a_row_changed_meanwhile_is_left_alone(self, district, department):
        branch = make_organisation(district.qingping)
        Organisation.objects.filter(pk=branch.pk).update(name="别人改的名")

        with pytest.raises(organisations.ChangedMeanwhile):
            _rename(department, branch)

        assert branch.changes.count() == 0

    def test_a_day_before_the_founding_is_refused(self, district, department):
        branch = make_organisation(district.qingping, founded_on=DAY)

        with pytest.raises(organisations.DateNotAllowed):
            _rename(department, branch, day=DAY_BEFORE)

    def test_a_dissolved_organisation_takes_no_change(self, district, department):
        branch = make_organisation(
            district.qingping, state=OrgState.DISSOLVED, dissolved_on=DAY_BEFORE
        )

        with pytest.raises(StepNotAllowed):
            _rename(department, branch)


class TestConfirm:
    def test_it_becomes_active_at_its_place(self, district, department):
        named_only = make_organisation(district.org_dept, state=OrgState.UNCONFIRMED)

        _confirm(department, named_only, district.qingping)

        named_only.refresh_from_db()
        assert named_only.state == OrgState.ACTIVE
        assert named_only.body.path.startswith(district.qingping.path)

    def test_an_active_one_is_not_confirmed_again(self, district, department):
        with pytest.raises(StepNotAllowed):
            _confirm(department, make_organisation(district.qingping), district.qingping)


class TestMove:
    def test_the_whole_subtree_moves_and_scope_follows(self, district, department, township):
        committee = make_organisation(district.qingping, org_type=OrgType.COMMITTEE)
        branch = make_organisation(committee.body)
        member = make_member(branch)
        liuquan = actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan)

        _move(department, committee, district.liuquan)

        branch.body.refresh_from_db()
        committee.body.refresh_from_db()
        assert branch.body.path.startswith(committee.body.path)
        assert set(visible_organisations(liuquan)) == {committee, branch}
        assert set(visible_members(liuquan)) == {member}
        assert visible_organisations(township).count() == 0
        assert visible_members(township).count() == 0
        record = committee.changes.get()
        assert (record.before, record.after) == ("清平镇党委", "柳泉镇党委")

    def test_neighbours_keep_their_paths(self, district, department):
        stays = make_organisation(district.qingping)
        path = stays.body.path

        _move(department, make_organisation(district.qingping), district.liuquan)

        stays.body.refresh_from_db()
        assert stays.body.path == path

    def test_it_does_not_move_below_itself(self, district, department):
        committee = make_organisation(district.qingping, org_type=OrgType.COMMITTEE)
        below = make_organisation(committee.body, org_type=OrgType.GENERAL_BRANCH)

        with pytest.raises(organisations.UnderItself):
            _move(department, committee, below.body)

    def test_the_same_superior_changes_nothing(self, district, department):
        with pytest.raises(organisations.NothingChanges):
            _move(department, make_organisation(district.qingping), district.qingping)

    def test_a_township_does_not_move_its_own_to_another_township(self, district, township):
        with pytest.raises(organisations.SuperiorNotAllowed):
            _move(township, make_organisation(district.qingping), district.liuquan)

    def test_a_tree_as_deep_as_the_column_takes_no_more(self, district, department):
        top = make_organisation(district.qingping, org_type=OrgType.COMMITTEE)
        deepest = top
        for _level in range(7):
            deepest = make_organisation(deepest.body, org_type=OrgType.COMMITTEE)

        with pytest.raises(organisations.TreeTooDeep):
            _set_up(department, deepest.body)


class TestGuidance:
    def test_the_formal_line_stays(self, district, department):
        branch = make_organisation(district.qingping, guiding_body=district.qingping_office)

        organisations.change_guidance(
            actor=department,
            organisation=branch,
            guiding_body=district.association,
            changed_on=DAY,
            now=NOW,
        )

        branch.refresh_from_db()
        record = branch.changes.get()
        assert branch.guiding_body == district.association
        assert branch.body.parent_id == district.qingping.pk
        assert (record.before, record.after) == ("清平所", "县个私协会")

    def test_the_same_guide_changes_nothing(self, district, department):
        with pytest.raises(organisations.NothingChanges):
            organisations.change_guidance(
                actor=department,
                organisation=make_organisation(district.qingping),
                guiding_body=None,
                changed_on=DAY,
                now=NOW,
            )


def test_an_election_sets_the_end_of_the_term(district, department):
    branch = make_organisation(district.qingping)

    organisations.record_election(actor=department, organisation=branch, elected_on=DAY, now=NOW)

    branch.refresh_from_db()
    assert (branch.elected_on, branch.term_ends_on) == (DAY, date(2029, 11, 1))


class TestLife:
    def test_the_latest_day_is_kept(self, district, department):
        branch = make_organisation(district.qingping, last_life_on=DAY_BEFORE)

        organisations.record_life(actor=department, organisation=branch, held_on=DAY, now=NOW)

        branch.refresh_from_db()
        assert branch.last_life_on == DAY

    def test_an_earlier_day_changes_nothing(self, district, department):
        branch = make_organisation(district.qingping, last_life_on=DAY)

        with pytest.raises(organisations.NothingChanges):
            organisations.record_life(actor=department, organisation=branch, held_on=DAY, now=NOW)

    def test_an_unconfirmed_organisation_records_none(self, district, department):
        branch = make_organisation(district.qingping, state=OrgState.UNCONFIRMED)

        with pytest.raises(organisations.OrganisationNotActive):
            organisations.record_life(actor=department, organisation=branch, held_on=DAY, now=NOW)


class TestMerge:
    def test_everything_goes_over_and_the_history_stays(self, district, department):
        old = make_organisation(district.qingping, name="老支部")
        into = make_organisation(district.qingping, name="新支部")
        member = make_member(old)
        MemberLink.objects.create(
            member=member, kind="formal", organisation=old, valid_from=date(2020, 1, 1)
        )
        unlinked = make_member(old)
        guest = make_member(make_organisation(district.liuquan), activity_org=old)
        gone = make_member(old, status=MembershipStatus.DECEASED)
        business, market = make_business(), make_market()
        make_coverage(old, business=business)
        make_coverage(old, market=market)
        make_coverage(old, code_text="待核实代码")
        post = _appoint(department, old, member=member, day=date(2024, 1, 1))

        _merge(department, old, into)

        old.refresh_from_db()
        post.refresh_from_db()
        assert (old.state, old.dissolved_on) == (OrgState.DISSOLVED, DAY)
        assert set(Member.objects.filter(formal_org=into)) == {member, unlinked, gone}
        assert set(Member.objects.filter(activity_org=into)) == {guest}
        assert list(member.links.order_by("pk").values_list("organisation", "valid_to")) == [
            (old.pk, DAY_BEFORE),
            (into.pk, None),
        ]
        assert list(unlinked.links.order_by("pk").values_list("organisation", "valid_to")) == [
            (old.pk, DAY_BEFORE),
            (into.pk, None),
        ]
        assert set(old.coverages.values_list("valid_to", flat=True)) == {DAY_BEFORE}
        assert into.coverages.filter(valid_to=None).count() == 3
        assert post.valid_to == DAY_BEFORE
        assert into.posts.count() == 0
        assert old.changes.get().other == into
        assert into.changes.get().other == old

    def test_a_guest_whose_home_it_joins_is_no_guest_any_more(self, district, department):
        home, host = make_organisation(district.qingping), make_organisation(district.qingping)
        came = make_member(home, activity_org=host)
        went = make_member(host, activity_org=home)

        _merge(department, host, home)

        assert set(Member.objects.filter(formal_org=home, activity_org=None)) == {came, went}

    def test_a_unit_both_list_is_listed_once(self, district, department):
        old, into = make_organisation(district.qingping), make_organisation(district.qingping)
        shop = make_business()
        make_coverage(old, business=shop)
        make_coverage(into, business=shop)

        _merge(department, old, into)

        assert into.coverages.count() == 1

    def test_instructors_go_over(self, district, department):
        old, into = make_organisation(district.qingping), make_organisation(district.qingping)
        instructor = make_user(Role.INSTRUCTOR, district.qingping_office)
        InstructorLink.objects.create(
            instructor=instructor,
            station=district.qingping_office,
            organisation=old,
            valid_from=date(2020, 1, 1),
        )

        _merge(department, old, into)

        assert into.instructor_links.get().instructor == instructor
        assert old.instructor_links.get().valid_to == DAY_BEFORE

    def test_subordinates_go_over_with_their_paths(self, district, department):
        old, into = (
            make_organisation(district.qingping, org_type=OrgType.COMMITTEE) for _ in range(2)
        )
        child = make_organisation(old.body)

        _merge(department, old, into)

        child.body.refresh_from_db()
        assert child.body.parent_id == into.body_id
        assert child.body.path.startswith(into.body.path)

    def test_subordinates_do_not_go_under_a_branch(self, district, department):
        old = make_organisation(district.qingping, org_type=OrgType.COMMITTEE)
        make_organisation(old.body)

        with pytest.raises(organisations.SuperiorNotAllowed):
            _merge(department, old, make_organisation(district.qingping))

        assert old.changes.count() == 0

    def test_it_does_not_merge_into_its_own_subordinate(self, district, department):
        old = make_organisation(district.qingping, org_type=OrgType.COMMITTEE)
        child = make_organisation(old.body, org_type=OrgType.GENERAL_BRANCH)

        with pytest.raises(organisations.UnderItself):
            _merge(department, old, child)

    def test_it_does_not_merge_into_itself(self, district, department):
        branch = make_organisation(district.qingping)

        with pytest.raises(organisations.NothingChanges):
            _merge(department, branch, branch)

    def test_a_dissolved_one_takes_nobody_in(self, district, department):
        into = make_organisation(
            district.qingping, state=OrgState.DISSOLVED, dissolved_on=DAY_BEFORE
        )

        with pytest.raises(organisations.OrganisationNotActive):
            _merge(department, make_organisation(district.qingping), into)

    def test_a_township_does_not_merge_across_its_border(self, district, township):
        with pytest.raises(NotPermitted):
            _merge(
                township, make_organisation(district.qingping), make_organisation(district.liuquan)
            )

    def test_an_unconfirmed_name_merges_into_the_real_one(self, district, department):
        wrong = make_organisation(district.org_dept, state=OrgState.UNCONFIRMED)
        member = make_member(wrong)
        right = make_organisation(district.qingping)

        _merge(department, wrong, right)

        member.refresh_from_db()
        assert member.formal_org == right


class TestSplit:
    def test_the_chosen_go_over_and_the_rest_stays(self, district, department):
        branch = make_organisation(district.qingping, guiding_body=district.qingping_office)
        goes, stays = make_member(branch), make_member(branch)
        guest = make_member(make_organisation(district.liuquan), activity_org=branch)
        unit = make_coverage(branch, business=make_business())
        make_coverage(branch, business=make_business())

        fresh = _split(department, branch, [goes, guest], [unit])

        assert list(fresh.members.all()) == [goes]
        assert list(fresh.activity_members.all()) == [guest]
        assert list(branch.members.all()) == [stays]
        assert fresh.coverages.get().business_id == unit.business_id
        assert branch.coverages.filter(valid_to=None).count() == 1
        assert fresh.guiding_body == district.qingping_office
        assert fresh.body.parent_id == district.qingping.pk
        assert branch.changes.get().other == fresh
        assert fresh.changes.get().other == branch
        assert goes.links.filter(organisation=branch, valid_to=DAY_BEFORE).exists()

    def test_nothing_chosen_is_refused(self, district, department):
        with pytest.raises(organisations.NothingChosen):
            _split(department, make_organisation(district.qingping))

    def test_a_stranger_is_refused(self, district, department):
        stranger = make_member(make_organisation(district.qingping))

        with pytest.raises(organisations.NotOfThisOrganisation):
            _split(department, make_organisation(district.qingping), [stranger])

    def test_a_unit_split_off_on_its_first_day_is_listed_once(self, district, department):
        branch, business = make_organisation(district.qingping), make_business()
        row = make_coverage(branch, business=business, valid_from=DAY)

        _split(department, branch, [make_member(branch)], [row])

        assert business.coverages.get().organisation.name == "分出的支部"

    def test_an_ended_coverage_is_refused(self, district, department):
        branch = make_organisation(district.qingping)
        ended = make_coverage(branch, business=make_business(), valid_to=DAY_BEFORE)

        with pytest.raises(organisations.NotOfThisOrganisation):
            _split(department, branch, [], [ended])

    def test_a_taken_name_is_refused(self, district, department):
        branch = make_organisation(district.qingping, name="分出的支部")

        with pytest.raises(organisations.NameTaken):
            _split(department, branch, [make_member(branch)])


class TestDissolve:
    @pytest.mark.parametrize(
        ("status", "empty"),
        [
            (MembershipStatus.NORMAL, False),
            (MembershipStatus.LOST_CONTACT, False),
            (MembershipStatus.DECEASED, True),
            (MembershipStatus.MOVED_OUT, True),
        ],
    )
    def test_it_closes_only_when_nobody_on_the_rolls_is_left(
        self, district, department, status, empty
    ):
        branch = make_organisation(district.qingping)
        make_member(branch, status=status)

        if empty:
            _dissolve(department, branch)
        else:
            with pytest.raises(organisations.OrganisationNotEmpty):
                _dissolve(department, branch)

        branch.refresh_from_db()
        assert (branch.state == OrgState.DISSOLVED) is empty

    def test_what_hung_on_it_ends_and_stays_as_history(self, district, department):
        branch = make_organisation(district.qingping)
        guest = make_member(make_organisation(district.qingping), activity_org=branch)
        gone = make_member(branch, status=MembershipStatus.DECEASED)
        make_coverage(branch, business=make_business())
        _appoint(department, branch, holder_name="左明远", day=date(2024, 1, 1))

        _dissolve(department, branch)

        guest.refresh_from_db()
        gone.refresh_from_db()
        assert guest.activity_org is None
        assert gone.formal_org == branch
        assert guest.links.get().valid_to == DAY_BEFORE
        assert branch.coverages.get().valid_to == DAY_BEFORE
        assert branch.posts.get().valid_to == DAY_BEFORE

    def test_subordinates_have_to_go_first(self, district, department):
        committee = make_organisation(district.qingping, org_type=OrgType.COMMITTEE)
        make_organisation(committee.body)

        with pytest.raises(organisations.SubordinatesLeft):
            _dissolve(department, committee)


class TestPosts:
    def test_a_new_secretary_ends_the_one_before(self, district, department):
        branch = make_organisation(district.qingping)
        first = _appoint(department, branch, holder_name="左明远", day=date(2024, 1, 1))

        second = _appoint(department, branch, member=make_member(branch, name="方柏梁"))

        first.refresh_from_db()
        assert (first.valid_to, second.valid_to) == (DAY_BEFORE, None)
        assert (first.holder_name, second.holder_name) == ("左明远", "方柏梁")

    def test_committee_members_stand_side_by_side(self, district, department):
        branch = make_organisation(district.qingping)
        _appoint(department, branch, Post.COMMITTEE_MEMBER, holder_name="左明远")
        _appoint(department, branch, Post.COMMITTEE_MEMBER, holder_name="方柏梁")

        assert branch.posts.filter(valid_to=None).count() == 2

    def test_the_same_member_is_not_appointed_twice(self, district, department):
        branch = make_organisation(district.qingping)
        member = make_member(branch)
        _appoint(department, branch, member=member)

        with pytest.raises(organisations.AlreadyAppointed):
            _appoint(department, branch, member=member)

    def test_a_post_needs_somebody(self, district, department):
        with pytest.raises(organisations.HolderMissing):
            _appoint(department, make_organisation(district.qingping), holder_name=" ")

    def test_a_member_out_of_sight_is_refused(self, district, township):
        stranger = make_member(make_organisation(district.liuquan))

        with pytest.raises(NotPermitted):
            _appoint(township, make_organisation(district.qingping), member=stranger)

    def test_relieving_ends_the_post_once(self, district, department):
        post = _appoint(department, make_organisation(district.qingping), holder_name="左明远", day=DAY_BEFORE)  # fmt: skip

        organisations.relieve(actor=department, post=post, relieved_on=TODAY, now=NOW)
        with pytest.raises(organisations.ChangedMeanwhile):
            organisations.relieve(actor=department, post=post, relieved_on=TODAY, now=NOW)

        post.refresh_from_db()
        assert post.valid_to == TODAY - timedelta(days=1)

    def test_names_stand_sealed(self, district, department):
        post = _appoint(department, make_organisation(district.qingping), holder_name="左明远")

        assert "左明远" not in post.holder_name_sealed


class TestCoverage:
    def test_a_unit_is_listed_once(self, district, department):
        branch, shop = make_organisation(district.qingping), make_business()
        values = {
            "actor": department,
            "organisation": branch,
            "unit": shop,
            "covered_on": DAY,
            "now": NOW,
        }
        organisations.cover_unit(**values)

        with pytest.raises(organisations.AlreadyCovered):
            organisations.cover_unit(**values)

    def test_ended_and_listed_again_keeps_both_rows(self, district, department):
        branch, market = make_organisation(district.qingping), make_market()
        row = make_coverage(branch, market=market)

        organisations.end_coverage(actor=department, coverage=row, ended_on=DAY, now=NOW)
        organisations.cover_unit(
            actor=department, organisation=branch, unit=market, covered_on=TODAY, now=NOW
        )

        assert list(branch.coverages.order_by("pk").values_list("valid_to", flat=True)) == [
            DAY_BEFORE,
            None,
        ]

    def test_a_business_out_of_scope_is_refused(self, district, township):
        with pytest.raises(NotPermitted):
            organisations.cover_unit(
                actor=township,
                organisation=make_organisation(district.qingping),
                unit=make_business(township=district.liuquan),
                covered_on=DAY,
                now=NOW,
            )

    @pytest.mark.parametrize(("began", "rows"), [(DAY_BEFORE, 1), (DAY, 0)])
    def test_a_unit_taken_off_on_its_first_day_leaves_no_row(
        self, district, department, began, rows
    ):
        branch = make_organisation(district.qingping)
        row = make_coverage(branch, business=make_business(), valid_from=began)

        organisations.end_coverage(actor=department, coverage=row, ended_on=DAY, now=NOW)

        assert branch.coverages.count() == rows

    def test_ending_twice_is_refused(self, district, department):
        row = make_coverage(make_organisation(district.qingping), business=make_business())
        organisations.end_coverage(actor=department, coverage=row, ended_on=DAY, now=NOW)

        with pytest.raises(organisations.ChangedMeanwhile):
            organisations.end_coverage(actor=department, coverage=row, ended_on=DAY, now=NOW)
