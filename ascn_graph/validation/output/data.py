"""A report as data: JSON for programs, or the SHACL validation report that other RDF tools read."""

from __future__ import annotations

import json
import re
from typing import Any

from pyoxigraph import Literal

from ascn_graph.turtle import read
from ascn_graph.validation.report import Report, Result
from ascn_graph.validation.sources import Location
from ascn_graph.validation.vocabulary import SH

__all__ = ["ntriples", "path", "to_json", "turtle"]

_PREFIXES = f"""\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <{SH}> .
"""
_STEP = re.compile(r"<[^<>]*>|[()^/|*+?]")
_SUFFIXES = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}


def to_json(report: Report) -> str:
    """Write a report whole: the verdict, the findings, the notes and every constraint."""
    whole = {
        "conforms": report.conforms,
        "failed": report.failed,
        "engine": report.engine,
        "files": report.files,
        "triples": report.triples,
        "locatedBy": report.located,
        "results": [_record(result) for result in report.results],
        "notes": [note.text for note in report.notes],
        "warnings": [
            {
                "level": note.level,
                "rule": note.code,
                "text": note.text,
                **({"location": _place(note.location)} if note.location else {}),
            }
            for note in report.notes
            if note.level != "note"
        ],
        "constraints": [
            {name: getattr(item, name) for name in ("shape", "title", "component", "skipped", "evaluations")}
            for item in report.checked
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _record(result: Result) -> dict[str, Any]:
    return {
        "kind": result.kind,
        "severity": result.severity,
        "message": result.message,
        "step": result.step,
        "focus": result.focus,
        "path": result.path,
        "value": result.value,
        "component": result.component,
        "shape": result.shape,
        "shapeTitle": result.shape_title,
        "location": _place(result.location),
        "locatedBy": result.rule,
        "related": [{"text": text, **_place(place)} for text, place in result.related],
        "shapeLocation": _place(result.shape_location) if result.shape_location else None,
        "fingerprint": result.fingerprint,
        "waived": result.waived,
        "messages": [{"text": text, "language": language} for text, language in result.messages],
        "details": [_record(inner) for inner in result.details],
    }


def _place(place: Location) -> dict[str, Any]:
    if not place.line:
        return {"file": place.file, "node": place.text}
    return {"file": place.file, "line": place.line, "column": place.column, "endColumn": place.end_column}


def turtle(report: Report) -> str:
    """Write a report; waived findings are left out, `dcterms:source` says file, line and column."""
    found = [result for result in report.results if not result.waived]
    body = "".join(f"    sh:result {_result(result)} ;\n" for result in found)
    body += "".join(f"    rdfs:comment {_text(str(note))} ;\n" for note in report.notes if note.level == "error")
    verdict = "true" if report.conforms else "false"
    return f"{_PREFIXES}\n[]\n    a sh:ValidationReport ;\n    sh:conforms {verdict} ;\n{body}.\n"


def ntriples(report: Report) -> str:
    """Return the same report as N-Triples, its blank nodes labelled in order."""
    return "".join(f"{' '.join(row[:3])} .\n" for row in read(turtle(report)).rows)


def _result(result: Result) -> str:
    named = result.shape.startswith("<") and " " not in result.shape
    component = f"<{result.component}>" if ":" in result.component else f"[ rdfs:label {_text(result.component)} ]"
    lines = [
        "a sh:ValidationResult",
        f"sh:focusNode {result.focus}" if result.focus else "",
        f"sh:resultPath {path(result.path)}" if result.path else "",
        f"sh:value {result.value}" if result.value else "",
        f"sh:resultSeverity <{result.severity_iri or SH + result.severity.capitalize()}>",
        f"sh:sourceConstraintComponent {component}",
        f"sh:sourceShape {result.shape if named else f'[ rdfs:label {_text(result.shape_title)} ]'}",
        *(f"sh:resultMessage {_text(text, tag)}" for text, tag in result.messages or [(result.message, "")]),
        *(f"sh:detail {_result(inner)}" for inner in result.details),
        f"dcterms:source {_text(str(result.location))}",
    ]
    return "[\n" + "".join(f"        {line} ;\n" for line in lines if line) + "    ]"


def _text(text: str, language: str = "") -> str:
    return str(Literal(text, language=language or None))


def path(text: str) -> str:
    """Write a SPARQL path, with whole IRIs and every list in brackets, as SHACL writes it in Turtle."""
    written, rest = _path(_STEP.findall(text))
    assert not rest
    return written


def _path(steps: list[str]) -> tuple[str, list[str]]:
    """Read one path element off the front; the shapes bound how deep it nests."""
    first, rest = steps[0], steps[1:]
    if first == "^":
        inner, rest = _path(rest)
        return f"[ sh:inversePath {inner} ]", rest
    if first == "(":
        items, mark = [], "/"
        while True:
            item, rest = _path(rest)
            items.append(item)
            if rest[0] == ")":
                break
            mark, rest = rest[0], rest[1:]
        rest = rest[1:]
        listed = f"( {' '.join(items)} )"
        written = listed if mark == "/" else f"[ sh:alternativePath {listed} ]"
    else:
        written = first
    while rest and rest[0] in _SUFFIXES:
        written, rest = f"[ sh:{_SUFFIXES[rest[0]]} {written} ]", rest[1:]
    return written, rest
