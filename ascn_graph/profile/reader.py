"""`graph.toml` read and checked, with an error at the line of a slip."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

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

#: The terms of `[evidence]` where a profile does not name them: a bare name is of the graph's own namespace.
_EVIDENCE = Evidence(
    fact="Fact",
    evidence="Evidence",
    source="Source",
    derived_from="prov:wasDerivedFrom",
    part_of="dcterms:isPartOf",
    begin="begin",
    end="end",
    line="line",
    hash="spanSha256",
    quote="quote",
    page="page",
    record="record",
    citation="citation",
    as_of="asOf",
    whole="wholeDataset",
    every_source="everySource",
)
_SCHEMA: Mapping[str, Mapping[str, type]] = {
    "": {"name": str, "title": str, "description": str, "base": str, "contact": str, "data": str, "queries": list},
    "ontology": {
        "prefix": str,
        "namespace": str,
        "files": list,
        "shapes": list,
        "checks": str,
        "rules": str,
        "context": str,
    },
    "graphs": {"path": str, "containers": list, "derived": str},
    "things": {"path": str},
    "whole": {"source": str},
    "evidence": {name.replace("_", "-"): str for name in Evidence._fields},
    "kinds.*": {
        **dict.fromkeys(("class", "path", "plural", "prefix", "label", "title", "about"), str),
        "quiet": bool,
        "codes": list,
    },
}
_TABLES = ("ontology", "graphs", "things", "whole", "evidence", "kinds", "prefixes", "site", "extract")
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

    def __init__(self, document: toml.Document) -> None:
        self._document = document
        self._check_keys()
        base = self._text("", "base", required=True)
        if not is_safe_iri(base) or base[-1] not in "/#":
            raise self._fault("base", f"'{base}' is not an absolute IRI that ends in / or #")
        self._base = base

    def profile(self, folder: Path) -> Profile:
        prefix = self._text("ontology", "prefix", required=True)
        namespace = self._iri("ontology", "namespace", "ontology#")
        things = self._iri("things", "path", "id/")
        prefixes = {prefix: namespace, **STANDARD, **self._prefixes()}
        kinds = self._kinds({**prefixes, prefix: namespace})
        # The files' own prefix stands first, so that it is the one that is written.
        written = {kind.prefix: f"{things}{kind.path}/" for kind in kinds.values()}
        also_read = {kind.path: f"{things}{kind.path}/" for kind in kinds.values()}
        prefixes = {**prefixes, **written, **{name: iri for name, iri in also_read.items() if name not in written}}
        name = self._text("", "name", required=True)
        listed = {key: tuple(folder / one for one in self._list("ontology", key)) for key in ("files", "shapes")}
        single = {key: self._text("ontology", key) for key in ("checks", "rules", "context")}
        profile = Profile(
            folder=folder,
            name=name,
            title=self._text("", "title") or name,
            description=self._text("", "description"),
            base=self._base,
            contact=self._text("", "contact"),
            namespace=namespace,
            prefix=prefix,
            prefixes=prefixes,
            kinds=kinds,
            paths={kind.path: name for name, kind in kinds.items()},
            things=things,
            graphs=self._iri("graphs", "path", "graph/"),
            containers=tuple(self._list("graphs", "containers")) or ("catalogue", "ontology"),
            derived=self._text("graphs", "derived") or "derived",
            whole=self._text("whole", "source"),
            evidence=self._evidence(prefixes, namespace),
            data=folder / (self._text("", "data") or "data"),
            queries=tuple(folder / one for one in self._list("", "queries")),
            ontology=listed["files"],
            shapes=listed["shapes"],
            **{key: folder / text if text else None for key, text in single.items()},
            site=self._document.table("site"),
            extract=self._document.table("extract"),
            document=self._document,
        )
        self._check_files(profile)
        return profile

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
            if not isinstance(value, known[key]):
                wanted = {str: "text", list: "a list of texts", bool: "true or false"}[known[key]]
                raise self._document.fault(f"'{key}' must be {wanted}", *place)

    def _text(self, table: str, key: str, *, required: bool = False) -> str:
        value = self._document.table(table).get(key, "")
        if required and not value:
            raise self._fault(key, f"the profile lacks '{key}'{f' in [{table}]' if table else ''}", table)
        return str(value)

    def _list(self, table: str, key: str) -> list[str]:
        return [str(one) for one in self._document.table(table).get(key, [])]

    def _iri(self, table: str, key: str, default: str) -> str:
        return self._absolute(self._text(table, key) or default, table, key)

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
            if "class" not in stated:
                raise self._fault("class", f"the kind '{name}' has no class; name one, as in class = \"…\"", table)
            path = stated.get("path", name)
            if not _SEGMENT.fullmatch(path):
                raise self._fault("path", f"'{path}' is not a segment of an IRI: lower-case words with hyphens", table)
            for other in found.values():
                if other.path == path:
                    raise self._fault("path", f"the kinds '{other.name}' and '{name}' have one path, '{path}'", table)
            plural = stated.get("plural", f"{name.replace('-', ' ')}s")
            found[name] = Kind(
                name=name,
                type=self._term(stated["class"], prefixes, table, "class"),
                path=path,
                plural=plural,
                prefix=stated.get("prefix", path),
                label=self._term(stated.get("label", "rdfs:label"), prefixes, table, "label"),
                title=stated.get("title", plural.capitalize()),
                about=stated.get("about", ""),
                quiet=stated.get("quiet", False),
                codes=tuple(self._term(code, prefixes, table, "codes") for code in stated.get("codes", ())),
            )
        return found

    def _term(self, text: str, prefixes: Mapping[str, str], table: str, key: str) -> str:
        iri = expand(text, prefixes) or (text if is_safe_iri(text) and "://" in text else None)
        if iri is None:
            raise self._fault(key, f"'{text}' is neither an IRI nor a name with a known prefix", table)
        return iri

    def _evidence(self, prefixes: Mapping[str, str], namespace: str) -> Evidence:
        def term(field: str, default: str) -> str:
            key = field.replace("_", "-")
            text = self._text("evidence", key) or default
            return self._term(text, prefixes, "evidence", key) if ":" in text else namespace + text

        return Evidence(**{field: term(field, default) for field, default in _EVIDENCE._asdict().items()})

    def _check_files(self, profile: Profile) -> None:
        named = [("ontology", "files", path) for path in profile.ontology]
        named += [("ontology", "shapes", path) for path in profile.shapes]
        single = (("checks", profile.checks), ("rules", profile.rules), ("context", profile.context))
        named += [("ontology", key, path) for key, path in single if path]
        named += [("", "queries", path) for path in profile.queries] + [("", "data", profile.data)]
        for table, key, path in named:
            if not path.exists():
                shown = path.relative_to(profile.folder).as_posix()
                raise self._fault(key, f"there is no {shown} beside {FILE}; mend '{key}' or make it", table)
