"""The files that PATHs mean: files as they are, folders searched, patterns expanded, standard input once."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable
from pathlib import Path

from ascn_graph.errors import InputError, UsageError
from ascn_graph.validation.serialisations import ENDINGS

__all__ = ["STDIN", "find"]

#: The PATH that means standard input.
STDIN = "-"
#: What a folder is searched for; other endings that may hold RDF most often hold something else.
_SEARCHED = tuple(ending for ending in ENDINGS if ending not in (".json", ".xml"))
_UNREAD = (".trix", ".html", ".csv", ".hdt")


def find(paths: Iterable[str | Path], endings: tuple[str, ...] = _SEARCHED) -> list[Path]:
    """Return the files of files, folders and patterns, each once, in the order given and by name inside a folder.

    Args:
        paths: what is given; `-` is standard input.
        endings: what a folder is searched for.

    Raises:
        InputError: a path is missing, a URL or of a format that is not read, or holds no file to read.
        UsageError: standard input is given twice.
    """
    found: dict[Path, None] = {}
    for given in paths:
        path = Path(given)
        if str(given) == STDIN and path in found:
            raise UsageError("Standard input can be read once: give `-` for one file alone.")
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.suffix.lower() in endings and file.is_file())
            if not files:
                raise InputError(f"the folder holds no {endings[0]} file", path.as_posix())
            found.update(dict.fromkeys(files))
        elif str(given) == STDIN or path.exists():
            if path.suffix.lower() in _UNREAD:
                raise InputError(f"{path.suffix} is not read; convert the file to .ttl first", path.as_posix())
            found[path] = None
        elif re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", str(given)):
            raise InputError("a URL is never fetched; download the file and give its path", str(given))
        elif glob.has_magic(str(given)):
            found.update(dict.fromkeys(_matching(str(given), endings)))
        else:
            raise InputError("there is no such file or folder", path.as_posix())
    once: dict[Path, Path] = {}
    for path in found:
        # One file under two names is one file.
        once.setdefault(path if str(path) == STDIN else path.resolve(), path)
    return list(once.values())


def _matching(pattern: str, endings: tuple[str, ...]) -> list[Path]:
    matches = [Path(name) for name in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207 - absolute ones too
    files = [path for path in matches if path.is_file() and path.suffix.lower() in endings]
    if not files:
        raise InputError(f"no file with the ending {' or '.join(endings)} matches this pattern", pattern)
    return files
