"""The entries of a TOML file that is one list of tables, each with its line, and perhaps one more table."""

from __future__ import annotations

import re
import tomllib
from itertools import chain, repeat
from pathlib import Path
from typing import Any, NamedTuple

from ascn_graph.errors import InputError

__all__ = ["Entries", "read"]


class Entries(NamedTuple):
    """What a file states.

    Attributes:
        listed: each table of the list with the line on which it begins.
        settings: each key of the other table with its value and its line.
    """

    listed: list[tuple[dict[str, Any], int]]
    settings: dict[str, tuple[Any, int]]


def read(path: Path, key: str, what: str, also: str = "") -> Entries:
    """Read the tables `[[key]]` of a file.

    Args:
        path: the file.
        key: the name of the list.
        what: what such a file is called.
        also: the name of one table that may stand beside the list.

    Raises:
        InputError: the file is missing, not TOML, or holds anything else.
    """
    name = path.as_posix()
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name) from error
    except UnicodeDecodeError as error:
        raise InputError("not text in UTF-8", name) from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (1, 1)
        raise InputError(f"not TOML: {error}", name, line, column) from error
    listed, table = tables.pop(key, []), tables.pop(also, {}) if also else {}
    wrong = tables or not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed)
    if wrong or not isinstance(table, dict):
        more = f" and a table [{also}]," if also else " and"
        raise InputError(f"{what} holds [[{key}]] tables{more} nothing else", name)
    begin = re.compile(rf"\s*\[\[\s*{key}\s*\]\]")
    lines = (number for number, line in enumerate(text.splitlines(), 1) if begin.match(line))
    # Tables may also stand in one inline array, which is looked for at the top.
    entries = list(zip(listed, chain(lines, repeat(1)), strict=False))
    return Entries(entries, {name: (value, _line(text, name)) for name, value in table.items()})


def _line(text: str, key: str) -> int:
    """Return the line that sets a key, or 1 where it is written in a way that is not looked for."""
    found = re.search(rf"""^\s*["']?{re.escape(key)}["']?\s*=""", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 1
