"""The one object users hold: named queries, own SPARQL and interchange, over whichever engine answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Store

from ascn_graph import compiled, dataset
from ascn_graph.deadline import LONGEST, Deadline
from ascn_graph.embedded import EmbeddedEngine
from ascn_graph.errors import EngineError, LimitExceeded, QuerySyntaxError, UsageError, require
from ascn_graph.names import Names
from ascn_graph.profile import Profile, packaged
from ascn_graph.results import Answer, Bindings, Engine, Rows, TripleRows, Triples
from ascn_graph.sparql import DEEPEST, SERVICE, Given, bind, check, completed, query_form, refusal
from ascn_graph.sparql import catalogue as catalogues

if TYPE_CHECKING:
    import rdflib

__all__ = ["Graph", "connect", "load", "over"]


class Graph:
    """A graph to ask: the packaged one, your files, an rdflib graph or an endpoint.

    Make one with `load`, `over` or `connect`; all answer the same queries with the same rows.

    Args:
        engine: what answers SPARQL.
        whole: returns an engine over the whole graph, where `engine` sees only a part: names are found in the whole.
        queries: the named queries; those of the profile by default.
        profile: what makes this graph this graph; that of the packaged graph by default.
        graphs: returns the named graphs that hold it on an endpoint, in which names are looked up first.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        whole: Callable[[], Engine] | None = None,
        queries: catalogues.Catalogue | None = None,
        profile: Profile | None = None,
        graphs: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self.engine = engine
        self.profile = profile or packaged()
        self._packaged = catalogues.of(self.profile)
        self.queries = self._packaged if queries is None else queries
        self._names = Names(whole or (lambda: engine), self.profile, graphs)
        self._timeout: float | None = getattr(engine, "timeout", None)
        self._bound: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}

    def __repr__(self) -> str:
        return f"<ascn_graph.Graph, {self.engine.name} engine>"

    def query(self, name: str, /, *, timeout: float | None = None, **parameters: Given | Iterable[Given]) -> Rows:
        """Ask a named query.

        Args:
            name: the query; `ascn query` lists them.
            timeout: seconds, None for no limit.
            **parameters: values by parameter name; a list where any of several may match.

        Returns:
            The rows; for a query that constructs triples, rows of subject, predicate and object.

        Raises:
            UnknownQuery: there is no query of this name.
            ParameterError: a parameter is unknown, missing or of the wrong type.
            UnknownName: a name answers to no thing of its kind.
            InputError: a query of your own does not parse, or has no place for a value; with file, line and column.
            UsageError: a query of a catalogue of your own names a service or a graph that may not be read.
            EngineError: the engine failed, a limit was reached, or an endpoint gave no usable answer.
        """
        return self.answer(name, parameters, timeout=timeout)

    def answer(self, name: str, parameters: Mapping[str, Given | Iterable[Given]], *, timeout: float | None) -> Rows:
        """Ask a named query as `query` does, where what its parameters are called comes from elsewhere."""
        _check_time(timeout)
        with Deadline(self._timeout if timeout is None else timeout) as deadline:
            text = self._text(name, parameters, deadline)
            if self.queries is not catalogues.packaged():
                self._check(text, allow_service=False)
            try:
                answer = self.engine.run(text, timeout=deadline.left())
            except UsageError:  # it does not parse, or is an update
                if self.queries[name].path:
                    check(self.queries[name])  # which tells the place in the file
                raise
            if self.engine.name == "remote" and type(answer) is Bindings and self.queries is self._packaged:
                if not (first := tuple(islice(answer.rows, 1))):
                    self._names.require_graph(deadline)
                answer = answer._replace(rows=chain(first, answer.rows))
        if isinstance(answer, bool):
            check(self.queries[name])
            raise EngineError(f"Query '{name}' was answered with true or false instead of rows.")
        return self._rows(answer, name)

    def _rows(self, answer: Bindings, name: str = "") -> Rows:
        kind = TripleRows if isinstance(answer, Triples) else Rows
        return kind(answer, name=name, prefixes=self.profile.prefixes)

    def text_of(self, name: str, /, **parameters: Given | Iterable[Given]) -> str:
        """Return the SPARQL text of a named query with values in their places; see `query` for the errors."""
        with Deadline(self._timeout) as deadline:
            return self._text(name, parameters, deadline)

    def _text(self, name: str, parameters: Mapping[str, Given | Iterable[Given]], deadline: Deadline) -> str:
        require(name, str, "The name of a query is a text")
        query = self.queries[name]
        plain = tuple(sorted((key, value) for key, value in parameters.items() if isinstance(value, str)))
        if len(plain) == len(parameters) and (name, plain) in self._bound:
            return self._bound[name, plain]
        text = bind(query, parameters, lambda kind, given: self._names.resolve(kind, given, deadline))
        if len(plain) == len(parameters):
            self._bound[name, plain] = text
        return text

    def sparql(
        self, text: str, *, timeout: float | None = None, allow_service: bool = False, prefixes: bool = True
    ) -> Rows:
        """Ask a SELECT, CONSTRUCT or DESCRIBE of your own.

        Args:
            text: SPARQL 1.1.
            timeout: seconds, None for no limit.
            allow_service: let SERVICE in the text contact the endpoints it names.
            prefixes: put PREFIX lines before it for the prefixes of the profile that it uses and does not declare.

        Raises:
            QuerySyntaxError: the text does not parse; with line and column.
            UsageError: it is an ASK or an update, or names a service or a graph that may not be read.
            EngineError: as for `query`.
        """
        answer = self._own(text, timeout, allow_service=allow_service, prefixes=prefixes)
        if isinstance(answer, bool):
            raise UsageError("An ASK has no rows: use ask().")
        return self._rows(answer)

    def ask(
        self, text: str, *, timeout: float | None = None, allow_service: bool = False, prefixes: bool = True
    ) -> bool:
        """Ask an ASK query of your own; see `sparql` for arguments and errors."""
        answer = self._own(text, timeout, allow_service=allow_service, prefixes=prefixes)
        if not isinstance(answer, bool):
            raise UsageError("This query answers with rows, not with true or false: use sparql().")
        return answer

    def _own(self, text: str, timeout: float | None, *, allow_service: bool, prefixes: bool) -> Answer:
        require(text, str, "SPARQL is a text")
        _check_time(timeout)
        whole = completed(text, self.profile.prefixes, warn=self.engine.name == "remote") if prefixes else text
        try:
            self._check(whole, allow_service=allow_service)
            return self.engine.run(whole, timeout=timeout)
        except UnicodeEncodeError:
            query_form(text)  # which says what no SPARQL text can hold
            raise
        except QuerySyntaxError as error:
            raise error.above(whole.count("\n") - text.count("\n")) from error

    def _check(self, text: str, *, allow_service: bool) -> None:
        """Refuse what would open a connection or name a graph that is not there."""
        here = getattr(self.engine, "graph_iris", None)  # an engine in this process knows all that FROM may name
        refused = refusal(
            text,
            forbidden=() if allow_service else SERVICE,
            graphs=here() if here and "from" in text.lower() else None,
            deepest=DEEPEST if here else len(text),
        )
        if refused is None:
            return
        if refused.what == "nesting":
            raise LimitExceeded(str(refused), refused.what)
        if refused.what == "word":
            told = "The query contacts another endpoint (SERVICE), which is off"
            raise UsageError(f"{told}; allow_service=True or --allow-service turns it on.")
        raise UsageError(str(refused))

    def resolve(self, name: str, kind: str = "any") -> str:
        """Return the IRI of the thing that a slug, an IRI, a prefixed name or a recorded spelling means.

        Raises:
            UnknownName: none or several things of the kind answer to the name.
        """
        require(name, str, "The name of a thing is a text")
        require(kind, str, "A kind is a text")
        with Deadline(self._timeout) as deadline:
            return self._names.resolve(kind, name, deadline)

    @cached_property
    def store(self) -> Store:
        """The pyoxigraph store of an embedded graph.

        Raises:
            UsageError: the graph is not embedded.
        """
        if isinstance(self.engine, EmbeddedEngine):
            return self.engine.store
        raise UsageError(f"Only an embedded graph can be read whole; this one is asked through {self.engine.name}.")

    def rdflib(self) -> rdflib.Dataset:
        """Copy the graph into an rdflib Dataset: its named graphs, with their union as default graph.

        Raises:
            UsageError: the graph is not embedded.
        """
        from ascn_graph.rdflib_engine import to_dataset  # noqa: PLC0415 - rdflib takes longer than a query

        return to_dataset(self.store, self.profile.prefixes)


def _check_time(timeout: float | None) -> None:
    """Refuse what no clock of the system counts: NaN, infinity, too large a number, no number."""
    require(timeout, (int, float, type(None)), "A timeout is a number of seconds, or None")
    if timeout is not None and not timeout <= LONGEST:
        raise UsageError(f"A timeout of {timeout:g} s cannot be kept: give at most {LONGEST:.0f}, or None.")


def load(
    place: str | Path | None = None,
    *,
    source: str | Sequence[str] | None = None,
    named: bool = True,
    queries: str | Path | None = None,
    base: str | None = None,
) -> Graph:
    """Load the packaged graph, a graph project or RDF files of your own into the embedded engine.

    Args:
        place: a graph project (a folder with `graph.toml`), which brings its ontology, data and queries; a data folder
            or a file of Turtle, N-Triples, N-Quads or TriG; None for the packaged graph.
        source: one source or several to narrow to: what they alone say, beside the ontology and the catalogue.
        named: keep the named graphs beside their union; False starts faster and leaves GRAPH, FROM and export out.
        queries: a folder of query files of your own, beside those of the project.
        base: the IRI that relative ones in the files are resolved against.

    Raises:
        InputError: a file is missing, empty or ill-formed; with file, line and column.
        UsageError: there is no such source, or the base is not an absolute IRI.
    """
    profile = catalogues.with_folder(dataset.profile_of(place), queries)
    files = dataset.find(place)
    if source is None:
        # Only of the packaged graph is there a compiled form: what lies beside files of one's own is not to be trusted.
        store = compiled.load(files, named=named) if place is None else dataset.load(files, named=named, base=base)
        return Graph(EmbeddedEngine(store), profile=profile)
    part = dataset.narrowed(files, source, profile)
    whole = cache(lambda: EmbeddedEngine(dataset.load(files, named=False, base=base)))
    return Graph(EmbeddedEngine(dataset.load(part, named=named, base=base)), whole=whole, profile=profile)


def over(graph: rdflib.Graph, *, place: str | Path | None = None, queries: str | Path | None = None) -> Graph:
    """Ask an rdflib Graph or Dataset you already have.

    Args:
        graph: the Graph or Dataset.
        place: the graph project whose queries, names and prefixes are meant; None for the packaged graph.
        queries: a folder of query files of your own, beside those of the project.

    Raises:
        UsageError: it is neither.
    """
    from rdflib import Graph as RdflibGraph  # noqa: PLC0415 - rdflib takes longer than a query

    from ascn_graph.rdflib_engine import RdflibEngine  # noqa: PLC0415 - as above

    if not isinstance(graph, RdflibGraph):
        raise UsageError(f"over() takes an rdflib Graph or Dataset, not a {type(graph).__name__}; load() reads files.")
    return Graph(RdflibEngine(graph), profile=catalogues.with_folder(dataset.profile_of(place), queries))


def connect(  # noqa: PLR0913 - what there is to say of an endpoint
    url: str,
    *,
    graphs: str | Sequence[str] | None = None,
    timeout: float | None = 60.0,
    place: str | Path | None = None,
    headers: Mapping[str, str] | None = None,
    queries: str | Path | None = None,
) -> Graph:
    """Ask a SPARQL 1.1 endpoint; credentials come from ASCN_USER and ASCN_PASSWORD, or ASCN_TOKEN.

    Args:
        url: the query endpoint, http or https.
        graphs: the dataset to state: the prefix of the profile, such as "ascn", for the named graphs of the project,
            or graph IRIs; None sends none and leaves the dataset to the endpoint.
        timeout: seconds for a whole query, looking up names and retries included; None for no limit.
        place: the graph project whose queries, names and prefixes are meant; None for the packaged graph.
        headers: header fields for every request, such as a User-Agent that says who asks; `ASCN_USER_AGENT` in the
            environment is that for all.
        queries: a folder of query files of your own, beside those of the project.

    Raises:
        UsageError: the URL is not http or https, or a header cannot be sent.
    """
    from ascn_graph.remote import RemoteEngine  # noqa: PLC0415 - SPARQLWrapper takes longer than a query

    require(url, str, "An endpoint is a URL")
    _check_time(timeout)
    profile = catalogues.with_folder(dataset.profile_of(place), queries)
    ours = cache(lambda: sorted({file.iri for file in dataset.find(place)}))
    stated = ours() if graphs == profile.prefix else [graphs] if isinstance(graphs, str) else graphs
    engine = RemoteEngine(url, graphs=stated, named_graphs=stated, timeout=timeout, headers=headers)
    return Graph(engine, profile=profile, graphs=ours if stated is None else lambda: stated)
