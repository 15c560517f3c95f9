"""Standard error, which may be full or have no reader: what cannot be said there stops nothing."""

from __future__ import annotations

import sys
from contextlib import suppress

__all__ = ["say"]


def say(text: str) -> None:
    """Write a text to standard error as it is; where that cannot be, exit codes and answers still tell their part."""
    if sys.stderr is None:  # closed, in a process that this program started
        return
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
