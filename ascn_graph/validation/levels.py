"""How grave each rule of the lint is: what is ill-formed is an error, what is doubtful a warning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ascn_graph.errors import InputError, UsageError
from ascn_graph.nearest import closest
from ascn_graph.validation.report import Note
from ascn_graph.validation.sources import Location

__all__ = ["LEVELS", "RULES", "Levels", "Suspicion", "unknown"]

#: What a rule can be set to.
LEVELS = ("error", "warn", "off")
#: Every rule with its level for shapes that are not the project's own; there each is an error.
RULES = {
    "ill-formed": "error",
    "meta": "error",
    "misplaced": "error",
    "undeclared-term": "error",
    "unknown-term": "warn",
    "unstated-shape": "warn",
    "without-effect": "warn",
    "advanced": "note",
    "unreached": "note",
}


class Suspicion(NamedTuple):
    """What a rule of the lint found: the rule's code, a sentence and its place."""

    code: str
    problem: str
    place: Location


class Levels:
    """The level of each rule in one run."""

    def __init__(self, *settings: str | Mapping[str, str] | None, own: bool) -> None:
        """Take settings, the later ones over the earlier: a level for every rule, or levels by code.

        Raises:
            UsageError: there is no such rule or level.
        """
        self._levels = dict.fromkeys(RULES, "error") if own else dict(RULES)
        for setting in settings:
            stated = dict.fromkeys(RULES, setting) if isinstance(setting, str) else setting or {}
            for code, level in stated.items():
                wrong = unknown(code, level)
                if wrong:
                    raise UsageError(f"{wrong[0].upper()}{wrong[1:]}{'' if wrong.endswith('?') else '.'}")
                self._levels[code] = level

    def with_(self, code: str, level: str) -> Levels:
        """Return the same levels but for one rule."""
        levels = Levels(own=False)
        levels._levels = {**self._levels, code: level}
        return levels

    def errors(self, found: Iterable[Suspicion]) -> list[InputError]:
        """Return what is an error, in the form of faults of the input."""
        return [
            item.place.fault(f"{item.problem} [{item.code}]") for item in found if self._levels[item.code] == "error"
        ]

    def notes(self, found: Iterable[Suspicion]) -> list[Note]:
        """Return what is a warning or a note."""
        names = {"warn": "warning", "note": "note"}
        return [
            Note(item.problem, item.place, names[self._levels[item.code]], item.code)
            for item in found
            if self._levels[item.code] in names
        ]


def unknown(code: str, level: object) -> str:
    """Return what is wrong with a rule's code or its level, or an empty text."""
    if code not in RULES:
        near = closest(code, RULES)
        return f"the lint has no rule '{code}'" + (
            f"; did you mean {near}?" if near else f"; there are {', '.join(RULES)}"
        )
    return "" if level in LEVELS else f"the level of '{code}' is one of {', '.join(LEVELS)}, not '{level}'"
