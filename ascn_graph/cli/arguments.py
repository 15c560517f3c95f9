"""Values of options that several commands take."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ascn_graph import profile
from ascn_graph.cli.output import tell
from ascn_graph.deadline import LONGEST
from ascn_graph.errors import UsageError

__all__ = ["port", "rows", "seconds", "tell_of_no_profile"]

#: What `--data` takes, for `--help`.
DATA = "a graph project (with graph.toml), or Turtle of your own: a folder or a file"


def seconds(text: str) -> float:
    """Read a time in seconds, above 0.

    Raises:
        ArgumentTypeError: it is not a number, not above 0, or longer than any clock of the system counts.
    """
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds") from None
    if not 0 < value <= LONGEST:
        raise argparse.ArgumentTypeError(f"must be more than 0 seconds and at most {LONGEST:.0f}, not {text}")
    return value


def port(text: str) -> int:
    """Read the number of a port.

    Raises:
        UsageError: there is no such port.
    """
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):  # noqa: PLR2004 - the ports there are
        raise UsageError(f"There is no port {text}; give one from 1 to 65535.")
    return int(text)


def rows(text: str) -> int:
    """Read a number of rows, 0 or more.

    Raises:
        ArgumentTypeError: it is not a number of rows.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 18):  # noqa: PLR2004 - the digits of an index
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of rows")
    return int(text)


def tell_of_no_profile(place: str | None) -> None:
    """Print on standard error what a folder without `graph.toml` is read with, and what one would add."""
    if place and Path(place).is_dir() and profile.project_of(Path(place)) is None:
        tell(
            f"ascn: note: {place} has no graph.toml, so its folders are its graphs, and kinds, names and queries are "
            "those of the packaged graph; a graph.toml, such as `ascn init` writes, gives it its own.",
            sys.stderr,
        )
