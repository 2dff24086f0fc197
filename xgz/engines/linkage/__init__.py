"""Finding the same people in a roster and a register, in this process (LK-1 to LK-13, decision 0021)."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from xgz.engines.linkage.candidates import Finder
from xgz.engines.linkage.columns import People, Words, read_people
from xgz.engines.linkage.levels import Comparer, Levels
from xgz.engines.linkage.scoring import Scorer, best_pairs, count_values
from xgz.engines.linkage.spelling import spell
from xgz.rules.linkage.deciding import POSSIBLE_FROM, decide
from xgz.rules.linkage.evidence import (
    AddressLevel,
    BornLevel,
    Evidence,
    IdLevel,
    NameLevel,
    PhoneLevel,
    SexLevel,
)
from xgz.rules.linkage.identities import Identities
from xgz.rules.linkage.links import Link

CHUNK_ROWS = 200_000
Progress = Callable[[str, float], None]


def link(
    roster: Identities, registry: Identities, *, progress: Progress | None = None
) -> Iterator[Link]:
    """Yield at most one link for each row of the register; a roster row may win several.

    progress is told the step ("read", "compare") and the share of it that is done.
    """
    return link_chunks(_chunks(roster), _chunks(registry), progress=progress)


def link_chunks(
    roster: Iterable[Identities],
    registry: Iterable[Identities],
    *,
    progress: Progress | None = None,
) -> Iterator[Link]:
    """Do as link() does for files too large to stand in memory as text."""
    tell = progress or (lambda step, part: None)
    words = Words()
    ours, theirs = read_people(roster, words), read_people(registry, words)
    tell("read", 1.0)
    if not len(ours) or not len(theirs):
        return
    yield from _linked(ours, theirs, words, tell)


def _linked(ours: People, theirs: People, words: Words, tell: Progress) -> Iterator[Link]:
    names = spell(words, ours, theirs)
    finder = Finder(ours, names)
    stretches = [slice(s, s + CHUNK_ROWS) for s in range(0, len(theirs), CHUNK_ROWS)]
    for rows in stretches:
        finder.count(theirs, rows)
    comparer = Comparer(ours, theirs, names)
    scorer = Scorer(ours, theirs, names, count_values(ours, theirs))
    for number, rows in enumerate(stretches, 1):
        its, mine = finder.pairs(theirs, rows)
        if len(its):
            levels = comparer.levels(mine, its)
            total = scorer.weights(levels, mine, its)
            best, certainty = best_pairs(total, its)
            for pair, sure in zip(best.tolist(), certainty.tolist(), strict=True):
                if sure < POSSIBLE_FROM:
                    continue
                evidence = evidence_of(levels, pair)
                verdict = decide(evidence, sure)
                if verdict:
                    yield Link(
                        int(mine[pair]), int(its[pair]), verdict, evidence, float(total[pair])
                    )
        tell("compare", number / len(stretches))


def evidence_of(levels: Levels, pair: int) -> Evidence:
    """Return the evidence of one of the pairs."""
    return Evidence(
        NameLevel(levels.name[pair]),
        SexLevel(levels.sex[pair]),
        BornLevel(levels.born[pair]),
        IdLevel(levels.id_number[pair]),
        PhoneLevel(levels.phone[pair]),
        AddressLevel(levels.address[pair]),
    )


def _chunks(people: Identities) -> Iterator[Identities]:
    for start in range(0, len(people), CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        yield Identities(*(_part(people, column, rows) for column in Identities.__slots__))


def _part(people: Identities, column: str, rows: slice) -> Sequence[str]:
    part: Sequence[str] = getattr(people, column)[rows]
    return part


__all__ = ["evidence_of", "link", "link_chunks"]
