"""Joint-branch planning: rows in, groups with a proven bound out."""

from xgz.engines.planning.planner import HeldNotLegal, plan
from xgz.engines.planning.repair import Repaired, repair

__all__ = ["HeldNotLegal", "Repaired", "plan", "repair"]
