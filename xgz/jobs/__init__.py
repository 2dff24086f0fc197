"""Handlers of background work, three lines each; importing the room registers them."""

from xgz.jobs import accounts, audit, backups, cases, imports, reports, snapshots, sweeps

__all__ = ["accounts", "audit", "backups", "cases", "imports", "reports", "snapshots", "sweeps"]
