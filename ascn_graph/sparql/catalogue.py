"""The named queries: each a SPARQL file that states in its header what it asks, takes and returns."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from ascn_graph.errors import QuerySyntaxError, UnknownQuery, UsageError
from ascn_graph.nearest import did_you_mean
from ascn_graph.profile import Profile
from ascn_graph.profile import packaged as packaged_profile
from ascn_graph.sparql.guard import refusal

__all__ = ["Catalogue", "NamedQuery", "Parameter", "load", "of", "packaged"]

#: What a value that names no thing may be.
TYPES = ("string", "integer", "decimal", "date", "choice")
_ATTRIBUTES = {"kind", "type", "choices", "required", "many", "example"}
_KEYS = {"summary", "description", "tags", "row", "params", "returns", "expect"}
_SHOWN = 80  # characters of what was asked, in a message
_ENTRY = re.compile(r"(?P<indent> *)(?P<key>[A-Za-z][A-Za-z0-9]*): ?(?P<value>.*)")


class Parameter(NamedTuple):
    """What a query takes: a thing of a kind, or a value of a type.

    Attributes:
        name: the key, such as `shelfMark`; the query's variable is `?inShelfMark`.
        kind: the kind of thing it names, `any` for every kind, or "" where it takes a plain value.
        type: one of `TYPES` for a plain value, "" for a thing.
        choices: the values a choice may take.
        required: whether the query means nothing without it.
        many: whether several values may be given, of which any may match.
        example: a value that gives an answer.
    """

    name: str
    kind: str
    type: str
    choices: tuple[str, ...]
    required: bool
    many: bool
    example: str

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
        return {"integer": "a whole number", "decimal": "a number", "date": "a date, YYYY-MM-DD"}.get(
            self.type, "a text"
        )


class NamedQuery(NamedTuple):
    """One named query: its question, what it takes, what a row and a column mean, and its SPARQL text.

    Attributes:
        name: the file's name without its ending.
        summary: the question it answers.
        description: what a reader should know beyond that.
        tags: its subjects; the first is the group it is listed in.
        row: what one row stands for.
        parameters: what it takes, by name.
        columns: what each column means, by name.
        expect_empty: whether no row is the right answer for the packaged graph.
        text: the SPARQL text, header included.
        bound: a text that gives the same rows where parameters are given, and in less time; "" where there is none.
    """

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    row: str
    parameters: Mapping[str, Parameter]
    columns: Mapping[str, str]
    expect_empty: bool
    text: str
    bound: str = ""

    @property
    def needs(self) -> dict[str, str]:
        """The parameters without which it means nothing, each with its example."""
        return {name: parameter.example for name, parameter in self.parameters.items() if parameter.required}

    @property
    def names_graphs(self) -> bool:
        """Whether it asks who says so: then the named graphs are needed, and not their union alone."""
        return refusal(self.text, forbidden=("GRAPH",), deepest=len(self.text)) is not None


class Catalogue(dict[str, NamedQuery]):
    """The named queries by name; a name that is not there is answered with the nearest."""

    def __missing__(self, name: str) -> NamedQuery:
        shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}\u2026"
        hint = did_you_mean(shown, self) or ";"
        raise UnknownQuery(f"There is no query '{shown}'{hint} `ascn query` lists them all.")


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
        (kind and kind not in (*kinds, "any"), f"names no kind of thing: {kind}"),
        ((type_ == "choice") != bool(choices), "has choices where its type is choice, and only there"),
        (set(flags) - {"true", "false"}, "may be required or many: true or false"),
        ("example" not in given, "has an example"),
    ):
        if wrong:
            raise ValueError(f"parameter {name} {told}; found {text}")
    return Parameter(name, kind, type_, choices, flags[0] == "true", flags[1] == "true", given["example"])


def _entry(line: str, section: str) -> tuple[bool, str, str]:
    """Read one line of a header: whether it belongs to the section, its key, its value."""
    match = _ENTRY.fullmatch(line[3:].rstrip())
    if not match:
        raise ValueError(f"{line!r} is no `key: value`")
    key, value, inner = match["key"], match["value"], bool(match["indent"])
    if ": " in value and not value.startswith(("{", '"')):
        raise ValueError(f"a colon in {value!r}, where YAML would begin a value; write a semicolon")
    if inner and section not in ("params", "returns"):
        raise ValueError(f"{key} stands below {section or 'nothing'}; only params and returns hold more")
    if not inner and key not in _KEYS:
        raise ValueError(f"there is no key {key}; there are {', '.join(sorted(_KEYS))}")
    return inner, key, value


def parse(name: str, text: str, kinds: Collection[str] | None = None) -> NamedQuery:
    """Read a query file.

    Args:
        name: what the query is called.
        text: the file's text.
        kinds: the kinds of thing that a parameter may take; those of the packaged graph by default.

    Raises:
        QuerySyntaxError: the header is not as `docs/queries.md` says; with the line.
    """
    kinds = packaged_profile().kinds if kinds is None else kinds
    top: dict[str, str] = {}
    parameters: dict[str, Parameter] = {}
    columns: dict[str, str] = {}
    section, number = "", 1
    header = takewhile(lambda line: line.startswith("#+ "), text.splitlines())
    told = f"The header of query '{name}' cannot be read:"
    try:
        for number, line in enumerate(header, 1):  # noqa: B007 - where it ends is where a fault is told
            inner, key, value = _entry(line, section)
            if not inner:
                section = key
                top[key] = value
            elif section == "params":
                parameters[key] = _parameter(key, value, kinds)
            else:
                columns[key] = value
        return NamedQuery(
            name=name,
            summary=top["summary"],
            description=top.get("description", ""),
            tags=tuple(tag.strip() for tag in top["tags"].split(",")),
            row=top["row"],
            parameters=parameters,
            columns=columns,
            expect_empty=top.get("expect") == "empty",
            text=text,
        )
    except KeyError as error:
        raise QuerySyntaxError(f"{told} it lacks {error.args[0]}.", 1, 1) from None
    except ValueError as error:
        raise QuerySyntaxError(f"{told} {error}.", number, 1) from None


def load(profile: Profile) -> Catalogue:
    """Read every named query of a graph project, by name.

    Raises:
        QuerySyntaxError: the header of one is ill-formed.
        UsageError: two folders hold a query of the same name.
    """
    found = Catalogue()
    for path in sorted(
        (path for folder in profile.queries for path in folder.glob("*.rq")), key=lambda path: path.stem
    ):
        if path.stem in found:
            raise UsageError(f"There are two queries of the name '{path.stem}'; rename {path.as_posix()}.")
        found[path.stem] = _read(path, profile)
    return found


def _read(path: Path, profile: Profile) -> NamedQuery:
    other = path.parent / "bound" / path.name
    query = parse(path.stem, path.read_text(encoding="utf-8"), profile.kinds)
    return query._replace(bound=other.read_text(encoding="utf-8")) if other.is_file() else query


class _Lazy(Catalogue):
    """The queries of a graph project, each read when it is first asked for: one query needs no other's header."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self._profile = profile

    def __missing__(self, name: str) -> NamedQuery:
        if re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name):
            for path in (folder / f"{name}.rq" for folder in self._profile.queries):
                if path.is_file():
                    self[name] = _read(path, self._profile)
                    return self[name]
        return load(self._profile)[name]


def of(profile: Profile) -> Catalogue:
    """Return the queries of a graph project; only those that were asked for are in it, `load` has all."""
    return packaged() if profile is packaged_profile() else _Lazy(profile)


@cache
def packaged() -> Catalogue:
    """Return the packaged queries, as `of` does."""
    return _Lazy(packaged_profile())
