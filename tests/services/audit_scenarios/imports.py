"""Imports."""

from io import BytesIO
from typing import Any

from tests.factories import TODAY, make_import
from tests.factories.closures import make_worker, open_cases
from tests.services.audit_scenarios.stage import Deed, Stage, make_branch, newest, one
from tests.services.imports.worlds import HEADERS, NOW, Importer, business
from xgz.access.actor import Actor
from xgz.models import Business, Import
from xgz.rules.imports.states import ImportKind
from xgz.rules.roles import Role
from xgz.services.imports import applying, background, downloads, folders, opening, staging, undoing


def _staged(stage: Stage, *rows: dict[str, Any]) -> Import:
    return Importer(stage.folder).stage(ImportKind.REGISTRY, *rows)


def import_written(stage: Stage) -> Deed:
    source, actor = _staged(stage, business(1)), stage.actor(Role.BUREAU)
    return Deed(
        lambda: applying.apply_import(actor=actor, source=source, today=TODAY, now=NOW),
        actor,
        one("import.registry", "import", source.public_id),
        kept=frozenset({"xgz_import", "xgz_stagedbusiness", "xgz_rejectedrow"}),
    )


def import_given_up(stage: Stage) -> Deed:
    source, actor = _staged(stage, business(1)), stage.actor(Role.BUREAU)
    return Deed(
        lambda: staging.abandon_import(actor=actor, source=source, now=NOW),
        actor,
        one("import.abandon", "import", source.public_id),
    )


def _upload(actor: Actor, sender: str = "") -> Import:
    header = ",".join(HEADERS[ImportKind.REGISTRY]) + "\n"
    return opening.upload(
        actor=actor,
        kind=ImportKind.REGISTRY,
        stream=BytesIO(header.encode()),
        file_name="file.csv",
        sender=sender,
        now=NOW,
    )


def import_opened(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    return Deed(
        lambda: _upload(actor),
        actor,
        one("import.upload", "import", lambda: newest(Import)),
    )


def _map(actor: Actor, source: Import, *, remember: bool) -> None:
    opening.map_columns(
        actor=actor, source=source, renamed={"店名": "名称"}, codes={}, now=NOW, remember=remember
    )


def columns_mapped(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    source = _upload(actor, sender="清平所")
    return Deed(
        lambda: _map(actor, source, remember=False),
        actor,
        one("import.map", "import", source.public_id),
    )


def mapping_remembered(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    source = _upload(actor, sender="清平所")
    return Deed(
        lambda: _map(actor, source, remember=True),
        actor,
        lambda: [
            ("import.map", "import", source.public_id),
            ("import.remember", "import", source.public_id),
        ],
    )


def import_cancelled(stage: Stage) -> Deed:
    stage.settings.JOBS_AT_ONCE = False
    actor = stage.actor(Role.BUREAU)
    source = _upload(actor)
    background.stage_in_background(actor=actor, source=source, now=NOW)
    return Deed(
        lambda: background.cancel_in_background(actor=actor, source=source, now=NOW),
        actor,
        lambda: [
            ("import.cancel", "import", source.public_id),
            ("import.abandon", "import", source.public_id),
        ],
    )


def _with_rejects() -> Import:
    source = make_import(rejected=1, rejects_name="rejects.xlsx")
    folders.rejects_path(source).parent.mkdir(parents=True, exist_ok=True)
    folders.rejects_path(source).write_bytes(b"rows")
    return source


def rejects_taken(stage: Stage) -> Deed:
    source, actor = _with_rejects(), stage.actor(Role.BUREAU)
    return Deed(
        lambda: downloads.take_rejects(actor=actor, source=source, now=NOW).stream.close(),
        actor,
        one("import.rejects", "import", source.public_id),
    )


def rejects_discarded(stage: Stage) -> Deed:
    source, actor = _with_rejects(), stage.actor(Role.BUREAU)
    return Deed(
        lambda: downloads.discard_rejects(actor=actor, source=source, now=NOW),
        actor,
        one("import.discard", "import", source.public_id),
    )


def import_undone(stage: Stage) -> Deed:
    """Undone together with a case about a member that hung on its business."""
    closed = business(1, 登记状态="注销", 注销日期="2026-11-18", 乡镇街道="清平镇")
    source = Importer(stage.folder)(ImportKind.REGISTRY, closed)
    make_worker(make_branch(stage), Business.objects.get())
    (case,) = open_cases(source)
    actor = stage.actor(Role.BUREAU)
    source.refresh_from_db()
    return Deed(
        lambda: undoing.undo_import(actor=actor, source=source, today=TODAY, now=NOW),
        actor,
        lambda: [
            ("import.undo", "import", source.public_id),
            ("closure.remove", "closure", case.public_id),
        ],
        by=(actor.user, None),
    )
