"""Files of data as they lie on disk: those below a folder, and the bytes of one, refused at their place."""

from __future__ import annotations

import os
import re
from codecs import BOM_UTF8
from pathlib import Path
from typing import NoReturn

from ascn_graph.errors import InputError

__all__ = ["CONFLICT_TOLD", "MERGE_MARKS", "files_below", "read_bytes", "sound"]

_STRAY = ((b"\r", "a carriage return; save the file with LF line ends"), (b"\0", "a NUL character"))
#: How the lines of a conflict begin that a merge left in a file.
MERGE_MARKS = (b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")
# Any of the marks may stand in a text; a conflict has all three in this order.
_WHOLE_CONFLICT = re.compile(rb"^<{7} .*?^={7}\r?$.*?^>{7} ", re.DOTALL | re.MULTILINE)
#: What is said of one.
CONFLICT_TOLD = "a conflict mark of a merge is left in the file; resolve the merge"


def files_below(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """Return the files below a folder whose names have one of some endings, in order.

    Raises:
        InputError: a folder cannot be listed, or what has such a name is not a file that can be read to its end.
    """

    def refuse(error: OSError) -> NoReturn:
        raise InputError(f"cannot be read: {error.strerror}", str(error.filename)) from error

    walked = os.walk(folder, onerror=refuse)  # Path.rglob passes over what it may not list
    found = sorted(Path(place, name) for place, _, names in walked for name in names if name.lower().endswith(endings))
    for path in found:
        if not path.is_file():
            raise InputError("is not a file, and nothing can be read from it", str(path))
    return found


def read_bytes(path: Path, *, is_kept: bool = True) -> bytes:
    """Read an RDF file, as `sound` holds it.

    Raises:
        InputError: it cannot be read, or is not sound.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from error
    return sound(raw, str(path), is_kept=is_kept)


def sound(raw: bytes, name: str, *, is_kept: bool = True) -> bytes:
    """Return the bytes of a file: UTF-8 without NUL or the marks of a merge that is not resolved, and not empty.

    Args:
        raw: the bytes, of which a byte order mark is left out.
        name: the name of the file.
        is_kept: hold it to how the files of a graph project are kept: no byte order mark, LF, a newline at the end.

    Raises:
        InputError: at the line and column of the first offence.
    """
    if not is_kept:
        raw = raw.removeprefix(BOM_UTF8)
    if not raw.strip():
        raise InputError.at("the file is empty; give its content, or leave it out", name, raw, 0)
    if raw.startswith(BOM_UTF8):
        raise InputError.at("the file begins with a byte order mark; save it as UTF-8 without one", name, raw, 0)
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        raise InputError.at("the bytes here are not UTF-8; save the file as UTF-8", name, raw, error.start) from error
    for mark, found in _STRAY if is_kept else _STRAY[1:]:
        if mark in raw:
            raise InputError.at(f"found {found}", name, raw, raw.index(mark))
    if MERGE_MARKS[0] in raw and (conflict := _WHOLE_CONFLICT.search(raw)):
        raise InputError.at(CONFLICT_TOLD, name, raw, conflict.start())
    if is_kept and not raw.endswith(b"\n"):
        raise InputError.at("the file does not end with a newline; it may have been cut", name, raw, len(raw))
    return raw
