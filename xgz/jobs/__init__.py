"""Handlers of background work, three lines each; importing the room registers them."""

from xgz.jobs import cases, imports, reports, snapshots, sweeps

__all__ = ["cases", "imports", "reports", "snapshots", "sweeps"]
