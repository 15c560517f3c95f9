"""The sub-command `ascn mutate`."""

from __future__ import annotations

import argparse
import os
import sys

from ascn_graph.cli.arguments import seconds
from ascn_graph.errors import UsageError
from ascn_graph.stderr import say


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="fixtures: files and folders of Turtle (default: tests/shapes)"
    )
    parser.add_argument(
        "--shapes",
        action="append",
        metavar="FILE",
        help="the shapes to measure (default: those of the fixtures' project, with its ontology); may repeat",
    )
    parser.add_argument(
        "--equivalent",
        metavar="FILE",
        help="mutants that change nothing (default: equivalent.toml beside the fixtures)",
    )
    parser.add_argument("--min-coverage", type=float, default=1.0, metavar="C", help="exit 1 if lower (default 1)")
    parser.add_argument("--min-score", type=float, default=0.95, metavar="S", help="exit 1 if lower (default 0.95)")
    parser.add_argument("--sample", type=int, metavar="N", help="run N mutants, spread evenly, instead of all")
    parser.add_argument("--jobs", type=int, metavar="N", help="worker processes (default: one a processor)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--timeout", type=seconds, default=60.0, metavar="S", help="seconds one mutant may take (default 60)"
    )


def run(args: argparse.Namespace) -> int:
    """Measure and print.

    Returns:
        0 where coverage and score reach what is asked, else 1.

    Raises:
        AscnError: the options, the files or the engine make the measurement impossible.
    """
    from ascn_graph.mutation import measurement, summary  # noqa: PLC0415 - only when it runs
    from ascn_graph.validation import UnusableInput, output  # noqa: PLC0415 - only when it runs

    _check(args)
    try:
        outcome = measurement.measure(
            args.paths or None,
            args.shapes,
            accepted=args.equivalent,
            sample=args.sample,
            jobs=args.jobs,
            timeout=args.timeout,
            progress=_progress if sys.stderr.isatty() else None,
        )
    except UnusableInput as error:
        say(output.faults("human", error.faults))
        return error.exit_code
    write = summary.as_json if args.json else summary.as_text
    sys.stdout.write(write(outcome))
    return 0 if outcome.coverage >= args.min_coverage and outcome.score >= args.min_score else 1


def _check(args: argparse.Namespace) -> None:
    for option, value in (("--min-coverage", args.min_coverage), ("--min-score", args.min_score)):
        if not 0 <= value <= 1:
            raise UsageError(f"{option} is a share from 0 to 1, not {value:g}.")
    for option, value in (("--sample", args.sample), ("--jobs", args.jobs)):
        if value is not None and value < 1:
            raise UsageError(f"{option} must be 1 or more, not {value}.")
    # Each is a Python of its own: so many that the machine stands still measure nothing.
    if args.jobs and args.jobs > (most := 8 * (os.cpu_count() or 1)):
        raise UsageError(f"--jobs is at most 8 a processor, here {most}, not {args.jobs}.")


def _progress(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    say(f"\rmutants {done}/{total}{end}")
