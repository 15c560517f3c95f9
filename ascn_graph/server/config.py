"""What uvicorn is told for a process that speaks HTTP."""

from __future__ import annotations

import functools
import sys
from typing import NamedTuple, cast

import uvicorn

from ascn_graph.server.app import Application
from ascn_graph.server.connection import Connection
from ascn_graph.server.limits import Limits
from ascn_graph.server.service import Service
from ascn_graph.server.snapshot import Snapshot

__all__ = ["BACKLOG", "Config", "Settings"]

#: Connections that wait to be accepted.
BACKLOG = 2048
_IDLE = 15


class Settings(NamedTuple):
    """What the operator chose.

    Attributes:
        limits: of the whole server.
        base_url: where clients find the server; None: as they say in Host.
        log: whether to write one line a request to stderr.
        log_queries: whether those lines hold the query text.
    """

    limits: Limits
    base_url: str | None
    log: bool
    log_queries: bool


class Config(uvicorn.Config):
    """The configuration of one process; it is pickled, and makes the application where it is loaded."""

    def __init__(self, settings: Settings, snapshot: Snapshot, number: int) -> None:
        """Serve a snapshot as the process of this number, from 0."""
        limits = settings.limits
        super().__init__(
            functools.partial(_application, settings, snapshot, number),
            factory=True,
            interface="asgi3",
            # Uvicorn only calls it, as it would the class.
            http=cast("type[Connection]", functools.partial(Connection, limits=limits.share(number), log=settings.log)),
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=BACKLOG,
            timeout_keep_alive=_IDLE,
            timeout_graceful_shutdown=int(limits.timeout) + 1,
        )


def _application(settings: Settings, snapshot: Snapshot, number: int) -> Application:
    log = sys.stderr.write if settings.log else None
    service = Service(snapshot, settings.limits, number)
    return Application(service, base_url=settings.base_url, log=log, log_queries=settings.log_queries)
