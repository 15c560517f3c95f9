"""TOML with the line of every key, read without a library where it is plain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ascn_graph.errors import InputError

__all__ = ["TomlDocument", "read"]

TomlTable = dict[str, Any]

_NAME = r"[A-Za-z0-9_-]+"
_HEADER = re.compile(rf"\[({_NAME}(?:\.{_NAME})*)\]\s*(?:#.*)?")
_TEXT = r'"[^"\\\x00-\x1f]*"'
_PAIR = re.compile(
    rf"({_NAME}|{_TEXT})\s*=\s*({_TEXT}|true|false|0|[1-9][0-9]*|\[(?:\s*{_TEXT}\s*,)*(?:\s*{_TEXT})?\s*\])\s*(?:#.*)?"
)
_ITEM = re.compile(_TEXT)
# How the library says that a key or a table is there already.
_TWICE = re.compile(r"overwrite|Duplicate|Cannot declare")
_AT_LINE = re.compile(r" ?\(at line (\d+), column (\d+)\)$")
# What may head a line of TOML of any style: a table, a list of tables, or a key with dots and quotes.
_ANY_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_ANY_KEY = re.compile(r"\s*([\w.\"' -]+?)\s*=")


class TomlDocument(NamedTuple):
    """A TOML file."""

    path: Path  # the file
    tables: TomlTable  # its values
    # The line of each key and each table, from 1, by the keys that lead to it; of a list of tables "0" is the first.
    lines: dict[tuple[str, ...], int]

    def table(self, name: str) -> Mapping[str, Any]:
        """Return a table of the top, or the top itself for an empty name; empty where it is not there."""
        found = self.tables.get(name, {}) if name else self.tables
        return found if isinstance(found, dict) else {}

    def line(self, *key: str) -> int:
        """Return the line of a key, else of the first that lies in it, else of the nearest table."""
        line = 0
        while key and not line:
            inside = [at for place, at in self.lines.items() if place[: len(key)] == key]
            line = self.lines.get(key) or min(inside, default=0)
            key = key[:-1]
        return line or 1

    def fault(self, problem: str, *key: str) -> InputError:
        """Return an error at the line of a key."""
        return InputError(problem, str(self.path), self.line(*key))


def read(path: Path) -> TomlDocument:
    """Read a TOML file.

    Raises:
        InputError: it is missing, not UTF-8 or not TOML; at the line and column of the fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError.at("is not UTF-8", str(path), error.object, error.start) from error
    if text.startswith("\ufeff"):
        raise InputError("the file begins with a byte order mark; save it as UTF-8 without one", str(path))
    return _plain(path, text) or _any(path, text)


def _plain(path: Path, text: str) -> TomlDocument | None:
    """Read tables of texts, numbers, truths and lists of texts on one line; None where there is more to read.

    The library takes several milliseconds to import, a tenth of a query from start to answer.
    """
    tables: TomlTable = {}
    lines: dict[tuple[str, ...], int] = {}
    table = tables
    place: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if header := _HEADER.fullmatch(stripped):
            place = tuple(header[1].split("."))
            table = tables
            for name in place:
                table = table.setdefault(name, {})
                if not isinstance(table, dict):
                    return None
            if lines.setdefault(place, number) != number:
                return None
        elif pair := _PAIR.fullmatch(stripped):
            key = pair[1].strip('"')
            if key in table:
                return None
            table[key] = _value(pair[2])
            lines[(*place, key)] = number
        else:
            return None
    return TomlDocument(path, tables, lines)


def _value(text: str) -> str | bool | int | list[str]:
    if text.startswith('"'):
        return text[1:-1]
    if text.startswith("["):
        return [item[1:-1] for item in _ITEM.findall(text)]
    return text == "true" if text in ("true", "false") else int(text)


def _any(path: Path, text: str) -> TomlDocument:
    import tomllib  # noqa: PLC0415 - see `_plain`

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _AT_LINE.search(str(error))
        at = (int(place[1]), int(place[2])) if place else (text.count("\n") + 1, 1)
        told = f"not TOML: {_AT_LINE.sub('', str(error))}"
        if _TWICE.search(told):
            line = text.split("\n")[at[0] - 1]
            at = (at[0], 1)
            if found := _ANY_HEADER.match(line) or _ANY_KEY.match(line):
                told = f"'{found[1]}' is set twice"
        raise InputError(told, str(path), *at) from error
    lines: dict[tuple[str, ...], int] = {}
    place_of_table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _ANY_HEADER.match(line):
            place_of_table = _keys(header[1])
            if line.lstrip().startswith("[["):
                before = sum(place[:-1] == place_of_table for place in lines)
                place_of_table = (*place_of_table, str(before))
            lines.setdefault(place_of_table, number)
        elif key := _ANY_KEY.match(line):
            lines.setdefault((*place_of_table, *_keys(key[1])), number)
    return TomlDocument(path, tables, lines)


def _keys(text: str) -> tuple[str, ...]:
    return tuple(part.strip(" \"'") for part in text.split("."))
