"""The graph as a read-only SPARQL endpoint with its linked data."""

from __future__ import annotations

from pathlib import Path

from ascn_graph.server.limits import Limits, ServerSettings

__all__ = ["Limits", "job", "pool", "serve", "snapshot"]


def serve(  # noqa: PLR0913 - each is an option of the command
    place: str | None,
    limits: Limits,
    site: Path | str | None,
    host: str,
    port: int,
    *,
    base_url: str | None = None,
    log: bool = True,
    log_queries: bool = False,
) -> None:
    """Serve until SIGTERM or SIGINT; load the graph again on SIGHUP.

    Args:
        place: the data: a folder, a Turtle file or a dump; None: the packaged graph.
        limits: what queries, requests and the whole server may take.
        site: the folder of a site, or the base URL of one that is to be built; None for no site.
        host: the address to listen on.
        port: the port to listen on.
        base_url: where clients find this server; None: as they say in Host.
        log: whether to write one line a request to stderr.
        log_queries: whether those lines hold the query text.

    Raises:
        AscnError: the port is taken, or the graph cannot be loaded.
        ImportError: uvicorn or starlette is not installed.
    """
    from ascn_graph.server.supervisor import run  # noqa: PLC0415 - the limits can be read without its libraries

    run(place, site, host, port, ServerSettings(limits, base_url, log, log_queries))
