"""Carrying out: blockers first, transfers, seals and papers, the end of the organisation (AD-5, AD-6)."""

from datetime import date, timedelta

import pytest

from tests.factories import TODAY, actor_as, make_coverage, make_member, make_organisation
from tests.factories.adjustments import (
    hand_in,
    make_adjustment,
    make_branch,
    moment,
    player,
)
from tests.factories.closures import make_shop, the_district
from tests.factories.elections import make_election
from tests.factories.establishing import make_establishing
from tests.factories.transfers import make_transfer
from tests.factories.transfers import take as take_transfer
from xgz.access.actor import NotPermitted
from xgz.models import (
    Adjustment,
    Coverage,
    Member,
    OrganisationPost,
    ParameterValue,
    TermElection,
    Transfer,
)
from xgz.queries.adjustments import blockers_of, own_transfers, transfers_in_the_way
from xgz.rules.adjustment_checks import Blocker, Found
from xgz.rules.adjustments import AdjustmentParty, AdjustmentState, Seals, Sort
from xgz.rules.cases import StepNotAllowed
from xgz.rules.establishing import EstablishingState
from xgz.rules.id_numbers import check_digit
from xgz.rules.members import MemberClass
from xgz.rules.organisations import OrgState, OrgType, Post
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.rules.transfers import Channel, TransferAction, TransferReason, TransferState
from xgz.services import adjustments, transfers
from xgz.services.organisations import DateNotAllowed

pytestmark = pytest.mark.django_db
P, S = AdjustmentParty, AdjustmentState
NOW = moment()


def _carrying(sort=Sort.REVOKE, **values):
    case = make_adjustment(state=S.CARRYING_OUT, sort=sort, **values)
    return case, player(case, P.TOWNSHIP)


def _moving(organisation, number):
    head = f"36099919680403{number:03}"
    return make_member(organisation, id_number=head + check_digit(head))


class TestMerging:
    def test_everything_goes_over_but_units_that_ended(self):
        case, actor = _carrying(Sort.MERGE, members=2)
        branch, target = case.organisation, case.target_org
        alive, ended = (
            make_shop(the_district()),
            make_shop(the_district(), status=BusinessStatus.CANCELLED),
        )
        for shop in (alive, ended):
            make_coverage(branch, business=shop)

        adjustments.merge(actor=actor, case=case, merged_on=TODAY, now=NOW)

        branch.refresh_from_db()
        assert (branch.state, case.state) == (OrgState.DISSOLVED, S.FILING)
        assert target.members.count() == 2
        current = Coverage.objects.filter(valid_to=None)
        assert [(row.organisation, row.business) for row in current] == [(target, alive)]
        assert branch.changes.get(kind="merged").note == case.number

    @pytest.mark.parametrize(("there", "found"), [(48, []), (49, [Found(Blocker.TARGET_FULL, 1)])])
    def test_fifty_members_are_the_limit(self, there, found):
        case, actor = _carrying(Sort.MERGE, members=2)
        case.target_org.org_type = OrgType.BRANCH
        case.target_org.save()
        for _ in range(there):
            make_member(case.target_org)

        assert blockers_of(case, TODAY) == found
        if found:
            with pytest.raises(adjustments.StillBarred) as refused:
                adjustments.merge(actor=actor, case=case, merged_on=TODAY, now=NOW)
            assert refused.value.found == found
            assert Adjustment.objects.get(pk=case.pk).state == S.CARRYING_OUT

    def test_the_districts_own_limit_holds(self):
        case, _actor = _carrying(Sort.MERGE, members=2)
        case.target_org.org_type = OrgType.BRANCH
        case.target_org.save()
        make_member(case.target_org)
        ParameterValue.objects.create(
            key="formation.members_max", value=3, valid_from=TODAY, reason="测试", entered_at=NOW
        )
        assert blockers_of(case, TODAY) == []

        make_member(case.target_org)
        assert blockers_of(case, TODAY) == [Found(Blocker.TARGET_FULL, 1)]

    def test_a_target_that_ended_meanwhile_is_decided_anew(self):
        case, actor = _carrying(Sort.MERGE)
        case.target_org.state, case.target_org.dissolved_on = OrgState.DISSOLVED, TODAY
        case.target_org.save()

        with pytest.raises(adjustments.StillBarred):
            adjustments.merge(actor=actor, case=case, merged_on=TODAY, now=NOW)
        assert blockers_of(case, TODAY) == [Found(Blocker.TARGET_GONE)]

    def test_organisations_below_do_not_come_under_a_branch(self):
        case, _actor = _carrying(Sort.MERGE, org_type=OrgType.GENERAL_BRANCH)
        case.target_org.org_type = OrgType.BRANCH
        case.target_org.save()
        make_organisation(case.organisation.body)

        assert blockers_of(case, TODAY) == [Found(Blocker.BELOW_A_BRANCH, 1)]

    def test_a_day_before_the_founding_is_refused_and_nothing_moves(self):
        case, actor = _carrying(Sort.MERGE, members=1, founded_on=date(2020, 1, 1))

        with pytest.raises(DateNotAllowed):
            adjustments.merge(actor=actor, case=case, merged_on=date(2019, 12, 31), now=NOW)

        assert case.organisation.members.count() == 1


class TestWhatIsOpenElsewhere:
    @pytest.mark.parametrize("sort", [Sort.MERGE, Sort.REVOKE])
    def test_an_open_election_is_ended_first(self, sort):
        case, _actor = _carrying(sort)
        hand_in(case)
        election = make_election(branch=case.organisation, complete=False)
        assert blockers_of(case, TODAY) == [Found(Blocker.CASES_OPEN, 1)]

        TermElection.objects.filter(pk=election.pk).update(
            state="withdrawn", closed_at=NOW, owner_role="", owner_body=None, due_on=None
        )
        assert blockers_of(case, TODAY) == []

    def test_so_is_the_setting_up(self):
        settling = make_establishing(state=EstablishingState.RUNNING_IN)
        case, _actor = _carrying(Sort.MERGE, organisation=settling.organisation)

        assert Found(Blocker.CASES_OPEN, 1) in blockers_of(case, TODAY)


class TestTransfersUnderWay:
    """Who is on the way in, or across into the target, is seen to first (AD-13)."""

    @pytest.mark.parametrize("state", [TransferState.DRAFT, TransferState.ISSUED])
    @pytest.mark.parametrize("sort", [Sort.MERGE, Sort.REVOKE])
    def test_one_into_it_bars_it_until_it_ends(self, sort, state):
        case, actor = _carrying(sort)
        hand_in(case)
        coming = make_transfer(to_org=case.organisation, state=state)
        assert blockers_of(case, TODAY) == [Found(Blocker.TRANSFERS_OPEN, 1)]
        assert transfers_in_the_way(case, actor) == [coming]
        end = {Sort.MERGE: adjustments.merge, Sort.REVOKE: adjustments.dissolve}[sort]
        on = "merged_on" if sort is Sort.MERGE else "dissolved_on"

        with pytest.raises(adjustments.StillBarred):
            end(actor=actor, case=case, now=NOW, **{on: TODAY})
        take_transfer(coming, TransferAction.WITHDRAW)
        end(actor=actor, case=case, now=NOW, **{on: TODAY})

        assert case.state == S.FILING

    def test_one_across_into_the_target_bars_the_merger(self):
        case, actor = _carrying(Sort.MERGE)
        across = make_transfer(from_org=case.organisation, to_org=case.target_org)

        assert blockers_of(case, TODAY) == [Found(Blocker.TRANSFERS_OPEN, 1)]
        assert transfers_in_the_way(case, actor) == [across]

    @pytest.mark.parametrize("state", [TransferState.DRAFT, TransferState.ISSUED])
    def test_one_to_another_place_goes_on_after_the_merger(self, state):
        case, actor = _carrying(Sort.MERGE)
        leaving = make_transfer(from_org=case.organisation, state=state)
        home = leaving.to_org
        assert blockers_of(case, TODAY) == []
        assert transfers_in_the_way(case, actor) == []

        adjustments.merge(actor=actor, case=case, merged_on=TODAY, now=NOW)
        if state is TransferState.DRAFT:
            take_transfer(leaving, TransferAction.ISSUE)
            leaving.refresh_from_db()
            assert leaving.from_org == case.target_org
        take_transfer(leaving, TransferAction.ACCEPT)

        assert list(home.members.all()) == [leaving.member]

    def test_those_out_of_it_do_not_bar_a_revocation_twice(self):
        case, _actor = _carrying()
        hand_in(case)
        make_transfer(from_org=case.organisation)

        assert blockers_of(case, TODAY) == [Found(Blocker.MEMBERS_LEFT, 1)]


class TestRevoking:
    def test_members_go_first_each_to_another_place(self):
        case, actor = _carrying()
        first, second = (_moving(case.organisation, number) for number in (1, 2))
        homes = [make_branch(), make_branch()]
        hand_in(case)
        assert blockers_of(case, TODAY) == [Found(Blocker.MEMBERS_LEFT, 2)]

        for member, home in zip((first, second), homes, strict=True):
            adjustments.propose_transfers(
                actor=actor,
                case=case,
                members=[member],
                to_org=home,
                channel=Channel.CARRIED,
                now=NOW,
            )
        with pytest.raises(adjustments.StillBarred):
            adjustments.dissolve(actor=actor, case=case, dissolved_on=TODAY, now=NOW)
        for transfer in Transfer.objects.order_by("pk"):
            assert transfer.reason == TransferReason.ADJUSTMENT
            transfers.issue(case=transfer, actor=actor, now=NOW)
            transfers.accept(case=transfer, actor=actor, now=NOW)
        adjustments.dissolve(actor=actor, case=case, dissolved_on=TODAY, now=NOW)

        case.organisation.refresh_from_db()
        assert (case.organisation.state, case.state) == (OrgState.DISSOLVED, S.FILING)
        assert [home.members.count() for home in homes] == [1, 1]

    def test_those_that_stay_with_the_committee_are_finished_together(self):
        case, actor = _carrying()
        people = [_moving(case.organisation, number) for number in (1, 2, 3)]
        home = make_branch()
        given = {"actor": actor, "case": case, "now": NOW}
        adjustments.propose_transfers(members=people, to_org=home, channel=Channel.CARRIED, **given)
        issued, *_others = found = own_transfers(case)
        transfers.issue(case=issued, actor=actor, now=NOW)

        assert adjustments.take_in(chosen=found, **given) == 3

        rows = Transfer.objects.all()
        assert {row.state for row in rows} == {TransferState.ACCEPTED}
        assert len({row.letter_number for row in rows}) == 3
        assert home.members.count() == 3
        assert Blocker.MEMBERS_LEFT not in {found.blocker for found in blockers_of(case, TODAY)}
        with pytest.raises(transfers.NotMoving):
            adjustments.take_in(chosen=found, **given)

    def test_one_that_lacks_a_number_keeps_all_back(self):
        case, actor = _carrying()
        people = [_moving(case.organisation, 1), make_member(case.organisation)]
        given = {"actor": actor, "case": case, "now": NOW}
        adjustments.propose_transfers(
            members=people, to_org=make_branch(), channel=Channel.CARRIED, **given
        )

        with pytest.raises(transfers.LetterIncomplete):
            adjustments.take_in(chosen=own_transfers(case), **given)

        assert case.organisation.members.count() == 2

    def test_one_to_another_committee_and_one_from_elsewhere_are_not_finished_here(self):
        case, actor = _carrying()
        far = make_organisation(the_district().liuquan)
        away = transfers.propose_transfer(
            actor=actor,
            member=_moving(case.organisation, 1),
            to_org=far,
            reason=TransferReason.ADJUSTMENT,
            now=NOW,
        )
        into = make_transfer(to_org=case.organisation, from_org=make_branch())

        assert own_transfers(case) == []
        for transfer in (away, into):
            with pytest.raises(transfers.NotMoving):
                adjustments.take_in(actor=actor, case=case, chosen=[transfer], now=NOW)

    def test_all_transfers_are_proposed_or_none(self):
        case, actor = _carrying()
        first, second = (_moving(case.organisation, number) for number in (1, 2))
        home = make_branch()
        transfers.propose_transfer(
            actor=actor, member=second, to_org=home, reason=TransferReason.OTHER, now=NOW
        )

        with pytest.raises(transfers.TransferUnderWay):
            adjustments.propose_transfers(
                actor=actor,
                case=case,
                members=[first, second],
                to_org=home,
                channel=Channel.CARRIED,
                now=NOW,
            )

        assert Transfer.objects.count() == 1

    def test_posts_and_units_end_with_it(self):
        case, actor = _carrying()
        shop = make_shop(the_district())
        make_coverage(case.organisation, business=shop)
        OrganisationPost.objects.create(
            organisation=case.organisation, post=Post.SECRETARY, valid_from=date(2020, 1, 1)
        )
        hand_in(case)

        adjustments.dissolve(actor=actor, case=case, dissolved_on=TODAY, now=NOW)

        assert not Coverage.objects.filter(valid_to=None).exists()
        assert not OrganisationPost.objects.filter(valid_to=None).exists()

    def test_people_in_development_bar_it_too(self):
        case, _actor = _carrying()
        make_member(case.organisation, member_class=MemberClass.ACTIVIST)
        hand_in(case)

        assert blockers_of(case, TODAY) == [Found(Blocker.OTHERS_LEFT, 1)]

    @pytest.mark.parametrize(
        "given",
        [
            {"seals": Seals.UNKNOWN},
            {"seals": Seals.NONE, "papers_place": " "},
            {"seals": Seals.HANDED_IN, "seals_on": TODAY},
            {"seals": Seals.HANDED_IN, "seals_to": "township"},
            {
                "seals": Seals.HANDED_IN,
                "seals_to": "township",
                "seals_on": TODAY + timedelta(days=1),
            },
        ],
    )
    def test_seals_and_papers_are_told_whole(self, given):
        case, actor = _carrying()
        given = {"papers_place": "镇党委档案室"} | given
        if "seals_to" in given:
            given["seals_to"] = the_district().qingping

        with pytest.raises(adjustments.HandingInIncomplete):
            adjustments.hand_in(actor=actor, case=case, now=NOW, **given)
        assert Adjustment.objects.get(pk=case.pk).seals == Seals.UNKNOWN

    def test_they_may_be_told_anew(self):
        case, actor = _carrying()
        district = the_district()
        given = {"actor": actor, "case": case, "papers_place": "镇党委档案室", "now": NOW}

        adjustments.hand_in(
            **given, seals=Seals.HANDED_IN, seals_on=TODAY, seals_to=district.qingping
        )
        assert (case.seals_on, case.seals_to) == (TODAY, district.qingping)
        adjustments.hand_in(**given, seals=Seals.NONE)

        assert (case.seals, case.seals_on, case.seals_to) == (Seals.NONE, None, None)
        assert blockers_of(case, TODAY) == []


class TestWhoAndWhen:
    DEEDS = ("merge", "dissolve", "hand_in", "propose_transfers", "take_in")

    def _deed(self, what, actor, case):
        given = {
            "merge": {"merged_on": TODAY},
            "dissolve": {"dissolved_on": TODAY},
            "hand_in": {"seals": Seals.NONE, "papers_place": "档案室"},
            "propose_transfers": {
                "members": [],
                "to_org": make_branch(),
                "channel": Channel.CARRIED,
            },
            "take_in": {"chosen": []},
        }[what]
        getattr(adjustments, what)(actor=actor, case=case, now=NOW, **given)

    @pytest.mark.parametrize("what", DEEDS)
    def test_somebody_else_carries_nothing_out(self, what):
        case, _actor = _carrying()
        for role, body in (
            (Role.STATION_HEAD, the_district().qingping_office),
            (Role.TOWNSHIP_COMMITTEE, the_district().liuquan),
            (Role.SOCIAL_WORK_DEPT, the_district().social_work),
        ):
            with pytest.raises(NotPermitted):
                self._deed(what, actor_as(role, body), case)

    @pytest.mark.parametrize("what", DEEDS)
    @pytest.mark.parametrize("state", [S.SUGGESTED, S.PROPOSED, S.DECIDING, S.FILING])
    def test_nothing_is_carried_out_in_another_state(self, what, state):
        case = make_adjustment(state=state)

        with pytest.raises(StepNotAllowed):
            self._deed(what, player(case, P.TOWNSHIP), case)

    @pytest.mark.parametrize(
        ("sort", "what"),
        [
            (Sort.REVOKE, "merge"),
            (Sort.MERGE, "dissolve"),
            (Sort.MERGE, "hand_in"),
            (Sort.REVIVE, "propose_transfers"),
            (Sort.MERGE, "take_in"),
            (Sort.REVIVE, "merge"),
            (Sort.REVIVE, "dissolve"),
        ],
    )
    def test_only_what_was_decided(self, sort, what):
        case, actor = _carrying(sort)

        with pytest.raises(adjustments.NotDecidedSo):
            self._deed(what, actor, case)

    def test_an_organisation_that_ended_otherwise_is_filed_by_hand(self):
        case, actor = _carrying()
        case.organisation.state, case.organisation.dissolved_on = OrgState.DISSOLVED, TODAY
        case.organisation.save()

        assert blockers_of(case, TODAY) == []
        adjustments.finish(case=case, actor=actor, now=NOW)

        assert case.state == S.FILING
        assert not Member.objects.filter(formal_org=case.organisation).exists()
