"""`ascn push`: every named graph into a triple store, through the Graph Store Protocol."""

from __future__ import annotations

import argparse
import shlex

from ascn_graph import dataset
from ascn_graph.cli.arguments import DATA, seconds
from ascn_graph.errors import counted
from ascn_graph.remote import GraphStore, graphs_of, query_address
from ascn_graph.sparql import catalogue


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("url", metavar="GSP-URL", help="the Graph Store Protocol address; see docs/triple-stores.md")
    parser.add_argument("--dry-run", action="store_true", help="say what would be uploaded, and send nothing")
    parser.add_argument("--union", action="store_true", help="put the union of all into the store's default graph too")
    parser.add_argument("--resume", action="store_true", help="send only the graphs that another push has not filled")
    parser.add_argument("--data", metavar="DIR", help=DATA)
    parser.add_argument("--endpoint", metavar="URL", help="the query address: count there, rather than read back")
    parser.add_argument("--timeout", type=seconds, default=60.0, metavar="S", help="seconds a graph (default 60)")


def run(args: argparse.Namespace) -> int:
    """Upload the graphs, each in the place of what the store has under its IRI, and return 0."""
    target = GraphStore(args.url, endpoint=args.endpoint, timeout=args.timeout)
    profile = dataset.profile_of(args.data)
    store = dataset.load(dataset.find(args.data))
    sent = None if args.dry_run else target.push(store, union=args.union, resume=args.resume)
    done = 0
    for done, graph in enumerate(graphs_of(store, union=args.union) if sent is None else sent, 1):  # noqa: B007 - counted
        print(f"{graph.triples:8}  {graph.iri}", flush=True)
    if args.dry_run:
        print(f"{counted(done, 'graph')} would be uploaded to {args.url}; nothing was sent.")
        return 0
    print(f"{counted(done, 'graph')} uploaded and counted. Query them with:")
    address = args.endpoint or query_address(args.url) or "QUERY-URL"
    graphs = "" if args.union else f" --graphs {profile.prefix}"
    named = (query.name for query in catalogue.load(profile).values() if not query.needs)
    asked = shlex.quote(next(named, "SELECT * { ?s ?p ?o } LIMIT 10"))
    place = f" --data {shlex.quote(args.data)}" if args.data else ""
    print(f"ascn query {asked}{place} --endpoint {shlex.quote(address)}{graphs}")
    return 0
