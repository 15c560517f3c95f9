"""Requests as they arrive: a job for a worker out of a query or the name of one, or the reason why there is none."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import parse_qsl

from ascn_graph.media_types import BINDINGS, CSV, GRAPHS, RESULTS_JSON, SHORT_NAMES, Representation, accept_of, choose
from ascn_graph.namespaces import is_safe_iri
from ascn_graph.server.job import Job, Problem, not_acceptable

__all__ = ["PREFIX", "media_type", "named", "query", "wanted_form"]

#: Where the paths of named queries begin.
PREFIX = "/api/"
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE_PARAMETERS = ("update", "using-graph-uri", "using-named-graph-uri")
# As users of Virtuoso and of Fuseki ask for a form.
_FORM_PARAMETERS = ("format", "output")
_FIELDS = 1000
_NAMED_FORMS = (RESULTS_JSON, CSV)
_REMEMBERED = 256


def media_type(content_type: str) -> str:
    """Return the media type of a request body whose text is UTF-8.

    Raises:
        Problem: no type, another type than the two of the protocol, or another charset (415).
    """
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charset = next((value.strip('" ') for value in parameters if value.startswith("charset=")), "charset=utf-8")
    if kind not in {_FORM, _QUERY} or charset.removeprefix("charset=").strip('"') not in {"utf-8", "utf8", "us-ascii"}:
        found = f"'{content_type}'" if content_type else "no Content-Type"
        raise Problem(
            415,
            "media-type",
            f"A query is sent as {_QUERY} or {_FORM} in UTF-8, and this request has {found}.",
            headers={"Accept-Post": f"{_QUERY}, {_FORM}"},
        )
    return kind


def query(
    query_string: bytes, body: bytes, kind: str | None, accept: str | None, *, compress: bool
) -> tuple[Job | None, str | None]:
    """Return the query of a request, and the value of Accept that counts.

    Without a query, the description of the endpoint is asked for. Parameters the protocol does not know are passed
    over, as clients send some of their own.

    Args:
        query_string: of the request's target, still percent-encoded.
        body: of a POST.
        kind: the media type of the body; None for a GET.
        accept: the value of Accept; a parameter goes before it.
        compress: whether the client takes gzip.

    Raises:
        Problem: no query, two queries, an update, text that is not UTF-8, or a graph that is no IRI (400); a form that
            is not known, or none of the forms of an answer (406).
    """
    parameters = _decoded(query_string)
    if kind == _FORM:
        parameters += _decoded(body)
    for name in _UPDATE_PARAMETERS:
        if any(key == name for key, _ in parameters):
            raise Problem(400, "read-only", f"The request has '{name}', and this endpoint is read-only; send a query.")
    accept = _form(parameters) or accept
    if kind is None and all(key in _FORM_PARAMETERS for key, _ in parameters):
        return None, accept
    texts = [value for key, value in parameters if key == "query"]
    if kind == _QUERY:
        try:
            texts.append(body.decode())
        except UnicodeDecodeError as error:
            raise _no_utf8() from error
    if len(texts) != 1 or not texts[0].strip():
        found = f"{len(texts)} queries" if len(texts) > 1 else "no query" if not texts else "an empty query"
        raise Problem(400, "no-query", f"The request has {found}; send one, as the parameter 'query' or as the body.")
    default_graphs = _graphs(parameters, "default-graph-uri")
    named_graphs = _graphs(parameters, "named-graph-uri")
    bindings, graph = _wanted(accept) if len(accept or "") <= _REMEMBERED else _wanted.__wrapped__(accept)
    if bindings is None and graph is None:
        raise not_acceptable("an answer", (*BINDINGS, *GRAPHS))
    job = Job(
        texts[0],
        default_graphs,
        named_graphs,
        bindings and bindings.extension,
        graph and graph.extension,
        compress,
    )
    return job, accept


@lru_cache(maxsize=256)
def _wanted(accept: str | None) -> tuple[Representation | None, Representation | None]:
    """Choose the form of either kind of answer; only a real parse tells which kind it will be."""
    return choose(accept, BINDINGS), choose(accept, GRAPHS)


def named(path: str, query_string: bytes, accept: str | None, *, compress: bool) -> Job:
    """Return what a request for `/api/NAME`, `/api/NAME.csv` or `/api/NAME/PARAMETER/VALUE.json` asks.

    Raises:
        Problem: the path is none of these (404), no form is accepted (406), or the parameters cannot be read (400).
    """
    rest = path[len(PREFIX) :]
    stem, _, extension = rest.rpartition(".")
    form = next((form for form in _NAMED_FORMS if form.extension == extension), None)
    parts = (stem if form else rest).split("/")
    if len(parts) not in (1, 3) or not all(parts):
        raise Problem(404, "not-found", "A named query is at /api/NAME; /api/index.json lists them.")
    form = form or choose(accept, _NAMED_FORMS)
    if form is None:
        raise Problem(406, "not-acceptable", "Accept names neither JSON nor CSV, the forms of this answer.")
    given = [(parts[1], parts[2])] if len(parts) > 1 else []
    try:
        text = query_string.decode("ascii")
        given += parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=_FIELDS
        )
    except ValueError:
        told = "The parameters cannot be read: write key=value, joined by &, in UTF-8."
        raise Problem(400, "parameter", told) from None
    return Job("", (), (), form.extension, None, compress, parts[0], tuple(given))


def wanted_form(query_string: bytes) -> str | None:
    """Return what `format` or `output` in the query of a URL asks for, as the value of Accept; None where nothing.

    Raises:
        Problem: a form that is not known (406), or text that is not UTF-8 (400).
    """
    return _form(_decoded(query_string)) if query_string else None


def _form(parameters: list[tuple[str, str]]) -> str | None:
    for name in _FORM_PARAMETERS:
        for key, value in parameters:
            if key == name and value.strip().lower() not in ("", "auto"):
                accept = accept_of(value)
                if accept is None:
                    told = f"The parameter '{name}' is {value[:80]!r}, which is not the name of a form; the forms are"
                    raise Problem(406, "not-acceptable", f"{told} {', '.join(SHORT_NAMES)}.")
                return accept
    return None


def _graphs(parameters: list[tuple[str, str]], name: str) -> tuple[str, ...]:
    graphs = tuple(value for key, value in parameters if key == name and value)
    for graph in graphs:
        if not is_safe_iri(graph):
            raise Problem(400, "graph", f"The parameter '{name}' is not an absolute IRI: {graph[:80]!r}.")
    return graphs


def _decoded(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError as error:
        raise _no_utf8() from error
    except ValueError as error:
        raise Problem(400, "parameters", f"The request has more than {_FIELDS} parameters; send fewer.") from error


def _no_utf8() -> Problem:
    return Problem(400, "not-utf-8", "The query is not UTF-8; encode it as UTF-8, then percent-encode it.")
