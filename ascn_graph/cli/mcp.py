"""The sub-command `ascn mcp`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from ascn_graph import graph
from ascn_graph.cli.arguments import DATA, seconds
from ascn_graph.errors import EngineError, UsageError

__all__ = ["HELP", "configure", "run"]

HELP = "Offer the graph to an assistant as tools, through the Model Context Protocol; each answer names its sources."


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--data", metavar="DIR", help=DATA)
    parser.add_argument("--http", action="store_true", help="streamable HTTP at /mcp, instead of standard streams")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on, with --http (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8001, help="port to listen on, with --http (default 8001)")
    parser.add_argument("--timeout", type=seconds, metavar="S", help="seconds of one SPARQL query (default 5)")


def run(args: argparse.Namespace) -> int:
    """Serve until the client leaves or a signal ends it, and return 0.

    Raises:
        AscnError: an option is wrong, the data cannot be loaded, or a package is missing.
    """
    if sys.platform != "linux":
        raise EngineError("'ascn mcp' confines its workers with what Linux has; run it there.")
    if not 0 < args.port < 65536:  # noqa: PLR2004 - the ports there are
        raise UsageError(f"There is no port {args.port}; give one from 1 to 65535.")
    try:
        import anyio  # noqa: PLC0415 - only this command needs it

        from ascn_graph.agents import serving  # noqa: PLC0415 - as above
        from ascn_graph.server import Limits  # noqa: PLC0415 - as above
    except ImportError as error:
        raise EngineError(
            f"'ascn mcp' needs the package '{error.name}', which is not installed: pip install 'ascn-graph[agents]'."
        ) from error
    limits = replace(Limits(), timeout=args.timeout) if args.timeout else Limits()
    opened = graph.load(args.data)
    if args.http:
        anyio.run(serving.http, opened, limits, args.host, args.port)
    else:
        anyio.run(serving.stdio, opened, limits)
    return 0
