"""RDF files as named graphs: which file says what for whom, read into a store; and what follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from ascn_graph import profile as profiles
from ascn_graph.errors import InputError, UsageError, excerpt, listed, require
from ascn_graph.files import CONFLICT_TOLD, MERGE_MARKS, files_below, read_bytes
from ascn_graph.namespaces import is_safe_iri
from ascn_graph.nearest import did_you_mean, nearest
from ascn_graph.profile import MATERIALISED, ONTOLOGY, Profile
from ascn_graph.sparql import OUTSIDE, answer, refusal

__all__ = [
    "GraphFile",
    "canonical",
    "find",
    "graph_hash",
    "graph_names",
    "load",
    "narrowed",
    "profile_of",
]

_RULE = ".rq"
#: How files of one's own may be written, by the ending of their names; those of a graph project are Turtle.
_FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
}
_ELSEWHERE = (".rdf", ".owl", ".xml", ".jsonld", ".json", ".n3")


class GraphFile(NamedTuple):
    """One RDF file or rule."""

    path: Path  # the file
    graph: str  # the name of the graph it belongs to
    iri: str  # the IRI of that graph
    is_kept: bool = True  # whether it is kept in a graph project, whose files are UTF-8 with LF and end with a newline


def profile_of(place: str | Path | None = None) -> Profile:
    """Return the profile that a place is read with: the nearest `graph.toml` upward, else that of the packaged graph.

    Raises:
        InputError: the place does not exist, or its `graph.toml` is ill-formed.
        UsageError: the place is an empty text.
    """
    if place is None:
        return profiles.packaged()
    require(place, (str, PathLike), "A place is a folder or a file")
    if place == "":
        # An unset variable must not quietly mean the folder one happens to be in.
        raise UsageError("The place is empty: give a folder or a .ttl file, or None for the packaged graph.")
    root = _root(place)
    if not root.exists():
        raise InputError("there is no such file or folder; give a .ttl file or a folder that holds some", str(root))
    return profiles.find(root) or profiles.packaged()


def _root(place: str | Path) -> Path:
    """Return a place as a path; a `graph.toml` is given for its project."""
    path = Path(place)
    return path.parent if path.name == profiles.FILE and path.is_file() else path


def folder_of(place: str | Path | None, profile: Profile) -> Path:
    """Return the folder whose files are the data of a place, or the one file that is; of a profile, as it says."""
    root = profile.folder if place is None else _root(place)
    if root.resolve() == profile.folder.resolve():
        return profile.data
    return root / "data" if (root / "data").is_dir() else root


def find(place: str | Path | None = None) -> list[GraphFile]:
    """List the RDF files and rules of a graph project, a data folder or a single file, in a stable order.

    Args:
        place: a graph project, a folder that holds `data/`, a data folder, or one file; None means the packaged graph.
            A project holds Turtle; other places may hold N-Triples, N-Quads and TriG too.

    Returns:
        The files of the ontology (the place's own, else the packaged one), the rules, then the files of the data.

    Raises:
        InputError: the place does not exist, holds no RDF, or its `graph.toml` is ill-formed.
        UsageError: the place is an empty text.
    """
    profile = profile_of(place)
    root = profile.folder if place is None else _root(place)
    folder = folder_of(place, profile)
    is_kept = profile.folder.resolve() in (root.resolve(), *root.resolve().parents)

    def file(path: Path, graph: str, *, is_kept: bool = True) -> GraphFile:
        return GraphFile(path, graph or "catalogue", profile.graph_iri(graph or "catalogue"), is_kept)

    # The ontology: files of the same names in a place without a profile, else those of the profile.
    own = [root / "ontology" / path.name for path in profile.ontology]
    ontology = [path for path in own if path.is_file()] if own and own[0].is_file() else list(profile.ontology)
    # Rules speak of the terms of their own ontology.
    rules = sorted(profile.rules.glob("*.rq")) if profile.rules and ontology == list(profile.ontology) else ()
    found = [file(path, graph) for graph, paths in ((ONTOLOGY, ontology), (MATERIALISED, rules)) for path in paths]
    if folder.is_file():
        if folder.suffix.lower() in _ELSEWHERE:
            raise InputError(
                f"cannot be read here; write it as {', '.join(_FORMATS)} (`ascn validate` alone reads it)", str(folder)
            )
        return [*found, file(folder, folder.parent.resolve().name, is_kept=is_kept)]
    if not folder.is_dir():
        raise InputError("is neither a file nor a folder; write what it gives to a file", str(folder))
    endings = (".ttl",) if is_kept else tuple(_FORMATS)
    data_files = files_below(folder, endings)
    if folder in (root, profile.folder):  # without a data folder the ontology lies among the data
        terms = {path.resolve() for path in (root / "ontology").glob("**/*.ttl")}
        data_files = [path for path in data_files if path.resolve() not in terms]
    if not data_files:
        raise InputError(f"the folder holds no {' or '.join(endings)} file", str(folder))
    # Below a project's data folder, the first folder names the graph, however deep the place that was given.
    resolved, top = folder.resolve(), profile.data.resolve()
    above = resolved.relative_to(top).parts if top in resolved.parents else ()
    for path in data_files:
        inside = path.relative_to(folder)
        graph = next(iter((*above, *inside.parts[:-1])), "")
        found.append(file(resolved / inside if above else path, graph, is_kept=is_kept))
    return found


def narrowed(files: Sequence[GraphFile], source: str | Sequence[str], profile: Profile) -> list[GraphFile]:
    """Return the files of one source or of several, and those that a profile says belong to all.

    Raises:
        UsageError: there is no such source.
    """
    wanted = listed(source, str, "A source is a text, several are a list of texts")
    known = sorted({file.graph for file in files})
    for name in wanted:
        if name not in known:
            near = ", ".join(nearest(name, known, alike=0.0))
            hint = did_you_mean(name, known) or f"; the nearest are {near}."
            raise UsageError(f"There is no source '{excerpt(name)}'{hint} `ascn info` lists all {len(known)}.")
    return [file for file in files if file.graph in (*wanted, *profile.containers)]


def _syntax(path: Path, raw: bytes, error: SyntaxError) -> InputError:
    line = error.lineno or 1
    for number in (line - 1, line):
        if number and b"".join(raw.splitlines()[number - 1 : number]).startswith(MERGE_MARKS):
            return InputError(CONFLICT_TOLD, str(path), number)
    # The engine repeats the place in its message; the place already stands in front.
    message = re.sub(r"^Parser error (?:at|between) line .*?: ", "", error.msg)
    hint = "; --base says what relative IRIs begin with" if "No scheme found" in message else ""
    kind = _FORMATS.get(path.suffix.lower(), RdfFormat.TURTLE).name
    return InputError(f"not {kind}: {message}{hint}", str(path), line, error.offset or 1)


def load(files: Iterable[GraphFile], *, named: bool = True, base: str | None = None) -> Store:
    """Load files into a store in memory: the data first, then what the rules add to it.

    Args:
        files: what `find` lists.
        named: keep each named graph beside the union; False loads the union alone, which is faster to start.
        base: the IRI that relative ones in the files are resolved against.

    Returns:
        A store whose default graph is the de-duplicated union of all files.

    Raises:
        InputError: a file is missing or ill-formed, or a rule does not CONSTRUCT.
        UsageError: the base is not an absolute IRI.
    """
    if base is not None and not (isinstance(base, str) and is_safe_iri(base)):
        raise UsageError(f"The base '{base}' is not an absolute IRI.")
    store = Store()
    given = list(files)
    for path, _, iri, is_kept in given:
        if path.suffix == _RULE:
            continue
        raw = read_bytes(path, is_kept=is_kept)
        form = _FORMATS.get(path.suffix.lower(), RdfFormat.TURTLE)
        graph = NamedNode(iri) if named else None
        try:
            if form.supports_datasets:
                store.extend(_several(parse(raw, form, base_iri=base, rename_blank_nodes=True), graph))
            else:
                store.load(raw, format=form, base_iri=base, to_graph=graph)
        except SyntaxError as error:
            raise _syntax(path, raw, error) from error
    if named:
        # A file that were read twice would have each blank node twice: one in its graph, another in the union.
        store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    for path, _, iri, _ in given:
        if path.suffix == _RULE:
            _apply(path, store, NamedNode(iri) if named else None)
    return store


def _several(quads: Iterable[Quad], graph: NamedNode | None) -> Iterator[Quad]:
    """Yield the quads of a file that may name graphs, each for its graph, else that of the file or the union."""
    for quad in quads:
        own = quad.graph_name
        yield _quad(quad.triple, own if graph and isinstance(own, NamedNode) else graph or DefaultGraph())


def _apply(path: Path, store: Store, graph: NamedNode | None) -> None:
    """Add what a rule constructs and nothing states yet to the union, and to its graph."""
    text = read_bytes(path).decode()
    if refused := refusal(text, forbidden=OUTSIDE):
        told = "so deep a nesting" if refused.what == "nesting" else refused.found
        raise InputError(f"{told} cannot be used in a rule; rules see what is loaded alone", str(path))
    found = answer(store, text, str(path))
    if not isinstance(found, QueryTriples):
        raise InputError("a rule is a CONSTRUCT query; this is another", str(path))
    quads = [_quad(triple, DefaultGraph()) for triple in list(found)]
    if graph:
        store.extend([_quad(quad.triple, graph) for quad in quads if quad not in store])
    store.extend(quads)


def _quad(triple: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def graph_names(store: Store, profile: Profile) -> list[str]:
    """Return the names of the graphs a store holds, sorted: what follows the IRI of the profile's graphs."""
    found = (graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode))
    return sorted(iri.removeprefix(profile.graphs) for iri in found)


def canonical(store: Store) -> list[Quad]:
    """Return the quads of the named graphs, blank nodes labelled by RDFC-1.0, in the order of their N-Quads."""
    found = Dataset(quad for quad in store if not isinstance(quad.graph_name, DefaultGraph))
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(found, key=str)


def graph_hash(store: Store) -> str:
    """Return the sha256 of the sorted RDFC-1.0 N-Quads of a store's named graphs, in hexadecimal.

    The hash depends on the statements alone: not on file order, blank node labels, hash seed or clock.
    """
    import hashlib  # noqa: PLC0415 - it takes longer to import than a query to answer, and queries need no hash

    return hashlib.sha256("".join(f"{quad} .\n" for quad in canonical(store)).encode()).hexdigest()
