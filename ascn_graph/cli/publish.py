"""`ascn publish`: the graph as a linked-data site of plain files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "write the static linked-data site"

__all__ = ["HELP", "configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the sub-command."""
    parser.add_argument(
        "out", metavar="OUT", type=Path, help="the folder to write; one that holds an earlier site is replaced whole"
    )
    parser.add_argument(
        "--base-url", required=True, metavar="URL", help="where the site will lie, such as https://example.org/ascn/"
    )
    parser.add_argument(
        "--data", metavar="DIR", help="a checkout, data folder or Turtle file instead of the packaged graph"
    )
    parser.add_argument("--allow-invalid", action="store_true", help="publish data that does not conform to its shapes")


def run(args: argparse.Namespace) -> int:
    """Write the site and say where."""
    from ascn_graph import graph  # noqa: PLC0415 - other sub-commands do not need it
    from ascn_graph.publishing import atomic, site  # noqa: PLC0415 - jinja2 is for this sub-command alone

    base = site.base_url(args.base_url)
    atomic.check(args.out)
    count = site.publish(graph.load(args.data), args.out, base)
    print(f"{args.out}: {count} files, to be put at {base}", file=sys.stderr)
    return 0
