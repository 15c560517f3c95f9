"""Where a command's output goes: a file replaced as a whole, standard output as bytes, or a person's terminal."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from ascn_graph.stderr import say

__all__ = ["columns", "tell", "write"]

# Of a terminal that does not say its own.
_COLUMNS = 80


def columns(stream: TextIO) -> int | None:
    """Return the columns of the terminal that a stream writes to, None where it writes to none."""
    if not stream.isatty():
        return None
    stated = os.environ.get("COLUMNS", "")
    if stated.isdecimal() and int(stated):
        return int(stated)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _COLUMNS
    except OSError:
        return _COLUMNS


def tell(text: str, stream: TextIO | None = None) -> None:
    """Print a text on standard output or another stream, wrapped at words where that is a terminal."""
    stream = stream or sys.stdout
    width = columns(stream)
    if width is not None:
        from ascn_graph.formats import terminal  # noqa: PLC0415 - only a terminal has a width

        text = terminal.fitted(text, width)
    if stream is sys.stderr:
        say(f"{text}\n")
    else:
        print(text, file=stream)


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
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if target.exists() and not target.is_file():
        # A device or a pipe, such as /dev/null, is written to: to replace it would take it from everybody.
        with target.open("wb") as stream:
            stream.writelines(pieces)
        return
    beside = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    try:
        stream = beside.open("xb")  # which follows no link that somebody put there
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error
    try:
        with stream:
            stream.writelines(pieces)
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o777)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
