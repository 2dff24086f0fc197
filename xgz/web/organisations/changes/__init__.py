"""One form for each change of an organisation; each makes one service call."""

from xgz.models import Organisation
from xgz.web.forms import Offer
from xgz.web.organisations.changes.base import ChangeForm, GraveForm
from xgz.web.organisations.changes.holdings import (
    AppointForm,
    CoverForm,
    MergeForm,
    RelieveForm,
    SplitForm,
    UncoverForm,
)
from xgz.web.organisations.changes.standing import (
    ConfirmForm,
    DissolveForm,
    ElectionForm,
    GuidanceForm,
    LifeForm,
    MoveForm,
    RenameForm,
    SetUpForm,
)

__all__ = ["CHANGES", "GraveForm", "SetUpForm", "offered_changes"]

CHANGES: dict[str, type[ChangeForm]] = {
    "confirm": ConfirmForm,
    "life": LifeForm,
    "election": ElectionForm,
    "appoint": AppointForm,
    "relieve": RelieveForm,
    "cover": CoverForm,
    "uncover": UncoverForm,
    "rename": RenameForm,
    "move": MoveForm,
    "guidance": GuidanceForm,
    "split": SplitForm,
    "merge": MergeForm,
    "dissolve": DissolveForm,
}


def offered_changes(organisation: Organisation, *, entries: bool = False) -> list[Offer]:
    """Return the changes that the organisation's state allows, in the order of the menu.

    entries: instead of them, those that only enter what was decided outside the system.
    """
    return [
        Offer(slug, form.heading_for(organisation), form.is_grave)
        for slug, form in CHANGES.items()
        if organisation.state in form.states and form.is_entry(organisation) is entries
    ]
