"""`ascn push`: every named graph into a triple store, through the Graph Store Protocol."""

from __future__ import annotations

import argparse
import shlex

from ascn_graph import dataset
from ascn_graph.cli.arguments import seconds
from ascn_graph.remote.graph_store import GraphStore, graphs_of, query_address

HELP = "Upload every named graph to a triple store through the SPARQL 1.1 Graph Store Protocol, and count it there."


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("url", metavar="GSP-URL", help="the Graph Store Protocol address; see docs/triple-stores.md")
    parser.add_argument("--dry-run", action="store_true", help="say what would be uploaded, and send nothing")
    parser.add_argument("--union", action="store_true", help="put the union of all into the store's default graph too")
    parser.add_argument("--data", metavar="DIR", help="your own Turtle: a checkout, a data folder or a file")
    parser.add_argument("--endpoint", metavar="URL", help="the query address: count there, rather than read back")
    parser.add_argument("--timeout", type=seconds, default=60.0, metavar="S", help="seconds a graph (default 60)")


def run(args: argparse.Namespace) -> int:
    """Upload the graphs, each in the place of what the store has under its IRI.

    Returns:
        0.
    """
    target = GraphStore(args.url, endpoint=args.endpoint, timeout=args.timeout)
    store = dataset.load(dataset.find(args.data))
    done = 0
    for graph in graphs_of(store, union=args.union) if args.dry_run else target.push(store, union=args.union):
        print(f"{graph.triples:8}  {graph.iri}", flush=True)
        done += 1
    if args.dry_run:
        print(f"{done} graphs would be uploaded to {args.url}; nothing was sent.")
        return 0
    print(f"{done} graphs uploaded and counted. Query them with:")
    address = args.endpoint or query_address(args.url) or "QUERY-URL"
    print(f"ascn query network --endpoint {shlex.quote(address)}{'' if args.union else ' --graphs ascn'}")
    return 0
