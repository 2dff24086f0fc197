"""Counting elections: both sides of every limit (EL-4 to EL-9, EL-12)."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.rules.election_counts import (
    BallotFault,
    Ballots,
    Race,
    Shift,
    Size,
    Tally,
    ballot_faults,
    candidates_needed,
    committee_size,
    has_committee,
    has_standing,
    majority_of,
    quorum,
    quorum_needed,
    races_of,
    shift_of,
    winners,
)
from xgz.rules.organisations import OrgType, Post

PEOPLE = st.integers(0, 700)
END = date(2026, 8, 31)


@pytest.mark.parametrize(
    ("entitled", "needed", "more"),
    [(1, 1, 1), (3, 3, 3), (4, 4, 4), (5, 4, 5), (9, 8, 8), (10, 8, 9), (11, 9, 9), (50, 40, 41)],
)
def test_quorum_is_four_fifths_to_the_person(entitled, needed, more):
    assert quorum_needed(entitled) == needed
    assert quorum(entitled, needed)
    assert not quorum(entitled, needed - 1)
    assert quorum_needed(entitled, strict=True) == more
    assert quorum(entitled, more, strict=True)
    assert not quorum(entitled, more - 1, strict=True)


def test_quorum_of_exactly_four_fifths_holds_and_fails_where_more_is_asked():
    assert quorum(10, 8)
    assert not quorum(10, 8, strict=True)
    assert quorum(10, 9, strict=True)


def test_no_quorum_where_nobody_is_entitled():
    assert not quorum(0, 0)
    assert not quorum(0, 0, strict=True)


@given(PEOPLE, PEOPLE, st.booleans())
def test_quorum_is_the_fraction_itself(entitled, attending, strict):
    part = Fraction(4, 5) * entitled
    enough = attending > part if strict else attending >= part
    assert quorum(entitled, attending, strict=strict) == (entitled > 0 and enough)


@given(PEOPLE)
def test_a_majority_is_the_fewest_votes_above_half(attending):
    assert majority_of(attending) * 2 > attending
    assert (majority_of(attending) - 1) * 2 <= attending


def _race(*votes: int | tuple[int, int], seats: int = 1) -> Race:
    tallies = [
        Tally(str(n), each[0], second=each[1]) if isinstance(each, tuple) else Tally(str(n), each)
        for n, each in enumerate(votes)
    ]
    return Race(Post.SECRETARY, seats, tuple(tallies))


@pytest.mark.parametrize(("votes", "elected"), [(5, True), (4, False)])
def test_more_than_half_of_those_attending_not_of_the_papers(votes, elected):
    outcome = winners(_race(votes), attending=8)
    assert bool(outcome.elected) is elected
    assert outcome.open_seats == (0 if elected else 1)


def test_more_with_a_majority_than_seats_the_most_votes_are_elected():
    outcome = winners(_race(6, 9, 7, 8, seats=3), attending=10)
    assert (outcome.elected, outcome.tied, outcome.open_seats) == (("1", "3", "2"), (), 0)


def test_fewer_with_a_majority_leave_seats_open():
    outcome = winners(_race(6, 5, 7, seats=3), attending=10)
    assert (outcome.elected, outcome.open_seats) == (("2", "0"), 1)


def test_equal_votes_at_the_last_seat_are_tied_and_the_sure_ones_elected():
    outcome = winners(_race(9, 7, 7, seats=2), attending=10)
    assert outcome.elected == ("0",)
    assert set(outcome.tied) == {"1", "2"}
    assert outcome.open_seats == 1


def test_equal_votes_that_all_fit_are_no_tie():
    outcome = winners(_race(7, 7, seats=2), attending=10)
    assert (set(outcome.elected), outcome.tied) == ({"0", "1"}, ())


def test_a_second_ballot_decides_a_tie_but_not_over_more_votes_in_the_first():
    outcome = winners(_race(9, (7, 4), (7, 6), seats=2), attending=10)
    assert outcome.elected == ("0", "2")
    assert winners(_race((8, 0), (7, 9)), attending=10).elected == ("0",)
    assert len(winners(_race((7, 5), (7, 5)), attending=10).tied) == 2


@pytest.mark.parametrize("entered", [((7, 4), 7), (7, (7, 9)), ((7, 4), (7, 3), 7)])
def test_a_second_ballot_of_which_votes_are_missing_decides_nothing(entered):
    outcome = winners(_race(9, *entered, seats=2), attending=10)

    assert outcome.elected == ("0",)
    assert len(outcome.tied) == len(entered)


@given(st.lists(st.integers(0, 30), max_size=12), st.integers(0, 9), st.integers(1, 30))
def test_never_more_elected_than_seats_and_only_with_a_majority(votes, seats, attending):
    outcome = winners(_race(*votes, seats=seats), attending)
    by_key = dict(enumerate(votes))
    assert len(outcome.elected) + outcome.open_seats == seats
    assert all(2 * by_key[int(key)] > attending for key in outcome.elected + outcome.tied)
    weakest = min((by_key[int(key)] for key in outcome.elected), default=max(votes, default=0))
    left = [n for n in by_key if str(n) not in outcome.elected]
    assert all(by_key[n] <= weakest for n in left)


SOUND = Ballots(8, 8, 7, 1)


def test_a_sound_count_has_no_fault():
    assert ballot_faults(SOUND, 8, [_race(7)]) == []
    assert ballot_faults(Ballots(8, 6, 6, 0), 8, [_race(6)]) == []


@pytest.mark.parametrize(
    ("ballots", "attending", "fault"),
    [
        (Ballots(8, 8, 7, 1), 9, BallotFault.OUT_NOT_ATTENDING),
        (Ballots(8, 8, 7, 1), 7, BallotFault.OUT_NOT_ATTENDING),
        (Ballots(8, 9, 8, 1), 8, BallotFault.MORE_RETURNED),
        (Ballots(8, 8, 7, 0), 8, BallotFault.NOT_ADDING_UP),
        (Ballots(8, 8, 8, 1), 8, BallotFault.NOT_ADDING_UP),
    ],
)
def test_each_number_that_does_not_fit_is_told(ballots, attending, fault):
    assert fault in ballot_faults(ballots, attending, [_race(1)])


def test_nobody_has_more_votes_than_there_are_valid_papers():
    fits = Race(Post.SECRETARY, 1, (Tally("a", 5, 1, 1),))
    over = Race(Post.SECRETARY, 1, (Tally("a", 5, 2, 1),))
    assert ballot_faults(SOUND, 8, [fits]) == []
    assert ballot_faults(SOUND, 8, [over]) == [BallotFault.VOTES_OVER_VALID]


def test_a_second_ballot_has_no_more_votes_than_people_attend():
    assert ballot_faults(SOUND, 8, [_race((6, 8), 1)]) == []
    assert ballot_faults(SOUND, 8, [_race((6, 9), 1)]) == [BallotFault.VOTES_OVER_VALID]


def test_papers_mark_no_more_people_than_seats():
    assert ballot_faults(SOUND, 8, [_race(7, 7, seats=2)]) == []
    assert ballot_faults(SOUND, 8, [_race(7, 7, 1, seats=2)]) == [BallotFault.TOO_MANY_CHOICES]


@pytest.mark.parametrize(("full", "due"), [(6, False), (7, True)])
def test_a_branch_has_a_committee_from_seven_full_members_on(full, due):
    assert has_committee(OrgType.BRANCH, full) is due
    assert has_committee(OrgType.UNKNOWN, full) is due
    assert has_committee(OrgType.GENERAL_BRANCH, 0)


def test_how_large_committees_are():
    assert committee_size(OrgType.BRANCH) == committee_size(OrgType.UNKNOWN) == Size(3, 5, 7)
    assert committee_size(OrgType.GENERAL_BRANCH) == Size(5, 7, 9)
    assert committee_size(OrgType.COMMITTEE) == Size(5, 9, 11)


@pytest.mark.parametrize(("seats", "needed"), [(0, 0), (1, 2), (3, 4), (5, 6), (6, 8), (7, 9)])
def test_a_fifth_more_candidates_rounded_up(seats, needed):
    assert candidates_needed(seats) == needed


@given(st.integers(0, 50))
def test_the_spare_candidates_are_never_fewer_than_a_fifth(seats):
    spare = candidates_needed(seats) - seats
    assert 5 * spare >= seats
    assert 5 * (spare - 1) < seats or not seats


@pytest.mark.parametrize(
    ("full_on", "fits"),
    [(date(2025, 8, 31), True), (date(2025, 9, 1), False), (None, False)],
)
def test_a_secretary_has_a_year_of_standing_and_the_anniversary_will_do(full_on, fits):
    assert has_standing(full_on, END, 12) is fits


@pytest.mark.parametrize(
    ("day", "shift"),
    [
        (date(2025, 8, 30), Shift.TOO_EARLY),
        (date(2025, 8, 31), Shift.EARLY),
        (date(2026, 5, 30), Shift.EARLY),
        (date(2026, 5, 31), Shift.IN_TIME),
        (date(2026, 11, 30), Shift.IN_TIME),
        (date(2026, 12, 1), Shift.LATE),
        (date(2027, 8, 31), Shift.LATE),
        (date(2027, 9, 1), Shift.TOO_LATE),
    ],
)
def test_early_and_late_and_too_much_of_both(day, shift):
    assert shift_of(END, day, leeway=3, limit=12) is shift


def test_a_term_of_unknown_end_is_in_time():
    assert shift_of(None, END, leeway=0, limit=1) is Shift.IN_TIME


def test_a_committee_is_voted_for_at_once_and_posts_by_themselves():
    seats = {Post.SECRETARY: 1, Post.DEPUTY_SECRETARY: 0, Post.COMMITTEE_MEMBER: 2}
    standing = [(Post.SECRETARY, Tally("a", 1)), (Post.COMMITTEE_MEMBER, Tally("b", 2))]

    (whole,) = races_of(seats, standing, as_committee=True)
    assert (whole.post, whole.seats, len(whole.tallies)) == (None, 3, 2)
    single = races_of(seats, standing, as_committee=False)
    assert [(race.post, race.seats, [t.key for t in race.tallies]) for race in single] == [
        (Post.SECRETARY, 1, ["a"]),
        (Post.COMMITTEE_MEMBER, 2, ["b"]),
    ]
