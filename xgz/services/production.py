"""What the production profile refuses to start with: each a setting somebody forgot."""

import stat
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from django.conf import settings

_SHORTEST_SECRET = 50
_FEWEST_CHARACTERS = 5
_KNOWN = ("django-insecure", "changeme", "change-me", "secret", "password", "example")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Unsafe(StrEnum):
    """Why a production site does not start; the words are in management/refusals."""

    DEBUG = "debug"
    HOSTS = "hosts"
    SECRET = "secret"  # noqa: S105 (the name of a refusal)
    KEYS_READABLE = "keys_readable"
    CODE_BYPASS = "code_bypass"


class UnsafeSettings(Exception):
    """The production profile meets settings it must not run with; carries all of them."""

    def __init__(self, found: list[Unsafe]) -> None:
        super().__init__(*found)
        self.found = found


def require_safe_settings() -> None:
    """Raise UnsafeSettings where the profile is production and anything is unsafe; writes nothing."""
    if settings.PROFILE != "production":
        return
    if found := list(_unsafe()):
        raise UnsafeSettings(found)


def _unsafe() -> Iterator[Unsafe]:
    if settings.DEBUG:
        yield Unsafe.DEBUG
    if not _hosts_are_named(settings.ALLOWED_HOSTS):
        yield Unsafe.HOSTS
    if _is_known(settings.SECRET_KEY):
        yield Unsafe.SECRET
    if any(path.stat().st_mode & _OTHERS for path in _secret_places()):
        yield Unsafe.KEYS_READABLE
    if getattr(settings, "MFA_TOTP_INSECURE_BYPASS_CODE", None):
        yield Unsafe.CODE_BYPASS


def _hosts_are_named(hosts: list[str]) -> bool:
    """Test whether somebody named the site; "testserver" stands only among the defaults."""
    names = {host.strip() for host in hosts}
    return bool(names) and not names & {"*", ".", "", "testserver"}


def _is_known(secret: str) -> bool:
    """Test whether a secret is short, monotonous, or one that stands in examples."""
    too_simple = len(secret) < _SHORTEST_SECRET or len(set(secret)) < _FEWEST_CHARACTERS
    return too_simple or secret.lower().startswith(_KNOWN)


def _secret_places() -> Iterator[Path]:
    """Yield the folder of keys and the files in it."""
    folder = Path(settings.KEY_RING).parent
    if folder.is_dir():
        yield folder
        yield from (path for path in folder.iterdir() if path.is_file())
