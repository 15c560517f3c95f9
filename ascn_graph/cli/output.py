"""Where a command's output goes: a file replaced as a whole, or standard output as bytes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path

__all__ = ["write"]


def write(content: bytes | Iterable[bytes], path: str | None) -> None:
    """Write bytes, or pieces of them as they come, to standard output, or to a file that is complete or unchanged.

    Raises:
        OSError: the file cannot be written; nothing of it is left behind.
    """
    pieces = (content,) if isinstance(content, bytes) else content
    if path is None or path == "-":
        sys.stdout.flush()
        for piece in pieces:
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
        return
    import tempfile  # noqa: PLC0415 - standard output, where a query goes as a rule, needs none

    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if target.exists() and not target.is_file():
        # A device or a pipe, such as /dev/null, is written to: to replace it would take it from everybody.
        with target.open("wb") as stream:
            stream.writelines(pieces)
        return
    try:
        handle, name = tempfile.mkstemp(dir=target.parent or ".", prefix=f".{target.name}.")
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(pieces)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
