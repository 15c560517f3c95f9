"""The waivers: findings that are accepted for a stated reason until a stated day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from ascn_graph.errors import InputError
from ascn_graph.namespaces import expand
from ascn_graph.profile import toml
from ascn_graph.validation.lint import unknown
from ascn_graph.validation.report import Report, Result, UnusableInput
from ascn_graph.validation.vocabulary import short

__all__ = ["Waiver", "apply", "entries", "read"]

_KEYS = ("shape", "component", "focus", "fingerprint")


class Waiver(NamedTuple):
    """One entry of a waivers file.

    Attributes:
        matches: what a finding must be, by key: shape, component, focus, fingerprint.
        reason: why it is accepted.
        expires: the last day on which it holds.
        path: the file.
        line: where the entry begins.
    """

    matches: dict[str, str]
    reason: str
    expires: dt.date
    path: str
    line: int

    def covers(self, result: Result, prefixes: dict[str, str]) -> bool:
        """Return whether a finding is what the entry describes."""
        found = {
            "shape": {result.shape, result.shape.strip("<>"), result.shape_title.partition(" →")[0]},
            "component": {result.component, short(result.component)},
            "focus": {result.focus, result.focus.strip("<>")},
            "fingerprint": {result.fingerprint},
        }
        return all(value in found[key] or expand(value, prefixes) in found[key] for key, value in self.matches.items())

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
    document, listed = entries(path, "waiver", "a waivers file", "lint")
    settings = dict(document.table("lint"))
    for code, level in settings.items():
        if wrong := unknown(code, level):
            raise document.fault(wrong, "lint", code)
    return [_waiver(entry, path.as_posix(), line) for entry, line in listed], settings


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
    ended, idle = [], []
    for waiver in waivers:
        covered = [result for result in report.results if waiver.covers(result, report.prefixes)]
        for result in covered:
            result.waived = result.waived or waiver.reason
        if waiver.expires < today:
            ended.append(waiver.fault(f"the waiver ended on {waiver.expires}: mend what it covers, or decide anew"))
        elif report.whole and not covered:
            idle.append(waiver.fault("the waiver covers no finding any more; remove it"))
    if ended or idle:
        raise UnusableInput([*ended, *idle], report)


def entries(
    path: Path, key: str, what: str, also: str = ""
) -> tuple[toml.TomlDocument, list[tuple[dict[str, Any], int]]]:
    """Read a TOML file that is a list of tables, each with its line, and perhaps one more table.

    Args:
        path: the file.
        key: the name of the list.
        what: what such a file is called.
        also: the name of one table that may stand beside the list.

    Raises:
        InputError: the file is missing, not TOML, or holds anything else.
    """
    document = toml.read(path)
    listed, table = document.tables.get(key, []), document.tables.get(also, {})
    tables = isinstance(listed, list) and all(isinstance(each, dict) for each in (*listed, table))
    if not tables or document.tables.keys() - {key, also}:
        more = f" and a table [{also}]," if also else " and"
        raise InputError(f"{what} holds [[{key}]] tables{more} nothing else", path.as_posix())
    return document, [(entry, document.line(key, str(number))) for number, entry in enumerate(listed)]
