"""`ascn completion`: what makes a shell complete commands, queries, parameters and names."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterable
from importlib import import_module
from itertools import pairwise
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from ascn_graph import cli, dataset, formats, graph
from ascn_graph.errors import AscnError
from ascn_graph.sparql import catalogue

_SCRIPTS = Path(__file__).with_name("completions")
_SHELLS = ("bash", "zsh", "fish")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "shell",
        choices=[*_SHELLS, "words"],
        help="the shell: `source <(ascn completion bash)`, or a file where zsh or fish looks for them; "
        "`words` is what its script calls",
    )
    parser.add_argument("line", nargs="?", default="", help="the line so far, of `words`")
    parser.add_argument("--bash", action="store_true", help="print words as bash puts them in")


def run(args: argparse.Namespace) -> int:
    """Print the script, or the words that may follow, and return 0."""
    if args.shell in _SHELLS:
        print((_SCRIPTS / args.shell).read_text(encoding="utf-8"), end="")
        return 0
    try:
        found = candidates(args.line)
        found = _for_bash(args.line, found) if args.bash else found
    except AscnError:  # a line that is not finished is not wrong
        found = []
    print(*found, sep="\n", end="\n" if found else "")
    return 0


def candidates(line: str) -> list[str]:
    """Return the words that the last word of a command line may become, sorted."""
    before, current, _ = _read(line)
    return sorted({word for word in _possible(before, current) if word.startswith(current)})


def _read(line: str) -> tuple[list[str], str, bool]:
    """Return the words of a line behind `ascn`, the one that is begun, and whether a quote is open in it."""
    # What stands for the cursor tells a word that is begun from one that is ended.
    for end in ("", '"', "'"):
        try:
            *before, current = shlex.split(f"{line}\0{end}")
        except ValueError:
            continue
        return before[1:], current.removesuffix("\0"), bool(end)
    return [], "\0", False


def _for_bash(line: str, words: list[str]) -> list[str]:
    """Return words as bash puts them in: without what stands before the last = or :, and quoted outside quotes."""
    _, current, is_quoted = _read(line)
    taken = max(current.rfind("="), current.rfind(":")) + 1
    put = [word[taken:] for word in words]
    return put if is_quoted else [re.sub(r"([^\w@%+=:,./\n-])", r"\\\1", word) for word in put]


def _possible(before: list[str], current: str) -> Iterable[str]:
    """Return what may stand where the last word stands."""
    if not before:
        return cli.COMMANDS
    command, *words = before
    place = next((after for word, after in pairwise(words) if word == "--data"), None)
    options = {option: action for action in _actions(command) for option in action.option_strings}
    if words and (given := options.get(words[-1])) and given.nargs != 0:  # its value
        if given.dest == "source":
            return {file.graph for file in dataset.find(place)}
        return given.choices or (formats.FORMATS if given.dest == "format" else ())
    if current.startswith("-"):
        return options
    if command == "query":
        return _of_query(place, words, current)
    return _names(place, None) if command == "why" else _SHELLS if command == "completion" else ()


def _actions(command: str) -> list[argparse.Action]:
    parser = cli.Parser(add_help=False)
    if command in cli.COMMANDS:
        import_module(f"ascn_graph.cli.{command}").configure(parser)
    return parser._actions  # noqa: SLF001 - as `ascn` does


def _of_query(place: str | None, words: list[str], current: str) -> Iterable[str]:
    """Return the names of queries, or of one's parameters, or the values that one may take."""
    queries = catalogue.load(dataset.profile_of(place))
    name = next((word for word in words if word in queries), None)
    if name is None:
        return queries
    key, sign, _ = current.partition("=")
    if not sign:
        return [f"{parameter}=" for parameter in queries[name].parameters]
    parameter = queries[name].parameters.get(key)
    if parameter is None:
        return ()
    values = _names(place, parameter.kind, current[len(key) + 1 :]) if parameter.kind else parameter.choices
    return [f"{key}={value}" for value in values]


def _names(place: str | None, kind: str | None, begun: str = "") -> Iterable[str]:
    """Return the names of the things of a kind, of every kind with the prefix of theirs; spellings where none fits."""
    opened = graph.load(place, named=False)
    of = opened.profile
    things = {quad.subject.value for quad in opened.store if quad.subject.value.startswith(of.things)}
    if kind in (None, "any"):
        return {of.compact(iri) for iri in things if of.kind_of(iri)}
    slugs = {iri.rpartition("/")[2] for iri in things if of.kind_of(iri) == kind}
    if not begun or any(slug.startswith(begun) for slug in slugs):
        return slugs
    named = (quad for name in of.names() for quad in opened.store.quads_for_pattern(None, NamedNode(name), None))
    return {
        quad.object.value
        for quad in named
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
        if of.kind_of(quad.subject.value) == kind
    }
