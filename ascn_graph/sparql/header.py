"""The header of a query file: what the query asks, what it takes and what it returns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

from ascn_graph.errors import QuerySyntaxError
from ascn_graph.nearest import nearest
from ascn_graph.profile import FILE, packaged
from ascn_graph.sparql.guard import refusal

__all__ = ["TYPES", "NamedQuery", "Parameter", "has_header", "parse"]

#: What a value that names no thing may be, and how a message says so.
TYPES: Final = {
    "string": "a text",
    "choice": "a text",
    "integer": "a whole number",
    "decimal": "a number",
    "double": "a number",
    "boolean": "true or false",
    "date": "a date, YYYY-MM-DD",
    "dateTime": "a moment, YYYY-MM-DDThh:mm:ss",
    "gYear": "a year, YYYY",
    "gYearMonth": "a month, YYYY-MM",
    "period": "a year, a month or a day, YYYY, YYYY-MM or YYYY-MM-DD",
    "iri": "an IRI or a prefixed name",
}
_ATTRIBUTES = {"kind", "type", "choices", "required", "many", "example"}
_KEYS = {"summary", "description", "tags", "row", "params", "returns", "expect"}
_ALIKE = 0.8  # how alike two keys are of which one is a slip of the other
_ENTRY = re.compile(r"(?P<indent> *)(?P<key>[A-Za-z][\w-]*): *(?P<value>.*)")
_ITEM = re.compile(r" *- +(.*)")


class Parameter(NamedTuple):
    """What a query takes: a thing of a kind, or a value of a type."""

    name: str  # the key, such as `shelfMark`; the query's variable is `?inShelfMark`
    kind: str  # the kind of thing it names, `any` for every kind, or "" where it takes a plain value
    type: str  # one of `TYPES` for a plain value, "" for a thing
    choices: tuple[str, ...]  # the values a choice may take
    required: bool  # whether the query means nothing without it
    many: bool  # whether several values may be given, of which any may match
    example: str  # a value that gives an answer

    @property
    def variable(self) -> str:
        """The variable of the query that carries the value."""
        return f"?in{self.name[0].upper()}{self.name[1:]}"

    @property
    def says(self) -> str:
        """What a value may be, for people."""
        if self.choices:
            return " or ".join(self.choices)
        if self.kind:
            an = "an" if self.kind[0] in "aeio" else "a"
            return "a thing of any kind" if self.kind == "any" else f"{an} {self.kind.replace('-', ' ')}"
        return TYPES[self.type]


class NamedQuery(NamedTuple):
    """One named query: its question, what it takes, what a row and a column mean, and its SPARQL text."""

    name: str  # the file's name without its ending
    summary: str  # the question it answers
    description: str  # what a reader should know beyond that
    tags: tuple[str, ...]  # its subjects; the first is the group it is listed in
    row: str  # what one row stands for
    parameters: Mapping[str, Parameter]  # what it takes, by name
    columns: Mapping[str, str]  # what each column means, by name
    expect_empty: bool  # whether no row is the right answer for the packaged graph
    text: str  # the SPARQL text, header included
    lines: Mapping[tuple[str, str], int]  # the line of each parameter (`params`) and column (`returns`), from 1
    # a text that gives the same rows where parameters are given, and in less time; "" where there is none
    bound: str = ""
    path: str = ""  # the file it was read from; "" where it was read from none

    @property
    def needs(self) -> dict[str, str]:
        """The parameters without which it means nothing, each with its example."""
        return {name: parameter.example for name, parameter in self.parameters.items() if parameter.required}

    @property
    def names_graphs(self) -> bool:
        """Whether it asks who says so: then the named graphs are needed, and not their union alone."""
        return refusal(self.text, forbidden=("GRAPH",), deepest=len(self.text)) is not None


def _flow(text: str) -> dict[str, str]:
    """Read one line of YAML flow style, `{type: choice, choices: [a, b]}`; values stay text."""
    inner = text.strip()
    if not (inner.startswith("{") and inner.endswith("}")):
        raise ValueError(f"expected {{…}}, found {text!r}")
    parts = re.findall(r"([A-Za-z]+): *(\[[^\]]*\]|\"[^\"]*\"|[^,]*)", inner[1:-1])
    return {key: value.strip().strip('"') for key, value in parts}


def _parameter(name: str, text: str, kinds: Collection[str]) -> Parameter:
    given = _flow(text)
    kind, type_ = given.get("kind", ""), given.get("type", "")
    choices = tuple(word.strip() for word in given.get("choices", "[]")[1:-1].split(",") if word.strip())
    flags = [given.get("required", "false"), given.get("many", "true")]
    for wrong, told in (
        (set(given) - _ATTRIBUTES, f"may have {', '.join(sorted(_ATTRIBUTES))}"),
        (bool(kind) == bool(type_), "has either a kind or a type"),
        (type_ and type_ not in TYPES, f"has one of the types {', '.join(TYPES)}"),
        ((type_ == "choice") != bool(choices), "has choices where its type is choice, and only there"),
        (set(flags) - {"true", "false"}, "may be required or many: true or false"),
    ):
        if wrong:
            raise ValueError(f"parameter '{name}' {told}; found {text}")
    if kind and kind not in (*kinds, "any"):
        near = nearest(kind, kinds, most=1)
        hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(kinds)}"
        raise ValueError(f"{FILE} has no kind '{kind}'{hint}")
    if "example" not in given:
        raise ValueError(f"parameter '{name}' needs an example; found {text}")
    return Parameter(name, kind, type_, choices, flags[0] == "true", flags[1] == "true", given["example"])


def _header(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines `#+` of the comments that a text begins with, and their numbers."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#+"):
            yield number, line[2:].removeprefix(" ").rstrip()
        elif line.strip() and not line.startswith("#"):
            return


def has_header(text: str) -> bool:
    """Return whether a SPARQL text states what it asks and takes."""
    return next(_header(text), None) is not None


def _take(
    number: int, line: str, section: str, told: dict[str, str], maps: Mapping[str, dict[str, tuple[int, str]]]
) -> str:
    """Take what a line says into `told` or, below a key of `maps`, into that; return the key that may go on.

    Raises:
        ValueError: it is no line of such a header.
    """
    entry, said = _ENTRY.fullmatch(line), line.strip()
    if entry and not entry["indent"]:
        key, value = entry["key"], entry["value"]
        if key in told:
            raise ValueError(f"{key} stands twice")
        # A key of another tool says nothing here; a slip of one of ours would be lost without a word.
        if key not in _KEYS and (meant := nearest(key, _KEYS, most=1, alike=_ALIKE)):
            raise ValueError(f"there is no key {key}; did you mean {meant[0]}?")
        told[key] = "" if value in (">", ">-", "|", "|-") else value
        return key
    if entry and section in maps:
        if entry["key"] in maps[section]:
            raise ValueError(f"{entry['key']} stands twice below {section}")
        maps[section][entry["key"]] = number, entry["value"]
    elif entry and section in ("", *_KEYS) and entry["value"].startswith("{"):
        raise ValueError(f"{entry['key']} stands below {section or 'nothing'}; only params and returns hold more")
    elif line.startswith((" ", "- ")) and section and section not in maps:
        item = _ITEM.fullmatch(line)
        told[section] = (", " if item else " ").join(filter(None, (told[section], item[1] if item else said)))
    elif said:
        raise ValueError(f"{said!r} is not written key: value")
    return section


def parse(name: str, text: str, kinds: Collection[str] | None = None) -> NamedQuery:
    """Read a query file: its header wherever it stands among the comments at the top, or none.

    Args:
        name: what the query is called.
        text: the file's text.
        kinds: the kinds of thing that a parameter may take; those of the packaged graph by default.

    Raises:
        QuerySyntaxError: the header is not as `docs/queries.md` says; with the line.
    """
    kinds = packaged().kinds if kinds is None else kinds
    told: dict[str, str] = {}
    maps: dict[str, dict[str, tuple[int, str]]] = {"params": {}, "returns": {}}
    number, section = 1, ""
    parameters: dict[str, Parameter] = {}
    try:
        for number, line in _header(text):
            section = _take(number, line, section, told, maps)
        for key, (stated_at, value) in maps["params"].items():
            number = stated_at
            parameters[key] = _parameter(key, value, kinds)
    except ValueError as error:
        said = str(error)
        said = said if said.endswith("?") else f"{said}."
        raise QuerySyntaxError(f"The header of query '{name}' cannot be read: {said}", number, 1) from None
    tags = told.get("tags", "").strip("[]").split(",")
    return NamedQuery(
        name=name,
        summary=told.get("summary") or name.replace("-", " "),
        description=told.get("description", ""),
        tags=tuple(tag.strip() for tag in tags if tag.strip()) or ("own",),
        row=told.get("row", ""),
        parameters=parameters,
        lines={(section, key): line for section, told in maps.items() for key, (line, _) in told.items()},
        columns={key: value for key, (_, value) in maps["returns"].items()},
        expect_empty=told.get("expect") == "empty",
        text=text,
    )
