"""The waivers: findings that are accepted for a stated reason until a stated day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ascn_graph.errors import InputError
from ascn_graph.validation import entries
from ascn_graph.validation.levels import unknown
from ascn_graph.validation.report import Report, Result, UnusableInput
from ascn_graph.validation.vocabulary import short

__all__ = ["Waiver", "apply", "read"]

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


def read(path: Path) -> tuple[list[Waiver], dict[str, str]]:
    """Read a waivers file.

    Returns:
        The waivers, and the levels that its table [lint] gives to rules of the lint.

    Raises:
        InputError: the file is missing, not TOML, or an entry lacks what it needs.
    """
    name = path.as_posix()
    stated = entries.read(path, "waiver", "a waivers file", "lint")
    for code, (level, line) in stated.settings.items():
        wrong = unknown(code, level)
        if wrong:
            raise InputError(wrong, name, line)
    waivers = [_waiver(entry, name, line) for entry, line in stated.listed]
    return waivers, {code: level for code, (level, _) in stated.settings.items()}


def _waiver(entry: dict[str, Any], name: str, line: int) -> Waiver:
    unknown = sorted(set(entry) - {*_KEYS, "reason", "expires"})
    if unknown:
        raise InputError(f"a waiver has no key '{unknown[0]}'; it has {', '.join(_KEYS)}, reason, expires", name, line)
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
    faults = [
        InputError(
            f"the waiver ended on {waiver.expires}: mend what it covers, or decide anew", waiver.path, waiver.line
        )
        for waiver in listed
        if waiver.expires < today
    ]
    faults += [
        InputError("the waiver covers no finding any more; remove it", waiver.path, waiver.line)
        for waiver in listed
        if report.whole and not waiver.used and waiver.expires >= today
    ]
    if faults:
        raise UnusableInput(faults, report)


def _expanded(name: str, prefixes: dict[str, str]) -> str:
    prefix, _, local = name.partition(":")
    return f"<{prefixes[prefix]}{local}>" if prefix in prefixes else name
