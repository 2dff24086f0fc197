"""What every kind of case that few may know of keeps to (CS-12)."""

import pytest

from tests.factories.leads import make_lead
from xgz.models import CaseReview, NumberSeries
from xgz.models.cases import private_models

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("model", private_models(), ids=lambda model: model.KIND.name)


@KINDS
def test_it_has_no_sub_steps(model):
    """A sub-step would be seen, counted and handed up like that of any other case."""
    assert not [duty for duty in model.KIND.duties.values() if duty.reviews]


@KINDS
def test_it_stays_inside_and_takes_no_number_of_a_series(model):
    assert model(public_id="abcdefgh1234").stays_inside
    assert model(public_id="abcdefgh1234").opaque_number == f"{model.KIND.series}-ABCDEFGH"


def test_opening_one_moves_no_series_and_asks_nobody():
    make_lead()

    assert not NumberSeries.objects.exists()
    assert not CaseReview.objects.exists()
