"""The form of a file that is kept sealed: a sealed text a line, bound to its number (PR-1, KY-3)."""

import base64
from collections.abc import Iterable, Iterator
from typing import IO

from xgz.models import sealing

_BLOCK = 192 * 1024


def seal_lines(stream: IO[bytes], target: IO[str], *, column: str, name: str) -> None:
    """Write what the stream holds, block by block, as sealed lines of the file of this name."""
    for number, block in enumerate(iter(lambda: stream.read(_BLOCK), b"")):
        clear = base64.b64encode(block).decode()
        target.write(sealing.seal(column, f"{name}.{number}", clear) + "\n")


def unseal_lines(lines: Iterable[str], *, column: str, name: str) -> Iterator[bytes]:
    """Yield the blocks again. Raises SealBroken for a line that was altered, moved or left out."""
    for number, line in enumerate(lines):
        yield base64.b64decode(sealing.unseal(column, f"{name}.{number}", line.rstrip("\n")))
