"""Filling a Word template, in a child process with limits of its own (PA-9).

Run as `python -m xgz.files.papers.word`: one line of JSON comes in, the document goes out. Values
are escaped, the template language is sandboxed, and only templates that `checking` passed get here.
"""

import base64
import json
import os
import resource
import subprocess
import sys
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from xgz.files.child import child_environment
from xgz.files.intake import MEGABYTE
from xgz.files.papers.fields import values_of
from xgz.rules.papers.document import Document
from xgz.rules.papers.kinds import PaperForm

_TEMPLATES = Path(__file__).with_name("templates")
_MEMORY_BYTES = 512 * MEGABYTE
_CPU_SECONDS = 20
_WALL_SECONDS = 30
_NO_TIME = (1980, 1, 1, 0, 0, 0)


class NotMade(Exception):
    """The document could not be made from this template within the limits."""


def shipped_template(form: PaperForm) -> bytes:
    """Return the template the program brings for a form."""
    return (_TEMPLATES / f"{form.value}.docx").read_bytes()


def paper_word(document: Document, template: bytes) -> bytes:
    """Return a paper as a Word file. Raises NotMade."""
    request = {"template": base64.b64encode(template).decode(), "values": values_of(document)}
    try:
        child = subprocess.run(
            [sys.executable, "-m", "xgz.files.papers.word"],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotMade("time") from None
    if child.returncode != 0 or not child.stdout:
        raise NotMade(str(child.returncode))
    return child.stdout


def fill(template: bytes, values: dict[str, Any]) -> bytes:
    """Return the template filled with escaped values; in the child alone."""
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.globals.clear()
    environment.filters.clear()
    environment.tests.clear()
    paper = DocxTemplate(BytesIO(template))
    paper.render(values, jinja_env=environment, autoescape=True)
    made = BytesIO()
    paper.save(made)
    return _without_time(made)


def _without_time(made: BytesIO) -> bytes:
    """Return the package with no time of day in it: the same paper gives the same bytes."""
    out = BytesIO()
    with zipfile.ZipFile(made) as package, zipfile.ZipFile(out, "w") as fresh:
        for name in package.namelist():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            fresh.writestr(entry, package.read(name))
    return out.getvalue()


def limit_self() -> None:
    """Limit memory, processor time and files of this very process; in a child alone."""
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with suppress(ValueError, OSError):  # not every system limits the address space
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS + 1))


def main() -> None:
    """Read one request, answer it, exit."""
    request: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    limit_self()
    made = fill(base64.b64decode(request["template"]), request["values"])
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
