"""What a log line may hold: one line, no personal data, no text of an exception."""

import io
import json
import logging
import logging.handlers
import sys

import pytest

from xgz.config.logs import JsonLine, TextLine, logging_settings, without_personal
from xgz.models import sealing
from xgz.web.requests import RequestLine

ID_NUMBERS = ["360999196804022418", "36099919680402241X", "36099919680402241x", "360999680402241"]
GROUPED = ["360999 19680402 2418", "360999-19680402-241X"]
PHONES = ["13800138000", "138 0013 8000", "138-0013-8000", "+8613800138000", "86 13800138000"]
CODES = ["92360999MA35ABCD1X", "91360999MA35ABCD1X", "92360999ma35abcd1x"]
CANARIES = [*ID_NUMBERS, *GROUPED, *PHONES, *CODES]


def record(message, *args, exc_info=None, **facts):
    made = logging.LogRecord("xgz.x", logging.ERROR, "x.py", 1, message, args, exc_info)
    if facts:
        made.facts = facts
    return made


def raised(fault):
    try:
        raise fault
    except Exception:
        return sys.exc_info()


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("form", [JsonLine, TextLine])
@pytest.mark.parametrize("put", ["{}", "x={};", "（{}）", "{},13900139000", "证件号{}"])
def test_a_personal_number_never_reaches_a_line(canary, form, put):
    text = put.format(canary)
    line = form().format(record(f"said {text} %s", text, exc_info=raised(ValueError(text)), a=text))

    assert canary not in line
    assert "[blanked]" in line


def test_a_line_that_cannot_be_written_is_lost_without_its_values(capsys):
    handler, logger = logging.StreamHandler(io.StringIO()), logging.getLogger("xgz.x")
    handler.stream.close()
    logger.addHandler(handler)
    try:
        logger.error("fault", exc_info=raised(ValueError("方柏梁")))
    finally:
        logger.removeHandler(handler)

    assert "方柏梁" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "text",
    [
        "20261120153000",
        "2026-11-20 15:30:00.123456",
        "rmz5h2wb7x37",
        "12345678901",
        "190424",
        "a1b2c3d4e5f60718",
    ],
)
def test_what_is_no_personal_number_is_left_alone(text):
    assert without_personal(text) == text


def test_a_number_given_as_a_number_is_blanked():
    assert "13800138000" not in JsonLine().format(record("said %d", 13800138000, phone=13800138000))


@pytest.mark.parametrize("fault", [ValueError("姓名 王小明"), sealing.SealBroken("姓名 王小明")])
@pytest.mark.parametrize("form", [JsonLine, TextLine])
def test_an_exception_is_its_type_and_place_without_its_text(fault, form):
    line = form().format(record("failed", exc_info=raised(fault)))

    assert "王小明" not in line
    assert type(fault).__qualname__ in line
    assert "test_logs.py:" in line


def test_causes_of_an_exception_are_not_told_either():
    try:
        try:
            raise KeyError("王小明")
        except KeyError as cause:
            raise ValueError("李小红") from cause
    except ValueError:
        line = JsonLine().format(record("failed", exc_info=sys.exc_info()))

    assert "王小明" not in line
    assert "李小红" not in line


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b[2J", "\u2028", "\x85", "\x00", "\u202e"])
@pytest.mark.parametrize("form", [JsonLine, TextLine])
def test_no_line_can_be_forged(sign, form):
    line = form().format(record(f"a{sign}b", c=f"d{sign}e"))

    assert sign not in line
    assert len(line.splitlines()) == 1


def test_a_json_line_holds_the_facts():
    line = json.loads(JsonLine().format(record("request", status=200, route="home", ms=1.5)))

    assert line["message"] == "request"
    assert (line["status"], line["route"], line["ms"], line["level"]) == (200, "home", 1.5, "ERROR")
    assert "request" not in line


def test_lines_of_a_request_carry_its_number(rf):
    lines = []

    def page(request):
        lines.append(json.loads(JsonLine().format(record("inside"))))
        return _Answer()

    answer = RequestLine(page)(rf.get("/", headers={"x-request-id": "chosen-by-a-stranger"}))

    assert lines[0]["request"] == answer["X-Request-ID"] != "chosen-by-a-stranger"


def test_arguments_that_do_not_fit_do_no_harm():
    assert "said" in JsonLine().format(record("said %s %s", "one"))


@pytest.mark.parametrize(
    ("form", "is_terminal", "formatter"),
    [
        ("", True, TextLine),
        ("", False, JsonLine),
        ("json", True, JsonLine),
        ("text", False, TextLine),
    ],
)
def test_people_at_a_terminal_get_text(monkeypatch, form, is_terminal, formatter):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)

    assert logging_settings(form, "")["formatters"]["line"]["()"] is formatter


def test_a_file_that_was_moved_away_is_opened_anew(tmp_path):
    path = tmp_path / "xgz.log"
    chosen = logging_settings("json", str(path))["handlers"]["file"]
    handler = logging.handlers.WatchedFileHandler(chosen["filename"], encoding=chosen["encoding"])
    handler.setFormatter(JsonLine())
    handler.handle(record("before"))
    path.rename(tmp_path / "xgz.log.1")
    handler.handle(record("after"))
    handler.close()

    assert json.loads(path.read_text(encoding="utf-8"))["message"] == "after"


def test_django_sends_no_mail_and_writes_no_paths():
    loggers = logging_settings("json", "")["loggers"]

    assert loggers["django"]["handlers"] == []
    assert loggers["django.request"]["level"] == "CRITICAL"


class _Answer(dict):
    status_code = 200
