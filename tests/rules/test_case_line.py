"""The bar of steps: the way a case took without its loops, and the way ahead."""

import pytest

from tests.sample_kind.rules.errands import ERRAND
from xgz.rules.case_line import way_ahead, way_taken
from xgz.rules.closures import CLOSURE
from xgz.rules.transfers import TRANSFER


@pytest.mark.parametrize(
    ("entered", "way"),
    [
        ([], []),
        (["a"], ["a"]),
        (["a", "b", "c"], ["a", "b", "c"]),
        (["a", "b", "a"], ["a"]),
        (["a", "b", "c", "b"], ["a", "b"]),
        (["a", "b", "a", "b", "c"], ["a", "b", "c"]),
    ],
)
def test_the_way_taken_has_no_loops(entered, way):
    assert way_taken(entered) == way


@pytest.mark.parametrize(
    ("kind", "state", "ahead"),
    [
        (TRANSFER, "draft", ["issued", "accepted"]),
        (TRANSFER, "issued", ["accepted"]),
        (TRANSFER, "sent_out", ["accepted"]),
        (TRANSFER, "returned", ["issued", "accepted"]),
        (TRANSFER, "expired", ["accepted"]),
        (TRANSFER, "accepted", []),
        (TRANSFER, "withdrawn", []),
        (CLOSURE, "verifying", ["deciding", "carrying_out", "done"]),
        (CLOSURE, "carrying_out", ["done"]),
        (CLOSURE, "mistaken", []),
        (ERRAND, "draft", ["doing", "done"]),
    ],
)
def test_the_way_ahead_is_the_shortest_to_the_end_of_the_main_line(kind, state, ahead):
    assert way_ahead(kind, state) == ahead
