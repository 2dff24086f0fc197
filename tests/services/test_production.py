"""What a production site does not start with."""

import pytest
from django.core.management import CommandError, call_command

from xgz.services.production import Unsafe, UnsafeSettings, require_safe_settings

GOOD_SECRET = "k3Jx9-Wq_7fTzL0vRb2mNcYp5sHdGaUe8iOo1tXwQyZrVjMl6Bn4C"


@pytest.fixture
def production(settings, own_keys):
    (own_keys.parent / "django-secret").touch(mode=0o600)
    settings.PROFILE = "production"
    settings.ALLOWED_HOSTS = ["xgz.district.example"]
    settings.SECRET_KEY = GOOD_SECRET
    return settings


def test_a_site_set_up_well_starts(production):
    require_safe_settings()


@pytest.mark.parametrize(
    ("name", "value", "unsafe"),
    [
        ("DEBUG", True, Unsafe.DEBUG),
        ("ALLOWED_HOSTS", ["*"], Unsafe.HOSTS),
        ("ALLOWED_HOSTS", ["xgz.district.example", " *"], Unsafe.HOSTS),
        ("ALLOWED_HOSTS", [""], Unsafe.HOSTS),
        ("ALLOWED_HOSTS", [], Unsafe.HOSTS),
        ("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", "testserver"], Unsafe.HOSTS),
        ("SECRET_KEY", "django-insecure-" + GOOD_SECRET, Unsafe.SECRET),
        ("SECRET_KEY", "changeme" * 10, Unsafe.SECRET),
        ("SECRET_KEY", GOOD_SECRET[:49], Unsafe.SECRET),
        ("SECRET_KEY", "a" * 60, Unsafe.SECRET),
        ("MFA_TOTP_INSECURE_BYPASS_CODE", "123456", Unsafe.CODE_BYPASS),
    ],
    ids=str,
)
def test_each_thing_forgotten_is_refused(production, name, value, unsafe):
    setattr(production, name, value)
    with pytest.raises(UnsafeSettings) as refused:
        require_safe_settings()

    assert refused.value.found == [unsafe]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
@pytest.mark.parametrize("name", ["keyring.json", "django-secret"])
def test_key_files_others_can_read_are_refused(production, name, mode):
    (production.KEY_RING.parent / name).chmod(mode)
    with pytest.raises(UnsafeSettings) as refused:
        require_safe_settings()

    assert refused.value.found == [Unsafe.KEYS_READABLE]


def test_everything_forgotten_is_told_at_once(production):
    production.DEBUG = True
    production.ALLOWED_HOSTS = ["*"]
    with pytest.raises(UnsafeSettings) as refused:
        require_safe_settings()

    assert refused.value.found == [Unsafe.DEBUG, Unsafe.HOSTS]


def test_only_production_is_held_to_it(production):
    production.PROFILE = "demo"
    production.ALLOWED_HOSTS = ["*"]

    require_safe_settings()


@pytest.mark.django_db
def test_the_site_says_in_one_sentence_each_what_to_set(production):
    production.ALLOWED_HOSTS = ["*"]
    production.MFA_TOTP_INSECURE_BYPASS_CODE = "123456"
    with pytest.raises(CommandError) as refused:
        call_command("serve", port=1)

    assert "XGZ_HOSTS" in str(refused.value)
    assert "MFA_TOTP_INSECURE_BYPASS_CODE" in str(refused.value)
    assert "123456" not in str(refused.value)
