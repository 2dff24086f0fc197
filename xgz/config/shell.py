"""The `xgz` command: Django's command runner under the project's own name."""

import os
import sys

from django.core.management import execute_from_command_line

_PIPE_CLOSED = 141  # what a shell expects of a program whose reader went away


def main() -> None:
    """Run one command of xgz/management/commands with the arguments of the shell."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xgz.config.settings")
    try:
        execute_from_command_line(["xgz", *sys.argv[1:]])
        sys.stdout.flush()
    except BrokenPipeError:
        # Nothing can be said any more; a closing flush would only fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_PIPE_CLOSED)
