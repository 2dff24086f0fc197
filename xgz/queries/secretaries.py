"""Whether organisations have a secretary: a post that has begun and has no last day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet

from xgz.models import OrganisationPost
from xgz.rules.organisations import Post


@dataclass(frozen=True, slots=True)
class SecretaryTerms:
    """Whether somebody holds the post; last_day: of the newest term that has one."""

    in_post: bool
    last_day: date | None


def secretaries_on(day: date) -> QuerySet[OrganisationPost]:
    """Return who is secretary of any organisation; the day of taking office counts."""
    return OrganisationPost.objects.filter(_in_post(day), post=Post.SECRETARY)


def secretary_terms(organisations: Collection[int], day: date) -> dict[int, SecretaryTerms]:
    """Return how it stands with those organisations that ever had one, by row number; one query."""
    posts = OrganisationPost.objects.filter(organisation__in=organisations, post=Post.SECRETARY)
    by_organisation = posts.order_by().values_list("organisation")
    counted = by_organisation.annotate(held=Count("pk", filter=_in_post(day)), last=Max("valid_to"))
    return {organisation: SecretaryTerms(held > 0, last) for organisation, held, last in counted}


def _in_post(day: date) -> Q:
    """A post without a first day has begun: an old roster may not have told it."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return begun & Q(valid_to__isnull=True)
