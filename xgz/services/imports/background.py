"""Reading and writing imports beside the request, in a thread of the web process."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Thread
from typing import IO

from django.conf import settings
from django.db import connections

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Import
from xgz.rules.imports.reasons import FileRefused
from xgz.services.imports.applying import apply_import
from xgz.services.imports.locks import release_lock, take_lock, turn
from xgz.services.imports.recovery import remove_original
from xgz.services.imports.staging import stage_import
from xgz.services.imports.sweeping import sweep_imports

logger = logging.getLogger(__name__)


def stage_in_background(*, actor: Actor, source: Import, now: datetime) -> None:
    """Begin to read and check a file; the outcome will stand on the import.

    Also sweeps away what earlier imports left. Raises NotPermitted, AlreadyUnderWay.
    """
    access.require(actor, f"import.{source.kind}")
    _start(source.public_id, lambda: _stage(actor, source.pk, now))


def apply_in_background(*, actor: Actor, source: Import, now: datetime) -> None:
    """Begin to write the staged rows; the outcome will stand on the import.

    The original is deleted once they are written. Raises NotPermitted, AlreadyUnderWay.
    """
    access.require(actor, f"import.{source.kind}")
    _start(source.public_id, lambda: _apply(actor, source.pk, now))


def _stage(actor: Actor, number: int, now: datetime) -> None:
    sweep_imports(now)
    source = Import.objects.get(pk=number)
    with suppress(FileRefused):  # noted on the import with its reason
        stage_import(actor=actor, source=source, today=actor.today)


def _apply(actor: Actor, number: int, now: datetime) -> None:
    source = Import.objects.get(pk=number)
    apply_import(actor=actor, source=source, today=actor.today, now=now)
    remove_original(source)


def _start(public_id: str, work: Callable[[], None]) -> None:
    lock = take_lock(public_id)
    if settings.PROFILE == "test" and not getattr(settings, "IMPORTS_IN_THREADS", False):
        _work(public_id, work, lock)
        return
    thread = Thread(
        target=_work_and_leave, args=(public_id, work, lock), name=f"import {public_id}"
    )
    thread.daemon = True
    thread.start()


def _work(public_id: str, work: Callable[[], None], lock: IO[bytes]) -> None:
    try:
        with turn():
            work()
    except Exception as fault:  # the thread's last line: state and reason stand on the import
        # The text of a database fault may hold a row; its kind is enough to find the place.
        logger.error("import %s stopped: %s", public_id, type(fault).__name__)
    finally:
        release_lock(public_id, lock)


def _work_and_leave(public_id: str, work: Callable[[], None], lock: IO[bytes]) -> None:
    try:
        _work(public_id, work, lock)
    finally:
        connections.close_all()
