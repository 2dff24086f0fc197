"""Which days a form takes."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_district, make_organisation, make_user
from xgz.rules.calendar import add_months
from xgz.rules.roles import Role
from xgz.web.forms import DayField


def test_days_of_a_lifetime_are_taken_both_ends_included():
    latest = add_months(timezone.localdate(), 12 * 50)

    assert DayField().clean("1900-01-01") == date(1900, 1, 1)
    assert DayField().clean(latest.isoformat()) == latest


@pytest.mark.parametrize("day", ["1899-12-31", "9999-12-31", "0001-01-01", "after"], ids=str)
def test_days_beyond_are_refused_with_a_sentence(day):
    if day == "after":
        latest = add_months(timezone.localdate(), 12 * 50)
        day = date.fromordinal(latest.toordinal() + 1).isoformat()

    with pytest.raises(ValidationError) as caught:
        DayField().clean(day)

    assert "日期应在 1900-01-01 到" in caught.value.messages[0]


def test_an_empty_day_is_none_where_it_may_be():
    assert DayField(required=False).clean("") is None


@pytest.mark.django_db
def test_an_election_in_the_last_year_of_the_calendar_is_refused_on_its_page(client):
    district = make_district()
    branch = make_organisation(district.qingping)
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))

    answer = client.post(
        reverse("organisation-change", args=[branch.public_id, "election"]), {"day": "9999-12-31"}
    )

    assert answer.status_code < 500
    assert "日期应在 1900-01-01 到" in answer.content.decode()
