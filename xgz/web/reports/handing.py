"""Handing a file over block by block, and noticing where the client went away before its end."""

from collections.abc import Callable, Iterator
from typing import Protocol


class Blocks(Protocol):
    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class Handing:
    """Blocks of a file; whoever closes it before the last one was asked for is told of (EX-3).

    A server closes what it sends in any case; only after the end was reached is the file handed
    over.
    """

    def __init__(self, blocks: Blocks, broke_off: Callable[[], None]) -> None:
        self._blocks = blocks
        self._broke_off = broke_off
        self._is_over = False

    def __iter__(self) -> Iterator[bytes]:
        """Yield the blocks. Raises SealBroken."""
        yield from self._blocks
        self._is_over = True

    def close(self) -> None:
        """Close the file; call `broke_off` once where its end was not reached."""
        self._blocks.close()
        if not self._is_over:
            self._is_over = True
            self._broke_off()
