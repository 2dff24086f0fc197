"""Anchors: where the trail ends, written down outside the database (AU-3)."""

import logging
from datetime import date, datetime

from xgz.access import actor as access
from xgz.access.actor import Actor, clock_actor
from xgz.files.anchor_file import add_line
from xgz.models import AuditHead
from xgz.queries.audit_anchors import ACTION, Anchor, anchors_path, make_line, next_line
from xgz.services import audit
from xgz.services.transactions import unit

logger = logging.getLogger(__name__)


def write_anchor(*, today: date, now: datetime) -> Anchor:
    """Add a line about the present end of the trail to the file, and note in the trail that it is.

    The line is on the disk first: the trail never speaks of a line that is not there. Raises
    OSError where the file cannot be written.
    """
    return _write(clock_actor(today), now, is_restored=False)


def mark_restored(*, actor: Actor, now: datetime) -> Anchor:
    """Say with an anchor that the database was set back knowingly, as a restored backup is.

    Anchors of numbers beyond its present end hold no longer. As the first line of a new file it
    says that the one before is lost. For the operator of the machine alone.
    Raises NotPermitted, OSError.
    """
    access.require(actor, "audit.restore")
    return _write(actor, now, is_restored=True)


def _write(by: Actor, now: datetime, *, is_restored: bool) -> Anchor:
    written: list[Anchor] = []

    def make(lines: list[str]) -> str:
        head = AuditHead.objects.order_by("pk").values_list("number", "mac").first()
        number, mac = head or (0, "")
        anchor = Anchor(next_line(lines), now, number, mac, is_restored)
        written.append(anchor)
        return make_line(anchor, lines)

    line = add_line(anchors_path(), make)
    anchor = written[0]
    with unit():
        audit.record(
            actor=by,
            action=ACTION,
            subject_type="anchor",
            subject_id=str(anchor.line),
            now=now,
            fields={"number": anchor.number, "line": line},
        )
    logger.info("audit anchor %s: number %s, value %s", anchor.line, anchor.number, anchor.mac)
    return anchor
