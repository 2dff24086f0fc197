"""One scenario for every call that writes an audit row: a real service, and exactly what it leaves.

A scenario is a public function of one of the modules, known by its name.
"""

from collections import Counter
from inspect import isfunction
from types import ModuleType

from tests.services.audit_scenarios import (
    accounts,
    adjustments,
    backups,
    bodies,
    cases,
    closures,
    configuration,
    elections,
    establishing,
    exchanges,
    exports,
    formations,
    imports,
    jobs,
    keys,
    leads,
    matching,
    members,
    organisations,
    papers,
    planning,
    self_reports,
    signing_in,
    sites,
    surveys,
    trail,
)
from tests.services.audit_scenarios.stage import Scenario

_MODULES = (
    accounts,
    adjustments,
    backups,
    bodies,
    cases,
    closures,
    configuration,
    elections,
    establishing,
    exchanges,
    exports,
    formations,
    imports,
    jobs,
    keys,
    leads,
    matching,
    members,
    organisations,
    papers,
    planning,
    self_reports,
    signing_in,
    sites,
    surveys,
    trail,
)


def _scenarios_of(module: ModuleType) -> dict[str, Scenario]:
    return {
        name: value
        for name, value in vars(module).items()
        if isfunction(value) and value.__module__ == module.__name__ and name[0] != "_"
    }


def _every() -> dict[str, Scenario]:
    """Return all scenarios by name. Raises ValueError where two bear the same."""
    pairs = [pair for module in _MODULES for pair in _scenarios_of(module).items()]
    twice = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    if twice:
        raise ValueError(f"two scenarios of one name: {twice}")
    return dict(pairs)


SCENARIOS = _every()
