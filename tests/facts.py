"""Report, fact by fact, that the graph of the article states the inventory and nothing else.

    python tests/facts.py [--quiet] [--text ../shared/article/asean-smart-cities-network.wikitext]

The inventory is the article's extract, `data/article/extract.csv`: the column `fact` says which of 202 facts a value is
of (where the source has prose, the value is our own short label). Five of the facts are layout, which is not modelled.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ours import ONTOLOGY, PREFIXES, thing_iri
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from ascn_graph import dataset

ROOT = Path(__file__).resolve().parent.parent
INVENTORY = ROOT / "data" / "article" / "extract.csv"
ARTICLE = thing_iri("source", "article")
RDF = PREFIXES["rdf"]
DERIVED = NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
SUBJECT, TYPE, LABEL = NamedNode(RDF + "subject"), NamedNode(RDF + "type"), NamedNode(PREFIXES["rdfs"] + "label")


class Printed(NamedTuple):
    """A value at its place, and the facts that it is of."""

    record: str
    field: str
    value: str
    reason: str
    line: str
    begin: str
    end: str
    fact: str

    @property
    def layout(self) -> bool:
        """Whether the value is of how the article is set, which is not modelled."""
        return bool(self.reason)


def printed() -> list[Printed]:
    """Read every value that the extract has at a place of the article."""
    with INVENTORY.open(encoding="utf-8", newline="") as stream:
        return [Printed(**row) for row in csv.DictReader(stream) if row["record"]]


def inventory() -> dict[str, list[Printed]]:
    """Return the values of each fact, by the order of the facts' ids."""
    facts: dict[str, list[Printed]] = defaultdict(list)
    for row in printed():
        for name in row.fact.split():
            facts[name].append(row)
    return dict(sorted(facts.items()))


def article(place: Path = ROOT) -> Store:
    """Load what `data/article` alone says into the default graph."""
    return dataset.load([file for file in dataset.find(place) if file.graph == "article"], named=False)


@cache
def names() -> Store:
    """Load the concepts and sources that the article's facts link to."""
    files = [file for file in dataset.find(ROOT) if file.graph in ("ontology", "catalogue")]
    return dataset.load(files, named=False)


def problem(row: Printed, store: Store) -> str | None:
    """Return what is missing of a value: its evidence, its line, or itself among what the fact node holds."""
    if row.record != f"char={row.begin},{row.end}":
        return f"{row.record} is not the span from {row.begin} to {row.end}"
    place = NamedNode(f"{ARTICLE}#{row.record}")
    nodes = {quad.subject for quad in store.quads_for_pattern(None, DERIVED, place, None)}
    if not nodes:
        return "no fact node has this evidence"
    lines = {quad.object.value for quad in store.quads_for_pattern(place, NamedNode(ONTOLOGY + "line"), None, None)}
    if lines != {row.line}:
        return f"the evidence says line {', '.join(sorted(lines)) or 'nothing'}, not {row.line}"
    held = [quad for node in nodes for quad in store.quads_for_pattern(node, None, None, None)]
    objects = {quad.object for quad in held if quad.predicate not in (DERIVED, SUBJECT)}
    linked = {
        quad.object
        for node in objects
        if not isinstance(node, Literal)
        for known in (store, names())
        for quad in known.quads_for_pattern(node, None, None, None)
    }
    literals = {term.value for term in objects | linked if isinstance(term, Literal)}
    return None if row.value in literals else f"the fact node neither holds nor links to {row.value!r}"


def unfounded(store: Store) -> Iterator[str]:
    """Name every triple of the article's folder that no evidence supports.

    A fact node with evidence supports its own triples, and the type and label of what it links to; any other triple
    needs a statement that restates it.
    """
    facts = {quad.subject for quad in store.quads_for_pattern(None, DERIVED, None, None)}
    evidence = {quad.subject for quad in store.quads_for_pattern(None, TYPE, NamedNode(ONTOLOGY + "Evidence"), None)}
    linked = {quad.object for node in facts for quad in store.quads_for_pattern(node, None, None, None)}
    restated: set[tuple[object, object, object]] = set()
    parts: dict[object, dict[str, object]] = defaultdict(dict)
    for name in ("subject", "predicate", "object"):
        for quad in store.quads_for_pattern(None, NamedNode(RDF + name), None, None):
            if quad.subject in facts:
                parts[quad.subject][name] = quad.object
    for found in parts.values():
        restated.add((found.get("subject"), found.get("predicate"), found.get("object")))
    for quad in store.quads_for_pattern(None, None, None, DefaultGraph()):
        own = quad.subject in facts or quad.subject in evidence
        named = quad.subject in linked and quad.predicate in (TYPE, LABEL)
        if not own and not named and (quad.subject, quad.predicate, quad.object) not in restated:
            yield str(quad.triple)


def _spans(store: Store, text: Path) -> Iterator[str]:
    from ascn_graph.validation.evidence_checks import check_text

    yield from (f"{found.focus}: {found.message}" for found in check_text(store, text))


def main() -> int:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quiet", action="store_true", help="print only what is missing and the totals")
    parser.add_argument("--text", type=Path, help="the article's text: read and hash every span as well")
    args = parser.parse_args()
    store = article()
    facts = inventory()
    layout = [name for name, rows in facts.items() if rows[0].layout]
    wrong = {row: problem(row, store) for row in printed() if not row.layout}
    found = 0
    for name, rows in facts.items():
        missing = [f"{row.field}: {wrong[row]}" for row in rows if wrong.get(row)]
        found += name not in layout and not missing
        if not args.quiet or missing:
            state = "layout, not modelled" if name in layout else "; ".join(missing) or "found"
            print(f"{name} line {rows[0].line:>3}  {rows[0].begin}-{rows[0].end}  {state}")
    others = [row for row in wrong if not row.fact]
    for row in others:
        if wrong[row]:
            print(f"{row.record} {row.field}: {wrong[row]}")
    loose = list(unfounded(store))
    spans = list(_spans(store, args.text)) if args.text else []
    for complaint in [*loose, *spans]:
        print(f"without evidence or wrong: {complaint}")
    knowledge = len(facts) - len(layout)
    print(f"{found} of {knowledge} facts found at their exact span; {len(layout)} are layout")
    stated = sum(1 for row in others if not wrong[row])
    print(f"{stated} of {len(others)} values found at a span beside them: types, units, names in the map")
    print(f"{len(loose)} triples in data/article without evidence")
    if args.text:
        print(f"{len(spans)} spans that differ from {args.text.name}")
    return 0 if not any(wrong.values()) and not loose and not spans else 1


if __name__ == "__main__":
    sys.exit(main())
