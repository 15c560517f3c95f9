"""SPARQL results in XML, read row by row as they arrive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any, cast
from xml.etree.ElementTree import Element, XMLParser, iterparse

from pyoxigraph import Triple

from ascn_graph import lenient
from ascn_graph.results import Bindings, Term

__all__ = ["read"]

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_Events = Iterator[tuple[str, Element]]


def read(body: IO[bytes]) -> Bindings | bool:
    """Read the answer of a SELECT or an ASK; elements of other namespaces than the root's are passed over.

    Args:
        body: the answer in UTF-8, without a document type, which no result needs.

    Raises:
        SyntaxError: it is not well-formed; as ValueError, for what comes behind the first rows while rows are drawn.
        ValueError: it is not such an answer, or breaks off.
    """
    # Whatever the text itself says of its encoding.
    events = cast("_Events", iterparse(body, ("start", "end"), XMLParser(encoding="utf-8")))  # noqa: S314 - see above
    _, root = next(events)
    space = root.tag.removesuffix("sparql")
    columns: list[str] = []
    for event, element in events:
        if element.tag == f"{space}variable" and event == "end":
            columns.append(element.get("name", ""))
        elif element.tag == f"{space}results":
            return Bindings(tuple(columns), _rows(events, element, space, columns))
        elif element.tag == f"{space}boolean" and event == "end":
            for _ in events:
                pass
            if (truth := _TRUTHS.get((element.text or "").strip())) is not None:
                return truth
    raise ValueError("it has neither rows nor a boolean")


def _rows(events: _Events, results: Element, space: str, columns: Sequence[str]) -> Iterator[tuple[Term | None, ...]]:
    number = 0
    for event, element in events:
        if element.tag == f"{space}result" and event == "end":
            number += 1
            row: dict[str, Any] = {}
            for binding in element.findall(f"{space}binding"):
                column = binding.get("name", "")
                found = [_term(each, space, f"Row {number}, column {column}") for each in _known(binding, space)]
                if column not in columns or len(found) != 1:
                    raise ValueError(f"row {number}: '{column}' is missing or out of place")
                row[column] = found[0]
            # What was read is forgotten, so that memory does not grow with the answer.
            results.clear()
            yield tuple([row.get(column) for column in columns])


def _known(element: Element, space: str) -> list[Element]:
    return [each for each in element if each.tag.startswith(space) and "}" not in each.tag[len(space) :]]


def _term(element: Element, space: str, place: str) -> Any:
    kind, text = element.tag.removeprefix(space), element.text or ""
    if kind == "unbound":  # of the drafts
        return None
    if kind == "triple":
        return Triple(*[_term(each, space, place) for part in _known(element, space) for each in _known(part, space)])
    text = text if kind == "literal" else text.strip()
    return lenient.term(place, kind, text, element.get(_LANGUAGE, ""), element.get("datatype", ""))
