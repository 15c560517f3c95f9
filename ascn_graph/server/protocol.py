"""The SPARQL 1.1 Protocol as it arrives: a query and its dataset out of a request, or the reason why not."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl

from ascn_graph.media_types import NAMES, accept_of
from ascn_graph.namespaces import is_safe_iri
from ascn_graph.server.problem import Problem

__all__ = ["FORM", "QUERY", "Asked", "media_type", "read", "wanted_form"]

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
_UPDATE_PARAMETERS = ("update", "using-graph-uri", "using-named-graph-uri")
# As users of Virtuoso and of Fuseki ask for a form.
_FORM_PARAMETERS = ("format", "output")
_FIELDS = 1000


class Asked(NamedTuple):
    """A query, the dataset that the protocol states for it, and the form wanted, as Accept; each None where unstated.

    Without a query the description of the endpoint is asked for.
    """

    text: str | None
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    accept: str | None


def media_type(content_type: str) -> str:
    """Return the media type of a request body whose text is UTF-8.

    Raises:
        Problem: no type, another type than the two of the protocol, or another charset (415).
    """
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charset = next((value.strip('" ') for value in parameters if value.startswith("charset=")), "charset=utf-8")
    if kind not in {FORM, QUERY} or charset.removeprefix("charset=").strip('"') not in {"utf-8", "utf8", "us-ascii"}:
        found = f"'{content_type}'" if content_type else "no Content-Type"
        raise Problem(
            415,
            "media-type",
            f"A query is sent as {QUERY} or {FORM} in UTF-8, and this request has {found}.",
            headers={"Accept-Post": f"{QUERY}, {FORM}"},
        )
    return kind


def read(query_string: bytes, body: bytes | None, kind: str | None) -> Asked:
    """Read the query and its dataset.

    Parameters the protocol does not know are passed over, as clients send some of their own.

    Args:
        query_string: of the request's target, still percent-encoded.
        body: of a POST; None for a GET.
        kind: the media type of the body.

    Raises:
        Problem: no query, two queries, an update, text that is not UTF-8, or a graph that is no IRI (400); a form that
            is not known (406).
    """
    parameters = _decoded(query_string)
    if body is not None and kind == FORM:
        parameters += _decoded(body)
    for name in _UPDATE_PARAMETERS:
        if any(key == name for key, _ in parameters):
            raise Problem(400, "read-only", f"The request has '{name}', and this endpoint is read-only; send a query.")
    accept = _form(parameters)
    if body is None and all(key in _FORM_PARAMETERS for key, _ in parameters):
        return Asked(None, None, None, accept)
    texts = [value for key, value in parameters if key == "query"]
    if body is not None and kind == QUERY:
        texts.append(_text(body))
    if len(texts) != 1 or not texts[0].strip():
        found = f"{len(texts)} queries" if len(texts) > 1 else "no query" if not texts else "an empty query"
        raise Problem(400, "no-query", f"The request has {found}; send one, as the parameter 'query' or as the body.")
    default = _graphs(parameters, "default-graph-uri")
    named = _graphs(parameters, "named-graph-uri")
    return Asked(texts[0], default, named, accept) if default or named else Asked(texts[0], None, None, accept)


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
                    raise Problem(
                        406,
                        "not-acceptable",
                        f"The parameter '{name}' is {value[:80]!r}, which names no form; there are {', '.join(NAMES)}.",
                    )
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


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise _no_utf8() from error


def _no_utf8() -> Problem:
    return Problem(400, "not-utf-8", "The query is not UTF-8; encode it as UTF-8, then percent-encode it.")
