"""How a step of a plan can be refused."""


class PlanChanged(Exception):
    """Somebody else changed the plan meanwhile, or it is in a state without this step."""


class GroupNotLegal(Exception):
    """The group breaks limits, so it is neither locked nor proposed (PL-11); rules: their ids."""

    def __init__(self, rules: list[str]) -> None:
        super().__init__(", ".join(rules))
        self.rules = rules


class GroupProposed(Exception):
    """The group belongs to a formation that is open or approved (PL-18)."""


class NothingChosen(Exception):
    """No group, or no business of the group, was chosen."""


class NothingToUndo(Exception):
    """No step by hand is left that could be undone (PL-17)."""
