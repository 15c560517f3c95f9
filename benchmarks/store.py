"""Where one machine's memory ends: a network of 8 million triples in Virtuoso on disk, filled, killed and filled on.

Run it as `python benchmarks/store.py [SCALE] [FOLDER]`; FOLDER keeps the generated data, and `--write` puts the table
into docs/triple-stores.md. Virtuoso has 2 GiB of buffers. `GraphStore.push`, all that `ascn push` does, runs in a
process that is killed when a third of the triples has arrived, and again with `resume`. Then each lookup of
`benchmarks/queries.py` is asked of the store and of the embedded engine, and the rows must be the same.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from generate import generate
from tables import markdown, write

import ascn_graph as ascn
from ascn_graph.remote.graph_store import GraphStore, graphs_of
from queries import ID, LOOKUPS

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from servers import StoreServer, virtuoso_server

#: Seconds that the store has for one lookup.
LONGEST = 120
BEGAN = time.perf_counter()
#: 2 GiB in pages of 8 KiB.
BUFFERS = "NumberOfBuffers = 262144\nMaxDirtyBuffers = 196608\nVectorSize = 100000\nMaxVectorSize = 1000000"


def say(text: str) -> None:
    """Print a line at once, with the time since the beginning."""
    print(f"{time.perf_counter() - BEGAN:6.0f} s  {text}", flush=True)


def push(graph: ascn.Graph, server: StoreServer, *, resume: bool, until: int | None) -> int:
    """Fill the store from a process of its own; return the triples arrived when it ended, or was killed."""
    context = multiprocessing.get_context("fork")  # the loaded graph goes along
    reader, writer = context.Pipe(duplex=False)

    def work() -> None:
        target = GraphStore(server.graph_store, endpoint=server.query, timeout=3600)
        for done in target.push(graph.store, resume=resume):
            writer.send(done)
        writer.send(None)

    process = context.Process(target=work)
    process.start()
    writer.close()
    arrived = 0
    while (done := reader.recv()) is not None:
        arrived += done.triples
        say(f"{arrived:,} triples; {done.iri}")
        if until is not None and arrived >= until:
            os.kill(process.pid or 0, signal.SIGKILL)
            break
    process.join()
    return arrived


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Return the median seconds of three calls, and what the last gave."""
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        found = work()
        taken.append(time.perf_counter() - began)
    return median(taken), found


def main(scale: int, folder: Path) -> str:
    """Fill, kill, fill on, ask; return the table."""
    place = folder / f"network-{scale}"
    if not place.exists():
        generate(scale, place)
    say("generated")
    graph = ascn.load(place)
    gc.freeze()
    total = sum(each.triples for each in graphs_of(graph.store))
    say(f"loaded {total:,} triples of {len(graphs_of(graph.store))} graphs")
    rows = []
    with virtuoso_server(parameters=BUFFERS, sparql="DefaultQuery = ASK {}\nResultSetMaxRows = 10000000") as server:
        began = time.perf_counter()
        killed = push(graph, server, resume=False, until=total // 3)
        push(graph, server, resume=True, until=None)
        filled = time.perf_counter() - began
        say(f"filled in {filled:.0f} s, killed at {killed:,} triples")
        peer = ascn.connect(server.query, timeout=LONGEST)
        for name, given in LOOKUPS:
            text = graph.text_of(name, **given)
            here, ours = timed(lambda text=text: graph.sparql(text).to_tsv())
            try:
                there, theirs = timed(lambda text=text: peer.sparql(text).to_tsv())
            except ascn.EngineError as error:
                there, theirs = float("inf"), error
            asked = " ".join([name, *(f"{key}={value.removeprefix(ID)}" for key, value in given.items())])
            same = "yes" if ours == theirs else "NO"
            rows.append([asked, f"{here * 1e3:.1f}", f"{there * 1e3:.1f}", same])
            say(f"{asked}: {here:.4f} s here, {there:.4f} s there, same rows: {same}")
    head = f"{total:,} triples, filled in {filled:.0f} s with one kill"
    return f"{head}\n\n{markdown(['lookup', 'embedded ms', 'Virtuoso ms', 'same rows'], rows)}"


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--write"]
    scale = int(words[0]) if words else 226
    with tempfile.TemporaryDirectory() as scratch:
        table = main(scale, Path(words[1]) if len(words) > 1 else Path(scratch))
    print(table)
    if "--write" in sys.argv[1:]:
        write("store", f"python benchmarks/store.py {scale} --write", table, "triple-stores.md")
