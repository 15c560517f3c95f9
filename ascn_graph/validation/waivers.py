"""The waivers: findings that are accepted for a stated reason until a stated day."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from ascn_graph.errors import InputError
from ascn_graph.validation.lint import unknown
from ascn_graph.validation.report import Report, Result, UnusableInput
from ascn_graph.validation.vocabulary import short

__all__ = ["Waiver", "apply", "entries", "read"]

_KEYS = ("shape", "component", "focus", "fingerprint")


@dataclass(slots=True)
class Waiver:
    """One entry of a waivers file.

    Attributes:
        matches: what a finding must be, by key: shape, component, focus, fingerprint.
        reason: why it is accepted.
        expires: the last day on which it holds.
        path: the file.
        line: where the entry begins.
        used: how many findings it has covered.
    """

    matches: dict[str, str]
    reason: str
    expires: dt.date
    path: str
    line: int
    used: int = 0

    def covers(self, result: Result, prefixes: dict[str, str]) -> bool:
        """Return whether a finding is what the entry describes."""
        found = {
            "shape": {result.shape, result.shape.strip("<>"), result.shape_title.partition(" →")[0]},
            "component": {result.component, short(result.component)},
            "focus": {result.focus, result.focus.strip("<>")},
            "fingerprint": {result.fingerprint},
        }
        return all(
            value in found[key] or _expanded(value, prefixes) in found[key] for key, value in self.matches.items()
        )

    def fault(self, problem: str) -> InputError:
        """Return a fault of the entry."""
        return InputError(problem, self.path, self.line)


def read(path: Path) -> tuple[list[Waiver], dict[str, str]]:
    """Read a waivers file.

    Returns:
        The waivers, and the levels that its table [lint] gives to rules of the lint.

    Raises:
        InputError: the file is missing, not TOML, or an entry lacks what it needs.
    """
    name = path.as_posix()
    listed, settings = entries(path, "waiver", "a waivers file", "lint")
    for code, (level, line) in settings.items():
        if wrong := unknown(code, level):
            raise InputError(wrong, name, line)
    return [_waiver(entry, name, line) for entry, line in listed], {
        code: level for code, (level, _) in settings.items()
    }


def _waiver(entry: dict[str, Any], name: str, line: int) -> Waiver:
    if strange := sorted(set(entry) - {*_KEYS, "reason", "expires"}):
        raise InputError(f"a waiver has no key '{strange[0]}'; it has {', '.join(_KEYS)}, reason, expires", name, line)
    matches = {key: entry[key] for key in _KEYS if key in entry}
    texts = [*matches.values(), entry.get("reason")]
    if not matches or not all(isinstance(text, str) and text.strip() for text in texts):
        raise InputError(f"a waiver needs a reason and at least one of {', '.join(_KEYS)}, as texts", name, line)
    expires = entry.get("expires")
    if not isinstance(expires, dt.date) or isinstance(expires, dt.datetime):
        raise InputError("a waiver needs a date in `expires`, such as expires = 2027-01-31", name, line)
    return Waiver(matches, str(entry["reason"]), expires, name, line)


def apply(report: Report, waivers: Iterable[Waiver], today: dt.date) -> None:
    """Mark the findings that waivers cover.

    Raises:
        UnusableInput: a waiver has expired, or covers nothing although the whole data was looked at.
    """
    listed = list(waivers)
    for result in report.results:
        for waiver in listed:
            if waiver.covers(result, report.prefixes):
                waiver.used += 1
                result.waived = result.waived or waiver.reason
    ended = [
        waiver.fault(f"the waiver ended on {waiver.expires}: mend what it covers, or decide anew")
        for waiver in listed
        if waiver.expires < today
    ]
    idle = [
        waiver.fault("the waiver covers no finding any more; remove it")
        for waiver in listed
        if report.whole and not waiver.used and waiver.expires >= today
    ]
    if ended or idle:
        raise UnusableInput([*ended, *idle], report)


def _expanded(name: str, prefixes: dict[str, str]) -> str:
    prefix, _, local = name.partition(":")
    return f"<{prefixes[prefix]}{local}>" if prefix in prefixes else name


#: Each table of a list with the line on which it begins, and each key of another table with its value and its line.
Entries = tuple[list[tuple[dict[str, Any], int]], dict[str, tuple[Any, int]]]


def entries(path: Path, key: str, what: str, also: str = "") -> Entries:
    """Read the tables `[[key]]` of a TOML file that is one list of them, and perhaps one more table.

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
        raise InputError.at("not text in UTF-8", name, error.object, error.start) from error
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
    placed = list(zip(listed, chain(lines, repeat(1)), strict=False))
    return placed, {name: (value, _line(text, name)) for name, value in table.items()}


def _line(text: str, key: str) -> int:
    """Return the line that sets a key, or 1 where it is written in a way that is not looked for."""
    found = re.search(rf"""^\s*["']?{re.escape(key)}["']?\s*=""", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 1
