"""Whether organisations have a secretary on a day."""

from datetime import timedelta

import pytest

from tests.factories import TODAY
from tests.factories.adjustments import make_branch
from xgz.models import OrganisationPost
from xgz.queries.secretaries import SecretaryTerms, secretaries_on, secretary_terms
from xgz.rules.organisations import Post

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOBODY = SecretaryTerms(in_post=False, last_day=None)
SOMEBODY = SecretaryTerms(in_post=True, last_day=None)


def serve(branch, valid_from, valid_to, post=Post.SECRETARY):
    return OrganisationPost.objects.create(
        organisation=branch, post=post, valid_from=valid_from, valid_to=valid_to
    )


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "terms"),
    [
        (TODAY, None, SOMEBODY),
        (TODAY + DAY, None, NOBODY),
        (None, None, SOMEBODY),
        (TODAY - DAY, TODAY, SecretaryTerms(in_post=False, last_day=TODAY)),
    ],
)
def test_a_post_is_held_from_its_first_day_until_it_has_a_last(valid_from, valid_to, terms):
    branch = make_branch()
    post = serve(branch, valid_from, valid_to)

    assert secretary_terms([branch.pk], TODAY) == {branch.pk: terms}
    assert list(secretaries_on(TODAY)) == ([post] if terms.in_post else [])


def test_the_newest_term_that_ended_tells_the_last_day():
    branch, other, asked = make_branch(), make_branch(), make_branch()
    serve(branch, TODAY - 9 * DAY, TODAY - 5 * DAY)
    serve(branch, TODAY - 4 * DAY, TODAY - 3 * DAY)
    serve(other, TODAY - 9 * DAY, None)
    serve(asked, TODAY - 9 * DAY, None, post=Post.COMMITTEE_MEMBER)

    assert secretary_terms([branch.pk, asked.pk], TODAY) == {
        branch.pk: SecretaryTerms(in_post=False, last_day=TODAY - 3 * DAY)
    }
