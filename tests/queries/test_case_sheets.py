"""What the search box of a list of cases finds."""

import pytest

from tests.factories.formations import make_formation, shops_of
from xgz.models import Formation
from xgz.queries.case_sheets import FORMATIONS

pytestmark = pytest.mark.django_db


def test_each_word_may_stand_in_another_unit():
    case = make_formation(procedure=None, name="新街联合党支部")
    first, second = shops_of(case)[:2]

    def found(text):
        return list(FORMATIONS.narrowed(Formation.objects.all(), text))

    assert found(f"{first.name} {second.name} 新街") == [case]
    assert found(f"{first.name} 旧桥") == []


def test_many_words_do_not_multiply_the_units_of_a_case():
    """One question with eight words over thirty units would go through 30 to the 8th rows."""
    asked = str(FORMATIONS.narrowed(Formation.objects.all(), "清 平 商 店 清 平 商 店").query)

    parts = asked.split(" IN (SELECT")

    assert len(parts) == 1 + 8
    assert [part.count('JOIN "xgz_formationunit"') for part in parts] == [0] + [1] * 8
