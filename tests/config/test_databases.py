import pytest

from xgz.config.settings import _postgresql


def test_statements_are_not_compiled_to_machine_code():
    options = _postgresql("postgresql://xgz@/xgz?host=/run/postgresql")["OPTIONS"]

    assert options == {"options": "-c jit=off"}


def test_options_of_the_address_stay_and_have_the_last_word():
    url = "postgresql://u:p%40ss@db:5433/xgz?options=-c%20jit%3Don&sslmode=require"
    settings = _postgresql(url)

    assert settings["OPTIONS"] == {"options": "-c jit=off -c jit=on", "sslmode": "require"}
    assert (settings["PASSWORD"], settings["HOST"], settings["PORT"]) == ("p@ss", "db", 5433)


@pytest.mark.parametrize("url", ["mysql://u@db/xgz", "xgz", "postgresql://u@db:5432/"], ids=str)
def test_an_address_of_another_kind_or_without_a_database_is_refused_in_one_line(url):
    with pytest.raises(SystemExit, match="XGZ_DATABASE_URL must be postgresql://"):
        _postgresql(url)
