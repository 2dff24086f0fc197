import pytest

from xgz.config.oidc import oidc_settings


@pytest.fixture
def environ(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n", encoding="utf-8")
    return {
        "XGZ_OIDC_SERVER": "https://id.district.example/realms/gov",
        "XGZ_OIDC_CLIENT_ID": "xgz",
        "XGZ_OIDC_SECRET_FILE": str(secret),
    }


def test_without_settings_there_is_no_identity_service():
    assert oidc_settings({}) is None


def test_the_secret_comes_from_its_file(environ):
    found = oidc_settings(environ)

    assert (found.secret, found.name) == ("s3cret", "统一身份认证")
    assert found.origin == "https://id.district.example"
    (app,) = found.providers()["openid_connect"]["APPS"]
    assert app["settings"]["server_url"] == environ["XGZ_OIDC_SERVER"]


@pytest.mark.parametrize("missing", ["SERVER", "CLIENT_ID", "SECRET_FILE"])
def test_a_part_of_the_settings_is_refused(missing, environ):
    del environ[f"XGZ_OIDC_{missing}"]

    with pytest.raises(SystemExit, match="go together"):
        oidc_settings(environ)


def test_an_identity_service_without_https_is_refused(environ):
    with pytest.raises(SystemExit, match="https"):
        oidc_settings(environ | {"XGZ_OIDC_SERVER": "http://id.district.example"})
