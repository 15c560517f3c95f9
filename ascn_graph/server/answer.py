"""One query answered in full, its own text or a named one, within the limits of rows and bytes, or refused."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from xml.parsers import expat

from pyoxigraph import (
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    serialize,
)

from ascn_graph.errors import AscnError, LimitExceeded, UnknownName, UnknownQuery, UsageError
from ascn_graph.formats import FORMATS, graphs, render
from ascn_graph.graph import Graph
from ascn_graph.media_types import BINDINGS, GRAPHS
from ascn_graph.profile import Profile
from ascn_graph.server.job import TOO_MUCH, Job, Problem, Reply, not_acceptable
from ascn_graph.server.limits import Limits
from ascn_graph.sparql import Refusal, fault, is_volatile, place, refusal, update_word

__all__ = ["RDF", "answer", "refusal_problem", "warm_up"]

_RESULTS = {form.extension: QueryResultsFormat.from_media_type(form.types[0]) for form in BINDINGS}
#: What the engine calls the forms of triples, by their file extensions.
RDF = {form.extension: RdfFormat.from_media_type(form.types[0]) for form in GRAPHS}
_MEDIA_TYPES = {form.extension: form.media_type for form in (*BINDINGS, *GRAPHS)}
_XML = ("xml", "rdf")
# Where each results format begins a solution; none of these can stand inside a quoted or escaped value.
_SOLUTION = {
    "json": re.compile(rb'[\[,]\{(?:"[^"\\]+":\{|\})'),
    "xml": re.compile(rb"<result>"),
    "tsv": re.compile(rb"\n(?=.)", re.DOTALL),
}
_PLACE = re.compile(r"error at (\d+):(\d+): ")
_QUOTED = re.compile(rb'"[^"]*"')
_DETAIL = 240
#: Characters of a query whose fault is put into words, for which it is parsed some sixty times.
_EXPLAINED = 4096


def answer(graph: Graph, job: Job, limits: Limits) -> Reply:
    """Answer one query in full.

    Args:
        graph: what is asked.
        job: the query.
        limits: what it may take; time and memory are limited by the process, not here.

    Raises:
        Problem: the query is refused, does not parse, or its answer is over a limit or of none of the forms accepted.
    """
    return _named(graph, job, limits) if job.name else _own(graph, job, limits)


def _own(graph: Graph, job: Job, limits: Limits) -> Reply:
    """Answer a text of the client's own."""
    stated = bool(job.default_graphs or job.named_graphs)
    profile, here = graph.profile, None if stated else _graphs(graph)
    refused = refusal(job.text, graphs=here, base=profile.base, deepest=limits.nesting)
    if refused is not None:
        raise refusal_problem(refused)
    try:
        result = graph.store.query(
            job.text,
            base_iri=profile.base,
            default_graph=[NamedNode(iri) for iri in job.default_graphs] if stated else None,
            named_graphs=[NamedNode(iri) for iri in job.named_graphs] if stated else None,
        )
        form, forms = (job.graph, GRAPHS) if isinstance(result, QueryTriples) else (job.bindings, BINDINGS)
        if form is None:
            raise not_acceptable("this answer", forms)
        sink = _Sink(limits.answer_bytes)
        if isinstance(result, QueryTriples):
            _write_graph(result, sink, form, limits.rows, profile)
        else:
            result.serialize(sink, format=_RESULTS[form])
    except SyntaxError as error:
        raise _syntax(job.text, error) from error
    except (OSError, RuntimeError) as error:  # the latter of a function that the engine has not
        raise Problem(400, "engine", f"The engine refused the query: {str(error)[:_DETAIL]}") from error
    body = sink.getvalue()
    if isinstance(result, QuerySolutions):
        _check_rows(body, form, limits.rows)
    if form in _XML:
        _check_xml(body)
    return Reply.of(body, _MEDIA_TYPES[form], compress=job.compress, lasting=not is_volatile(job.text))


def _named(graph: Graph, job: Job, limits: Limits) -> Reply:
    """Answer a named query."""
    given: dict[str, list[str]] = {}
    for key, value in job.parameters:
        given.setdefault(key, []).append(value)
    try:
        rows = graph.answer(job.name, given, timeout=None)
    except (UnknownQuery, UnknownName) as error:
        raise Problem(404, "not-found", str(error)) from error
    except LimitExceeded as error:
        raise Problem(TOO_MUCH, "limit", str(error), limit=error.limit) from error
    except UsageError as error:
        raise Problem(400, "parameter", str(error)) from error
    form = job.bindings or "json"
    body = render(rows, form) if len(rows) <= limits.rows else b""
    for limit, unit, found, most in (
        ("rows", "rows", len(rows), limits.rows),
        ("answer-bytes", "bytes", len(body), limits.answer_bytes),
    ):
        if found > most:
            told = f"The answer has more than the {most} {unit} one answer may have; ask with a parameter for less."
            raise Problem(TOO_MUCH, "answer-limit", told, limit=limit, value=most)
    return Reply.of(body, _MEDIA_TYPES[form].partition(";")[0], compress=job.compress)


def warm_up(graph: Graph) -> None:
    """Answer once what a worker will be asked: it can open no file any more, so all modules must be there before."""
    for known in FORMATS.values():
        import_module(f"ascn_graph.formats.{known.writer.partition(':')[0]}")
    _graphs(graph)
    with suppress(AscnError):
        graph.resolve("a name that nothing has")
    for name, query in graph.queries.items():
        if not query.needs:
            for form in ("json", "csv"):
                render(graph.query(name), form)
            break


@cache
def _graphs(graph: Graph) -> frozenset[str]:
    """Return the named graphs that there are."""
    return frozenset(str(named.value) for named in graph.store.named_graphs() if isinstance(named, NamedNode))


def refusal_problem(refused: Refusal) -> Problem:
    """Return what a client is told of a text that the guard refuses."""
    if refused.what == "nesting":
        return Problem(400, "nested-too-deeply", str(refused), limit="nesting", value=int(refused.found))
    if refused.what == "word":
        return Problem(
            400,
            "service",
            "The query asks another endpoint with SERVICE, which this one never does; ask that endpoint itself.",
        )
    return Problem(
        400,
        "unknown-graph",
        f"FROM names <{refused.found}>, an unknown graph; the service description lists the graphs there are.",
    )


class _Sink(io.BytesIO):
    """A buffer that refuses to grow beyond a limit."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]  # the engine writes bytes alone
        if self.tell() + len(piece) > self._most:
            raise Problem(
                TOO_MUCH,
                "answer-limit",
                f"The answer is larger than the {self._most} bytes one answer may have; "
                "ask for part of it with LIMIT and OFFSET, or take the dump.",
                limit="answer-bytes",
                value=self._most,
            )
        return super().write(piece)


def _write_graph(triples: Iterable[Triple], sink: _Sink, form: str, most: int, profile: Profile) -> None:
    counted: Iterable[Triple] = _counted(triples, most)
    prefixes = None
    if form == "ttl":
        counted = list(counted)
        prefixes = graphs.used_prefixes(profile.prefixes, counted)
    serialize(counted, sink, format=RDF[form], prefixes=prefixes)


def _counted(triples: Iterable[Triple], most: int) -> Iterator[Triple]:
    for number, triple in enumerate(triples):
        if number == most:
            raise _too_many(most)
        yield triple


def _check_rows(body: bytes, form: str, most: int) -> None:
    counted = _QUOTED.sub(b"", body).count(b"\n") - 1 if form == "csv" else len(_SOLUTION[form].findall(body))
    if counted > most:
        raise _too_many(most)


def _too_many(most: int) -> Problem:
    return Problem(
        TOO_MUCH,
        "row-limit",
        f"The answer has more than the {most} rows one answer may have; ask for part of it with LIMIT and OFFSET.",
        limit="rows",
        value=most,
    )


def _check_xml(body: bytes) -> None:
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(body, True)  # noqa: FBT003 - expat takes no keyword
    except expat.ExpatError as error:
        raise Problem(
            406, "not-xml", "The answer holds a character or a name that XML cannot carry; ask for JSON or Turtle."
        ) from error


def _syntax(text: str, error: SyntaxError) -> Problem:
    if update_word(text):
        return Problem(400, "read-only", "The text is an update, and this endpoint is read-only; send a query.")
    if len(text) <= _EXPLAINED:
        offset, problem = fault(text, error)
        line, column = place(text, offset)
        return Problem(400, "syntax", f"The query does not parse at line {line}, column {column}: {problem}.")
    found = _PLACE.match(error.msg)
    where = f"at line {found[1]}, column {found[2]}" if found else "as SPARQL 1.1"
    return Problem(400, "syntax", f"The query does not parse {where}.")
