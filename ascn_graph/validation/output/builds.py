"""A report in the forms of the systems that build and check: workflow commands of GitHub, JUnit XML, SARIF 2.1.0."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import PurePath
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ascn_graph import __version__
from ascn_graph.errors import counted
from ascn_graph.validation.report import Report, Result
from ascn_graph.validation.sources import Location
from ascn_graph.validation.vocabulary import short

__all__ = ["MOST", "github", "junit", "sarif"]

#: GitHub shows this many annotations of each kind from one step; what is beyond is dropped unseen.
MOST = 10
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}


def github(report: Report) -> str:
    """Write a report: annotations as far as GitHub shows them, every further finding as a line of the log."""
    seen: Counter[str] = Counter()
    lines = [f"::error::{_data(note.text)}" for note in report.notes if note.level == "error" and not note.location]
    for note in report.notes:
        if note.level == "warning":
            place = f" file={_property(note.location.file)},line={note.location.line}" if note.location else ""
            lines.append(f"::warning{place}::{_data(note.text)}")
    for result in report.results:
        if not result.waived:
            seen[result.severity] += 1
            plain = result.line(" ".join(result.message.split()))
            lines.append(_command(result) if seen[result.severity] <= MOST else plain)
    beyond = sum(max(0, number - MOST) for number in seen.values())
    if beyond:
        lines.append(f"{beyond} more findings are in this log only: GitHub shows {MOST} annotations of a kind.")
    total, files = counted(seen.total(), "finding"), counted(report.files, "file")
    lines.append(f"ascn validate: {total} in {files}, {counted(report.triples, 'triple')}.")
    return "\n".join(lines) + "\n"


def _command(result: Result) -> str:
    place = result.location
    columns = {"line": place.line, "endLine": place.line, "col": place.column, "endColumn": place.end_column}
    properties = {"file": place.file, **(columns if place.line else {}), "title": result.shape_title}
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    command = _LEVELS[result.severity].replace("note", "notice")
    return f"::{command} {told}::{_data(chr(10).join([result.message, *result.hints]))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def junit(report: Report, fail_on: str = "violation") -> str:
    """Write one case a constraint, so that green is visible and what nothing reached is skipped.

    Findings milder than `fail_on`, and waived ones, are told in the case's output only.
    """
    by_case: dict[tuple[str, str], list[Result]] = {}
    for result in report.results:
        by_case.setdefault((result.shape, result.component), []).append(result)
    cases = {(item.shape, item.component): (item.title, item.skipped) for item in report.checked}
    for key, results in by_case.items():
        cases.setdefault(key, (results[0].shape_title, ""))
    suite = Element("testsuite", {"name": "ascn validate"})
    failures = skips = 0
    for key, (title, skipped) in cases.items():
        component = short(key[1])
        case = SubElement(suite, "testcase", {"classname": _legal(title), "name": _legal(component), "time": "0"})
        found = by_case.get(key, [])
        failing = [result for result in found if result.fails(fail_on)]
        if failing:
            failures += 1
            said = f"{counted(len(failing), 'result')}: {failing[0].message}"
            failure = SubElement(case, "failure", {"message": _legal(said), "type": component})
            failure.text = _lines(failing)
        elif skipped and not found:
            skips += 1
            SubElement(case, "skipped", {"message": _legal(skipped)})
        if told := [result for result in found if result not in failing]:
            SubElement(case, "system-out").text = _lines(told)
    errors = [note for note in report.notes if note.level == "error" and note.location is None]
    for note in errors:
        case = SubElement(suite, "testcase", {"classname": "ascn validate", "name": "run", "time": "0"})
        SubElement(case, "error", {"message": _legal(note.text), "type": "failure"})
    counts = {"tests": len(cases) + len(errors), "failures": failures, "errors": len(errors), "skipped": skips}
    suite.attrib |= {name: str(number) for name, number in counts.items()}
    suites = Element("testsuites")
    suites.append(suite)
    indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _lines(results: list[Result]) -> str:
    return "\n".join(_legal(result.line(" ".join([result.message, *result.hints]))) for result in results)


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


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
    told = [
        {
            "level": note.level,
            "message": {"text": note.text},
            **({"locations": [_located(note.location)]} if note.location else {}),
        }
        for note in report.notes
    ]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not report.failed, "toolExecutionNotifications": told}],
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
    return {
        "id": name,
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": text + (f" It is stated at {place}." if place else "")},
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }


def _result(result: Result, numbers: dict[str, int]) -> dict[str, Any]:
    related = [*result.related, *((f"because: {inner.message}", inner.location) for inner in result.details)]
    if result.shape_location is not None:
        related.append((f"the constraint, in {result.shape_title}", result.shape_location))
    found: dict[str, Any] = {
        "ruleId": _id(result),
        "ruleIndex": numbers[_id(result)],
        "level": _LEVELS[result.severity],
        "message": {"text": result.message + (f" Next: {result.step}" if result.step else "")},
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


def _located(place: Location, **more: Any) -> dict[str, Any]:
    """Return a location: a region of a file, or a node where its format has no places."""
    path = PurePath(place.file)
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}
    }
    located = {**more, "physicalLocation": physical}
    if place.line:
        region: dict[str, Any] = {"startLine": place.line, "startColumn": place.column, "endColumn": place.end_column}
        if place.text:
            region["snippet"] = {"text": place.text[place.column - 1 : place.end_column - 1]}
        physical["region"] = region
    else:
        located["logicalLocations"] = [{"fullyQualifiedName": place.text}]
    return located
