"""The remote client against SPARQLWrapper's own: processor time a request, and requests a second, on one server.

Run it with `python benchmarks/remote.py [--beside DIR] [--write]`; it starts an `oxigraph` server on 127.0.0.1. DIR is
a checkout of another commit, as `git worktree add DIR COMMIT` makes one: its client is asked in the same rounds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import tables
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from SPARQLWrapper import JSON, SPARQLWrapper

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from servers import oxigraph_server  # noqa: E402 - the tests' servers serve here too

from ascn_graph.remote.client import RemoteEngine  # noqa: E402
from ascn_graph.results import Bindings  # noqa: E402

GRAPH = "http://example.org/g"
TURTLE = "@prefix e: <http://example.org/> .\n" + "".join(f'e:s{n} e:p "value {n}" , {n} .\n' for n in range(500))
#: The kinds of query timed: `{n}` differs each time, so that nothing is remembered.
QUERIES = {
    "point": "SELECT ?o WHERE {{ <http://example.org/s{n}> <http://example.org/p> ?o }}",
    "100 rows": "SELECT ?s ?o WHERE {{ ?s <http://example.org/p> ?o FILTER(?o != {n}) }} LIMIT 100",
}


#: Asks through the client of another checkout as it is told: a line with template, number of requests and first number.
WORKER = """
import sys, time
import ascn_graph
engine = ascn_graph.connect(sys.argv[1], graphs=[sys.argv[2]]).engine
for line in sys.stdin:
    template, requests, first = line.rstrip().split("\\t")
    processor, clock = time.process_time(), time.perf_counter()
    for number in range(int(first), int(first) + int(requests)):
        sum(1 for _ in engine.run(template.format(n=number % 500)).rows)
    print(*((end - begin) / int(requests) * 1e6 for begin, end in
            ((processor, time.process_time()), (clock, time.perf_counter()))), flush=True)
"""


class Cost(NamedTuple):
    """What one request costs, in microseconds: of this process's processor, and on the clock."""

    processor: float
    clock: float


def ours(url: str) -> Callable[[str], int]:
    """Return a function that asks through the remote engine and counts the rows."""
    engine = RemoteEngine(url, graphs=[GRAPH])

    def ask(text: str) -> int:
        answer = engine.run(text)
        assert isinstance(answer, Bindings)
        return sum(1 for _ in answer.rows)

    return ask


def theirs(url: str) -> Callable[[str], int]:
    """Return a function that asks through SPARQLWrapper as its documentation does, and counts the rows."""
    wrapper = SPARQLWrapper(url)
    wrapper.setReturnFormat(JSON)
    wrapper.addParameter("default-graph-uri", GRAPH)

    def ask(text: str) -> int:
        wrapper.setQuery(text)
        return len(wrapper.queryAndConvert()["results"]["bindings"])

    return ask


def floor(url: str) -> Callable[[str], int]:
    """Return a function that does the least: http.client with a connection that is kept, and pyoxigraph's parser."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc)
    stated = urlencode({"default-graph-uri": GRAPH})

    def ask(text: str) -> int:
        target = f"{parts.path}?{stated}&{urlencode({'query': text})}"
        connection.request("GET", target, headers={"Accept": "application/sparql-results+json"})
        found = parse_query_results(connection.getresponse().read(), QueryResultsFormat.JSON)
        assert isinstance(found, QuerySolutions)
        return sum(1 for _ in found)

    return ask


def measure(ask: Callable[[str], int], template: str, requests: int, first: int) -> Cost:
    """Ask a number of queries one after the other."""
    processor, clock = time.process_time(), time.perf_counter()
    for number in range(first, first + requests):
        ask(template.format(n=number % 500))
    return Cost(*((end - begin) / requests * 1e6 for begin, end in
                  ((processor, time.process_time()), (clock, time.perf_counter()))))  # fmt: skip


#: Asks a number of queries of a template one after the other, from a number on.
Measured = Callable[[str, int, int], Cost]


def here(ask: Callable[[str], int]) -> Measured:
    """Return how a client of this process is measured."""
    return lambda template, requests, first: measure(ask, template, requests, first)


def beside(folder: Path, url: str) -> Measured:
    """Return how the client of another checkout is measured, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, url, GRAPH], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(folder)}, cwd=folder,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    asked, told = process.stdin, process.stdout

    def measured(template: str, requests: int, first: int) -> Cost:
        print(template, requests, first, sep="\t", file=asked, flush=True)
        return Cost(*map(float, told.readline().split()))

    return measured


def main() -> int:
    """Print a table of medians over interleaved rounds, with the ratios and the bars.

    Returns:
        0 where every bar is cleared, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--requests", type=int, default=100, help="a round")
    parser.add_argument("--beside", type=Path, metavar="DIR", help="a checkout of another commit to ask too")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    args = parser.parse_args()
    cleared = True
    rows: list[tuple[object, ...]] = []
    with oxigraph_server([(GRAPH, TURTLE)]) as server:
        asking = {
            "SPARQLWrapper": theirs(server.query),
            "http.client, kept alive, and pyoxigraph's parser": floor(server.query),
            "ascn_graph": ours(server.query),
        }
        clients = {name: here(ask) for name, ask in asking.items()}
        if args.beside:
            # Each in a process of its own: what the others leave in the memory of this one slows its client down.
            clients = {"ascn_graph of DIR": beside(args.beside.resolve(), server.query), **clients}
            clients["ascn_graph"] = beside(ROOT, server.query)
        for name, template in QUERIES.items():
            assert len({ask(template.format(n=7)) for ask in asking.values()}) == 1
            costs: dict[str, list[Cost]] = {client: [] for client in clients}
            for turn in range(args.rounds):
                for client, measured in clients.items():
                    costs[client].append(measured(template, args.requests, turn * args.requests))
            middle = {
                client: Cost(*(statistics.median(column) for column in zip(*each, strict=True)))
                for client, each in costs.items()
            }
            base = middle.pop("SPARQLWrapper")
            rows.append((name, "SPARQLWrapper", *(f"{cost:.0f}" for cost in base), "", ""))
            for client, cost in middle.items():
                processor, throughput = cost.processor / base.processor, base.clock / cost.clock
                rows.append(("", client, *(f"{part:.0f}" for part in cost), f"{processor:.2f}", f"{throughput:.2f}"))
            cleared = cleared and processor <= 0.60 and throughput >= 2.0
    table = tables.markdown(
        ("query", "client", "CPU µs a request", "µs a request", "CPU ratio (bar 0.60)", "throughput ratio (bar 2.00)"),
        rows,
    )
    print(table)
    if args.write:
        beside_ = " --beside DIR" if args.beside else ""
        tables.write("remote", f"python benchmarks/remote.py{beside_} --write", table)
    return 0 if cleared else 1


if __name__ == "__main__":
    raise SystemExit(main())
