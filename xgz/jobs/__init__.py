"""Handlers of background work, three lines each; importing the room registers them."""

from xgz.jobs import (
    accounts,
    audit,
    backups,
    cases,
    imports,
    matching,
    planning,
    reports,
    self_reports,
    snapshots,
    sweeps,
)

__all__ = [
    "accounts",
    "audit",
    "backups",
    "cases",
    "imports",
    "matching",
    "planning",
    "reports",
    "self_reports",
    "snapshots",
    "sweeps",
]
