"""`ascn why`: who states the facts about a thing, where exactly and as of when."""

from __future__ import annotations

import argparse

from ascn_graph.cli.arguments import seconds
from ascn_graph.cli.output import tell, write
from ascn_graph.cli.query import add_place, open_graph
from ascn_graph.evidence import explain


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", metavar="IRI|NAME", help="a slug, an IRI, a prefixed name or any recorded spelling")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file, which is replaced as a whole")
    parser.add_argument("--timeout", type=seconds, metavar="S", help="seconds until the query is given up")
    add_place(parser)


def run(args: argparse.Namespace) -> int:
    """Print the facts, and return 0."""
    graph = open_graph(args, named=True)
    told = explain(graph, args.name, timeout=args.timeout)
    if args.output:
        write(told.encode(), args.output)
    else:
        tell(told.rstrip("\n"))
    return 0
