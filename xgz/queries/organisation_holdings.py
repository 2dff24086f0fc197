"""What hangs on an organisation and would move or end with it."""

from dataclasses import dataclass

from xgz.models import Member, Organisation
from xgz.rules.members import ON_ROLLS
from xgz.rules.organisations import OrgState


@dataclass(frozen=True, slots=True)
class Holdings:
    """Numbers of current links. left: people no longer on the rolls; below: living subordinates."""

    members: int
    left: int
    guests: int
    units: int
    posts: int
    instructors: int
    below: int


def holdings_of(organisation: Organisation) -> Holdings:
    """Return what hangs on the organisation now; seven queries."""
    own = Member.objects.filter(formal_org=organisation)
    below = Organisation.objects.filter(body__parent=organisation.body_id)
    return Holdings(
        members=own.filter(status__in=ON_ROLLS).count(),
        left=own.exclude(status__in=ON_ROLLS).count(),
        guests=Member.objects.filter(activity_org=organisation).count(),
        units=organisation.coverages.filter(valid_to__isnull=True).count(),
        posts=organisation.posts.filter(valid_to__isnull=True).count(),
        instructors=organisation.instructor_links.filter(valid_to__isnull=True).count(),
        below=below.exclude(state=OrgState.DISSOLVED).count(),
    )
