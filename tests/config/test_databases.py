from xgz.config.settings import _postgresql


def test_statements_are_not_compiled_to_machine_code():
    options = _postgresql("postgresql://xgz@/xgz?host=/run/postgresql")["OPTIONS"]

    assert options == {"options": "-c jit=off"}


def test_options_of_the_address_stay_and_have_the_last_word():
    url = "postgresql://u:p%40ss@db:5433/xgz?options=-c%20jit%3Don&sslmode=require"
    settings = _postgresql(url)

    assert settings["OPTIONS"] == {"options": "-c jit=off -c jit=on", "sslmode": "require"}
    assert (settings["PASSWORD"], settings["HOST"], settings["PORT"]) == ("p@ss", "db", 5433)
