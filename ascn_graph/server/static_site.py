"""The static site as the server gives it: things lead to documents, documents come in the form that is wanted."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import Headers

from ascn_graph.media_types import (
    CONTENT_TYPES,
    DOCUMENTS,
    HTML,
    RESOURCE_FORMS,
    Representation,
    choose,
)
from ascn_graph.profile import Profile
from ascn_graph.publishing import addresses
from ascn_graph.server.delivery import HttpResponse, accepted, accepts_gzip, sent_file
from ascn_graph.server.file_cache import Files
from ascn_graph.server.job import Problem, not_acceptable
from ascn_graph.server.protocol import wanted_form

__all__ = ["QUERY_PAGE", "SiteFolder"]

#: The page for people who ask for the endpoint itself.
QUERY_PAGE = "query.html"

_VOID = ".well-known/void"
_INCOMPRESSIBLE = (".gz", ".png")


class SiteFolder:
    """A folder that `ascn publish` wrote."""

    def __init__(self, root: Path, profile: Profile, memory: int) -> None:
        """Serve the files below a folder; nothing outside it is ever read.

        Args:
            root: the folder.
            profile: of the graph it is about.
            memory: bytes of files that are kept.
        """
        self._root = root.resolve()
        self._base = profile.base
        self._addresses = addresses.Addresses(profile)
        self._files = Files(memory)

    async def get(self, path: str, query_string: bytes, headers: Headers) -> HttpResponse:
        """Answer a request for a path.

        Args:
            path: decoded, beginning with a slash.
            query_string: in which `format` or `output` may name the form that is wanted.
            headers: of the request.

        Raises:
            Problem: there is nothing there (404), or nothing in a form that is accepted (406).
        """
        name = path[1:] or "index.html"
        if file := self._file(name):
            return await self._sent(file, headers)
        if name.endswith("/") and self._forms(name[:-1]):
            more = f"?{query_string.decode('latin-1')}" if query_string else ""
            return self._redirect(308, f"/{quote(name[:-1])}{more}")
        accept = wanted_form(query_string) or accepted(headers)
        place = self._addresses.find(self._base + name)
        forms = self._forms(name)
        if not forms:
            return await self._missing(accept, headers)
        form = choose(accept, forms)
        if form is None:
            raise not_acceptable("this document", forms)
        if place is None or place.path == "ontology":
            # A document without an extension is negotiated where it lies.
            location = f"{place.path if place else name}.{form.extension}"
            return await self._sent(self._root / location, headers, {"Content-Location": f"/{location}"})
        # A thing is not its document: it is named here, and told about there.
        return self._redirect(303, f"/{place.path}.{form.extension}")

    @property
    def has_query_page(self) -> bool:
        """Whether there is a page to write queries on."""
        return self._file(QUERY_PAGE) is not None

    def _redirect(self, status: int, location: str) -> HttpResponse:
        fields = {"Location": location, "Vary": "Accept", "Cache-Control": "no-cache"}
        return HttpResponse(b"", status, fields)

    async def _missing(self, accept: str | None, headers: Headers) -> HttpResponse:
        page = self._file("404.html")
        if page is None or choose(accept, (*DOCUMENTS[1:], HTML)) != HTML:
            raise Problem(404, "not-found", "There is nothing at this address; the list of what there is begins at /.")
        answer = await self._sent(page, Headers({"accept-encoding": headers.get("accept-encoding", "")}))
        answer.status = 404
        return answer

    async def _sent(self, file: Path, headers: Headers, more: dict[str, str] | None = None) -> HttpResponse:
        ending = ".ttl" if file == self._root / _VOID else file.suffix
        media_type = CONTENT_TYPES.get(ending, "application/octet-stream")
        compress = accepts_gzip(headers) and file.suffix in CONTENT_TYPES and file.suffix not in _INCOMPRESSIBLE
        try:
            stored = await self._files.get(file, compress=compress)
        except OSError as error:
            raise Problem(404, "not-found", "There is nothing at this address any more.") from error
        return sent_file(headers, stored, media_type, more or {})

    def _forms(self, name: str) -> list[Representation]:
        """List the forms of a thing, or of a document named without its extension."""
        place = self._addresses.find(self._base + name)
        path = place.path if place else name
        offered = RESOURCE_FORMS["dataset"] if path == "dataset" else DOCUMENTS
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
