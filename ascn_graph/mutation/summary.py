"""A measurement of shapes as people and as programs read it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from ascn_graph.errors import counted
from ascn_graph.mutation.measurement import Measurement
from ascn_graph.validation import Location

__all__ = ["as_json", "as_text"]

_ENDS = ("killed", "survived", "stillborn", "equivalent")


def as_text(found: Measurement) -> str:
    """Write what is wanting, each with its place and the fixture that would help, then the figures."""
    lines = [f"{v.location}: no fixture has a focus node for {v.title()}" for v in found.vacuous]
    lines += [f"{s.location}: never fired: {s.title}" for s in found.silent]
    for tried in found.tried:
        if tried.status == "survived":
            mutant = tried.mutant
            lines.append(f"{mutant.location}: survived: {mutant.operator}: {mutant.name}")
            lines.append(f"  wanted: {mutant.hint}")
    if lines:
        lines.append("")
    lines += _table(found)
    fired = found.constraints - len(found.silent)
    killed, survived, stillborn, same = (found.counts[end] for end in _ENDS)
    sampled = f" of {found.possible}" if len(found.tried) < found.possible else ""
    left_out = f"{len(found.tried)}{sampled} tried, {stillborn} stillborn, {same} equivalent"
    seen = f"{counted(len(found.fixtures), 'fixture')}, {counted(found.shapes, 'shape')}"
    lines += [
        "",
        f"{seen}, {len(found.vacuous)} of them without a focus node",
        f"fire coverage {found.coverage:.2f}: {fired} of {found.constraints} constraints fired",
        f"mutation score {found.score:.3f}: {killed} of {killed + survived} mutants killed ({left_out})",
    ]
    return "\n".join(lines) + "\n"


def as_json(found: Measurement) -> str:
    """Write a measurement whole."""
    told = {"killed": "killedBy", "stillborn": "reason", "equivalent": "reason"}
    document = {
        "fixtures": found.fixtures,
        "shapes": found.shapes,
        "vacuousShapes": [{"shape": v.title(), **_place(v.location)} for v in found.vacuous],
        "constraints": found.constraints,
        "coverage": round(found.coverage, 4),
        "neverFired": [{"constraint": s.title, **_place(s.location)} for s in found.silent],
        "possibleMutants": found.possible,
        "triedMutants": len(found.tried),
        **{end: found.counts[end] for end in _ENDS},
        "score": round(found.score, 4),
        "mutants": [
            {
                "name": tried.mutant.name,
                "operator": tried.mutant.operator,
                **_place(tried.mutant.location),
                "status": tried.status,
                told.get(tried.status, "wanted"): tried.told or tried.mutant.hint,
            }
            for tried in found.tried
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _table(found: Measurement) -> list[str]:
    counts: dict[str, Counter[str]] = {}
    for tried in found.tried:
        counts.setdefault(tried.mutant.operator, Counter())[tried.status] += 1
    head = f"{'edit':<22}" + "".join(f"{end:>12}" for end in _ENDS)
    return [
        head,
        *(f"{name:<22}" + "".join(f"{counts[name][end]:>12}" for end in _ENDS) for name in sorted(counts)),
    ]


def _place(place: Location) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column}
