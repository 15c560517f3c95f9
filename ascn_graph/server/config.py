"""What uvicorn is told for a process that speaks HTTP."""

from __future__ import annotations

import functools
from typing import cast

import uvicorn

from ascn_graph.server.app import Application, Settings
from ascn_graph.server.connection import Connection
from ascn_graph.server.snapshot import Snapshot

__all__ = ["BACKLOG", "Config"]

#: Connections that wait to be accepted.
BACKLOG = 2048
_IDLE = 15


class Config(uvicorn.Config):
    """The configuration of one process; it is pickled, and makes the application where it is loaded."""

    def __init__(self, settings: Settings, snapshot: Snapshot, number: int) -> None:
        """Serve a snapshot as the process of this number, from 0."""
        limits = settings.limits
        super().__init__(
            functools.partial(Application, settings, snapshot, number),
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
