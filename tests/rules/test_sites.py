"""Lists of a site: room, plaque and seal in each, a district's own, what is missing (ES-5)."""

import pytest

from xgz.rules.sites import (
    BASICS,
    FAULT_LABELS,
    ITEM_LABELS,
    ITEMS_MAX,
    LABEL_MAX,
    MOMENT_LABELS,
    PRESET_LABELS,
    PRESETS,
    STATE_LABELS,
    ListFault,
    Moment,
    SiteEntry,
    SiteItem,
    SiteListNotSound,
    SitePreset,
    SiteState,
    check_entries,
    entries_of,
    preset_of,
    site_state,
    with_basics,
)


def own(number):
    return tuple(SiteEntry.of(f"自定{each}") for each in range(number))


def test_everything_has_its_words():
    assert set(ITEM_LABELS) == set(SiteItem)
    assert set(PRESET_LABELS) == set(PRESETS) == set(SitePreset)
    assert set(MOMENT_LABELS) == set(Moment)
    assert set(STATE_LABELS) == set(SiteState)
    assert set(FAULT_LABELS) == set(ListFault)


@pytest.mark.parametrize("preset", SitePreset)
def test_a_shipped_list_names_six_and_may_be_entered(preset):
    entries = entries_of(preset)

    assert len(entries) == 6
    check_entries(entries)
    assert preset_of(entries) is preset


def test_the_two_differ():
    assert entries_of(SitePreset.ROOM) != entries_of(SitePreset.FLAG)


@pytest.mark.parametrize("entries", [*map(entries_of, SitePreset), own(2)])
def test_room_plaque_and_seal_are_in_every_list_once(entries):
    keys = [entry.key for entry in with_basics(entries)]

    assert tuple(keys[:3]) == BASICS
    assert len(set(keys)) == len(keys) == len({*keys[:3], *(entry.key for entry in entries)})


def test_the_same_words_have_the_same_key():
    assert SiteEntry.of("标牌").key == SiteItem.PLAQUE
    assert SiteEntry.of(" 电教设备 ") == SiteEntry.of("电教设备")
    assert SiteEntry.of("电教设备").key != SiteEntry.of("电教器材").key
    assert SiteEntry.read(SiteEntry.of("电教设备").plain()) == SiteEntry.of("电教设备")


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ((), ListFault.EMPTY),
        (own(ITEMS_MAX + 1), ListFault.TOO_LONG),
        (own(1) * 2, ListFault.TWICE),
        ((SiteEntry.of("长" * (LABEL_MAX + 1)),), ListFault.LABEL),
        ((SiteEntry.of(""),), ListFault.LABEL),
    ],
)
def test_what_breaks_the_rule_is_refused(entries, fault):
    with pytest.raises(SiteListNotSound) as refused:
        check_entries(entries)

    assert refused.value.faults == (fault,)


def test_both_limits_themselves_will_do():
    check_entries(own(ITEMS_MAX))
    check_entries((SiteEntry.of("长" * LABEL_MAX),))


@pytest.mark.parametrize(
    ("missing", "state"),
    [
        ((), SiteState.COMPLETE),
        (("flag",), SiteState.PARTLY),
        (("seal",), SiteState.LACKING),
        (("flag", "plaque"), SiteState.LACKING),
    ],
)
def test_a_site_without_room_plaque_or_seal_is_lacking(missing, state):
    assert site_state(missing) is state
