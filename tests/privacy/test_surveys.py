"""Survey rounds tell of shops and numbers: no stolen table, page, file or refusal names anybody."""

import re
from io import BytesIO

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import make_member, make_organisation, make_user
from tests.factories.surveys import give, make_survey, told
from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.models import MemberWorkplace
from xgz.rules.roles import Role
from xgz.services.surveys.people import Hint, look_for

pytestmark = pytest.mark.django_db
NAME, PHONE, NOTE = "甄示例", "13800006021", "老街口修鞋的师傅"
MEMBER = "许忠诚"
# All that is kept of a shop and its visits; a new column is weighed here first (SV-3).
COLUMNS = {
    "surveyrow": {
        *("id", "public_id", "round_id", "business_id", "code", "place", "street"),
        *("station_id", "walker_id", "state", "version", "tries", "staff", "members"),
        *("has_organisation", "has_plaque", "visited_on", "answered_at", "answered_by_id"),
    },
    "surveyvisit": {
        *("id", "row_id", "by_id", "key", "content", "version", "state", "visited_on", "at"),
    },
}


@pytest.fixture
def survey():
    """A round at work in which somebody handed on a person, at whose shop a member works."""
    made = make_survey(3, today=clock.today(), now=clock.now())
    row = made.rows()[0]
    member = make_member(make_organisation(made.district.qingping), name=MEMBER, phone=PHONE)
    MemberWorkplace.objects.create(
        member=member, business=row.business, valid_from=made.round.starts_on
    )
    walker = actor_for(made.walker, clock.today())
    give(row, walker, told(day=clock.today()))
    look_for(actor=walker, row=row, hint=Hint(NOTE, NAME, PHONE), now=clock.now())
    return made


def as_(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("table", COLUMNS)
def test_nothing_else_is_kept_of_a_shop(table):
    fields = apps.get_model("xgz", table)._meta.concrete_fields

    assert {field.attname for field in fields} == COLUMNS[table]


def test_a_stolen_database_shows_numbers_of_shops_and_nobody(survey):
    cells = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            name = model._meta.model_name
            if name.startswith("survey") or name in ("lead", "auditentry", "caseevent"):
                cursor.execute(
                    f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}"  # noqa: S608 (own tables)
                )
                cells += [
                    each for row in cursor.fetchall() for each in row if isinstance(each, str)
                ]
    text = "\n".join(cells)

    assert survey.rows()[0].code in text
    for secret in (NAME, PHONE, NOTE, MEMBER):
        assert secret not in text
    # Four digits alone stand in many a time of day and digest; here they are looked for as a word.
    assert not re.search(rf"(?<![\w.]){PHONE[-4:]}(?!\w)", text, re.ASCII)


def test_the_market_line_reads_counts_and_nobody_on_every_page(survey):
    row = survey.rows()[0]
    people = {
        "instructor": survey.walker,
        "head": make_user(Role.STATION_HEAD, survey.district.qingping_office),
        "bureau": make_user(Role.BUREAU, survey.district.bureau),
    }
    addresses = [
        reverse("survey-list"),
        reverse("survey-today"),
        reverse("survey-offline"),
        *(
            reverse(name, args=[survey.round.public_id])
            for name in ("survey-detail", "survey-rows", "survey-sheets")
        ),
        *(reverse(name, args=[row.public_id]) for name in ("survey-row", "survey-person")),
    ]
    for person in people.values():
        client = as_(person)
        for address in addresses:
            text = client.get(address).text
            for secret in (NAME, PHONE, NOTE, MEMBER):
                assert secret not in text, address


def test_the_row_looks_the_same_with_and_without_a_person_to_look_for(survey):
    """Whoever reads the row's page cannot tell that a lead was opened from it."""
    first, second, _ = survey.rows()
    give(second, actor_for(survey.walker, clock.today()), told(day=clock.today()))
    client = as_(make_user(Role.STATION_HEAD, survey.district.qingping_office))

    def plain(row):
        text = client.get(reverse("survey-row", args=[row.public_id])).text
        own = (row.public_id, row.code[:3] + "-" + row.code[3:], row.business.name)
        for word in (*own, row.business.address, row.business.public_id):
            text = text.replace(word, "")
        return re.sub(r'(csrfmiddlewaretoken"|name="key") value="[^"]*"', "", text)

    assert plain(first) == plain(second)


def test_the_workbook_names_nobody(survey):
    client = as_(survey.runner.user)
    response = client.get(reverse("survey-export", args=[survey.round.public_id]))

    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    text = repr([[cell.value for cell in line] for line in book.active.iter_rows()])

    assert survey.rows()[0].business.name in text
    for secret in (NAME, PHONE, NOTE, MEMBER, survey.rows()[0].business.owner_name):
        assert secret not in text


@pytest.mark.parametrize(
    ("name", "of_row"),
    [
        ("survey-detail", False),
        ("survey-rows", False),
        ("survey-sheets", False),
        ("survey-row", True),
        ("survey-paper", True),
        ("survey-person", True),
    ],
)
def test_another_instructor_of_the_same_office_is_told_there_is_none(survey, name, of_row):
    other = as_(make_user(Role.INSTRUCTOR, survey.district.qingping_office))
    public_id = survey.rows()[0].public_id if of_row else survey.round.public_id

    hidden = other.get(reverse(name, args=[public_id]))
    missing = other.get(reverse(name, args=["a" * 12]))

    assert hidden.status_code == missing.status_code == 404
    assert len(hidden.content) == len(missing.content)
