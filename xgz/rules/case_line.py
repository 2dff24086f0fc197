"""The bar of steps of a case: which way it went, and what lies ahead of it (CS-1)."""

from collections.abc import Iterable

from xgz.rules.cases import CaseKind


def way_taken(states: Iterable[str]) -> list[str]:
    """Return the states a case went through, the present one last, without its loops.

    states: every state it entered, oldest first. Where it came back to an earlier state, what lay
    between counts no longer: it has to be gone through again.
    """
    way: list[str] = []
    for state in states:
        if state in way:
            del way[way.index(state) :]
        way.append(state)
    return way


def way_ahead(kind: CaseKind, state: str) -> list[str]:
    """Return the states between `state` and the end of the main line on the shortest way.

    A step that gives the case back is no way ahead. Of two ways of the same length the one along the
    main line counts; empty for a closed case.
    """
    if state not in kind.open_states or not kind.main_line:
        return []
    goal = str(kind.main_line[-1])
    main = {str(each) for each in kind.main_line}
    came_from: dict[str, str] = {state: ""}
    waiting = [state]
    while waiting and goal not in came_from:
        at = waiting.pop(0)
        ways = sorted(
            {str(step.to) for step in kind.steps_from(at).values() if not step.returns},
            key=lambda to: (to not in main, to),
        )
        for to in ways:
            if to not in came_from:
                came_from[to] = at
                waiting.append(to)
    way: list[str] = []
    at = goal if goal in came_from else ""
    while at and at != state:
        way.insert(0, at)
        at = came_from[at]
    return way
