"""The static files as the site hands them out: gathered, named by content and compressed."""

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import Storage
from django.core.management import call_command

_MAKERS = ("django", "whitenoise")
_MARK = "static-gathered"  # in the data folder: what the gathered files were made from


def gather_static_files() -> bool:
    """Gather the static files unless those there were made from the same; return whether it did.

    Naming and compressing take longer than everything else a start does, and after a crash the
    site should be back soon. A gathering that broke off leaves no mark and is done again.
    """
    mark, wanted = Path(settings.HOME) / _MARK, _made_from()
    if _read(mark) == wanted and (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return False
    mark.unlink(missing_ok=True)
    for path, _storage in _sources():
        # A copy younger than its source would be left, though the source is another version's.
        (Path(settings.STATIC_ROOT) / path).unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(wanted, encoding="ascii")
    return True


def _made_from() -> str:
    """Return a digest of what decides how the gathered files look: texts, place, program."""
    facts = (settings.STATIC_ROOT, settings.STORAGES["staticfiles"], *map(version, _MAKERS))
    found = hashlib.sha256(repr(facts).encode())
    for path, storage in _sources():
        found.update(f"\0{path}\0".encode())
        with storage.open(path) as file:
            found.update(hashlib.sha256(file.read()).digest())
    return found.hexdigest()


def _sources() -> Iterator[tuple[str, Storage]]:
    for finder in get_finders():
        yield from finder.list(ignore_patterns=[])


def _read(mark: Path) -> str:
    return mark.read_text(encoding="ascii") if mark.exists() else ""
