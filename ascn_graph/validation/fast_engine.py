"""The compiled engine, `shacl`, run as a process of its own, on the same terms as the reference engine.

The file is run by its path, so that it starts without the rest of this package. Standard input is one JSON object with
the N-Triples of `data` and the Turtle of `shapes`; standard output is one with `results`, or with `failure`.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from shacl import Result, Shapes

__all__ = ["main"]

# The engine renames blank nodes. A probe of our own brings the names back: each blank node gets one incoming triple
# from an IRI that spells its label, and a shape that every one of them fails.
_PROBE = "urn:x-blank-node:"
_IS = "<urn:x-blank-node-is>"
_SH = "http://www.w3.org/ns/shacl#"
_PROBE_SHAPE = "<urn:x-blank-node-shape>"
_PROBE_SHAPES = (
    f"\n{_PROBE_SHAPE} <{_SH}targetSubjectsOf> {_IS} .\n{_PROBE_SHAPE} <{_SH}path> {_IS} ."
    f"\n{_PROBE_SHAPE} <{_SH}nodeKind> <{_SH}Literal> ."
)
# A term of a later draft by which data would choose its shapes: it is nothing but a name here.
_DRAFT, _MASK = f"<{_SH}shape>", "<urn:x-sh:shape>"
_BLANK = re.compile(r"^_:(\S+)| _:(\S+) \.$", re.MULTILINE)


def _run(data: str, shapes: str) -> dict[str, Any]:
    if _DRAFT in data:
        masked = _run(data.replace(_DRAFT, _MASK), shapes.replace(_DRAFT, _MASK))
        unmasked: dict[str, Any] = json.loads(json.dumps(masked).replace(_MASK, _DRAFT))
        return unmasked
    try:
        found = _results(data, shapes)
        names: dict[str, str] = {}
        if any("_:" in f"{result.focus_node} {result.value} {result.messages}" for result in found):
            labels = sorted({subject or value for subject, value in _BLANK.findall(data)})
            data += "".join(f"\n<{_PROBE}{label}> {_IS} _:{label} ." for label in labels)
            found = _results(data, shapes + _PROBE_SHAPES)
            names = {
                str(result.value): "_:" + result.focus_node[len(_PROBE) + 1 : -1]
                for result in found
                if result.source_shape == _PROBE_SHAPE
            }
    except ValueError as error:
        return {"failure": str(error)}
    results = [
        {
            "focus": names.get(result.focus_node, result.focus_node),
            "path": result.path,
            "value": names.get(result.value, result.value) if result.value else None,
            "severity": f"<{result.severity_iri}>",
            "component": f"<{result.component_iri}>",
            "shape": result.source_shape,
            "messages": sorted(_message(message, names) for message in result.messages),
        }
        for result in found
        if result.source_shape != _PROBE_SHAPE
    ]
    return {"results": results}


def _results(data: str, shapes: str) -> list[Result]:
    return Shapes.from_text(shapes, format="turtle").validate_text(data, format="ntriples").results


def _message(text: str, names: dict[str, str]) -> str:
    for renamed, name in names.items():
        text = text.replace(renamed, name)
    return json.dumps(text, ensure_ascii=False)


def main() -> None:
    """Validate what standard input holds."""
    request = json.load(sys.stdin)
    json.dump(_run(request["data"], request["shapes"]), sys.stdout)


if __name__ == "__main__":
    main()
