"""The `ascn` command: one module a sub-command, imported only when it runs."""

from __future__ import annotations

import argparse
import io
import os
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from ascn_graph.cli.output import tell
from ascn_graph.errors import AscnError, EngineError, IllFormedTerm, excerpt
from ascn_graph.nearest import closest, did_you_mean
from ascn_graph.stderr import say

__all__ = ["COMMANDS", "main"]

#: The sub-commands and what each does.
COMMANDS = {
    "query": "answer a named query, or SPARQL of your own, from the graph, from files or from an endpoint",
    "why": "tell who states the facts about a thing, where exactly, as of when and with which citation",
    "info": "count what the graph holds and name its sources, version and hash",
    "export": "write the whole graph, or what one source says, as one file",
    "diff": "tell what changed between two releases of a graph, by thing",
    "validate": "check Turtle against SHACL shapes and mark file, line and column of what broke",
    "mutate": "measure whether every constraint of some shapes catches anything",
    "publish": "write the graph as a linked-data site of plain files, which needs no server of its own",
    "serve": "serve the graph read-only: SPARQL 1.1 Protocol and linked data over HTTP",
    "mcp": "offer the graph to an assistant as tools, each answer with its sources",
    "init": "write the smallest graph project of your own, which passes its own validation",
    "completion": "print what makes bash, zsh or fish complete commands, queries, parameters and names",
    "push": "upload every named graph to a triple store through the Graph Store Protocol, and count it there",
}

#: The extra that holds what a command needs beyond the others, and the commands that confine workers.
_EXTRAS = {"publish": "publish", "serve": "serve", "mcp": "agents"}
_CONFINED = ("serve", "mcp")


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence with the nearest option."""

    def error(self, message: str) -> NoReturn:
        """Print one line and end with exit code 2."""
        options = [option for action in self._actions for option in action.option_strings]
        unknown = message.split() if message.startswith("unrecognized arguments") else []
        for word in unknown:
            near = closest(word, options) if word.startswith("--") else None
            if near:
                message = f"there is no option {word}: did you mean {near}?"
            elif word.startswith("--") and any(action.dest == "parameters" for action in self._actions):
                message = f"there is no option {word}; a parameter is written key=value, without dashes"
        tell(f"{self.prog}: {message}{'' if message.endswith('?') else '.'} See `{self.prog} --help`.", sys.stderr)
        self.exit(2)


def main(argv: list[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the words after `ascn`; those of the process by default.

    Returns:
        The exit code: 0 done, 1 findings, 2 usage, 3 unusable input file, 4 an engine or the system failed.
    """
    _prepare_streams()
    words = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default", IllFormedTerm)
            warnings.showwarning = _tell
            return _run(words)
    except SystemExit as stop:
        # argparse has said what there is to say, and would end the process that called us.
        return int(stop.code or 0)
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does; there is nobody left to tell.
        sys.stdout = None
        return 0
    except KeyboardInterrupt:
        _tell("stopped.")
        return 130
    except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, a person reads one sentence
        if debug:
            import traceback  # noqa: PLC0415 - milliseconds of a cold start

            say("".join(traceback.format_exception(error)))
        _tell(_sentence(error))
        return getattr(error, "exit_code", AscnError.exit_code)
    finally:
        try:
            sys.stderr.flush()
        except OSError:
            # What nobody could be told is not to become the exit code, as Python's own last flush would make it.
            sys.stderr = None


def _sentence(error: Exception) -> str:
    if isinstance(error, AscnError):
        return str(error)
    if isinstance(error, OSError):
        if isinstance(error, FileNotFoundError) and not error.filename:
            return "the folder this runs in is gone; change to one that is there."
        place = f" ({error.filename})" if error.filename else ""
        return f"the system refused: {error.strerror or error}{place}."
    return f"a fault of this program: {type(error).__name__}: {error}. --debug shows where."


def _tell(message: Exception | str, *_: object, **__: object) -> None:
    tell(f"ascn: {message}", sys.stderr)


def _prepare_streams() -> None:
    """Make output the same bytes in every locale, and harmless where the caller closed it."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open until the end
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def _run(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help"):
        tell(_overview())
        return 0 if words else 2
    if words[0] in ("-V", "--version"):
        from ascn_graph import __version__  # noqa: PLC0415 - as every command, only when it is asked for

        print(f"ascn-graph {__version__}")
        return 0
    if words[0] not in COMMANDS:
        hint = did_you_mean(words[0], COMMANDS) or f"; there are {', '.join(COMMANDS)}."
        _tell(f"there is no command '{excerpt(words[0])}'{hint}")
        return 2
    name, does = words[0], COMMANDS[words[0]]
    module = import_module(f"{__name__}.{name}")
    told = f"{does[0].upper()}{does[1:]}."
    parser = Parser(prog=f"ascn {name}", description=told, add_help=name != "query", allow_abbrev=False)
    module.configure(parser)
    args = parser.parse_intermixed_args(words[1:])
    for action in parser._actions:  # noqa: SLF001 - argparse gives no other way to see its own options
        given = getattr(args, action.dest, None)
        if action.nargs != "?" and "" in (given if isinstance(given, list) else [given]):
            # An unset variable of a shell must not quietly mean that nothing was given, or this folder.
            parser.error(f"argument {[action.metavar, *action.option_strings][-1]}: its value is empty")
    if name in _CONFINED and sys.platform != "linux":
        raise EngineError(
            f"'ascn {name}' runs on Linux alone, whose kernel confines its workers; run it there, or `ascn publish`."
        )
    if data := getattr(args, "data", None):
        from ascn_graph.cli.arguments import tell_of_no_profile  # noqa: PLC0415 - only where a place is named

        tell_of_no_profile(data)
    try:
        code: int = module.run(args)
    except ModuleNotFoundError as error:
        if name not in _EXTRAS:
            raise
        package = f"the package '{error.name}', which is not installed: pip install 'ascn-graph[{_EXTRAS[name]}]'"
        raise EngineError(f"'ascn {name}' needs {package}.") from error
    sys.stdout.flush()
    return code


def _overview() -> str:
    lines = [
        "usage: ascn COMMAND …",
        "",
        "Linked data that says who says so: the packaged graph, or your own (--data DIR).",
        "",
    ]
    lines += [f"  {name:<12}{text}" for name, text in COMMANDS.items()]
    return "\n".join([*lines, "", "`ascn COMMAND --help` tells more; --debug shows the traceback of an error."])
