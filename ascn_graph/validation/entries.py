"""The entries of a TOML file that is one list of tables, each with its line."""

from __future__ import annotations

import re
import tomllib
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from ascn_graph.errors import InputError

__all__ = ["read"]


def read(path: Path, key: str, what: str) -> list[tuple[dict[str, Any], int]]:
    """Read the tables `[[key]]` of a file.

    Args:
        path: the file.
        key: the name of the list.
        what: what such a file is called.

    Returns:
        Each table with the line on which it begins.

    Raises:
        InputError: the file is missing, no TOML, or holds anything else.
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
    entries = tables.pop(key, [])
    if tables or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(f"{what} holds [[{key}]] tables and nothing else", name)
    begin = re.compile(rf"\s*\[\[\s*{key}\s*\]\]")
    lines = (number for number, line in enumerate(text.splitlines(), 1) if begin.match(line))
    # Tables may also stand in one inline array, which is looked for at the top.
    return list(zip(entries, chain(lines, repeat(1)), strict=False))
