"""The graph as a read-only SPARQL endpoint with its linked data."""

from __future__ import annotations

from pathlib import Path

from ascn_graph.server.limits import Limits, ServerSettings

__all__ = ["Limits", "ServerSettings", "job", "pool", "serve", "snapshot"]


def serve(place: str | None, site: Path | str | None, host: str, port: int, settings: ServerSettings) -> None:
    """Serve until SIGTERM or SIGINT; load the graph again on SIGHUP.

    Args:
        place: the data: a folder, a Turtle file or a dump; None: the packaged graph.
        site: the folder of a site, or the base URL of one that is to be built; None for no site.
        host: the address to listen on.
        port: the port to listen on.
        settings: what queries, requests and the whole server may take, where clients find it, and what it logs.

    Raises:
        AscnError: the port is taken, or the graph cannot be loaded.
        ImportError: uvicorn or starlette is not installed.
    """
    from ascn_graph.server.supervisor import run  # noqa: PLC0415 - the limits can be read without its libraries

    run(place, site, host, port, settings)
