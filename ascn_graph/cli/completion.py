"""`ascn completion`: what makes a shell complete commands, queries, parameters and names."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from importlib import import_module
from itertools import pairwise

from ascn_graph import cli, dataset, formats, graph
from ascn_graph.errors import AscnError
from ascn_graph.sparql import catalogue

HELP = "Print the completion of a shell: `source <(ascn completion bash)`, or a file where zsh or fish looks for them."

# Bash takes = and : for the end of a word, so what stands before them is taken off again.
_SCRIPTS = {
    "bash": """_ascn() {
    local current="${COMP_LINE:0:COMP_POINT}" IFS=$'\\n'
    current="${current##* }"
    COMPREPLY=($(ascn completion words "${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
    COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*[=:]}"}"}")
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _ascn ascn
""",
    "zsh": """#compdef ascn
_ascn() {
    local -a found
    found=(${(f)"$(ascn completion words "${(j: :)words[1,CURRENT]}" 2>/dev/null)"})
    (( ${#found} )) && compadd -S '' -- $found || _files
}
compdef _ascn ascn
""",
    "fish": """complete --command ascn --no-files \\
    --arguments '(ascn completion words (commandline --cut-at-cursor) 2>/dev/null)'
""",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("shell", choices=[*_SCRIPTS, "words"], help="the shell; `words` is what its script calls")
    parser.add_argument("line", nargs="?", default="", help="the line so far, of `words`")


def run(args: argparse.Namespace) -> int:
    """Print the script, or the words that may follow.

    Returns:
        0.
    """
    if args.shell in _SCRIPTS:
        print(_SCRIPTS[args.shell], end="")
        return 0
    try:
        found = candidates(args.line)
    except AscnError:  # a line that is not finished is not wrong
        found = []
    print(*found, sep="\n", end="\n" if found else "")
    return 0


def candidates(line: str) -> list[str]:
    """Return the words that the last word of a command line may become, sorted."""
    _, *before, current = ["", *line.split(" ")] if " " in line else ["", line, ""]
    before = [word for word in before[1:] if word]
    return sorted({word for word in _possible(before, current) if word.startswith(current)})


def _possible(before: list[str], current: str) -> Iterable[str]:
    """Return what may stand where the last word stands."""
    if not before:
        return cli.COMMANDS
    command, *words = before
    place = next((after for word, after in pairwise(words) if word == "--data"), None)
    if words and words[-1] in ("--format", "--source"):
        return formats.FORMATS if words[-1] == "--format" else {file.graph for file in dataset.find(place)}
    if current.startswith("-") and command in cli.COMMANDS:
        parser = cli.Parser(add_help=False)
        import_module(f"ascn_graph.cli.{command}").configure(parser)
        return [option for action in parser._actions for option in action.option_strings]  # noqa: SLF001 - as `ascn` does
    if command == "query":
        return _of_query(place, words, current)
    return _names(place, None) if command == "why" else _SCRIPTS if command == "completion" else ()


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
    values = _names(place, parameter.kind) if parameter.kind else parameter.choices
    return [f"{key}={value}" for value in values]


def _names(place: str | None, kind: str | None) -> Iterable[str]:
    """Return the names of the things of a kind; those of every kind with the prefix of theirs."""
    opened = graph.load(place, named=False)
    of = opened.profile
    things = {quad.subject.value for quad in opened.store if quad.subject.value.startswith(of.things)}
    if kind in (None, "any"):
        return {of.compact(iri) for iri in things if of.kind_of(iri)}
    return {iri.rpartition("/")[2] for iri in things if of.kind_of(iri) == kind}
