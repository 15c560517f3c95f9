"""The sub-command `ascn publish`."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from ascn_graph import dataset, graph, profile
from ascn_graph.cli.arguments import DATA
from ascn_graph.cli.output import tell
from ascn_graph.errors import ConformanceError, UsageError
from ascn_graph.stderr import say


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "out",
        metavar="OUT",
        help="the folder to write; a site that is there already is replaced in one step",
    )
    parser.add_argument(
        "--base-url", required=True, metavar="URL", help="where the site will lie, such as https://example.org/graph/"
    )
    parser.add_argument("--data", metavar="DIR", help=DATA)
    parser.add_argument(
        "--correction",
        metavar="ADDRESS",
        help="where readers may ask for a correction; {thing}, {value} and {source} in it are filled in by each page",
    )
    parser.add_argument("--lang", metavar="TAG", help="names in this language, such as th, before the English ones")
    parser.add_argument(
        "--allow-invalid", action="store_true", help="publish even data that does not conform to the shapes"
    )


def run(args: argparse.Namespace) -> int:
    """Check the arguments, then write the site while the data is checked.

    Raises:
        AscnError: an argument is not valid, the data does not conform, or the folder cannot be written.
    """
    from ascn_graph.publishing import addresses, atomic, site  # noqa: PLC0415 - needs jinja2, as no other command does

    base, out = addresses.base_url(args.base_url), Path(args.out)
    atomic.check(out)
    read = dataset.folder_of(args.data, dataset.profile_of(args.data)).resolve()
    if out.resolve().is_relative_to(read):
        # Its Turtle would be data the next time.
        raise UsageError(f"The site cannot be written to {out}, where the data is read; give a path outside {read}.")
    loaded = graph.load(args.data)
    count = site.publish(
        loaded,
        out,
        base,
        correction=args.correction or "",
        language=args.lang or "",
        warn=lambda sentence: tell(f"ascn: {sentence}", sys.stderr),
        check=None if args.allow_invalid else partial(_conform, args.data),
    )
    say(f"{out}: {count} files, to lie at {base}\n")
    return 0


def _conform(place: str | None) -> None:
    from ascn_graph.validation import validate  # noqa: PLC0415 - as above

    # What the lint says of shapes is for `ascn validate`. A folder of no project is held to the packaged one's shapes.
    packaged = profile.packaged()
    if place is None or profile.project_of(Path(place)):
        report = validate([place or packaged.data], lint="warn")
    else:
        report = validate([place], packaged.shapes, lint="warn", context=packaged.ontology)
    found = [result for result in report.results if result.severity == "violation" and not result.waived]
    if found:
        first, (file, line, column, *_) = found[0], found[0].location
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise ConformanceError(
            f"The data does not conform: {file}:{line}:{column}: {first.message.removesuffix('.')}{more}; "
            "`ascn validate` tells all, --allow-invalid publishes it as it is."
        )
