import argparse
import re
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command, load_command_class

import xgz.management.commands
from xgz.config import shell

_ENGLISH = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")


def run(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["xgz", *words])
    shell.main()


@pytest.mark.parametrize("words", [(), ("--help",), ("help",), ("-h",)], ids=str)
def test_the_shell_lists_the_products_commands_in_chinese(words, monkeypatch, capsys):
    run(monkeypatch, *words)

    listed = re.findall(r"^  (\S+) +(.+)$", capsys.readouterr().out, re.M)
    assert [name for name, _ in listed] == [*shell.COMMANDS, "migrate"]
    for _, says in listed:
        assert re.search(r"[\u4e00-\u9fff]", says)
        assert not _ENGLISH.search(says)


def test_every_command_of_the_product_is_listed():
    folder = Path(xgz.management.commands.__file__).parent

    assert {file.stem for file in folder.glob("[a-z]*.py")} == set(shell.COMMANDS)


def test_what_is_not_listed_still_runs(monkeypatch, capsys):
    run(monkeypatch, "diffsettings", "--all")

    assert "SECURE_PROXY" in capsys.readouterr().out


def parsers(parser):
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from parsers(below)


@pytest.mark.parametrize("name", shell.COMMANDS)
def test_every_option_of_a_command_is_explained_in_chinese(name):
    top = load_command_class("xgz", name).create_parser("xgz", name)

    for parser in parsers(top):
        for action in parser._actions:
            if action.help != argparse.SUPPRESS and not isinstance(
                action, argparse._SubParsersAction
            ):
                assert re.search(r"[\u4e00-\u9fff]", action.help or ""), (name, action.dest)
        said = parser.format_help().replace(parser.prog, "")
        assert not re.search(r"usage|options|arguments|show this", said)


@pytest.mark.django_db
def test_a_refusal_in_the_shell_is_its_sentence_alone():
    command = load_command_class("xgz", "coverage")
    command._called_from_command_line = True
    err = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command(command, "--as-at", "2026-13-01", stderr=err)

    assert ended.value.code == 1
    assert err.getvalue().startswith("没有 2026-13-01 这个日期。")
