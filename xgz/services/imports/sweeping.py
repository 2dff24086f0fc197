"""Clearing away what imports leave behind: work nobody does any more, files kept long enough."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import Q

from xgz.models import Import
from xgz.queries.jobs import waiting_job, waiting_jobs
from xgz.rules.imports.states import ImportState
from xgz.services.imports import folders
from xgz.services.imports.locks import AlreadyUnderWay, import_lock
from xgz.services.imports.staging import fail_import

KEEP_FILES_DAYS = 7  # security: originals and rows handed back are kept no longer than this
_STRAY_AFTER = timedelta(hours=1)  # files of no import: what dead work was just writing
_IN_WORK = (ImportState.STAGING, ImportState.APPLYING)


def sweep_imports(now: datetime) -> None:
    """End imports whose job or shell is gone as failed, and delete files that may not be kept.

    Dead imports lose their staged rows, rejected rows and figures; writing had left nothing behind,
    being one transaction. Originals and rows handed back go seven days after the upload (the moment
    itself does not count), files that belong to no import after an hour.
    """
    in_work = list(Import.objects.filter(state__in=_IN_WORK))
    known = waiting_jobs([source.public_id for source in in_work])
    for source in in_work:
        if source.public_id not in known:
            _end_dead_work(source)
    old = Q(uploaded_at__lt=now - timedelta(days=KEEP_FILES_DAYS))
    kept = Q(stored_name="", rejects_name="")
    for source in Import.objects.filter(old).exclude(kept).exclude(state__in=_IN_WORK).iterator():
        folders.remove(folders.files_of(source))
        Import.objects.filter(pk=source.pk).update(rejects_name="")
    _remove_strays(now)


def _end_dead_work(source: Import) -> None:
    try:
        with import_lock(source.public_id):
            source.refresh_from_db()
            if source.state in _IN_WORK and waiting_job(source.public_id) is None:
                fail_import(source)
    except AlreadyUnderWay:
        return


def _remove_strays(now: datetime) -> None:
    """Delete uploads and rows handed back that no import names and nobody is writing."""
    working = Import.objects.filter(state__in=_IN_WORK).values_list("public_id", flat=True)
    known = {public_id + folders.SEALED_SUFFIX for public_id in working}
    for name in ("stored_name", "rejects_name"):
        known |= set(Import.objects.exclude(**{name: ""}).values_list(name, flat=True))
    before = (now - _STRAY_AFTER).timestamp()
    for folder in (folders.uploads_folder(), folders.rejects_folder()):
        for path in folder.iterdir():
            with suppress(FileNotFoundError):  # another process was quicker
                if path.name not in known and path.is_file() and path.stat().st_mtime < before:
                    path.unlink()
