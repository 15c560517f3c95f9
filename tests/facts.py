"""Report, fact by fact, that the graph of the article states the inventory and nothing else.

    python tests/facts.py [--quiet] [--text ../shared/article/asean-smart-cities-network.wikitext]

The inventory is `tests/golden/facts-article.csv`: 202 facts with the offsets of their spans and their values (several
values stand between vertical bars; where the source has prose, the value is our own short label). Five of the facts
are layout, which is not modelled.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ours import ONTOLOGY, PREFIXES, thing_iri
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from ascn_graph import dataset

ROOT = Path(__file__).resolve().parent.parent
INVENTORY = ROOT / "tests" / "golden" / "facts-article.csv"
ARTICLE = thing_iri("source", "article")
LAYOUT = "layout"
RDF = PREFIXES["rdf"]
DERIVED = NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
TYPE, LABEL = NamedNode(RDF + "type"), NamedNode(PREFIXES["rdfs"] + "label")


class Fact(NamedTuple):
    """One line of the inventory."""

    id: str
    group: str
    line: str
    begin: str
    end: str
    value: str

    @property
    def values(self) -> list[str]:
        """The values that the fact node must hold."""
        return [part.replace("\\|", "|") for part in re.split(r" (?<!\\)\| ", self.value)]


def inventory() -> list[Fact]:
    """Read the inventory."""
    with INVENTORY.open(encoding="utf-8", newline="") as stream:
        return [Fact(**row) for row in csv.DictReader(stream)]


def article(place: Path = ROOT) -> Store:
    """Load what `data/article` alone says into the default graph."""
    return dataset.load([file for file in dataset.find(place) if file.graph == "article"], named=False)


def problem(fact: Fact, store: Store) -> str | None:
    """Say what is missing of a fact: its evidence, its line, or its value among the literals of its fact node."""
    place = NamedNode(f"{ARTICLE}#char={fact.begin},{fact.end}")
    nodes = {quad.subject for quad in store.quads_for_pattern(None, DERIVED, place, None)}
    if not nodes:
        return "no fact node has this evidence"
    lines = {quad.object.value for quad in store.quads_for_pattern(place, NamedNode(ONTOLOGY + "line"), None, None)}
    if lines != {fact.line}:
        return f"the evidence says line {', '.join(sorted(lines)) or 'nothing'}, not {fact.line}"
    quads = [quad for node in nodes for quad in store.quads_for_pattern(node, None, None, None)]
    literals = {quad.object.value for quad in quads if isinstance(quad.object, Literal)}
    missing = [value for value in fact.values if value not in literals]
    return f"no literal of the fact node is {missing[0]!r}" if missing else None


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
    knowledge = [fact for fact in inventory() if fact.group != LAYOUT]
    found = 0
    for fact in inventory():
        wrong = "" if fact.group == LAYOUT else problem(fact, store)
        found += wrong is None
        if not args.quiet or wrong:
            state = "layout, not modelled" if fact.group == LAYOUT else wrong or "found"
            print(f"{fact.id} {fact.group:<15} line {fact.line:>3}  {fact.begin}-{fact.end}  {state}")
    loose = list(unfounded(store))
    spans = list(_spans(store, args.text)) if args.text else []
    for complaint in [*loose, *spans]:
        print(f"without evidence or wrong: {complaint}")
    layout = len(inventory()) - len(knowledge)
    print(f"{found} of {len(knowledge)} facts found at their exact span; {layout} are layout")
    print(f"{len(loose)} triples in data/article without evidence")
    if args.text:
        print(f"{len(spans)} spans that differ from {args.text.name}")
    return 0 if found == len(knowledge) and not loose and not spans else 1


if __name__ == "__main__":
    sys.exit(main())
