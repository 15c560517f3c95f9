"""The sub-command `ascn diff`."""

from __future__ import annotations

import argparse

from ascn_graph import graph
from ascn_graph.cli.output import write
from ascn_graph.differences import differences


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "old", metavar="OLD", help="the earlier release: a graph project, a data folder or a Turtle file"
    )
    parser.add_argument("new", metavar="NEW", help="the later release")
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="words, or the record that `publish` reads in data/changes/ (default text)",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file, which is replaced as a whole")


def run(args: argparse.Namespace) -> int:
    """Compare the two.

    Returns:
        0, whether or not anything changed.
    """
    found = differences(graph.load(args.old), graph.load(args.new))
    write((found.json() if args.format == "json" else found.text()).encode(), args.output)
    return 0
