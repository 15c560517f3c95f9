"""`ascn export`: the whole graph, or what one source says, as one file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pyoxigraph import DefaultGraph, RdfFormat, Store

from ascn_graph import dataset, graph
from ascn_graph.cli.arguments import DATA
from ascn_graph.cli.output import tell, write
from ascn_graph.formats import graphs, render
from ascn_graph.profile import Profile
from ascn_graph.results import TripleRows, Triples

_QUADS = {"trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS}
_FORMS = {**_QUADS, "turtle": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--format",
        choices=tuple(_FORMS),
        default="trig",
        help="what to write; its bytes depend on the statements alone (default trig)",
    )
    parser.add_argument("--source", action="append", metavar="S", help="only what this source says; may repeat")
    parser.add_argument("--data", metavar="DIR", help=DATA)
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file, which is replaced as a whole")


def run(args: argparse.Namespace) -> int:
    """Write the graph, and return 0."""
    opened = graph.load(args.data, source=args.source)
    store, profile = opened.store, opened.profile
    if args.format in _QUADS:
        write(_named(store, _QUADS[args.format], profile), args.output)
    else:
        union = (quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph()))
        write(render(TripleRows(Triples(union), prefixes=profile.prefixes), args.format), args.output)
    ending = RdfFormat.from_extension(Path(args.output or "").suffix[1:])
    if ending not in (None, _FORMS[args.format]):
        tell(f"ascn: {args.output} holds {args.format}, not what its ending says: --format chooses.", sys.stderr)
    return 0


def _named(store: Store, form: RdfFormat, profile: Profile) -> bytes:
    ordered = sorted(dataset.canonical(store), key=lambda quad: (str(quad.graph_name), str(quad.subject)))
    return graphs.written(ordered, form, None if form == RdfFormat.N_QUADS else profile.prefixes)
