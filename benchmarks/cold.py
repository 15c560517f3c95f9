"""What one cold `ascn query officers --format csv` costs beside a bare script: minimum wall time, interleaved runs.

Run it as `python benchmarks/cold.py [RUNS]`; `--quick` runs each once and compares what they print. The bare script
loads the same files into pyoxigraph, the other into rdflib; both run the same query text. Bars: 1.25 and 0.10.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import time
from pathlib import Path

from tables import markdown, write

from ascn_graph import dataset
from ascn_graph.profile import packaged

BARE = """
import csv, sys
from pyoxigraph import RdfFormat, Store
store = Store()
for path in sys.argv[2:]:
    store.load(path=path, format=RdfFormat.TURTLE)
with open(sys.argv[1], encoding="utf-8") as file:
    found = store.query(file.read())
rows = csv.writer(sys.stdout)
rows.writerow([variable.value for variable in found.variables])
rows.writerows([None if cell is None else cell.value for cell in row] for row in found)
"""
RDFLIB = """
import csv, sys
from rdflib import Graph
graph = Graph()
for path in sys.argv[2:]:
    graph.parse(path, format="turtle")
with open(sys.argv[1], encoding="utf-8") as file:
    found = graph.query(file.read())
rows = csv.writer(sys.stdout)
rows.writerow(found.vars)
rows.writerows(found)
"""
QUERY = "officers"
#: The first run, which is not timed, leaves compiled bytecode, as pip does.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def commands() -> dict[str, list[str]]:
    """Return the command lines that are compared."""
    files = [
        str(packaged().folder / "queries" / f"{QUERY}.rq"),
        *(str(file.path) for file in dataset.find() if file.path.suffix == ".ttl"),
    ]
    return {
        "bare pyoxigraph script": [sys.executable, "-c", BARE, *files],
        "`ascn query`": [str(Path(sys.executable).parent / "ascn"), "query", QUERY, "--format", "csv"],
        "rdflib script": [sys.executable, "-c", RDFLIB, *files],
    }


def run(command: list[str]) -> tuple[float, list[list[str]]]:
    """Return the seconds a command took and the rows it printed."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=True, env=ENVIRONMENT)
    spent = time.perf_counter() - start
    return spent, list(csv.reader(io.StringIO(done.stdout.decode(), newline="")))


def main(runs: int) -> int:
    """Print the table; 1 where a bar is missed or the answers differ."""
    listed = commands()
    first = {name: run(command)[1] for name, command in listed.items()}
    if any(rows != first["bare pyoxigraph script"] for rows in first.values()):
        print("the answers differ")
        return 1
    if runs == 0:
        print(f"{len(first)} commands give the same {len(first['rdflib script']) - 1} rows")
        return 0
    least = dict.fromkeys(listed, float("inf"))
    for turn in range(runs):
        for name, command in listed.items():
            if name != "rdflib script" or turn % 3 == 0:
                least[name] = min(least[name], run(command)[0])
    ours, bare, peer = least["`ascn query`"], least["bare pyoxigraph script"], least["rdflib script"]
    table = markdown(
        ["command", "least ms", "`ascn query` takes"],
        [
            ["`ascn query officers --format csv`", f"{ours * 1e3:.1f}", ""],
            ["bare pyoxigraph script", f"{bare * 1e3:.1f}", f"{ours / bare:.2f} × (bar 1.25)"],
            ["rdflib script", f"{peer * 1e3:.1f}", f"{ours / peer:.3f} × (bar 0.10)"],
        ],
    )
    print(table)
    write("cold", f"python benchmarks/cold.py {runs}", table)
    return 0 if ours <= 1.25 * bare and ours <= 0.10 * peer else 1


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--quick"]
    raise SystemExit(main(0 if "--quick" in sys.argv[1:] else int(words[0]) if words else 10))
