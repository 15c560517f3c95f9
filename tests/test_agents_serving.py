"""The way from an assistant to the graph and to the workers that answer its own queries, in one process."""

from __future__ import annotations

import asyncio

from conftest import ROOT, need

import ascn_graph


def test_workers_answer_an_assistant_and_end_with_it():
    """A query of its own is answered by a worker process, and none is left when the assistant has gone."""
    need("module:mcp", "module:uvicorn", "module:starlette")
    from multiprocessing import active_children

    from ascn_graph.agents import serving
    from ascn_graph.agents.server import build
    from ascn_graph.server.job import Job
    from ascn_graph.server.limits import Limits
    from ascn_graph.server.snapshot import held

    before = active_children()
    museum = ascn_graph.load(ROOT / "tests/graphs/museum")

    async def talk() -> bytes:
        limits = Limits(memory=Limits().memory + held()[1], workers=1)
        async with serving.workers(museum, limits) as pool:
            assert build(museum, pool).name == museum.profile.name
            return (await pool.run(Job("ASK { ?s ?p ?o }", None, None, "json", None, compress=False))).body

    assert b"true" in asyncio.run(talk())
    started = [process for process in active_children() if process not in before]
    for process in started:
        process.join(5)
    assert not any(process.is_alive() for process in started)
