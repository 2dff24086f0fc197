"""Steps by hand: all kinds x states, what they break, the versions they stand on, undoing."""

import pytest

from tests.factories.plans import make_branch, make_plan, make_site, moment, planner
from tests.trying import Tries
from xgz.access.actor import NotPermitted
from xgz.models import Formation, Plan, PlanGroup, PlanStep, PlanUnit
from xgz.rules.formations import FormationState, Origin
from xgz.rules.planning.hands import NoSuchGroup
from xgz.rules.planning.plans import PlanState
from xgz.rules.roles import Role
from xgz.services import planning

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor():
    return planner()


@pytest.fixture
def shops():
    """Two groups of three, 5 km apart, and a shop alone beyond reach."""
    return [make_site(1, 1, north_m=100.0 * number) for number in (0, 1, 2, 50, 51, 52, 90)]


@pytest.fixture
def plan(actor, shops):
    return make_plan(actor)


def ids(*shops):
    return [shop.public_id for shop in shops]


def hand(actor, plan):
    return planning.Hand(actor, plan, plan.version, moment())


def standing(plan):
    """Return how a plan stands: who is where, hubs, locks, who is out, what is broken."""
    groups = {row.code: (row.is_locked, row.broken, row.formation_id) for row in plan.groups.all()}
    units = {
        row.business.public_id: (row.group and row.group.code, row.is_hub, row.is_excluded, row.why)
        for row in plan.units.all()
    }
    return groups, units, Plan.objects.values_list("covered", "mean_distance_m").get(pk=plan.pk)


def again(plan):
    return Plan.objects.get(pk=plan.pk)


def group_of(shop):
    group = PlanUnit.objects.get(business=shop).group
    return group.code if group else ""


STEPS = {
    "lock": lambda a, h, s: planning.lock_groups(actor=a, hand=h, groups=[group_of(s[0])]),
    "unlock": lambda a, h, s: planning.unlock_groups(actor=a, hand=h, groups=[group_of(s[0])]),
    "move": lambda a, h, s: planning.move_units(
        actor=a, hand=h, units=ids(s[6]), target=group_of(s[0])
    ),
    "split": lambda a, h, s: planning.split_units(actor=a, hand=h, units=ids(s[0])),
    "merge": lambda a, h, s: planning.merge_groups(
        actor=a, hand=h, groups=[group_of(s[0]), group_of(s[3])]
    ),
    "exclude": lambda a, h, s: planning.exclude_units(actor=a, hand=h, units=ids(s[0])),
    "include": lambda a, h, s: planning.include_units(actor=a, hand=h, units=ids(s[6])),
    "hub": lambda a, h, s: planning.choose_hub(actor=a, hand=h, units=ids(s[0])),
}


class TestEveryStep:
    """Each step is tried on the same plan, read anew, and undone."""

    def test_it_is_written_once_and_undone_to_the_same(self, actor, plan, shops):
        tries, before = Tries(), standing(plan)
        for what, take in STEPS.items():
            with tries.of(what):
                own = again(plan)
                take(actor, hand(actor, own), shops)
                step = PlanStep.objects.get(plan=own)
                assert (step.what, step.by, step.number) == (what, actor.user, own.version)
                planning.undo_step(actor=actor, hand=hand(actor, own))
                assert standing(own) == before
                assert PlanStep.objects.get(what=what).undone

        assert tries.wrong == []

    def test_an_older_page_changes_nothing(self, actor, plan, shops):
        version = plan.version
        planning.exclude_units(actor=actor, hand=hand(actor, plan), units=ids(shops[1]))
        tries, before = Tries(), standing(plan)
        for what, take in STEPS.items():
            with tries.of(what):
                old = planning.Hand(actor, again(plan), version, moment())
                with pytest.raises(planning.PlanChanged):
                    take(actor, old, shops)
                assert standing(plan) == before

        assert tries.wrong == []

    @pytest.mark.parametrize("state", [s for s in PlanState if s is not PlanState.READY])
    def test_no_other_state_takes_it(self, state, actor, plan, shops):
        Plan.objects.filter(pk=plan.pk).update(state=state)
        tries = Tries()
        for what, take in STEPS.items():
            with tries.of(state, what), pytest.raises(planning.PlanChanged):
                take(actor, hand(actor, again(plan)), shops)

        assert tries.wrong == []

    def test_it_is_the_maker_s_alone(self, plan, shops):
        tries = Tries()
        for role in (Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE):
            other = planner(role)
            for what, take in STEPS.items():
                with tries.of(role, what), pytest.raises(NotPermitted):
                    take(other, hand(other, again(plan)), shops)

        assert tries.wrong == []

    def test_a_group_under_way_is_not_touched(self, actor, plan, shops):
        planning.propose_groups(
            actor=actor,
            plan=plan,
            version=plan.version,
            groups=[group_of(shops[0])],
            now=moment(),
        )
        tries, before = Tries(), standing(plan)
        is_hub = PlanUnit.objects.get(business=shops[0]).is_hub
        for what, take in STEPS.items():
            if what in {"lock", "unlock", "include"}:
                continue  # they change nobody's place
            chosen = shops[1:] if what == "hub" and is_hub else shops
            with tries.of(what):
                with pytest.raises(planning.GroupProposed):
                    take(actor, hand(actor, again(plan)), chosen)
                assert standing(plan) == before

        assert tries.wrong == []


def test_what_a_step_breaks_is_shown_and_not_refused(actor, plan, shops):
    planning.move_units(
        actor=actor, hand=hand(actor, plan), units=ids(shops[6]), target=group_of(shops[0])
    )

    broken = PlanGroup.objects.get(code=group_of(shops[0])).broken
    assert [(rule, unit) for rule, unit, _by in broken] == [("PL-4", shops[6].public_id)]
    assert plan.covered == 7


def test_a_broken_group_is_not_locked_and_loses_its_lock(actor, plan, shops):
    code = group_of(shops[0])
    planning.lock_groups(actor=actor, hand=hand(actor, plan), groups=[code])

    planning.split_units(actor=actor, hand=hand(actor, plan), units=ids(shops[0]))

    assert not PlanGroup.objects.get(plan=plan, code=code).is_locked
    with pytest.raises(planning.GroupNotLegal) as refused:
        planning.lock_groups(actor=actor, hand=hand(actor, plan), groups=[code])
    assert refused.value.rules == ["PL-2"]


def test_who_is_moved_into_a_group_of_its_own(actor, plan, shops):
    planning.move_units(actor=actor, hand=hand(actor, plan), units=ids(shops[6]), target="new")

    group = PlanUnit.objects.get(business=shops[6]).group
    assert [rule for rule, *_ in group.broken] == ["PL-2"]


def test_moving_in_ends_being_left_out_by_hand(actor, plan, shops):
    planning.exclude_units(actor=actor, hand=hand(actor, plan), units=ids(shops[0]))
    assert PlanUnit.objects.get(business=shops[0]).why["missing"] == "excluded"

    planning.move_units(
        actor=actor, hand=hand(actor, plan), units=ids(shops[0]), target=group_of(shops[1])
    )

    unit = PlanUnit.objects.get(business=shops[0])
    assert (unit.is_excluded, unit.why) == (False, None)


def test_businesses_move_into_a_branch_nobody_has_joined_yet(actor, shops):
    branch = make_branch(north_m=9050)
    plan = make_plan(actor)
    planning.exclude_units(actor=actor, hand=hand(actor, plan), units=ids(shops[6]))
    assert not plan.groups.filter(branch__isnull=False).exists()

    key = plan.branches.get().key
    planning.move_units(actor=actor, hand=hand(actor, plan), units=ids(shops[6]), target=key)

    assert plan.groups.get(branch__isnull=False).branch.organisation == branch


class TestChoices:
    def test_nothing_chosen_is_told(self, actor, plan):
        for step in (planning.lock_groups, planning.unlock_groups, planning.merge_groups):
            with pytest.raises(planning.NothingChosen):
                step(actor=actor, hand=hand(actor, plan), groups=[])
        with pytest.raises(planning.NothingChosen):
            planning.exclude_units(actor=actor, hand=hand(actor, plan), units=[])

    def test_one_group_alone_is_not_merged(self, actor, plan, shops):
        with pytest.raises(planning.NothingChosen):
            planning.merge_groups(actor=actor, hand=hand(actor, plan), groups=[group_of(shops[0])])

    @pytest.mark.parametrize("units", [("nothere",), (0, 3), (0, 6)])
    def test_only_businesses_of_one_group_are_split_off(self, units, actor, plan, shops):
        chosen = [each if isinstance(each, str) else shops[each].public_id for each in units]

        with pytest.raises(NoSuchGroup):
            planning.split_units(actor=actor, hand=hand(actor, plan), units=chosen)

    def test_one_business_alone_is_the_hub(self, actor, plan, shops):
        with pytest.raises(planning.NothingChosen):
            planning.choose_hub(actor=actor, hand=hand(actor, plan), units=ids(shops[0], shops[1]))

    def test_a_business_without_a_place_joins_nobody(self, actor):
        lost = make_site(3, 3, placed=False)
        make_site(3, 3)
        plan = make_plan(actor)

        with pytest.raises(NoSuchGroup):
            planning.move_units(actor=actor, hand=hand(actor, plan), units=ids(lost), target="new")


def test_the_bound_counts_who_is_let_in_again(actor, plan, shops):
    planning.exclude_units(actor=actor, hand=hand(actor, plan), units=ids(shops[0]))
    assert plan.upper_bound == 6
    later = planning.plan_again(actor=actor, plan=plan, origin="again", now=moment())
    assert later.upper_bound == 3

    planning.include_units(actor=actor, hand=hand(actor, later), units=ids(shops[0]))
    assert later.upper_bound == 4
    planning.exclude_units(actor=actor, hand=hand(actor, later), units=ids(shops[0]))

    assert later.upper_bound == 3


class TestUndoing:
    def test_steps_go_back_one_after_the_other(self, actor, plan, shops):
        stands = [standing(plan)]
        for what in ("lock", "move", "exclude", "split", "hub"):
            chosen = shops[1:] + shops[:1] if what in {"split", "hub"} else shops
            STEPS[what](actor, hand(actor, plan), chosen)
            stands.append(standing(plan))
        for before in reversed(stands[:-1]):
            planning.undo_step(actor=actor, hand=hand(actor, plan))
            assert standing(plan) == before

        with pytest.raises(planning.NothingToUndo):
            planning.undo_step(actor=actor, hand=hand(actor, plan))

    def test_a_proposal_is_not_undone(self, actor, plan, shops):
        planning.propose_groups(
            actor=actor, plan=plan, version=plan.version, groups=["G00001"], now=moment()
        )

        with pytest.raises(planning.NothingToUndo):
            planning.undo_step(actor=actor, hand=hand(actor, plan))


class TestProposing:
    def _propose(self, actor, plan, *groups):
        return planning.propose_groups(
            actor=actor, plan=plan, version=plan.version, groups=groups, now=moment()
        )

    def test_every_chosen_group_opens_a_case_of_its_own(self, actor, plan, shops):
        done = self._propose(actor, plan, "G00001", "G00002")

        assert done.refused == {}
        for code, case in done.opened.items():
            group = PlanGroup.objects.get(plan=plan, code=code)
            assert group.formation == case
            assert (case.origin, case.plan_group) == (Origin.PLAN, code)
            units = {unit.business_id for unit in case.units.all()}
            assert units == set(group.units.values_list("business", flat=True))

    def test_one_that_cannot_be_opened_hinders_no_other(self, actor, plan, shops):
        planning.split_units(actor=actor, hand=hand(actor, plan), units=ids(shops[0]))
        broken = group_of(shops[1])
        whole = group_of(shops[3])

        done = self._propose(actor, plan, broken, whole)

        assert list(done.opened) == [whole]
        assert isinstance(done.refused[broken], planning.GroupNotLegal)
        assert Formation.objects.count() == 1

    def test_where_none_can_be_opened_nothing_is_written(self, actor, plan, shops):
        self._propose(actor, plan, "G00001")
        version = plan.version

        done = self._propose(actor, plan, "G00001")

        assert isinstance(done.refused["G00001"], planning.GroupProposed)
        plan.refresh_from_db()
        assert (plan.version, Formation.objects.count()) == (version, 1)

    def test_an_older_page_proposes_nothing(self, actor, plan, shops):
        old = plan.version
        planning.unlock_groups(actor=actor, hand=hand(actor, plan), groups=["G00001"])

        with pytest.raises(planning.PlanChanged):
            planning.propose_groups(
                actor=actor, plan=plan, version=old, groups=["G00001"], now=moment()
            )

    def test_who_joins_a_branch_is_no_formation(self, actor):
        make_site(1, 1, north_m=100)
        make_branch()
        plan = make_plan(actor)

        with pytest.raises(planning.NothingChosen):
            self._propose(actor, plan, plan.groups.get().code)

    @pytest.mark.parametrize("state", [FormationState.REFUSED, FormationState.WITHDRAWN])
    def test_a_case_that_came_to_nothing_lets_the_group_go(self, state, actor, plan, shops):
        done = self._propose(actor, plan, "G00001")
        case = done.opened["G00001"]
        case.units.update(is_held=False)
        Formation.objects.filter(pk=case.pk).update(
            state=state, closed_at=moment(), owner_role="", owner_body=None, due_on=None
        )

        again = self._propose(actor, plan, "G00001")

        assert again.opened["G00001"] != case


@pytest.mark.parametrize("step", [planning.lock_groups, planning.unlock_groups])
def test_a_group_the_plan_does_not_have_is_neither_locked_nor_unlocked(actor, plan, shops, step):
    """Whatever a page sends would stand in the history of the plan."""
    given = [group_of(shops[0]), "no such group"]

    with pytest.raises(NoSuchGroup):
        step(actor=actor, hand=hand(actor, plan), groups=given)
    assert not PlanStep.objects.exists()
