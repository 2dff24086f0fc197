"""The anchors: what the file outside the database says about where the trail ended, and when (AU-3)."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from xgz.files.anchor_file import read_lines
from xgz.models import AuditEntry
from xgz.models.chain import keyed_mac

ACTION = "audit.anchor"


@dataclass(frozen=True, slots=True)
class Anchor:
    """At this moment the trail ended with this number and value.

    line: counted from 1 without a gap. is_restored: the database was set back knowingly, to this
    end, or the file was begun anew; what lines before say of later numbers holds no longer.
    """

    line: int
    at: datetime
    number: int
    mac: str
    is_restored: bool = False


@dataclass(frozen=True, slots=True)
class Anchors:
    """What a file of anchors holds. forged_from: first line that was not written by us, 0 for none.

    missing_from: first line that must have been there and is not, 0 for none.
    """

    lines: tuple[Anchor, ...]
    forged_from: int = 0
    missing_from: int = 0

    @property
    def standing(self) -> list[Anchor]:
        """The anchors the trail has to agree with."""
        kept: list[Anchor] = []
        for anchor in self.lines:
            if anchor.is_restored:
                kept = [each for each in kept if each.number <= anchor.number]
            kept.append(anchor)
        return kept


def anchors_path() -> Path:
    """Return where the anchors of this installation are."""
    return Path(settings.AUDIT_ANCHORS)


def read_anchors(path: Path | None = None) -> Anchors:
    """Read the file, check every seal, and compare its length with what the trail says of it."""
    noted = last_noted()  # before the file: a line is written first, and noted after
    lines: list[Anchor] = []
    seal, missing = "", 0
    for place, text in enumerate(read_lines(path or anchors_path()) or [], start=1):
        anchor = parse_line(text, seal)
        if anchor is None:
            return Anchors(tuple(lines), forged_from=place, missing_from=missing)
        expected = lines[-1].line + 1 if lines else 1
        if anchor.line != expected and not (anchor.is_restored and not lines):
            missing = missing or expected
        lines.append(anchor)
        seal = _seal_of(text)
    last = lines[-1].line if lines else 0
    return Anchors(tuple(lines), missing_from=missing or (last + 1 if last < noted else 0))


def next_line(lines: Sequence[str]) -> int:
    """Return the number of the line to come: beyond all there are and all the trail speaks of.

    A file that was lost or shortened so does not look whole again with the next line.
    """
    try:
        last = int(json.loads(lines[-1])["line"]) if lines else 0
    except (ValueError, KeyError, TypeError):
        last = len(lines)
    return max(last, last_noted()) + 1


def make_line(anchor: Anchor, lines: Sequence[str]) -> str:
    """Return the text of an anchor, sealed together with the line before it."""
    content = _content(anchor)
    before = _seal_of(lines[-1]) if lines else ""
    return json.dumps({**content, "seal": _seal(content, before)}, sort_keys=True)


def parse_line(text: str, before: str) -> Anchor | None:
    """Return a line's anchor; None where it is not ours, not whole or not behind that line."""
    try:
        content = json.loads(text)
        seal = content.pop("seal")
        anchor = Anchor(
            line=content["line"],
            at=datetime.fromisoformat(content["at"]),
            number=content["number"],
            mac=content["mac"],
            is_restored=content["restored"],
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return anchor if hmac.compare_digest(str(seal), _seal(content, before)) else None


def last_noted() -> int:
    """Return the highest line that the trail itself speaks of, 0 for none."""
    noted = AuditEntry.objects.filter(action=ACTION).values_list("subject_id", flat=True)
    return max((int(text) for text in noted.iterator() if text.isdecimal()), default=0)


def _content(anchor: Anchor) -> dict[str, object]:
    return {
        "line": anchor.line,
        "at": anchor.at.isoformat(),
        "number": anchor.number,
        "mac": anchor.mac,
        "restored": anchor.is_restored,
    }


def _seal(content: dict[str, object], before: str) -> str:
    return keyed_mac("anchor " + json.dumps([content, before], sort_keys=True))


def _seal_of(text: str) -> str:
    try:
        return str(json.loads(text)["seal"])
    except (ValueError, KeyError, TypeError):
        return ""
