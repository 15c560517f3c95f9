"""`ascn info`: what the graph holds, from which sources, in which version."""

from __future__ import annotations

import argparse
from collections import Counter

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Store

from ascn_graph import __version__, dataset, graph
from ascn_graph.cli.arguments import DATA
from ascn_graph.cli.output import tell
from ascn_graph.namespaces import STANDARD
from ascn_graph.profile import Profile
from ascn_graph.sparql import catalogue


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--source", action="append", metavar="S", help="only what this source says; may repeat")
    parser.add_argument("--data", metavar="DIR", help=DATA)


def run(args: argparse.Namespace) -> int:
    """Print the counts, and return 0."""
    opened = graph.load(args.data, source=args.source)
    store, profile = opened.store, opened.profile
    print(f"ascn-graph {__version__}, engine pyoxigraph {pyoxigraph.__version__}")
    found = dataset.graph_hash(store)
    tell(f"sha256 of the graph {found}{'' if args.source or args.data else _against_release(found, profile)}")
    print(f"named queries {len(catalogue.load(profile))}")
    print()
    for named in sorted(store.named_graphs(), key=str):
        name = named.value.removeprefix(profile.graphs)
        count = sum(1 for _ in store.quads_for_pattern(None, None, None, named))
        print(f"{count:>7} triple{'' if count == 1 else 's'} in {name}")
    print()
    for name, count in _classes(store, profile):
        print(f"{count:>7} {name}")
    return 0


def _against_release(found: str, profile: Profile) -> str:
    """Return whether the packaged graph is the one that was released."""
    kept = profile.data / "graph.sha256"
    if not kept.is_file():
        return ", no release to compare with"
    released = kept.read_text(encoding="ascii").strip()
    return ", as released" if found == released else f", which is NOT the released {released}"


def _classes(store: Store, profile: Profile) -> list[tuple[str, int]]:
    """Count the instances of the classes of the profile's kinds, and of the graph's own, in the profile's order."""
    typed = store.quads_for_pattern(None, NamedNode(STANDARD["rdf"] + "type"), None, DefaultGraph())
    counted = Counter(quad.object.value for quad in typed if isinstance(quad.object, NamedNode))
    kinds = [kind.type for kind in profile.kinds.values() if kind.type in counted]
    own = sorted(iri for iri in counted if iri.startswith(profile.namespace))
    return [
        (profile.compact(iri).removeprefix(f"{profile.prefix}:"), counted[iri]) for iri in dict.fromkeys([*kinds, *own])
    ]
