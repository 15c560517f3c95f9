"""The goldens: what each named query answers, and the same question put to any engine.

Run it as `python tests/parity.py` to compare with what the embedded engine answers now (exit 1 where one differs), or
with `--write` to write them anew; read what changed before it is committed.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path
from typing import NamedTuple

from ours import CONTAINER_GRAPHS, graph_iri
from pyoxigraph import NamedNode

import ascn_graph as ascn
from ascn_graph import dataset
from ascn_graph.profile import packaged
from ascn_graph.results import Rows

FOLDER = Path(__file__).resolve().parent / "golden"
#: A source that is also loaded under this second name, to show that no answer counts a triple twice.
TWIN, TWIN_OF = "twin", "article"


class Case(NamedTuple):
    """One question with its golden answer."""

    golden: str
    query: str
    source: str
    parameters: dict[str, list[str]]

    @property
    def path(self) -> Path:
        """The file of the answer."""
        return FOLDER / f"{self.golden}.tsv"

    def expected(self) -> list[str]:
        """Return the lines of the golden."""
        return self.path.read_text(encoding="utf-8").splitlines()


def cases() -> list[Case]:
    """Read `golden/cases.csv`; a parameter begins where a word holds an equals sign."""
    with (FOLDER / "cases.csv").open(encoding="utf-8", newline="") as stream:
        return [
            Case(row["golden"], row["query"], row["source"], _parameters(row["parameters"]))
            for row in csv.DictReader(stream)
        ]


def _parameters(text: str) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for word in re.split(r" (?=[A-Za-z]+=)", text) if text else []:
        key, _, value = word.partition("=")
        given.setdefault(key, []).append(value)
    return given


def lines(rows: Rows) -> list[str]:
    """Return an answer as the lines of a golden."""
    return rows.to_tsv().splitlines()


def named_texts(*, twin: bool = False) -> list[tuple[str, str]]:
    """Return the packaged named graphs as a triple store is filled: each one's IRI and its N-Triples."""
    store = dataset.load(dataset.find())
    found = {
        name: "".join(sorted(f"{quad.triple} .\n" for quad in store.quads_for_pattern(None, None, None, graph)))
        for name, graph in ((name, NamedNode(graph_iri(name))) for name in dataset.graph_names(store, packaged()))
    }
    if twin:
        found[TWIN] = found[TWIN_OF]
    return [(graph_iri(name), text) for name, text in sorted(found.items())]


def graph_iris(source: str, *, twin: bool = False) -> list[str]:
    """Return the IRIs of the graphs that hold what a source says, or what all say where it is empty."""
    names = {file.graph for file in dataset.find()} if not source else {source, *CONTAINER_GRAPHS}
    return sorted(graph_iri(name) for name in (names | {TWIN} if twin and TWIN_OF in names else names))


def main() -> int:
    """Compare or write."""
    graphs = {source: ascn.load(source=source or None) for source in {case.source for case in cases()}}
    differing = []
    for case in cases():
        text = graphs[case.source].query(case.query, **case.parameters).to_tsv()
        if "--write" in sys.argv[1:]:
            case.path.write_text(text, encoding="utf-8")
        elif not case.path.is_file() or text != case.path.read_text(encoding="utf-8"):
            differing.append(case.golden)
    if "--write" in sys.argv[1:]:
        wanted = {case.path for case in cases()}
        for path in set(FOLDER.glob("*.tsv")) - wanted:
            path.unlink()
    print(f"{len(cases())} goldens" + (f", differing: {', '.join(differing)}" if differing else " agree"))
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
