import argparse
import logging
import os
import re
import subprocess
import sys
from importlib.metadata import version
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, load_command_class
from django.db.migrations.exceptions import MigrationSchemaMissing

import xgz.management.commands
from xgz.config import shell

_ENGLISH = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")


@pytest.fixture(autouse=True)
def _log_stays():
    """Setting Django up again ties the log to what the terminal is for one test."""
    root = logging.getLogger()
    kept = root.handlers[:]
    yield
    root.handlers[:] = kept


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


def test_a_command_that_does_not_exist_is_refused_and_the_list_is_named(monkeypatch, capsys):
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, "importt")

    assert ended.value.code == 1
    assert capsys.readouterr().err == "没有 importt 这个命令。全部命令见 xgz --help。\n"


def test_the_version_is_that_of_the_product(monkeypatch, capsys):
    run(monkeypatch, "--version")

    assert capsys.readouterr().out == f"xgz {version('xgz')}\n"


def test_a_data_folder_that_cannot_be_used_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    program = "from xgz.config.shell import main; main()"
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("XGZ_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", program, "body", "list"],
        env=clean | {"XGZ_HOME": str(tmp_path / "file")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(f"the data folder {tmp_path / 'file'} cannot be used (")
    assert done.stderr.count("\n") == 1


@pytest.mark.django_db
def test_a_role_that_may_not_make_the_tables_is_told_who_makes_them(monkeypatch):
    def refuse(today):
        raise MigrationSchemaMissing("permission denied for schema public")

    monkeypatch.setattr("xgz.management.base.ensure_ready", refuse)

    with pytest.raises(CommandError, match="用数据库属主的账号运行 xgz migrate"):
        call_command("body", "list")
