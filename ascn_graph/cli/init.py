"""`ascn init`: the smallest graph project of one's own, which passes its own validation."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from ascn_graph.errors import UsageError
from ascn_graph.namespaces import is_safe_iri

_STARTER = Path(__file__).with_name("starter")
_BASE, _NAME = "https://example.org/my-graph/", "My graph"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", metavar="DIR", help="a folder that is empty or not there yet")
    parser.add_argument("--base", metavar="IRI", default=_BASE, help=f"what every IRI begins with (default {_BASE})")
    parser.add_argument("--name", metavar="TEXT", default=_NAME, help=f"what the graph is called (default {_NAME})")


def run(args: argparse.Namespace) -> int:
    """Write the files, and return 0.

    Raises:
        UsageError: the folder holds files, the base is not an IRI, or the name does not fit in one line of text.
    """
    folder = Path(args.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder: name one that is empty or not there yet.")
    # A place in a source is a fragment of its IRI (#page=1), and an IRI has one fragment.
    if not is_safe_iri(args.base) or args.base[-1] != "/" or "#" in args.base:
        raise UsageError(
            f"'{args.base}' is not an absolute IRI that ends in / and has no #: give one, as in --base {_BASE}"
        )
    if not args.name.isprintable() or set(args.name) & set('"\\'):
        raise UsageError("The name must be one line without quotation marks or backslashes.")
    for path in sorted(path for path in _STARTER.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8").replace(_BASE, args.base)
        target = folder / path.relative_to(_STARTER)
        target.parent.mkdir(parents=True, exist_ok=True)
        # The same bytes on every system: the files are kept with LF.
        target.write_bytes(text.replace(_NAME, args.name).encode())
    shown = shlex.quote(str(folder))
    print(f"{folder} holds a graph project. Ask it, and check it:")
    print(f"ascn query things --data {shown}")
    print(f"ascn validate {shown}")
    return 0
