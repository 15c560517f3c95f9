"""A report as JSON, for programs."""

from __future__ import annotations

import json
from typing import Any

from ascn_graph.validation.report import Note, Report, Result
from ascn_graph.validation.sources import Location

__all__ = ["to_json"]


def to_json(report: Report) -> str:
    """Write a report whole: the verdict, the findings, the notes and every constraint."""
    whole = {
        "conforms": report.conforms,
        "failed": report.failed,
        "engine": report.engine,
        "files": report.files,
        "triples": report.triples,
        "locatedBy": report.located,
        "results": [_result(result) for result in report.results],
        "notes": [note.text for note in report.notes],
        "warnings": [_note(note) for note in report.notes if note.level != "note"],
        "constraints": [
            {name: getattr(item, name) for name in ("shape", "title", "component", "skipped", "evaluations")}
            for item in report.checked
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _result(result: Result) -> dict[str, Any]:
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
        "details": [_result(inner) for inner in result.details],
    }


def _note(note: Note) -> dict[str, Any]:
    place = {"location": _place(note.location)} if note.location else {}
    return {"level": note.level, "rule": note.code, "text": note.text, **place}


def _place(place: Location) -> dict[str, Any]:
    if not place.line:
        return {"file": place.file, "node": place.text}
    return {"file": place.file, "line": place.line, "column": place.column, "endColumn": place.end_column}
