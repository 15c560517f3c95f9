"""A named query answered for a client that gives its parameters in a URL."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request

from ascn_graph.errors import AscnError, LimitExceeded, UnknownName, UnknownQuery, UsageError
from ascn_graph.formats import FORMATS, render
from ascn_graph.graph import Graph
from ascn_graph.media_types import BINDINGS, choose
from ascn_graph.server.answer import packed
from ascn_graph.server.job import Job, Reply
from ascn_graph.server.limits import Limits
from ascn_graph.server.problem import TOO_MUCH, Problem

__all__ = ["DESCRIPTIONS", "PREFIX", "named_answer", "named_job", "warm_up"]

#: Where the paths of named queries begin.
PREFIX = "/api/"
#: What describes them, as files of the site.
DESCRIPTIONS = ("/api/index.json", "/api/openapi.json", "/api/queries.ttl")
_FORMS = ("json", "csv")
_FIELDS = 100


def named_job(request: Request, *, compress: bool) -> Job:
    """Return what a request for `/api/NAME`, `/api/NAME.csv` or `/api/NAME/PARAMETER/VALUE.json` asks.

    Raises:
        Problem: the path is none of these (404), or no form is accepted (406).
    """
    path = request.scope["path"][len(PREFIX) :]
    stem, _, extension = path.rpartition(".")
    if extension not in _FORMS:
        stem, extension = path, ""
    parts = stem.split("/")
    if len(parts) not in (1, 3) or not all(parts):
        raise Problem(404, "not-found", "A named query is at /api/NAME; /api/index.json lists them.")
    form = extension or _accepted(request)
    query = request.scope["query_string"].decode("latin-1")
    name, given = parts[0], [f"{parts[1]}={_escaped(parts[2])}"] if len(parts) > 1 else []
    return Job("", None, None, form, None, compress, "?".join((name, "&".join(filter(None, [*given, query])))))


def _accepted(request: Request) -> str:
    accept = ", ".join(request.headers.getlist("accept")) or None
    found = choose(accept, [form for form in BINDINGS if form.extension in _FORMS])
    if found is None:
        raise Problem(406, "not-acceptable", "Accept names no form an answer is had in; there are JSON and CSV.")
    return found.extension


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("&", "%26").replace("+", "%2B").replace("#", "%23")


def named_answer(graph: Graph, job: Job, limits: Limits) -> Reply:
    """Answer a named query in full.

    Raises:
        Problem: there is no such query or thing (404), a parameter is wrong (400), or the answer is too large (422).
    """
    name, _, given = job.question.partition("?")
    try:
        rows = graph.query(unquote(name), timeout=None, **_parameters(given))
        if len(rows) > limits.rows:
            raise _too_much("rows", "rows", limits.rows)
    except (UnknownQuery, UnknownName) as error:
        raise Problem(404, "not-found", str(error)) from error
    except LimitExceeded as error:
        raise Problem(TOO_MUCH, "limit", str(error), limit=error.limit) from error
    except UsageError as error:
        raise Problem(400, "parameter", str(error)) from error
    form = job.bindings or "json"
    body = render(rows, form)
    if len(body) > limits.answer_bytes:
        raise _too_much("answer-bytes", "bytes", limits.answer_bytes)
    return packed(body, FORMATS[form].media_type, compress=job.compress)


def warm_up(graph: Graph) -> None:
    """Answer once what a worker will be asked: it can open no file any more, so all modules must be there before."""
    for known in FORMATS.values():
        import_module(f"ascn_graph.formats.{known.writer.partition(':')[0]}")
    with suppress(AscnError):
        graph.resolve("a name that nothing has")
    for name, query in graph.queries.items():
        if not query.needs:
            for form in _FORMS:
                render(graph.query(name), form)
            break
    with suppress(AscnError):
        graph.query("no such query")


def _parameters(text: str) -> dict[str, Any]:
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=_FIELDS
        )
    except ValueError:
        raise UsageError("The parameters cannot be read: write key=value, joined by &, in UTF-8.") from None
    given: dict[str, Sequence[str]] = {}
    for key, value in pairs:
        given[key] = [*given.get(key, ()), value]
    return dict(given)


def _too_much(limit: str, unit: str, most: int) -> Problem:
    told = f"The answer has more than the {most} {unit} one answer may have; ask with a parameter for less."
    return Problem(TOO_MUCH, "answer-limit", told, limit=limit, value=most)
