"""The sub-command `ascn mcp`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from ascn_graph import graph
from ascn_graph.cli.arguments import DATA, port, seconds
from ascn_graph.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--data", metavar="DIR", help=DATA)
    parser.add_argument("--http", action="store_true", help="streamable HTTP at /mcp, instead of standard streams")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on, with --http (default %(default)s)")
    parser.add_argument("--port", type=port, default=8001, help="port to listen on, with --http (default %(default)s)")
    parser.add_argument(
        "--timeout", type=seconds, metavar="S", help="seconds of one SPARQL query (default: as `ascn serve`)"
    )


def run(args: argparse.Namespace) -> int:
    """Serve until the client leaves or a signal ends it, and return 0.

    Raises:
        AscnError: an option is wrong, the data cannot be loaded, or a package is missing.
    """
    if sys.stdin is None and not args.http:
        raise UsageError("Standard input is closed, and a client speaks through it: give --http, or leave it open.")
    import anyio  # noqa: PLC0415 - only this command needs it

    from ascn_graph.agents import serving  # noqa: PLC0415 - as above
    from ascn_graph.server import Limits  # noqa: PLC0415 - as above

    limits = replace(Limits(), timeout=args.timeout) if args.timeout else Limits()
    opened = graph.load(args.data)
    if args.http:
        anyio.run(serving.http, opened, limits, args.host, args.port)
    else:
        anyio.run(serving.stdio, opened, limits)
    return 0
