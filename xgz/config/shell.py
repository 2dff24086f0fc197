"""The `xgz` command: Django's command runner under the project's own name."""

import os
import sys
from importlib.metadata import version

import django
from django.core.management import (
    execute_from_command_line,
    get_commands,
    load_command_class,
)
from django.utils.translation import gettext as _

from xgz.relay.serving import serve

# The product's own commands, in the order of the work; Django's others run as well, unlisted.
COMMANDS = (
    "body",
    "account",
    "import",
    "coverage",
    "worklist",
    "ledger",
    "link",
    "exchange",
    "plan",
    "demo",
    "serve",
    "worker",
    "relay",
    "keys",
    "trace",
    "backup",
    "restore",
    "verify",
)
_HELP = {"help", "--help", "-h"}
_PIPE_CLOSED = 141  # what a shell expects of a program whose reader went away


def main() -> None:
    """Run one command of xgz/management/commands with the arguments of the shell."""
    if sys.argv[1:3] == ["relay", "serve"]:
        serve(sys.argv[3:])  # before anything reads the settings of the site
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xgz.config.settings")
    try:
        if not sys.argv[1:] or (sys.argv[1] in _HELP and not sys.argv[2:]):
            sys.stdout.write(commands_in_words())
        elif sys.argv[1] == "--version":
            sys.stdout.write(f"xgz {version('xgz')}\n")
        elif not _is_known(sys.argv[1]):
            words = _("没有 %s 这个命令。全部命令见 xgz --help。") % sys.argv[1]
            sys.stderr.write(f"{words}\n")
            sys.exit(1)
        else:
            execute_from_command_line(["xgz", *sys.argv[1:]])
        sys.stdout.flush()
    except BrokenPipeError:
        # Nothing can be said any more; a closing flush would only fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_PIPE_CLOSED)


def _is_known(command: str) -> bool:
    # Set up first: Django remembers the list, and before that it holds none of the product's.
    django.setup()
    return command in _HELP or command in get_commands()


def commands_in_words() -> str:
    """Return the product's commands, one line each."""
    django.setup()
    lines = [(name, str(load_command_class("xgz", name).help)) for name in COMMANDS]
    lines.append(("migrate", _("升级数据库结构（换新版本后运行一次）")))
    return "\n".join(
        [
            _("用法：xgz 命令 [选项]"),
            "",
            *(f"  {name:<10}{words}" for name, words in lines),
            "",
            _("每个命令的写法：xgz 命令 --help"),
            "",
        ]
    )
