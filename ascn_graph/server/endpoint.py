"""What is asked of the graph: queries, named ones, the description of the endpoint, and whether it is well."""

from __future__ import annotations

import asyncio
import json
import math
import re
import time
from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize
from starlette.requests import ClientDisconnect, Request

from ascn_graph.media_types import BINDINGS, GRAPHS, HTML, Representation, choose
from ascn_graph.server import protocol
from ascn_graph.server.answer import RDF
from ascn_graph.server.cache import Cache
from ascn_graph.server.delivery import Budget, HttpResponse, accepted, accepts_gzip, sent_reply
from ascn_graph.server.job import Job, Problem, Reply
from ascn_graph.server.limits import Limits, ServerSettings
from ascn_graph.server.pool import Pool
from ascn_graph.server.snapshot import Snapshot
from ascn_graph.server.static_site import QUERY_PAGE, SiteFolder

__all__ = ["Endpoint"]

_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
_UNKEPT = 4
_OVERHEAD = 512
# How long a query that met a limit of time or memory is refused unseen: the next run may be luckier.
_REFUSED = 60.0

_SERVICE, _LIMIT, _GRAPH = Path(__file__).with_name("description.ttl").read_text("utf-8").split("\n\n")


class Endpoint:
    """Answers what is asked of the graph, from a cache or by workers.

    Attributes:
        pool: the workers.
    """

    def __init__(
        self, settings: ServerSettings, snapshot: Snapshot, share: Limits, budget: Budget, site: SiteFolder | None
    ) -> None:
        """Answer nothing until the pool is started.

        Args:
            settings: what the operator chose.
            snapshot: what is served.
            share: the part of the limits that this process has.
            budget: what requests on their way may take.
            site: the pages and documents of the graph; None where there are none.
        """
        self.pool = Pool(share, snapshot)
        self._limits = settings.limits
        self._base_url = settings.base_url
        self._snapshot = snapshot
        self._budget = budget
        self._for_people = site is not None and site.has_query_page
        self._cache = Cache[Job, tuple[Reply | Problem, float]](share.cache // 2)

    async def query(self, request: Request) -> HttpResponse:
        """Answer a request to `/sparql`.

        Raises:
            Problem: it is refused.
        """
        headers, most = request.headers, self._limits.query_bytes
        query_string: bytes = request.scope["query_string"]
        if len(query_string) > most:
            raise _too_large(len(query_string), most)
        body, kind = b"", None
        if request.method == "POST":
            kind = protocol.media_type(headers.get("content-type", ""))
            body = await self._body(request)
        job, accept = protocol.query(query_string, body, kind, accepted(headers), compress=accepts_gzip(headers))
        return self._described(request, accept) if job is None else sent_reply(headers, await self._ask(job))

    async def named(self, request: Request) -> HttpResponse:
        """Answer a request for a named query.

        Raises:
            Problem: it is refused.
        """
        headers, scope = request.headers, request.scope
        compress = accepts_gzip(headers)
        job = protocol.named(scope["path"], scope["query_string"], accepted(headers), compress=compress)
        return sent_reply(headers, await self._ask(job))

    def health(self) -> HttpResponse:
        """Return whether there are workers to answer, and on which graph."""
        state = {"status": "ok" if self.pool.healthy else "starting", "graph": self._snapshot.hash}
        fields = {"Cache-Control": "no-store", "Content-Type": "application/json"}
        return HttpResponse(json.dumps(state).encode() + b"\n", 200 if self.pool.healthy else 503, fields)

    async def _ask(self, job: Job) -> Reply:
        outcome, until = self._cache.get(job) or (None, 0.0)
        if outcome is None or until < time.monotonic():
            size = len(job.text) * 2 + _OVERHEAD
            try:
                outcome, until = await self.pool.run(job), math.inf
                size += len(outcome.body)
            except Problem as problem:
                outcome, until = problem, time.monotonic() + _REFUSED
            if outcome.lasting and size <= self._cache.largest:
                self._cache.put(job, (outcome, until), size)
        if isinstance(outcome, Problem):
            # A kept one is raised many times, and would hold on to each.
            raise outcome.with_traceback(None)
        return outcome

    async def _body(self, request: Request) -> bytes:
        limits, budget = self._limits, self._budget
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise Problem(415, "content-encoding", "The request's body is compressed; send it as it is.")
        # A body that is a little too large is read to its end, unkept: a client that is still sending when its
        # connection closes would not see the refusal.
        length, most = int(request.headers.get("content-length", "0")), limits.query_bytes
        if length > most * _UNKEPT:
            raise _too_large(length, most)
        body, arrived = bytearray(), 0
        try:
            async with asyncio.timeout(limits.deadline):
                async for piece in request.stream():
                    arrived += len(piece)
                    if arrived > most * _UNKEPT:
                        break
                    if arrived <= most:
                        budget.take(len(piece))
                        body += piece
        except TimeoutError:
            late = f"The request did not arrive within {limits.deadline:g} seconds; send it faster."
            close = {"Connection": "close"}
            raise Problem(408, "deadline", late, limit="deadline", value=limits.deadline, headers=close) from None
        except ClientDisconnect:
            raise Problem(400, "broken-off", "The request broke off before its end; send it again.") from None
        finally:
            budget.give(len(body))
        if arrived > most:
            raise _too_large(arrived, most)
        return bytes(body)

    def _described(self, request: Request, accept: str | None) -> HttpResponse:
        form = choose(accept, (*GRAPHS, HTML) if self._for_people else GRAPHS)
        if form == HTML:
            # The page's links are relative to where it lies.
            return HttpResponse(b"", 303, {"Location": f"/{QUERY_PAGE}", "Vary": "Accept"})
        if form is None:
            raise Problem(
                400 if choose(accept, BINDINGS) else 406,
                "no-query",
                "The request has no query; send one as the parameter 'query', or accept RDF for the description.",
            )
        url = self._base(request) + request.scope["path"].lstrip("/")
        body = _description(url, self._snapshot, self._limits, form)
        return sent_reply(request.headers, Reply.of(body, form.media_type))

    def _base(self, request: Request) -> str:
        if self._base_url is not None:
            return self._base_url.rstrip("/") + "/"
        host = request.headers.get("host", "")
        if not _HOST.fullmatch(host):
            name, port = request.scope["server"]
            host = f"{name}:{port}"
        return f"{request.scope['scheme']}://{host}/"


def _description(url: str, snapshot: Snapshot, limits: Limits, form: Representation) -> bytes:
    """Write the service description, in which each limit that a client can meet is a `schema:PropertyValue`."""
    blocks = [_SERVICE.format(hash=snapshot.hash, triples=snapshot.triples)]
    for limit in limits.stated(snapshot.worker_memory):
        kind = "integer" if isinstance(limit["value"], int) else "double"
        blocks.append(_LIMIT.format(**limit, type=kind))
    for number, (name, triples) in enumerate(snapshot.graphs.items(), 1):
        blocks.append(_GRAPH.format(number=number, name=name, triples=triples))
    read = parse("\n".join(blocks), format=RdfFormat.TURTLE, base_iri=url)
    written = serialize([quad.triple for quad in read], format=RDF[form.extension], prefixes=read.prefixes)
    assert written is not None
    return written


def _too_large(found: int, most: int) -> Problem:
    told = f"The request has {found} bytes, where a query may have {most}; send less."
    close = {"Connection": "close"}
    return Problem(413, "query-too-large", told, limit="query-bytes", value=most, headers=close)
