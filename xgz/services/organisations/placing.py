"""Places in the tree: which superiors are allowed, and moving whole subtrees."""

from django.db.models import CharField, Max, Value
from django.db.models.functions import Concat, Length, Substr

from xgz.access.organisations import superior_bodies
from xgz.models import Body, Organisation
from xgz.models.fields import subtree_bounds
from xgz.rules.organisations import SUPERIOR_TYPES, OrgState
from xgz.services.bodies import next_child_path
from xgz.services.organisations.records import Act, ChangedMeanwhile


class SuperiorNotAllowed(Exception):
    """The body cannot be a formal superior (OR-8), or the actor may not place anything there."""


class UnderItself(Exception):
    """An organisation cannot stand below itself or below one of its own."""


class TreeTooDeep(Exception):
    """The path would become longer than its column."""


class SubordinatesLeft(Exception):
    """Organisations below this one have to be moved first."""


def locked_superior(act: Act, superior: Body) -> Body:
    """Return the superior as it is now, locked against a move. Raises SuperiorNotAllowed."""
    body = superior_bodies(act.actor).select_for_update(of=("self",)).filter(pk=superior.pk).first()
    if body is None:
        raise SuperiorNotAllowed(superior.public_id)
    return body


def child_path(superior: Body, below: int = 0) -> str:
    """Return the path of the next child of `superior`. Raises TreeFull or TreeTooDeep.

    below: how many characters the longest path under that child is longer than its own.
    """
    path = next_child_path(superior)
    limit = Body._meta.get_field("path").max_length or 0
    if len(path) + below > limit:
        raise TreeTooDeep(superior.public_id)
    return path


def place_under(body: Body, superior: Body) -> None:
    """Give `body` and all below it new paths under `superior`; ids and links stay as they are.

    Raises UnderItself, TreeTooDeep, TreeFull or ChangedMeanwhile; nothing is written then.
    """
    lower, upper = subtree_bounds(body.path)
    if lower <= superior.path < upper:
        raise UnderItself(body.public_id)
    subtree = Body.objects.filter(path__gte=lower, path__lt=upper)
    longest = subtree.aggregate(longest=Max(Length("path")))["longest"] or len(body.path)
    path = child_path(superior, below=longest - len(body.path))
    if not Body.objects.filter(pk=body.pk, path=body.path).update(parent=superior):
        raise ChangedMeanwhile(body.public_id)
    rest = Substr("path", len(body.path) + 1)
    subtree.update(path=Concat(Value(path), rest, output_field=CharField()))
    body.refresh_from_db()


def living_below(organisation: Organisation) -> list[Organisation]:
    """Return the organisations directly below this one that are not dissolved."""
    below = Organisation.objects.filter(body__parent=organisation.body_id)
    return list(below.exclude(state=OrgState.DISSOLVED).select_related("body"))


def check_can_lead(organisation: Organisation) -> None:
    """Raise SuperiorNotAllowed where organisations of this type have nobody below them (OR-8)."""
    if organisation.org_type not in SUPERIOR_TYPES:
        raise SuperiorNotAllowed(organisation.public_id)
