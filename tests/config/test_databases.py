import pytest
from django.db import connection

from xgz.config.databases import postgresql_settings
from xgz.models import Business

PLANNING = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
KEPT = {"server_side_binding": True, "prepare_threshold": 2}


def test_statements_are_kept_and_not_compiled_to_machine_code():
    options = postgresql_settings("postgresql://xgz@/xgz?host=/run/postgresql")["OPTIONS"]

    assert options == {**KEPT, "options": PLANNING}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own")
@pytest.mark.django_db
def test_a_statement_asked_again_is_planned_by_its_name():
    for number in range(4):
        assert Business.objects.filter(staff__gt=number).count() == 0

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [text for (text,) in cursor.fetchall() if "staff" in text]
    assert len(kept) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own")
@pytest.mark.django_db(transaction=True)
def test_the_statements_of_every_page_stay_kept():
    connection.close()
    with connection.cursor() as cursor:
        for number in range(150):
            for _ in range(3):
                cursor.execute(f"SELECT %s AS column_{number}", ["x"])
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%column_%'"
        )
        assert cursor.fetchone() == (150,)


def test_options_of_the_address_stay_and_have_the_last_word():
    url = "postgresql://u:p%40ss@db:5433/xgz?options=-c%20jit%3Don&sslmode=require"
    settings = postgresql_settings(url)

    assert settings["OPTIONS"] == {
        **KEPT,
        "options": f"{PLANNING} -c jit=on",
        "sslmode": "require",
    }
    assert (settings["PASSWORD"], settings["HOST"], settings["PORT"]) == ("p@ss", "db", 5433)


@pytest.mark.parametrize("url", ["mysql://u@db/xgz", "xgz", "postgresql://u@db:5432/"], ids=str)
def test_an_address_of_another_kind_or_without_a_database_is_refused_in_one_line(url):
    with pytest.raises(SystemExit, match="XGZ_DATABASE_URL must be postgresql://"):
        postgresql_settings(url)
