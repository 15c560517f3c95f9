"""The static site as the server gives it: things lead to documents, documents come in the form that is wanted."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Sequence
from pathlib import Path

from starlette.datastructures import Headers

from ascn_graph.media_types import DOCUMENTS, HTML, KINDS, Representation, choose
from ascn_graph.namespaces import BASE
from ascn_graph.profile import packaged
from ascn_graph.publishing.addresses import Addresses
from ascn_graph.server.job import Reply
from ascn_graph.server.problem import Budget, Problem
from ascn_graph.server.response import Answer, accepts_gzip, reply_response

__all__ = ["QUERY_PAGE", "Site"]

#: The page for people who ask for the endpoint itself.
QUERY_PAGE = "query.html"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".geojson": "application/geo+json",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".mjs": "text/javascript; charset=utf-8",
    ".nq": "application/n-quads",
    ".nt": "application/n-triples",
    ".png": "image/png",
    ".rq": "application/sparql-query",
    ".svg": "image/svg+xml",
    ".trig": "application/trig",
    ".ttl": "text/turtle; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
}
_WELL_KNOWN = ".well-known"
_VOID = f"{_WELL_KNOWN}/void"
_COMPRESSED = frozenset(_TYPES) - {".gz", ".png"}
_LEAST_COMPRESSED = 1024


class Site:
    """A folder that `ascn publish` wrote."""

    def __init__(self, root: Path, budget: Budget) -> None:
        """Serve the files below a folder; nothing outside it is ever read.

        Args:
            root: the folder.
            budget: what answers on their way may take.
        """
        self._root = root.resolve()
        self._budget = budget

    async def get(self, path: str, headers: Headers) -> Answer:
        """Answer a request for a path.

        Args:
            path: decoded, beginning with a slash.
            headers: of the request.

        Raises:
            Problem: there is nothing there (404), or nothing in a form that is accepted (406).
        """
        name = path[1:] or "index.html"
        if file := self._file(name):
            return await self._sent(file, headers)
        accept = ", ".join(headers.getlist("accept")) or None
        place = Addresses(packaged()).find(BASE + name)
        if place is None:
            # A document without an extension is negotiated where it lies.
            if forms := self._forms(name, DOCUMENTS):
                return await self._negotiated(name, forms, accept, headers)
            return await self._missing(accept, headers)
        forms = self._forms(place.path, KINDS["dataset" if place.path == "dataset" else "thing"])
        if not forms:
            return await self._missing(accept, headers)
        if place.path == "ontology":
            return await self._negotiated(place.path, forms, accept, headers)
        # A thing is not its document: it is named here, and told about there.
        location = f"/{place.path}.{_chosen(accept, forms).extension}"
        return Answer(b"", 303, {"Location": location, "Vary": "Accept", "Cache-Control": "no-cache"}, self._budget)

    def has(self, name: str) -> bool:
        """Return whether there is a file of this path."""
        return self._file(name) is not None

    async def _negotiated(
        self, path: str, forms: Sequence[Representation], accept: str | None, headers: Headers
    ) -> Answer:
        name = f"{path}.{_chosen(accept, forms).extension}"
        file = self._file(name)
        assert file is not None
        return await self._sent(file, headers, {"Content-Location": f"/{name}"})

    async def _missing(self, accept: str | None, headers: Headers) -> Answer:
        page = self._file("404.html")
        if page is None or choose(accept, (*DOCUMENTS[1:], HTML)) != HTML:
            raise Problem(404, "not-found", "There is nothing at this address; the list of what there is begins at /.")
        answer = await self._sent(page, Headers({"accept-encoding": headers.get("accept-encoding", "")}))
        answer.status = 404
        return answer

    async def _sent(self, file: Path, headers: Headers, more: dict[str, str] | None = None) -> Answer:
        reply = await asyncio.to_thread(_read, file, self._type(file), accepts_gzip(headers))
        return reply_response(headers, reply, self._budget, more)

    def _type(self, file: Path) -> str:
        if file == self._root / _VOID:
            return _TYPES[".ttl"]
        return _TYPES.get(file.suffix, "application/octet-stream")

    def _forms(self, path: str, offered: Sequence[Representation]) -> list[Representation]:
        return [form for form in offered if self._file(f"{path}.{form.extension}")]

    def _file(self, name: str) -> Path | None:
        parts = name.split("/")
        hidden = any(part.startswith(".") or "\\" in part or "\0" in part for part in parts)
        if (hidden and name != _VOID) or not parts[-1]:
            return None
        try:
            file = (self._root / name).resolve()
            found = file.is_relative_to(self._root) and file.is_file()
        except (OSError, ValueError):
            return None
        return file if found else None


def _chosen(accept: str | None, forms: Sequence[Representation]) -> Representation:
    form = choose(accept, forms)
    if form is None:
        types = ", ".join(form.types[0] for form in forms)
        raise Problem(406, "not-acceptable", f"Accept names no form this is had in; there are {types}.")
    return form


def _read(file: Path, media_type: str, compress: bool) -> Reply:  # noqa: FBT001 - one call, in a thread
    try:
        body = file.read_bytes()
    except OSError as error:
        raise Problem(404, "not-found", "There is nothing at this address any more.") from error
    compressed = compress and file.suffix in _COMPRESSED and len(body) >= _LEAST_COMPRESSED
    if compressed:
        body = gzip.compress(body, 5, mtime=0)
    etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    return Reply(body, media_type, etag, compressed)
