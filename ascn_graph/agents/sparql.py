"""SPARQL of an assistant's own, answered by the workers of `ascn serve`, which can be ended."""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat

from ascn_graph.graph import Graph
from ascn_graph.server.job import Job
from ascn_graph.server.limits import Limits
from ascn_graph.server.pool import Pool
from ascn_graph.server.snapshot import Snapshot, contents

__all__ = ["Workers", "workers"]


class Workers:
    """Answers SPARQL text within the limits of the server.

    Args:
        pool: the worker processes.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def ask(self, query: str) -> dict[str, Any]:
        """Return SPARQL 1.1 JSON results for a SELECT or an ASK, `{"ntriples": …}` for a CONSTRUCT or a DESCRIBE.

        Raises:
            Problem: the query is refused, does not parse, or is over a limit.
        """
        reply = await self._pool.run(Job(query, None, None, "json", "nt", compress=False))
        if reply.media_type.endswith("json"):
            found: dict[str, Any] = json.loads(reply.body)
            return found
        return {"ntriples": reply.body.decode()}


@asynccontextmanager
async def workers(graph: Graph, limits: Limits) -> AsyncIterator[Workers]:
    """Start worker processes over a graph, and end them at the end."""
    with tempfile.TemporaryDirectory(prefix="ascn-mcp-") as folder:
        dump = Path(folder) / "graph.nq"
        graph.store.dump(str(dump), format=RdfFormat.N_QUADS)
        pool = Pool(limits, Snapshot(dump, None, contents(graph.store, limits), graph.profile))
        await pool.start()
        try:
            yield Workers(pool)
        finally:
            pool.close()
