"""`graph.toml` read and checked, with an error at the line of a slip."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ascn_graph.errors import EngineError, InputError
from ascn_graph.namespaces import STANDARD, expand, is_safe_iri
from ascn_graph.nearest import did_you_mean
from ascn_graph.profile import toml
from ascn_graph.profile.model import Evidence, Kind, Profile

__all__ = ["FILE", "find", "packaged", "read"]

#: The name of the file, at the top of a graph project.
FILE = "graph.toml"

_SEGMENT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PREFIX = re.compile(r"[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")

# The keys of each table with what one that is left out means, which is of the type that one must have.
_SCHEMA: Mapping[str, Mapping[str, Any]] = {
    "": {**dict.fromkeys(("name", "title", "description", "base", "contact"), ""), "data": "data", "queries": []},
    "ontology": {
        **dict.fromkeys(("prefix", "checks", "rules", "context"), ""),
        "namespace": "ontology#",
        "files": [],
        "shapes": [],
    },
    "graphs": {"path": "graph/", "containers": ["catalogue", "ontology"], "derived": "derived"},
    "things": {"path": "id/"},
    "whole": {"source": ""},
    "evidence": {name.replace("_", "-"): term for name, term in Evidence()._asdict().items()},
    "kinds.*": {
        **dict.fromkeys(("class", "path", "plural", "prefix", "title", "about"), ""),
        "label": "rdfs:label",
        "quiet": False,
        "codes": [],
    },
}
_TABLES = ("ontology", "graphs", "things", "whole", "evidence", "kinds", "prefixes", "site", "extract")
_FILES = ("files", "shapes", "checks", "rules", "context")
_FREE = ("prefixes", "site", "extract")  # tables whose keys are names, or are for one wing to check


def read(folder: Path) -> Profile:
    """Read and check the profile of a graph project.

    Args:
        folder: the folder that holds `graph.toml`.

    Raises:
        InputError: the file is missing, empty or ill-formed, has an unknown key, contradicts itself, or names a file
            that is not there; at the line of the slip.
    """
    return _Reader(toml.read(folder / FILE)).profile(folder)


def find(place: Path) -> Profile | None:
    """Return the profile of the graph project that a file or folder belongs to: the nearest `graph.toml` upward."""
    start = place.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return read(place if folder == start else folder)
    return None


@cache
def packaged() -> Profile:
    """Return the profile of the packaged graph: inside the wheel, or at the top of a checkout.

    Raises:
        EngineError: the installation lacks it.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "_kg", package.parent):
        if (folder / FILE).is_file():
            return read(folder)
    raise EngineError(f"The packaged graph is missing beside {package}: install ascn-graph again.")


class _Reader:
    """Turns the text of a profile into a `Profile`, and refuses what contradicts itself."""

    def __init__(self, document: toml.TomlDocument) -> None:
        self._document = document
        self._check_keys()
        base = self._required("", "base")
        if not is_safe_iri(base) or base[-1] not in "/#":
            raise self._fault("base", f"'{base}' is not an absolute IRI that ends in / or #")
        self._base = base

    def profile(self, folder: Path) -> Profile:
        self._check_files(folder)
        prefix = self._required("ontology", "prefix")
        namespace = self._iri("ontology", "namespace")
        things = self._iri("things", "path")
        prefixes = {prefix: namespace, **STANDARD, **self._prefixes()}
        kinds = self._kinds({**prefixes, prefix: namespace})
        # The files' own prefix stands first, so that it is the one that is written.
        written = {kind.prefix: f"{things}{kind.path}/" for kind in kinds.values()}
        also_read = {kind.path: f"{things}{kind.path}/" for kind in kinds.values()}
        prefixes = {**prefixes, **written, **also_read, **written}
        name = self._required("", "name")
        listed = {key: tuple(folder / one for one in self._get("ontology", key)) for key in ("files", "shapes")}
        single = {key: self._get("ontology", key) for key in ("checks", "rules", "context")}
        return Profile(
            folder=folder,
            name=name,
            title=self._get("", "title") or name,
            description=self._get("", "description"),
            base=self._base,
            contact=self._get("", "contact"),
            namespace=namespace,
            prefix=prefix,
            prefixes=prefixes,
            kinds=kinds,
            paths={kind.path: name for name, kind in kinds.items()},
            things=things,
            graphs=self._iri("graphs", "path"),
            containers=tuple(self._get("graphs", "containers")),
            derived=self._get("graphs", "derived"),
            whole=self._get("whole", "source"),
            evidence=self._evidence(prefixes, namespace),
            data=folder / self._get("", "data"),
            queries=tuple(folder / one for one in self._get("", "queries")),
            ontology=listed["files"],
            shapes=listed["shapes"],
            **{key: folder / text if text else None for key, text in single.items()},
            site=self._document.table("site"),
            extract=self._document.table("extract"),
            document=self._document,
        )

    def _fault(self, key: str, problem: str, table: str = "") -> InputError:
        return self._document.fault(problem, *(table.split(".") if table else []), key)

    def _check_keys(self) -> None:
        """Refuse a key that means nothing here: a misspelt one must not quietly count as left out."""
        for place, value in self._document.leaves():
            table, key = ".".join(place[:-1]), place[-1]
            if place[0] in _FREE:
                continue
            schema = "kinds.*" if place[0] == "kinds" and len(place) == len(("kinds", "name", "key")) else table
            known = _SCHEMA.get(schema, {})
            if not known:
                hint = did_you_mean(table.split(".")[0], _TABLES) or f"; the tables are {', '.join(_TABLES)}"
                raise self._document.fault(f"a profile has no table [{table}]{hint}", *place[:-1])
            if key not in known:
                where = f"[{table}] has" if table else "a profile has"
                hint = did_you_mean(key, known) or f"; the keys are {', '.join(known)}"
                raise self._document.fault(f"{where} no key '{key}'{hint}", *place)
            wanted = type(known[key])
            if not isinstance(value, wanted) or (wanted is list and not all(isinstance(one, str) for one in value)):
                told = {str: "text", list: "a list of texts", bool: "true or false"}[wanted]
                raise self._document.fault(f"'{key}' must be {told}", *place)

    def _get(self, table: str, key: str) -> Any:
        return self._document.table(table).get(key) or _SCHEMA[table][key]

    def _required(self, table: str, key: str) -> str:
        if not self._get(table, key):
            raise self._fault(key, f"the profile lacks '{key}'{f' in [{table}]' if table else ''}", table)
        return str(self._get(table, key))

    def _iri(self, table: str, key: str) -> str:
        return self._absolute(self._get(table, key), table, key)

    def _absolute(self, text: str, table: str, key: str) -> str:
        iri = text if is_safe_iri(text) else self._base + text
        if not is_safe_iri(iri):
            raise self._fault(key, f"'{text}' is not an IRI, nor the end of one below {self._base}", table)
        return iri

    def _prefixes(self) -> dict[str, str]:
        found = {}
        for prefix, namespace in self._document.table("prefixes").items():
            if not _PREFIX.fullmatch(prefix) or not isinstance(namespace, str):
                raise self._fault(prefix, f"'{prefix}' must be a prefix with its namespace as a text", "prefixes")
            found[prefix] = self._absolute(namespace, "prefixes", prefix)
        return found

    def _kinds(self, prefixes: Mapping[str, str]) -> dict[str, Kind]:
        found: dict[str, Kind] = {}
        for name, stated in self._document.table("kinds").items():
            table = f"kinds.{name}"
            if not _SEGMENT.fullmatch(name) or not isinstance(stated, Mapping):
                raise self._fault(name, f"the kind '{name}' must be lower-case words with hyphens", "kinds")
            given = {**_SCHEMA["kinds.*"], **stated}
            if not given["class"]:
                raise self._fault("class", f"the kind '{name}' has no class; name one, as in class = \"…\"", table)
            path = given["path"] or name
            if not _SEGMENT.fullmatch(path):
                raise self._fault("path", f"'{path}' is not a segment of an IRI: lower-case words with hyphens", table)
            for other in found.values():
                if other.path == path:
                    raise self._fault("path", f"the kinds '{other.name}' and '{name}' have one path, '{path}'", table)
            plural = given["plural"] or f"{name.replace('-', ' ')}s"
            found[name] = Kind(
                name=name,
                type=self._term(given["class"], prefixes, table, "class"),
                path=path,
                plural=plural,
                prefix=given["prefix"] or path,
                label=self._term(given["label"], prefixes, table, "label"),
                title=given["title"] or plural.capitalize(),
                about=given["about"],
                quiet=given["quiet"],
                codes=tuple(self._term(code, prefixes, table, "codes") for code in given["codes"]),
            )
        return found

    def _term(self, text: str, prefixes: Mapping[str, str], table: str, key: str) -> str:
        iri = expand(text, prefixes) or (text if is_safe_iri(text) and "://" in text else None)
        if iri is None:
            raise self._fault(key, f"'{text}' is neither an IRI nor a name with a known prefix", table)
        return iri

    def _evidence(self, prefixes: Mapping[str, str], namespace: str) -> Evidence:
        stated = {key: self._get("evidence", key) for key in _SCHEMA["evidence"]}
        return Evidence(
            *(
                self._term(text, prefixes, "evidence", key) if ":" in text else namespace + text
                for key, text in stated.items()
            )
        )

    def _check_files(self, folder: Path) -> None:
        for table, key in (*(("ontology", key) for key in _FILES), ("", "queries"), ("", "data")):
            stated = self._get(table, key)
            for one in stated if isinstance(stated, list) else filter(None, [stated]):
                if not (folder / one).exists():
                    raise self._fault(key, f"there is no {one} beside {FILE}; mend '{key}' or make it", table)
