"""A report in SARIF 2.1.0, the form in which code scanning takes findings."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from ascn_graph import __version__
from ascn_graph.validation.report import Report, Result
from ascn_graph.validation.sources import Location
from ascn_graph.validation.vocabulary import short

__all__ = ["sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}


def sarif(report: Report) -> str:
    """Write a report; waived findings are there, as suppressed."""
    rules = _rules(report)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    driver = {
        "name": "ascn validate",
        "version": __version__,
        "informationUri": "https://w3id.org/ascn/",
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.failed,
                "toolExecutionNotifications": [
                    {
                        "level": note.level,
                        "message": {"text": note.text},
                        **_places([note.location] if note.location else []),
                    }
                    for note in report.notes
                ],
            }
        ],
        "results": [_result(result, numbers) for result in report.results],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _id(result: Result) -> str:
    return f"{result.shape_title}/{short(result.component)}"


def _rules(report: Report) -> list[dict[str, Any]]:
    """List a rule for every constraint, and for every other check that found something."""
    found: dict[str, dict[str, Any]] = {}
    for constraint in report.checked:
        name = f"{constraint.title}/{short(constraint.component)}"
        found.setdefault(name, _rule(name, constraint.help, constraint.severity, constraint.location))
    for result in report.results:
        found.setdefault(_id(result), _rule(_id(result), result.message, result.severity, result.shape_location))
    return [found[name] for name in sorted(found)]


def _rule(name: str, text: str, severity: str, place: Location | None) -> dict[str, Any]:
    where = f" It is stated at {place}." if place else ""
    return {
        "id": name,
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": text + where},
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }


def _result(result: Result, numbers: dict[str, int]) -> dict[str, Any]:
    text = result.message + (f" Next: {result.step}" if result.step else "")
    related = [*result.related, *((f"because: {inner.message}", inner.location) for inner in result.details)]
    if result.shape_location is not None:
        related.append((f"the constraint, in {result.shape_title}", result.shape_location))
    found: dict[str, Any] = {
        "ruleId": _id(result),
        "ruleIndex": numbers[_id(result)],
        "level": _LEVELS[result.severity],
        "message": {"text": text},
        "locations": [_located(result.location)],
        "relatedLocations": [
            _located(place, id=number, message={"text": what}) for number, (what, place) in enumerate(related, 1)
        ],
        # The second name is the one GitHub reads to know a finding again.
        "partialFingerprints": {"ascnFinding/v1": result.fingerprint, "primaryLocationLineHash": result.fingerprint},
        "properties": {"focus": result.focus, "path": result.path, "value": result.value, "locatedBy": result.rule},
    }
    if result.waived:
        found["suppressions"] = [{"kind": "external", "justification": result.waived}]
    return found


def _places(places: list[Location]) -> dict[str, Any]:
    return {"locations": [_located(place) for place in places]} if places else {}


def _located(place: Location, **more: Any) -> dict[str, Any]:
    """Return a location: a region of a file, or a node where its format has no places."""
    path = PurePath(place.file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    located = {**more, "physicalLocation": physical}
    if place.line:
        region: dict[str, Any] = {"startLine": place.line, "startColumn": place.column, "endColumn": place.end_column}
        if place.text:
            region["snippet"] = {"text": place.text[place.column - 1 : place.end_column - 1]}
        physical["region"] = region
    else:
        located["logicalLocations"] = [{"fullyQualifiedName": place.text}]
    return located
