"""Logs without personal data: one line a record, as JSON, or as plain text for people at a terminal.

XGZ_LOG=json|text chooses the form (text where the standard error is a terminal); XGZ_LOG_FILE adds
a file, opened again after rotation. Texts of exceptions are never written: they may quote a row.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from xgz.web.requests import request_id

_BLANK = "[blanked]"
# No letter or digit may stand beside these, so that a part of a longer key is not taken for one.
_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"\d{17}[\dXxＸｘ]"  # ID number
    r"|\d{6}[ -]\d{8}[ -]\d{3}[\dXxＸｘ]"  # ID number in its groups
    r"|\d{15}"  # ID number of the first generation, old registration number
    r"|(?i:[1-9ANY][0-9A-Z]\d{6}[0-9A-Z]{10})"  # unified social credit code
    r"|(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"  # mobile phone
    r")(?![0-9A-Za-z])"
)
# Whatever could begin a new line, or tell a terminal what to do.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_FRAMES = 6  # innermost ones
# Says again what a stranger sent: a path, a host name; the name of the logger tells what it was.
_ECHOES = "django.security"


def without_personal(text: str) -> str:
    """Return the text with ID numbers, credit codes and phones blanked, on one line."""
    shown = _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)
    return _PERSONAL.sub(_BLANK, shown)


def fault_of(kind: type[BaseException], trace: TracebackType | None) -> dict[str, Any]:
    """Return what a log may say of an exception: its type and where it came from, not its text."""
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    places = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return {"fault": f"{kind.__module__}.{kind.__qualname__}", "at": places}


class OneLine(logging.Formatter):
    """One record on one line; what it says of personal data is blanked, whoever wrote it."""

    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return what is known of a record, every text of it free of personal data."""
        when = datetime.fromtimestamp(record.created, UTC).astimezone()
        facts: dict[str, Any] = {
            "time": when.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if number := request_id():
            facts["request"] = number
        facts |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0] is not None:
            facts |= fault_of(record.exc_info[0], record.exc_info[2])
        return {name: _clean(value) for name, value in facts.items()}


class JsonLine(OneLine):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(self.facts(record), ensure_ascii=False, separators=(",", ":"))


class TextLine(OneLine):
    def format(self, record: logging.LogRecord) -> str:
        facts = self.facts(record)
        head = [facts.pop(name) for name in ("time", "level", "logger", "message")]
        at = facts.pop("at", [])
        rest = [f"{name}={value}" for name, value in facts.items()]
        return " ".join([*head, *rest, *(f"| {place}" for place in at)])


def logging_settings(form: str, file: str) -> dict[str, Any]:
    """Return the LOGGING setting. form: json, text, or "" for what suits; file: a path, or ""."""
    if not form:
        form = "text" if sys.stderr.isatty() else "json"
    formatter = JsonLine if form == "json" else TextLine
    handlers: dict[str, Any] = {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}}
    if file:
        # For rotation by the system's own means: a file moved away is opened anew.
        handlers["file"] = {
            "class": "logging.handlers.WatchedFileHandler",
            "filename": file,
            "encoding": "utf-8",
            "formatter": "json",
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}, "json": {"()": JsonLine}},
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": "INFO"},
        "loggers": {
            # Without Django's own handlers: no mail about errors, no second line on the terminal.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Names the whole path; web.requests writes the line of each request instead.
            "django.request": {"handlers": [], "level": "CRITICAL", "propagate": True},
            "django.security": {"handlers": [], "level": "WARNING", "propagate": True},
            "_granian": {"handlers": [], "level": "INFO", "propagate": True},
            "granian.access": {"handlers": [], "level": "CRITICAL", "propagate": True},
        },
    }


def _message(record: logging.LogRecord) -> str:
    if record.name.startswith(_ECHOES):
        return "refused"
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # arguments that do not fit their text
        return str(record.msg)


def _clean(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return without_personal(str(value)) if len(str(value)) >= 11 else value
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return without_personal(str(value))


def _short(path: str) -> str:
    """Return a file's path from its package on: nothing of this machine's folders."""
    for mark in ("/site-packages/", "/xgz/", "/lib/"):
        before, found, rest = path.rpartition(mark)
        if found:
            return f"xgz/{rest}" if mark == "/xgz/" else rest
    return path.rpartition("/")[2]
