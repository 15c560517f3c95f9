"""Checks beyond SHACL, located like any other result: queries that must give no row, and functions over the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from ascn_graph.errors import InputError
from ascn_graph.namespaces import is_safe_iri
from ascn_graph.profile import ONTOLOGY, Profile
from ascn_graph.sparql import OUTSIDE, answer, catalogue, refusal
from ascn_graph.validation.locate import Locator, ResultPlace
from ascn_graph.validation.report import Extra, Result
from ascn_graph.validation.sources import Source, ntriples

__all__ = ["Check", "graphs", "place", "queries"]


#: A check gets the graph to be validated, as the default graph of a store, and gives what it finds wrong.
Check = Callable[[Store], Iterable[Extra]]


def queries(folder: Path) -> list[Check]:
    """Return a check for every `.rq` file of a folder, each a SELECT of `?this` and `?error` that must give no row.

    A column `?value` narrows the place. The file's name is the rule's. The default graph is all that is validated, and
    each folder of it is a named graph.

    Raises:
        InputError: the folder is missing or empty, or a query does not parse or asks for other data.
    """
    files = sorted(folder.rglob("*.rq")) if folder.is_dir() else []
    if not files:
        raise InputError("there is no folder of .rq files here", folder.as_posix())
    return [_query(path) for path in files]


def _query(path: Path) -> Check:
    text = catalogue.read(path)
    if refused := refusal(text, forbidden=OUTSIDE):
        found = f"more than {refused.found} nested brackets" if refused.what == "nesting" else refused.found
        raise InputError(f"{found} cannot be used in a rule; rules see the data alone", path.as_posix())
    columns = answer(Store(), text, path.as_posix())
    names = [variable.value for variable in columns.variables] if isinstance(columns, QuerySolutions) else []
    if not {"this", "error"} <= set(names):
        raise InputError("a rule must be a SELECT of ?this and ?error", path.as_posix())

    def check(store: Store) -> Iterable[Extra]:
        solutions = store.query(text)
        assert isinstance(solutions, QuerySolutions)
        found = []
        for solution in solutions:
            error, focus = solution["error"], solution["this"]
            value = solution["value"] if "value" in names else None
            message = error.value if isinstance(error, Literal | NamedNode) else str(error)
            found.append(Extra(message, str(focus), "" if value is None else str(value), name=path.stem))
        # Of two findings at one place the engine gives either one first.
        return sorted(found)

    return check


def graphs(data: Iterable[Source], ontology: Iterable[Source], profile: Profile) -> Store:
    """Return a store of the files: each folder a named graph, and the union of all as the default graph."""
    above = {above for folder in {Path(source.name).parent for source in data} for above in folder.parents}
    lines = {profile.graph_iri(ONTOLOGY): ntriples(ontology)}
    for source in data:
        folder = Path(source.name).parent
        # Files beside the folders of the sources are the catalogue.
        name = "catalogue" if folder in above else folder.name
        lines.setdefault(profile.graph_iri(name), []).extend(ntriples([source]))
    store = Store()
    for name, found in lines.items():
        plain, blank = ("\n".join(line for line in found if ("_:" in line) is part) for part in (False, True))
        into: list[DefaultGraph | NamedNode] = [DefaultGraph()]
        for graph in [*into, NamedNode(name)] if is_safe_iri(name) else into:
            store.load(plain, RdfFormat.N_TRIPLES, to_graph=graph)
            # Loaded, a blank node would get another label, by which its place could not be found.
            triples = parse(blank, RdfFormat.N_TRIPLES)
            store.extend(Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)
    return store


def place(extras: Iterable[Extra], locator: Locator) -> list[Result]:
    """Turn findings of checks into results with places."""
    found = []
    for extra in extras:
        at = (
            ResultPlace(extra.location, "value", [], None)
            if extra.location
            else locator.stated(extra.focus, extra.path, extra.value)
        )
        found.append(
            Result(
                kind=extra.kind,
                severity=extra.severity,
                message=extra.message,
                focus=extra.focus,
                path=extra.path,
                value=extra.value,
                component=extra.name,
                shape_title=extra.name,
                location=at.location,
                rule=at.rule,
                related=at.related,
            )
        )
    return found
