"""A file that is there whole or not at all, readable by its owner alone."""

import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def takes_place_of(target: Path | None, inputs: Iterable[Path | None]) -> bool:
    """Test whether writing target would overwrite one of the inputs; None stands for no file."""
    return target is not None and target.resolve() in {path.resolve() for path in inputs if path}


@contextmanager
def written_beside(target: Path, content: bytes) -> Iterator[Callable[[], None]]:
    """Write content beside target (mode 600) and yield what puts it in its place at one stroke.

    Where the block fails, or never calls it, target stays as it was and nothing is left beside it.
    Where it cannot be put there, the content stays beside target. Raises OSError.
    """
    part, descriptor = _begun_beside(target)
    is_wanted = False

    def place() -> None:
        nonlocal is_wanted
        is_wanted = True
        part.replace(target)

    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        yield place
    finally:
        if not is_wanted:
            part.unlink()


def remove_parts(target: Path) -> None:
    """Delete what a killed process left beside target. Raises OSError.

    Who writes to the same target at this moment fails to put it in its place, and has to do so
    within a transaction.
    """
    part = re.compile(re.escape(target.name) + r"\.[0-9a-f]{8}\.part")
    for path in target.parent.iterdir():
        if part.fullmatch(path.name) and path.is_file():
            path.unlink(missing_ok=True)


@contextmanager
def text_beside(target: Path) -> Iterator[IO[str]]:
    """Yield a UTF-8 stream beside target (mode 600) that takes its place when the block ends well.

    Otherwise target stays as it was and nothing is left beside it. Line ends are written as given.
    Raises OSError.
    """
    part, descriptor = _begun_beside(target)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _begun_beside(target: Path) -> tuple[Path, int]:
    """Return a fresh file beside target and its descriptor."""
    if target.is_dir():
        raise IsADirectoryError(target.name)
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    return part, os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
