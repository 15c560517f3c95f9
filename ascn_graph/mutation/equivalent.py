"""The list of mutants that no fixture can tell from the original, each with the reason why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ascn_graph.errors import InputError
from ascn_graph.mutation.surroundings import Mutant
from ascn_graph.nearest import closest
from ascn_graph.validation import UnusableInput, waivers

__all__ = ["NAME", "EquivalentMutant", "Tried", "apply", "read"]

#: The file of this name beside the fixtures is read where no other is given.
NAME = "equivalent.toml"


class Tried(NamedTuple):
    """A mutant and what became of it: killed, survived, stillborn or equivalent, with the fixture or the reason."""

    mutant: Mutant
    status: str
    told: str


class EquivalentMutant(NamedTuple):
    """A mutant's name, why nothing can tell it from the original, and where that is written."""

    mutant: str
    reason: str
    path: str
    line: int


def read(path: str | Path | None, folders: Sequence[Path]) -> list[EquivalentMutant]:
    """Read the list that is given, else the one of each folder of fixtures that has one.

    Raises:
        InputError: a list is missing, no TOML, or an entry lacks what it needs.
    """
    files = [folder / NAME for folder in folders if (folder / NAME).is_file()] if path is None else [Path(path)]
    found = []
    for file in files:
        for texts, line in waivers.entries(file, "equivalent", "a list of equivalent mutants")[1]:
            whole = all(isinstance(text, str) and text.strip() for text in texts.values())
            if set(texts) != {"mutant", "reason"} or not whole:
                told = "an equivalent mutant has a `mutant` and a `reason`, both texts"
                raise InputError(told, file.as_posix(), line)
            found.append(EquivalentMutant(texts["mutant"], texts["reason"], file.as_posix(), line))
    return found


def apply(accepted: Iterable[EquivalentMutant], tried: list[Tried], everything: Iterable[Mutant]) -> list[Tried]:
    """Mark the survivors that are on the list as equivalent.

    Raises:
        UnusableInput: an entry names no mutant, or one that does not survive.
    """
    listed = {entry.mutant: entry for entry in accepted}
    names = {mutant.name: mutant.name for mutant in everything}
    ends = {end.mutant.name: end for end in tried}
    faults = []
    for entry in listed.values():
        end = ends.get(entry.mutant)
        if entry.mutant not in names:
            near = closest(entry.mutant, names)
            hint = f"; did you mean '{near}'?" if near else "; `ascn mutate` prints the names"
            faults.append(InputError(f"there is no mutant '{entry.mutant}'{hint}", entry.path, entry.line))
        elif end is not None and end.status != "survived":
            told = f"{end.status} by {end.told}" if end.status == "killed" else end.status
            faults.append(InputError(f"the mutant is not equivalent: it is {told}; remove it", entry.path, entry.line))
    if faults:
        raise UnusableInput(faults)
    return [
        end._replace(status="equivalent", told=listed[end.mutant.name].reason) if end.mutant.name in listed else end
        for end in tried
    ]
