"""The sub-command `ascn validate`."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable
from functools import partial

from ascn_graph.cli.arguments import seconds
from ascn_graph.cli.output import write
from ascn_graph.errors import EngineError, UsageError
from ascn_graph.stderr import say

_FORMATS = ("human", "json", "sarif", "junit", "github", "turtle", "ntriples", "table")
_INPUTS = ("turtle", "ntriples", "nquads", "trig", "rdfxml", "jsonld")
_SEVERITIES = ("violation", "warning", "info")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    repeated = partial(parser.add_argument, action="append", default=[])
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files, folders and patterns of RDF, - for standard input (./data)"
    )
    parser.add_argument(
        "--shapes",
        action="append",
        metavar="PATH",
        help="shapes to check against, and nothing else (default: those of the project that PATH is of); may repeat",
    )
    repeated(
        "--context",
        metavar="PATH",
        help="files that are read beside the data and never reported on, such as an ontology; may repeat",
    )
    parser.add_argument("--inference", choices=("rdfs", "owlrl"), help="add what follows from the data")
    parser.add_argument(
        "--stdin-format", choices=_INPUTS, default="turtle", help="what standard input holds (default turtle)"
    )
    repeated("--shape", metavar="NAME", help="evaluate this shape alone; may repeat")
    repeated(
        "--focus",
        metavar="NODE",
        help="validate this node alone, with --shape whatever the shape targets; may repeat",
    )
    parser.add_argument("--format", choices=_FORMATS, default="human", help="what to print (default human)")
    repeated(
        "-o",
        dest="outputs",
        metavar="FORMAT=FILE",
        help="write another format to a file besides; may repeat",
    )
    parser.add_argument(
        "--fail-on",
        choices=_SEVERITIES,
        default="violation",
        help="end with 1 from this severity on (default violation)",
    )
    parser.add_argument(
        "--engine",
        choices=("auto", "pyshacl", "fast", "cross"),
        default="auto",
        help="auto takes fast where it is installed; cross runs both and ends with 4 where they differ",
    )
    parser.add_argument("--waivers", metavar="FILE", help="a TOML file of findings that are accepted for a while")
    repeated(
        "--lint",
        metavar="[RULE=]LEVEL",
        help="error, warn or off: the level of what the lint finds in shapes, for every rule or for one; may repeat",
    )
    parser.add_argument("--no-lint", action="append_const", const="warn", dest="lint", help="the same as --lint warn")
    parser.add_argument("--meta", action="store_true", help="hold the shapes to SHACL-SHACL too")
    parser.add_argument(
        "--strict", action="store_true", help="end with 3 where a shape or a constraint is left unchecked"
    )
    parser.add_argument(
        "--checks", "--rules", dest="rules", metavar="DIR", help="one more folder of .rq files that must give no row"
    )
    parser.add_argument(
        "--text", metavar="FILE", help="the text of the source under [whole] in graph.toml: every span is read again"
    )
    parser.add_argument(
        "--advanced",
        action="store_true",
        help="run SHACL Advanced Features (targets, rules, functions), by pySHACL",
    )
    parser.add_argument(
        "--language", default="en", metavar="TAG", help="the language of the shapes' messages, if they have it (en)"
    )
    parser.add_argument(
        "--timeout", type=seconds, default=60.0, metavar="S", help="seconds an engine may run (default 60)"
    )


def run(args: argparse.Namespace) -> int:
    """Validate and write the report in every format asked for.

    Raises:
        AscnError: the options or the engine make validation impossible.
    """
    from ascn_graph.validation import UnusableInput, output, validate  # noqa: PLC0415 - only when it runs

    # What a run reads it keeps to its end: looking for garbage among it costs a tenth of the time.
    gc.set_threshold(500_000)
    outputs = _outputs(args.outputs)
    try:
        report = validate(
            args.paths or None,
            args.shapes,
            args.engine,
            timeout=args.timeout,
            waivers=args.waivers,
            rules_folder=args.rules,
            text=args.text,
            lint=_levels(args.lint),
            language=args.language,
            advanced=args.advanced,
            complete=args.strict,
            context=args.context,
            stdin=args.stdin_format,
            inference=args.inference,
            meta=args.meta,
            shape=args.shape,
            focus=args.focus,
            progress=_progress if sys.stderr.isatty() else None,
        )
    except UnusableInput as error:
        _deliver(partial(output.faults, found=error.faults, report=error.report), args.format, outputs)
        return error.exit_code
    except EngineError as error:
        machine = args.format if args.format != "human" else None
        _deliver(partial(output.failure, error=error), machine, outputs)
        raise
    _deliver(partial(output.write, report=report, fail_on=args.fail_on), args.format, outputs, failed=False)
    return 1 if report.fails(args.fail_on) else 0


def _deliver(
    written: Callable[[str], str], shown: str | None, outputs: list[tuple[str, str]], *, failed: bool = True
) -> None:
    """Print a report in one form and write it to files in others; each file is written whatever the others do."""
    if sys.stderr.isatty():  # where the progress stands
        say("\r\x1b[K")
    if shown is not None:
        # What only people read of a failure is an error message; what a program reads belongs where it looks for it.
        put = say if failed and shown == "human" else sys.stdout.write
        put(written(shown))
    refused = None
    for form, path in outputs:
        try:
            write(written(form).encode(), path)
        except OSError as error:
            refused = refused or error
    if refused is not None:
        raise refused


def _progress(engine: str, seconds: float) -> None:
    say(f"\r{engine}: {seconds:.0f} s\x1b[K")


def _levels(settings: list[str]) -> str | dict[str, str] | None:
    """Return the levels of the lint's rules as they were given, the later over the earlier."""
    from ascn_graph.validation import lint  # noqa: PLC0415 - only when it runs

    levels: dict[str, str] = {}
    for text in settings:
        code, equals, level = text.rpartition("=")
        if not equals:
            lint.Levels(level, own=False)  # which refuses what is no level
        levels |= {code: level} if equals else dict.fromkeys(lint.LINT_RULES, level)
    return levels or None


def _outputs(texts: list[str]) -> list[tuple[str, str]]:
    outputs: list[tuple[str, str]] = []
    for text in texts:
        form, equals, name = text.partition("=")
        if not equals or form not in _FORMATS or not name:
            raise UsageError(f"-o takes FORMAT=FILE with a format of {', '.join(_FORMATS)}, not '{text}'.")
        if any(os.path.realpath(name) == os.path.realpath(other) for _, other in outputs if other != "-"):
            raise UsageError(f"-o names {name} twice: give each report a file of its own.")
        outputs.append((form, name))
    return outputs
