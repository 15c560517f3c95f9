"""A report as JUnit XML: one case a constraint, so that green is visible and what nothing reached is skipped."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ascn_graph.validation.report import SEVERITIES, Report, Result, counted
from ascn_graph.validation.vocabulary import short

__all__ = ["junit"]

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report, fail_on: str = "violation") -> str:
    """Write a report; findings milder than `fail_on`, and waived ones, are told in the case's output only."""
    worst = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
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
        failing = [result for result in found if result.severity in worst and not result.waived]
        if failing:
            failures += 1
            said = f"{counted(len(failing), 'result')}: {failing[0].message}"
            failure = SubElement(case, "failure", {"message": _legal(said), "type": component})
            failure.text = "\n".join(_line(result) for result in failing)
        elif skipped and not found:
            skips += 1
            SubElement(case, "skipped", {"message": _legal(skipped)})
        told = [result for result in found if result not in failing]
        if told:
            SubElement(case, "system-out").text = "\n".join(_line(result) for result in told)
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


def _line(result: Result) -> str:
    place = result.location
    waived = f" (waived: {result.waived})" if result.waived else ""
    told = " ".join([result.message, *result.hints])
    return _legal(f"{place}: {result.severity}: {told}{waived}")


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
