"""The sub-command `ascn serve`."""

from __future__ import annotations

import argparse
from dataclasses import Field, fields
from pathlib import Path

from ascn_graph import server
from ascn_graph.cli.arguments import DATA, port, seconds
from ascn_graph.errors import InputError
from ascn_graph.publishing import addresses


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=port, default=8000, help="port to listen on (default %(default)s)")
    parser.add_argument("--data", metavar="DIR", help=f"{DATA}; or a dump in .nq or .trig")
    parser.add_argument("--base-url", metavar="URL", help="where clients find this server, if not as their Host says")
    site = parser.add_mutually_exclusive_group()
    site.add_argument("--site", metavar="DIR", help="a folder that `ascn publish` wrote (default: build one at start)")
    site.add_argument("--no-site", action="store_true", help="serve the endpoint alone, without pages and documents")
    parser.add_argument("--no-log", action="store_true", help="write no access log")
    parser.add_argument("--log-queries", action="store_true", help="write the text of queries sent by GET to the log")
    limits = parser.add_argument_group("limits")
    for limit in _limits():
        told = limit.metadata
        limits.add_argument(
            told["flag"],
            dest=f"limit_{limit.name}",
            type=seconds if told["metavar"] == "S" else int,
            metavar=told["metavar"],
            help=f"{told['meaning']} (default {limit.default / told['scale']:.0f})",
        )


def _limits() -> list[Field[float]]:
    return [limit for limit in fields(server.Limits) if limit.metadata]


def run(args: argparse.Namespace) -> int:
    """Serve until a signal ends it.

    Raises:
        AscnError: an option is wrong, the data cannot be loaded or the port is taken.
    """
    if args.base_url:
        addresses.base_url(args.base_url)
    given = {limit: getattr(args, f"limit_{limit.name}") for limit in _limits()}
    limits = server.Limits(
        **{limit.name: value * limit.metadata["scale"] for limit, value in given.items() if value is not None}
    )
    settings = server.ServerSettings(limits, args.base_url, log=not args.no_log, log_queries=args.log_queries)
    server.serve(args.data, _site(args), args.host, args.port, settings)
    return 0


def _site(args: argparse.Namespace) -> Path | str | None:
    """Return the folder of the site, or the base URL of one that is to be built."""
    if args.site:
        if not (Path(args.site) / "index.html").is_file():
            raise InputError("there is no site in this folder; write one with `ascn publish`", args.site)
        return Path(args.site)
    if args.no_site:
        return None
    everywhere = args.host in ("", "0.0.0.0", "::")  # noqa: S104 - what was asked for, not what is bound here
    host = "localhost" if everywhere else f"[{args.host}]" if ":" in args.host else args.host
    return args.base_url or f"http://{host}:{args.port}/"
