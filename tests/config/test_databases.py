import pytest
from django.db import connection

from xgz.config.settings import _postgresql
from xgz.models import Business

KEPT = {"server_side_binding": True, "prepare_threshold": 2}


def test_statements_are_kept_and_not_compiled_to_machine_code():
    options = _postgresql("postgresql://xgz@/xgz?host=/run/postgresql")["OPTIONS"]

    assert options == {**KEPT, "options": "-c jit=off -c random_page_cost=1.1"}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own")
@pytest.mark.django_db
def test_a_statement_asked_again_is_planned_by_its_name():
    for number in range(4):
        assert Business.objects.filter(staff__gt=number).count() == 0

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [text for (text,) in cursor.fetchall() if "staff" in text]
    assert len(kept) == 1


def test_options_of_the_address_stay_and_have_the_last_word():
    url = "postgresql://u:p%40ss@db:5433/xgz?options=-c%20jit%3Don&sslmode=require"
    settings = _postgresql(url)

    assert settings["OPTIONS"] == {
        **KEPT,
        "options": "-c jit=off -c random_page_cost=1.1 -c jit=on",
        "sslmode": "require",
    }
    assert (settings["PASSWORD"], settings["HOST"], settings["PORT"]) == ("p@ss", "db", 5433)


@pytest.mark.parametrize("url", ["mysql://u@db/xgz", "xgz", "postgresql://u@db:5432/"], ids=str)
def test_an_address_of_another_kind_or_without_a_database_is_refused_in_one_line(url):
    with pytest.raises(SystemExit, match="XGZ_DATABASE_URL must be postgresql://"):
        _postgresql(url)
