"""The token by which the relay knows the inside: a file in its folder, made once (mode 600)."""

import os
import secrets
from pathlib import Path


def read_token(folder: Path) -> str:
    """Return the token of a relay's folder, making one where there is none."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "token"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii")
