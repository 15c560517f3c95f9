"""The named queries: each a SPARQL file that states in its header what it asks, takes and returns."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ascn_graph import resources
from ascn_graph.errors import EngineError, UnknownQuery
from ascn_graph.namespaces import KINDS

__all__ = ["Catalogue", "NamedQuery", "Parameter", "did_you_mean", "load", "packaged"]

#: What a value that names no thing may be.
TYPES = ("string", "integer", "decimal", "date", "choice")
_ATTRIBUTES = {"kind", "type", "choices", "required", "many", "example"}
_KEYS = {"summary", "description", "tags", "row", "params", "returns", "expect"}
_SHOWN = 80  # characters of what was asked, in a message
_ENTRY = re.compile(r"(?P<indent> *)(?P<key>[A-Za-z][A-Za-z0-9]*): ?(?P<value>.*)")


class Parameter(NamedTuple):
    """What a query takes: a thing of a kind, or a value of a type.

    Attributes:
        name: the key, such as `memberState`; the query's variable is `?inMemberState`.
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
            article = "an" if self.kind[0] in "aeio" else "a"
            return "a thing of any kind" if self.kind == "any" else f"{article} {self.kind.replace('-', ' ')}"
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


class Catalogue(dict[str, NamedQuery]):
    """The named queries by name; a name that is not there is answered with the nearest."""

    def __missing__(self, name: str) -> NamedQuery:
        shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}\u2026"
        hint = did_you_mean(shown, self) or ";"
        raise UnknownQuery(f"There is no query '{shown}'{hint} `ascn query` lists them all.")


def did_you_mean(given: str, known: Mapping[str, object] | list[str]) -> str:
    """Give `: did you mean X?` for the nearest known words, or nothing where none is near."""
    near = difflib.get_close_matches(given.lower(), list(known), n=3, cutoff=0.6)
    return f": did you mean {' or '.join(near)}?" if near else ""


def _flow(text: str) -> dict[str, str]:
    """Read one line of YAML flow style, `{kind: city, choices: [a, b]}`; values stay text."""
    inner = text.strip()
    if not (inner.startswith("{") and inner.endswith("}")):
        raise ValueError(f"expected {{…}}, found {text!r}")
    parts = re.findall(r"([A-Za-z]+): *(\[[^\]]*\]|\"[^\"]*\"|[^,]*)", inner[1:-1])
    return {key: value.strip().strip('"') for key, value in parts}


def _parameter(name: str, text: str) -> Parameter:
    given = _flow(text)
    unknown = set(given) - _ATTRIBUTES
    kind, type_ = given.get("kind", ""), given.get("type", "")
    choices = tuple(word.strip() for word in given.get("choices", "[]")[1:-1].split(",") if word.strip())
    if unknown or bool(kind) == bool(type_) or (type_ and type_ not in TYPES) or (type_ == "choice") != bool(choices):
        raise ValueError(f"parameter {name}: {text}")
    if kind and kind not in (*KINDS, "any"):
        raise ValueError(f"parameter {name} names no kind of thing: {kind}")
    flags = {key: given.get(key, default) for key, default in (("required", "false"), ("many", "true"))}
    if set(flags.values()) - {"true", "false"} or "example" not in given:
        raise ValueError(f"parameter {name}: {text}")
    return Parameter(name, kind, type_, choices, flags["required"] == "true", flags["many"] == "true", given["example"])


def _header(text: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Read the lines `#+ `: the keys at the margin, and those below `params` and `returns`."""
    top: dict[str, str] = {}
    nested: dict[str, dict[str, str]] = {"params": {}, "returns": {}}
    section = ""
    for line in text.splitlines():
        if not line.startswith("#+ "):
            break
        match = _ENTRY.fullmatch(line[3:].rstrip())
        if not match:
            raise ValueError(line)
        key, value = match["key"], match["value"]
        if ": " in value and not value.startswith(("{", '"')):
            raise ValueError(f"a colon in {value!r}, where YAML would begin a value; write a semicolon")
        if match["indent"]:
            nested[section][key] = value
        elif key not in _KEYS:
            raise ValueError(f"unknown key {key}")
        else:
            section = key
            top[key] = value
    return top, nested["params"], nested["returns"]


def parse(name: str, text: str) -> NamedQuery:
    """Read a query file.

    Raises:
        EngineError: the header is not as `docs/queries.md` says, which is a fault of the query file.
    """
    try:
        top, params, returns = _header(text)
        return NamedQuery(
            name=name,
            summary=top["summary"],
            description=top.get("description", ""),
            tags=tuple(tag.strip() for tag in top["tags"].split(",")),
            row=top["row"],
            parameters={key: _parameter(key, value) for key, value in params.items()},
            columns=returns,
            expect_empty=top.get("expect") == "empty",
            text=text,
        )
    except KeyError as error:
        raise EngineError(f"The header of query '{name}' cannot be read: it lacks {error}.") from error
    except ValueError as error:
        raise EngineError(f"The header of query '{name}' cannot be read: {error}.") from error


def load(folder: Path) -> Catalogue:
    """Read every `.rq` file of a folder, by name."""
    files = sorted(folder.glob("*.rq"))
    return Catalogue((path.stem, parse(path.stem, path.read_text(encoding="utf-8"))) for path in files)


class _Packaged(Catalogue):
    """The packaged queries, each read when it is first asked for: one query needs no other's header."""

    def __missing__(self, name: str) -> NamedQuery:
        path = resources.queries() / f"{name}.rq"
        if re.fullmatch(r"[a-z0-9-]{1,80}", name) and path.is_file():
            self[name] = parse(name, path.read_text(encoding="utf-8"))
            return self[name]
        return load(resources.queries())[name]


@cache
def packaged() -> Catalogue:
    """Give the packaged queries; only those that were asked for are in it, `load(resources.queries())` has all."""
    return _Packaged()
