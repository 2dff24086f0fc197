"""The distinct names of both files: their sounds, surnames and how often they occur (LK-2, LK-3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xgz.engines.linkage.columns import People, Words
from xgz.rules.linkage.names import sound_key, surname_of


@dataclass(frozen=True, slots=True)
class Names:
    """One place per distinct name. sound, first, last: codes of the readings of all, the first and the
    last character, made one with those that dialects confuse; 0 where the name is empty or masked."""

    words: Sequence[str]
    sound: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    surname: NDArray[np.int32]
    is_short: NDArray[np.bool_]
    count: NDArray[np.int32]
    sound_count: NDArray[np.int32]
    surname_count: NDArray[np.int32]


def spell(words: Words, roster: People, registry: People) -> Names:
    """Return what is known of every distinct name; counts are of people in both files."""
    names = words.names.words()
    size = len(names)
    count = np.bincount(roster.name, minlength=size) + np.bincount(registry.name, minlength=size)
    sounds = [sound_key(name) for name in names]
    sound = _codes(sounds)
    surname = _codes(map(surname_of, names))
    return Names(
        words=names,
        sound=sound,
        first=_codes(text.partition(" ")[0] for text in sounds),
        last=_codes(text.rpartition(" ")[2] if " " in text else "" for text in sounds),
        surname=surname,
        is_short=np.fromiter((len(name) <= 2 for name in names), dtype=bool, count=size),
        count=count.astype(np.int32),
        sound_count=_sums(sound, count),
        surname_count=_sums(surname, count),
    )


def _codes(words: Iterable[str]) -> NDArray[np.int32]:
    places: dict[str, int] = {"": 0}
    return np.array([places.setdefault(word, len(places)) for word in words], dtype=np.int32)


def _sums(codes: NDArray[np.int32], count: NDArray[np.int64]) -> NDArray[np.int32]:
    return np.bincount(codes, weights=count)[codes].astype(np.int32)
