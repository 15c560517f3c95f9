"""The resource `/sparql`: queries in, answers or its own description out."""

from __future__ import annotations

import asyncio
import hashlib
import re
from functools import lru_cache

from pyoxigraph import RdfFormat, parse, serialize
from starlette.requests import ClientDisconnect, Request

from ascn_graph.media_types import BINDINGS, GRAPHS, HTML, Representation, choose
from ascn_graph.namespaces import STANDARD
from ascn_graph.server import protocol
from ascn_graph.server.job import Job, Reply
from ascn_graph.server.problem import Problem
from ascn_graph.server.response import Answer, accepts_gzip, sent_reply
from ascn_graph.server.service import Service
from ascn_graph.server.site import QUERY_PAGE

__all__ = ["Endpoint"]

_METHODS = ("GET", "HEAD", "POST")
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
_REMEMBERED = 256
_UNKEPT = 4

_PREFIXES = {name: STANDARD[name] for name in ("dcterms", "schema", "void", "xsd")} | {
    "sd": "http://www.w3.org/ns/sparql-service-description#"
}
_DECLARED = {**_PREFIXES, "formats": "http://www.w3.org/ns/formats/"}
_SERVICE = """
<#service> a sd:Service ;
  sd:endpoint <> ;
  sd:supportedLanguage sd:SPARQL11Query ;
  sd:feature sd:UnionDefaultGraph ;
  sd:resultFormat formats:SPARQL_Results_JSON, formats:SPARQL_Results_XML, formats:SPARQL_Results_CSV,
    formats:SPARQL_Results_TSV, formats:Turtle, formats:JSON-LD, formats:N-Triples, formats:RDF_XML ;
  sd:defaultDataset <#dataset> .
<#dataset> a sd:Dataset ; dcterms:identifier "{hash}" ; void:sparqlEndpoint <> ; sd:defaultGraph <#default-graph> .
<#default-graph> a sd:Graph ; void:triples {triples} .
"""
_LIMIT = """
<#service> schema:additionalProperty <#limit-{name}> .
<#limit-{name}> a schema:PropertyValue ; schema:name "{name}" ; schema:value "{value}"^^xsd:{type} ;
  schema:unitText "{unit}" ; schema:description "{meaning}"@en .
"""
_GRAPH = """
<#dataset> sd:namedGraph <#named-graph-{number}> .
<#named-graph-{number}> a sd:NamedGraph ; sd:name <{name}> ; sd:graph <#graph-{number}> .
<#graph-{number}> a sd:Graph ; void:triples {triples} .
"""


@lru_cache(maxsize=256)
def _wanted(accept: str | None) -> tuple[Representation | None, Representation | None]:
    """Choose the form of either kind of answer; only a real parse tells which kind it will be."""
    return choose(accept, BINDINGS), choose(accept, GRAPHS)


class Endpoint:
    """Answers requests to `/sparql`."""

    def __init__(self, service: Service, base_url: str | None) -> None:
        """Serve a graph.

        Args:
            service: the graph.
            base_url: where clients find this server, such as `https://example.org/`; None: as they say in Host.
        """
        self._service = service
        self._base_url = base_url

    async def __call__(self, request: Request) -> Answer:
        """Answer one request.

        Raises:
            Problem: it is refused.
        """
        if request.method not in _METHODS:
            raise Problem(
                405,
                "method",
                f"{request.method} is not for a read-only endpoint; send GET or POST.",
                headers={"Allow": "GET, HEAD, POST, OPTIONS"},
            )
        headers, most = request.headers, self._service.limits.query_bytes
        query_string: bytes = request.scope["query_string"]
        if len(query_string) > most:
            raise _too_large(len(query_string), most)
        body = kind = None
        if request.method == "POST":
            kind = protocol.media_type(headers.get("content-type", ""))
            body = await self._body(request)
        asked = protocol.read(query_string, body, kind)
        accept = asked.accept or ", ".join(headers.getlist("accept")) or None
        if asked.text is None:
            return self._described(request, accept)
        bindings, graph = _wanted(accept) if len(accept or "") <= _REMEMBERED else _wanted.__wrapped__(accept)
        if bindings is None and graph is None:
            types = ", ".join(form.types[0] for form in (*BINDINGS, *GRAPHS))
            raise Problem(406, "not-acceptable", f"The request accepts no form an answer is had in; there are {types}.")
        job = Job(
            asked.text,
            asked.default_graphs,
            asked.named_graphs,
            bindings and bindings.extension,
            graph and graph.extension,
            accepts_gzip(headers),
        )
        return sent_reply(headers, await self._service.ask(job))

    async def _body(self, request: Request) -> bytes:
        limits, budget = self._service.limits, self._service.budget
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

    def _described(self, request: Request, accept: str | None) -> Answer:
        site = self._service.site
        for_people = site is not None and site.has_query_page
        form = choose(accept, (*GRAPHS, HTML) if for_people else GRAPHS)
        if form == HTML:
            # The page's links are relative to where it lies.
            return Answer(b"", 303, {"Location": f"/{QUERY_PAGE}", "Vary": "Accept"})
        if form is None:
            raise Problem(
                400 if choose(accept, BINDINGS) else 406,
                "no-query",
                "The request has no query; send one as the parameter 'query', or accept RDF for the description.",
            )
        url = self._base(request) + request.scope["path"].lstrip("/")
        body = _description(url, self._service, form)
        etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        return sent_reply(request.headers, Reply(body, form.media_type, etag))

    def _base(self, request: Request) -> str:
        if self._base_url is not None:
            return self._base_url.rstrip("/") + "/"
        host = request.headers.get("host", "")
        if not _HOST.fullmatch(host):
            name, port = request.scope["server"]
            host = f"{name}:{port}"
        return f"{request.scope['scheme']}://{host}/"


def _description(url: str, service: Service, form: Representation) -> bytes:
    """Write the service description, in which each limit that a client can meet is a `schema:PropertyValue`."""
    contents = service.contents
    text = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in _DECLARED.items())
    text += _SERVICE.format(hash=contents.hash, triples=contents.triples)
    for limit in service.limits.stated(contents.worker_memory):
        kind = "integer" if isinstance(limit["value"], int) else "double"
        text += _LIMIT.format(**limit, type=kind)
    for number, (name, triples) in enumerate(contents.graphs.items(), 1):
        text += _GRAPH.format(number=number, name=name, triples=triples)
    quads = parse(text, format=RdfFormat.TURTLE, base_iri=url)
    kind_of_rdf = RdfFormat.from_media_type(form.types[0])
    assert kind_of_rdf is not None
    written = serialize((quad.triple for quad in quads), format=kind_of_rdf, prefixes=_PREFIXES)
    assert written is not None
    return written


def _too_large(found: int, most: int) -> Problem:
    told = f"The request has {found} bytes, where a query may have {most}; send less."
    close = {"Connection": "close"}
    return Problem(413, "query-too-large", told, limit="query-bytes", value=most, headers=close)
