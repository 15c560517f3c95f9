"""`ascn info`: what the graph holds, from which sources, in which version."""

from __future__ import annotations

import argparse
from importlib.metadata import PackageNotFoundError, version

from pyoxigraph import NamedNode, Store

from ascn_graph import __version__, dataset, graph, resources
from ascn_graph.namespaces import ONTOLOGY, PREFIXES, graph_iri
from ascn_graph.sparql import catalogue

HELP = "Count what the graph holds; name its sources, version and hash."
_SHOWN = (
    "SmartCityNetwork MemberState PilotCity MemberCity Post Tenure Designation Agreement FundingCommitment Claim "
    "ForecastClaim Event Chairmanship Aim Duty NominationRule MapRegion Citation Evidence"
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--source", action="append", metavar="S", help="only what this source says; may repeat")
    parser.add_argument("--data", metavar="DIR", help="your own Turtle: a checkout, a data folder or a file")


def run(args: argparse.Namespace) -> int:
    """Print the counts.

    Returns:
        0.
    """
    store = graph.load(args.data, source=args.source).store
    print(f"ascn-graph {__version__}, engine pyoxigraph {_installed('pyoxigraph')}")
    found = dataset.graph_hash(store)
    print(f"sha256 of the graph {found}{'' if args.source or args.data else _against_release(found)}")
    print(f"named queries {len(catalogue.load(resources.queries()))}")
    print()
    for name in dataset.graph_names(store):
        count = sum(1 for _ in store.quads_for_pattern(None, None, None, NamedNode(graph_iri(name))))
        print(f"{count:>7} triples in {name}")
    print()
    for name in _SHOWN.split():
        count = _instances(store, ONTOLOGY + name)
        if count:
            print(f"{count:>7} {name}")
    print(f"{_instances(store, PREFIXES['foaf'] + 'Person'):>7} Person")
    return 0


def _against_release(found: str) -> str:
    """Say whether the packaged graph is the one that was released."""
    kept = resources.data() / "graph.sha256"
    if not kept.is_file():
        return ", no release to compare with"
    released = kept.read_text(encoding="ascii").strip()
    return ", as released" if found == released else f", which is NOT the released {released}"


def _instances(store: Store, iri: str) -> int:
    quads = store.quads_for_pattern(None, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(iri))
    return len({quad.subject for quad in quads})


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
