"""Setting up: which lines there are, which are required, which tell of people (ES-2)."""

from dataclasses import replace

import pytest

from xgz.rules.cases import faults_of
from xgz.rules.establishing import (
    ABOUT_MEMBERS,
    ESTABLISHING,
    LINE_LABELS,
    REQUIRED,
    RULE_OF_LINE,
    SETTLING_LABELS,
    Line,
    Settling,
    SettlingFacts,
    blockers,
    standings,
)
from xgz.rules.sites import SiteItem

SETTLED = SettlingFacts(
    full_members=3,
    on_the_way=0,
    not_proposed=0,
    has_secretary=True,
    site_missing=(),
    is_guided=True,
    has_instructor=True,
    supports=1,
    has_met=True,
)
# What alone keeps a case from being finished, and the line that says so.
REQUIRED_FACTS = [
    ({"full_members": 2}, Line.FULL_MEMBERS),
    ({"has_secretary": False}, Line.SECRETARY),
    ({"site_missing": [SiteItem.PLACE]}, Line.PLACE),
    ({"site_missing": [SiteItem.PLAQUE]}, Line.PLAQUE),
    ({"site_missing": [SiteItem.SEAL]}, Line.SEAL),
    ({"has_instructor": False}, Line.INSTRUCTOR),
    ({"has_met": False}, Line.MEETING),
    ({"is_active": False}, Line.STANDS),
]
TOLD_FACTS = [
    ({"on_the_way": 2}, Line.ON_THE_WAY, 2),
    ({"not_proposed": 1}, Line.NOT_PROPOSED, 1),
    ({"site_missing": ["flag", "own_0123456789ab"]}, Line.SITE_REST, 2),
    ({"supports": 0}, Line.SUPPORT, 0),
]


def open_lines(facts):
    return {each.line: each.count for each in standings(facts) if not each.is_met}


def test_the_table_is_sound():
    assert faults_of(ESTABLISHING) == []


def test_every_line_and_deed_has_its_words_and_its_rule():
    assert set(LINE_LABELS) == set(RULE_OF_LINE) == set(Line)
    assert set(SETTLING_LABELS) == set(Settling)
    assert set(Line) > REQUIRED
    assert set(Line) > ABOUT_MEMBERS


def test_where_all_is_there_nothing_is_open():
    assert open_lines(SETTLED) == {}
    assert blockers(standings(SETTLED)) == []


@pytest.mark.parametrize(("facts", "line"), REQUIRED_FACTS)
def test_each_required_line_alone_blocks(facts, line):
    found = standings(replace(SETTLED, **facts))

    assert [each.line for each in blockers(found)] == [line]


@pytest.mark.parametrize(("facts", "line", "count"), TOLD_FACTS)
def test_what_is_told_blocks_nothing(facts, line, count):
    changed = replace(SETTLED, **facts)

    assert open_lines(changed) == {line: count}
    assert blockers(standings(changed)) == []


@pytest.mark.parametrize(("full", "missing"), [(0, 3), (2, 1), (3, 0), (9, 0)])
def test_three_full_members_will_do(full, missing):
    (line,) = (
        each
        for each in standings(replace(SETTLED, full_members=full))
        if each.line is Line.FULL_MEMBERS
    )

    assert (line.is_met, line.count) == (missing == 0, missing)


def test_of_one_that_ended_nothing_else_is_asked():
    ended = replace(SETTLED, is_active=False, full_members=0, has_secretary=False)

    assert [(each.line, each.is_met) for each in standings(ended)] == [(Line.STANDS, False)]


def test_an_organisation_no_office_guides_needs_no_instructor():
    alone = replace(SETTLED, is_guided=False, has_instructor=False)

    assert Line.INSTRUCTOR not in {each.line for each in standings(alone)}
    assert blockers(standings(alone)) == []
