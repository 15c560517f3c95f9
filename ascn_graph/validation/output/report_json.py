"""A report as JSON, for programs."""

from __future__ import annotations

import json
from typing import Any

from ascn_graph.validation.report import Report
from ascn_graph.validation.sources import Location

__all__ = ["to_json"]


def to_json(report: Report) -> str:
    """Write a report whole: the verdict, the findings, the notes and every constraint."""
    results = [
        {
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
        }
        for result in report.results
    ]
    checked = [
        {"shape": item.shape, "title": item.title, "component": item.component, "skipped": item.skipped}
        for item in report.checked
    ]
    whole = {
        "conforms": report.conforms,
        "engine": report.engine,
        "files": report.files,
        "triples": report.triples,
        "locatedBy": report.located,
        "results": results,
        "notes": [note.text for note in report.notes],
        "constraints": checked,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _place(place: Location) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column, "endColumn": place.end_column}
