"""The words of a search box: every one of them, each in any column."""

import pytest

from tests.factories import make_business, make_district
from xgz.models import Business
from xgz.queries.word_search import with_words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("", True),
        ("  ", True),
        ("旧桥", True),
        ("旧桥 早点", True),
        ("早点　清平", True),
        ("旧桥早点", False),
        ("旧桥 柳泉", False),
        ("{code}", True),
        ("{small}", True),
        ("旧桥 {code}", True),
        ("{part}", False),
        ("%", False),
    ],
)
def test_every_word_stands_in_some_column_or_is_a_code_as_a_whole(text, is_found):
    shop = make_business(name="旧桥的早点铺", township=make_district().qingping)
    code = shop.credit_code
    asked = text.format(code=code, small=code.lower(), part=code[:-1])

    found = with_words(Business.objects.all(), asked, ("name", "township__name"), ("credit_code",))

    assert list(found) == ([shop] if is_found else [])
