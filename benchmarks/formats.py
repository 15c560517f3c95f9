"""What rows, formats and data frames cost beside the query itself: ratios of medians, interleaved runs.

Run it as `python benchmarks/formats.py [RUNS] [--write]`. Every named query that needs no parameter is run on the
packaged graph; those above 0.3 ms count for the bars (drawing 1.10, each `.to_*` 2.00 times raw pyoxigraph). The last
two columns are what a data frame cannot go below: the query, and the library's own making of a frame of ready columns.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import pandas as pd
import polars as pl
import tables

import ascn_graph as ascn
from ascn_graph import profile
from ascn_graph.results import Bindings, Rows
from ascn_graph.sparql import catalogue

METHODS = ("to_csv", "to_tsv", "to_json", "to_xml", "to_markdown", "to_table", "to_pandas", "to_polars")
FLOORS = ("pandas floor", "polars floor")
LEAST = 0.3e-3


def median_times(work: dict[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Return the median seconds of each piece of work, one of each in turn."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(runs):
        for name, piece in work.items():
            start = time.perf_counter()
            piece()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def pieces(query: Callable[[], Rows], raw: Callable[[], object]) -> dict[str, Callable[[], object]]:
    """Return what is timed of one query."""
    frame = query().to_pandas()
    arrays = {column: frame[column].array for column in frame}
    series = query().to_polars().get_columns()
    index = pd.RangeIndex(len(frame))
    return {
        "raw": raw,
        "draw": lambda: list(query()),
        **{method: lambda method=method: getattr(query(), method)() for method in METHODS},
        "pandas floor": lambda: pd.DataFrame(arrays, index=index, copy=False),
        "polars floor": lambda: pl.DataFrame(series),
    }


def main(runs: int, *, page: bool) -> None:
    """Print a line a query, then the geometric mean and the worst of each column, which go into the page on request."""
    graph = ascn.load()
    store = graph.engine.store
    timed = ("draw", *METHODS, *FLOORS)
    print(f"{'query':24}{'rows':>6}{'raw ms':>9}" + "".join(f"{name.removeprefix('to_'):>13}" for name in timed))
    ratios: dict[str, list[float]] = {name: [] for name in timed}
    for name, query in catalogue.load(profile.packaged()).items():
        if any(parameter.required for parameter in query.parameters.values()):
            continue
        found = store.query(query.text)
        columns = tuple(variable.value for variable in found.variables)

        def ask(text: str = query.text, columns: tuple[str, ...] = columns) -> Rows:
            return Rows(Bindings(columns, store.query(text)))

        def raw(text: str = query.text) -> None:
            for _ in store.query(text):
                pass

        count = len(ask())
        times = median_times(pieces(ask, raw), runs)
        line = {piece: (spent + times["raw"] * (piece in FLOORS)) / times["raw"] for piece, spent in times.items()}
        del line["raw"]
        print(f"{name:24}{count:6}{times['raw'] * 1e3:9.2f}" + "".join(f"{ratio:13.2f}" for ratio in line.values()))
        if times["raw"] > LEAST:
            for piece, ratio in line.items():
                ratios[piece].append(ratio)
    lines = []
    for told, figure in (("geometric mean", statistics.geometric_mean), ("worst", max)):
        found = [f"{figure(of_queries):.2f}" for of_queries in ratios.values()]
        print(f"{told} of {len(ratios['draw'])}".ljust(39) + "".join(f"{ratio:>13}" for ratio in found))
        lines.append(found)
    if page:
        rows = zip((name.removeprefix("to_") for name in timed), *lines, strict=True)
        table = tables.markdown(("times the bare engine", "geometric mean", "worst query"), rows)
        tables.write("formats", f"python benchmarks/formats.py {runs} --write", table)


if __name__ == "__main__":
    main(next((int(word) for word in sys.argv[1:] if word.isdecimal()), 31), page="--write" in sys.argv)
