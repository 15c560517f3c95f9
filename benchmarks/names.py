"""A misspelt name on an `oxigraph` server, without and with people of another data set beside the graph.

Run it with `python benchmarks/names.py [--people 300000] [--write]`; the server listens on 127.0.0.1.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

import tables

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from parity import named_texts  # noqa: E402 - the tests' servers serve here too
from servers import fill, oxigraph_server  # noqa: E402 - as above

import ascn_graph as ascn  # noqa: E402
from ascn_graph.errors import UnknownName  # noqa: E402

#: Queries with a parameter that is misspelt, or that names nothing of the graph.
ASKED = (
    ("designations", "person", "Tin Tin Kye"),
    ("officers", "city", "Da Vao"),
    ("evidence", "about", "Kuchin"),
    ("evidence", "about", "http://example.org/a"),
)
PERSON = "a <http://xmlns.com/foaf/0.1/Person> ; <http://www.w3.org/2000/01/rdf-schema#label>"


def measure(url: str, rounds: int) -> list[float]:
    """Return the median of milliseconds for each of `ASKED`, each time by a client that knows no name yet."""
    medians = []
    for query, parameter, name in ASKED:
        taken = []
        for _ in range(rounds):
            graph = ascn.connect(url, timeout=300)
            began = time.perf_counter()
            try:
                graph.query(query, **{parameter: name})
            except UnknownName:
                taken.append((time.perf_counter() - began) * 1000)
        medians.append(statistics.median(taken))
    return medians


def main() -> int:
    """Print the table.

    Returns:
        0 where no name takes more than twice as long as without the others, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    args = parser.parse_args()
    with oxigraph_server(named_texts()) as server:
        url = f"{server.query}?union-default-graph=true"
        alone = measure(url, args.rounds)
        for start in range(0, args.people, 10_000):
            numbers = range(start, min(start + 10_000, args.people))
            lines = "".join(f'<http://other.example/{n}> {PERSON} "Person {n}"@en .\n' for n in numbers)
            fill(server, [(f"http://other.example/graph/{start}", lines)])
        beside = measure(url, args.rounds)
    ratios = [late / early for early, late in zip(alone, beside, strict=True)]
    columns = ("a name", "alone ms", f"beside {args.people:,} people ms", "ratio (bar 2.00)")
    rows = [
        (f"{query} {parameter}={name}", f"{early:.0f}", f"{late:.0f}", f"{ratio:.2f}")
        for (query, parameter, name), early, late, ratio in zip(ASKED, alone, beside, ratios, strict=True)
    ]
    table = tables.markdown(columns, rows)
    print(table)
    if args.write:
        tables.write("names", "python benchmarks/names.py --write", table)
    return 0 if max(ratios) <= 2 else 1


if __name__ == "__main__":
    raise SystemExit(main())
