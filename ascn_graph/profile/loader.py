"""`graph.toml` read and checked, with an error at the line of a slip."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ascn_graph.errors import EngineError, InputError, plural
from ascn_graph.namespaces import STANDARD, expand, is_safe_iri
from ascn_graph.nearest import did_you_mean
from ascn_graph.profile import toml
from ascn_graph.profile.model import Evidence, Kind, Profile

__all__ = ["FILE", "SCHEMA", "find", "packaged", "project_of", "read"]

#: The name of the file, at the top of a graph project.
FILE = "graph.toml"

_SEGMENT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PREFIX = re.compile(r"[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")

_LIST: list[str] = []
_STRINGS, _LISTS = {"*": ""}, {"*": _LIST}
#: Every key with what one that is left out means, which is of the type that one must have; `*` is any name.
SCHEMA: Mapping[str, Any] = {
    **dict.fromkeys(("name", "title", "description", "base", "contact"), ""),
    "data": "data",
    "queries": [],
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
    "kinds": {
        "*": {
            **dict.fromkeys(("class", "path", "plural", "prefix", "title", "about"), ""),
            "label": "rdfs:label",
            "quiet": False,
            "codes": [],
        }
    },
    "prefixes": {"*": ""},
    "site": {
        **dict.fromkeys(("pages", "correction"), ""),
        **dict.fromkeys(("examples", "noindex", "subjects"), _LIST),
        **dict.fromkeys(("menu", "words", "incoming", "units", "attribution"), _STRINGS),
        **dict.fromkeys(("columns", "schema"), _LISTS),
    },
    "extract": {"fields": "", "slugs": []},
}
_TYPES = {str: "a string", list: "a list of strings", bool: "true or false"}
# What a key names: a folder (/), or a file by the ends that its name may have.
_PLACES = {
    ("", "data"): "/",
    ("", "queries"): "/",
    ("ontology", "files"): ".ttl",
    ("ontology", "shapes"): "/ .ttl",
    ("ontology", "checks"): "/",
    ("ontology", "rules"): "/",
    ("ontology", "context"): ".jsonld .json",
    ("extract", "fields"): ".csv",
}
# The lists whose values, and the tables whose keys, are names of kinds.
_OF_KINDS = (("site", "examples"), ("site", "noindex"), ("site", "columns"), ("site", "schema"), ("extract", "slugs"))


def read(folder: Path) -> Profile:
    """Read and check the profile of a graph project.

    Args:
        folder: the folder that holds `graph.toml`.

    Raises:
        InputError: the file is missing, empty or ill-formed, has an unknown key, contradicts itself, or names a file
            that is not there; at the line of the slip.
    """
    document = toml.read(folder / FILE)
    if not document.tables:
        raise document.fault("the file is empty")
    return _Reader(document).profile(folder)


def project_of(place: Path) -> Path | None:
    """Return the folder of the graph project that a file or folder belongs to: of the nearest `graph.toml` upward."""
    try:
        start = place.resolve()
        found = next((folder for folder in (start, *start.parents) if (folder / FILE).is_file()), None)
    except (ValueError, PermissionError):
        # No file has NUL or half a surrogate pair in its name; that a folder may not be entered, its reader tells.
        return None
    return place if found == start else found


def find(place: Path) -> Profile | None:
    """Return the profile of the graph project that a file or folder belongs to, or None where it belongs to none."""
    folder = project_of(place)
    return read(folder) if folder else None


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
        self._check(document.tables, SCHEMA)
        base = self._required("", "base")
        if not is_safe_iri(base) or base[-1] not in "/#":
            raise self._fault("base", f"'{base}' is not an absolute IRI that ends in / or #")
        self._base = base
        self._prefix = self._required("ontology", "prefix")
        self._namespace = self._iri("ontology", "namespace")
        # The files' own prefix stands first, so that it is the one that is written.
        self._prefixes = {self._prefix: self._namespace, **STANDARD, **self._stated_prefixes()}
        self._claim(self._prefix, self._namespace, "ontology")

    def profile(self, folder: Path) -> Profile:
        self._check_places(folder)
        things = self._iri("things", "path")
        kinds = self._kinds()
        for kind in kinds.values():
            self._claim(kind.prefix, f"{things}{kind.path}/", f"kinds.{kind.name}")
        for kind in kinds.values():
            self._prefixes.setdefault(kind.path, f"{things}{kind.path}/")
        self._check_names_of_kinds(kinds)
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
            namespace=self._namespace,
            prefix=self._prefix,
            prefixes=self._prefixes,
            kinds=kinds,
            paths={kind.path: name for name, kind in kinds.items()},
            things=things,
            graphs=self._iri("graphs", "path"),
            containers=tuple(self._get("graphs", "containers")),
            derived=self._get("graphs", "derived"),
            whole=self._get("whole", "source"),
            evidence=Evidence(
                *(self._term(self._get("evidence", key), "evidence", key, bare=True) for key in SCHEMA["evidence"])
            ),
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

    def _check(self, table: Any, known: Mapping[str, Any], *place: str) -> None:
        """Refuse a key that means nothing here: a misspelt one must not quietly count as left out."""
        if not isinstance(table, dict):
            key = ".".join(place)
            raise self._document.fault(f"[{key}] is one table: write it as [{key}]", *place)
        of_any = known.get("*")
        for name, value in table.items():
            wanted = known.get(name, of_any)
            if wanted is None:
                raise self._unknown(name, value, known, place)
            if isinstance(wanted, dict):
                self._check(value, wanted, *place, name)
            elif type(value) is not type(wanted) or (
                isinstance(value, list) and not all(isinstance(one, str) for one in value)
            ):
                raise self._document.fault(f"'{name}' must be {_TYPES[type(wanted)]}", *place, name)

    def _unknown(self, name: str, value: Any, known: Mapping[str, Any], place: tuple[str, ...]) -> InputError:
        where = f"[{'.'.join(place)}]" if place else "a profile"
        told, alike = f"{where} has no key '{name}'", [*known]
        if not place:
            is_table = isinstance(value[0] if isinstance(value, list) and value else value, Mapping)
            told = f"a profile has no table [{name}]" if is_table else told
            alike = [key for key, inner in known.items() if isinstance(inner, Mapping) == is_table]
        hint = did_you_mean(name, alike) or f"; there are {', '.join(alike)}"
        return self._document.fault(f"{told}{hint}", *place, name)

    def _get(self, table: str, key: str) -> Any:
        return self._document.table(table).get(key) or (SCHEMA[table] if table else SCHEMA)[key]

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

    def _stated_prefixes(self) -> dict[str, str]:
        found = {}
        for prefix, namespace in self._document.table("prefixes").items():
            self._check_prefix(prefix, "prefixes", prefix)
            found[prefix] = self._absolute(namespace, "prefixes", prefix)
        return found

    def _check_prefix(self, prefix: str, table: str, key: str) -> None:
        if not _PREFIX.fullmatch(prefix):
            told = f"'{prefix}' is not a prefix: letters, digits, hyphens and underscores, without the colon"
            raise self._fault(key, told, table)

    def _claim(self, prefix: str, namespace: str, table: str) -> None:
        """Refuse a prefix that has another namespace already: names with it would mean two things."""
        self._check_prefix(prefix, table, "prefix")
        if (other := self._prefixes.setdefault(prefix, namespace)) != namespace:
            told = f"the prefix '{prefix}' already stands for {other}; give [{table}] another in 'prefix'"
            raise self._fault("prefix", told, table)

    def _kinds(self) -> dict[str, Kind]:
        found: dict[str, Kind] = {}
        for name, stated in self._document.table("kinds").items():
            table = f"kinds.{name}"
            if not _SEGMENT.fullmatch(name):
                raise self._fault(name, f"the kind '{name}' must be lower-case words with hyphens", "kinds")
            given = {**SCHEMA["kinds"]["*"], **stated}
            if not given["class"]:
                raise self._fault("class", f"the kind '{name}' has no class; name one, as in class = \"…\"", table)
            path = given["path"] or name
            if not _SEGMENT.fullmatch(path):
                raise self._fault("path", f"'{path}' is not a segment of an IRI: lower-case words with hyphens", table)
            for other in found.values():
                if other.path == path:
                    told = f"the kinds '{other.name}' and '{name}' have the same path, '{path}'"
                    raise self._fault("path", told, table)
            several = given["plural"] or plural(name.replace("-", " "))
            found[name] = Kind(
                name=name,
                type=self._term(given["class"], table, "class"),
                path=path,
                plural=several,
                prefix=given["prefix"] or path,
                label=self._term(given["label"], table, "label"),
                title=given["title"] or several.capitalize(),
                about=given["about"],
                quiet=given["quiet"],
                codes=tuple(self._term(code, table, "codes") for code in given["codes"]),
            )
        return found

    def _term(self, text: str, table: str, key: str, *, bare: bool = False) -> str:
        """Return the IRI of a term; a bare name, where one may stand, is of the graph's own namespace."""
        name = f"{self._prefix}:{text}" if bare and ":" not in text else text
        iri = expand(name, self._prefixes) or (text if is_safe_iri(text) and "://" in text else None)
        if iri is None:
            self._check_own_prefix(name.partition(":")[0])
            raise self._fault(key, f"'{text}' is neither an IRI nor a name with a known prefix", table)
        return iri

    def _check_own_prefix(self, prefix: str) -> None:
        """Refuse the graph's own prefix where the ontology files have another that a kind uses: it is the slip."""
        if prefix == self._prefix:
            return
        line = re.compile(rf"^@prefix\s+{re.escape(prefix)}:\s*<{re.escape(self._namespace)}>", re.MULTILINE)
        for file in self._get("ontology", "files"):
            if line.search((self._document.path.parent / file).read_text("utf-8", "replace")):
                raise self._fault("prefix", f"{file} has the prefix '{prefix}', not '{self._prefix}'", "ontology")

    def _check_names_of_kinds(self, kinds: Mapping[str, Kind]) -> None:
        for table, key in _OF_KINDS:
            stated = self._document.table(table).get(key, ())
            for name in stated:
                if name not in kinds:
                    hint = did_you_mean(name, kinds) or f"; there are {', '.join(kinds)}"
                    place = (table, key, name) if isinstance(stated, Mapping) else (table, key)
                    raise self._document.fault(f"there is no kind '{name}'{hint}", *place)

    def _check_places(self, folder: Path) -> None:
        for (table, key), allowed in _PLACES.items():
            stated = self._get(table, key)
            for one in stated if isinstance(stated, list) else filter(None, [stated]):
                path = folder / one
                is_folder = path.is_dir()
                if not is_folder and not path.exists():
                    raise self._fault(key, f"{one} does not exist; correct '{key}' or create it", table)
                if ("/" if is_folder else path.suffix) not in allowed.split():
                    told = " or ".join("a folder" if each == "/" else f"a {each} file" for each in allowed.split())
                    raise self._fault(key, f"{one} is not {told}; correct '{key}'", table)
        # Other folders that a profile names may be missing: a part of a project is a project.
        data, source = folder / self._get("", "data"), self._get("whole", "source")
        if source and not (data / source).is_dir():
            hint = did_you_mean(source, (path.name for path in data.iterdir())) or f": {data.name} has no such folder"
            raise self._fault("source", f"there is no source '{source}'{hint}", "whole")
