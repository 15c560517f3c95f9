"""`ascn query`: a named query or SPARQL of one's own, answered from the graph, from files or from an endpoint."""

from __future__ import annotations

import argparse
import re
import sys
from itertools import islice
from pathlib import Path

from ascn_graph import compiled, dataset, formats, graph
from ascn_graph.cli.arguments import DATA, rows, seconds
from ascn_graph.cli.listing import as_json, describe, listing
from ascn_graph.cli.localise import localise
from ascn_graph.cli.output import columns, tell, write
from ascn_graph.embedded import EmbeddedEngine
from ascn_graph.errors import InputError, ParameterError, QuerySyntaxError, UsageError
from ascn_graph.nearest import did_you_mean
from ascn_graph.profile import Profile
from ascn_graph.results import Rows
from ascn_graph.sparql import catalogue, completed, predicates_of, query_form, stated_form

_SPARQL = re.compile(
    r".*[{<]|(select|ask|construct|describe|prefix|base|insert|delete|load|clear|create|drop|copy|move|add|with)\s",
    re.IGNORECASE | re.DOTALL,
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a named query, or a SPARQL text; none: a list")
    parser.add_argument("parameters", nargs="*", metavar="key=value", help="its parameters; a key may repeat")
    parser.add_argument("-h", "--help", action="store_true", help="show this, or what the named query takes and gives")
    parser.add_argument("--format", metavar="F", help=f"{', '.join(formats.FORMATS)} (table on a terminal, else csv)")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write to a file, which is replaced as a whole; its ending says the format",
    )
    parser.add_argument("--columns", metavar="A,B", help="only these columns, in this order")
    parser.add_argument(
        "--lang", metavar="L", help="labels in this language where there are any, the English beside them"
    )
    parser.add_argument("--limit", type=rows, metavar="N", help="only the first N rows")
    parser.add_argument(
        "--show", action="store_true", help="print the SPARQL that would be sent; only names are looked up"
    )
    parser.add_argument("--search", metavar="WORD", help="list the named queries that speak of this word")
    add_place(parser)
    parser.add_argument("--queries", metavar="DIR", help="a folder of query files of your own, beside the others")
    parser.add_argument("--no-prefixes", action="store_true", help="send SPARQL of your own without PREFIX lines added")
    parser.add_argument("--file", metavar="Q.RQ", help="a SPARQL text from a file, or - for standard input")
    parser.add_argument("--timeout", type=seconds, metavar="S", help="seconds until the query is given up")
    parser.add_argument("--allow-service", action="store_true", help="let SERVICE contact the endpoints it names")
    parser.set_defaults(parser=parser)


def add_place(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that say which graph is asked."""
    parser.add_argument("--source", action="append", metavar="S", help="only what this source says; may repeat")
    parser.add_argument("--data", metavar="DIR", help=DATA)
    parser.add_argument("--base", metavar="IRI", help="what relative IRIs in files of your own begin with")
    parser.add_argument("--endpoint", metavar="URL", help="a SPARQL 1.1 endpoint instead of the embedded engine")
    parser.add_argument(
        "--graphs", metavar="PREFIX", help="state the named graphs of the data set to the endpoint (its prefix)"
    )
    parser.add_argument(
        "--header", action="append", type=_header, metavar="'NAME: VALUE'", help="a field for the endpoint; may repeat"
    )


def open_graph(args: argparse.Namespace, *, named: bool, queries: str | None = None) -> graph.Graph:
    """Open the graph that the arguments of `add_place` say, with a folder of queries.

    Raises:
        UsageError: the arguments contradict each other.
    """
    if args.endpoint:
        if args.source or args.base:
            raise UsageError("--endpoint asks a remote graph: leave out --source and --base; --graphs narrows it.")
        headers = dict(args.header or ())
        return graph.connect(args.endpoint, graphs=args.graphs, place=args.data, headers=headers, queries=queries)
    if args.graphs or args.header:
        raise UsageError("--graphs and --header belong to --endpoint: the embedded engine has one data set.")
    if args.base and not args.data:
        raise UsageError("--base belongs to --data: the packaged graph has no relative IRIs.")
    return graph.load(args.data, source=args.source, named=named, queries=queries, base=args.base)


def _profile(args: argparse.Namespace) -> Profile:
    return catalogue.with_folder(dataset.profile_of(args.data), args.queries)


def _opened_for(query: catalogue.NamedQuery) -> graph.Graph:
    """Open as much of the packaged graph as a query of its own reads that is given nothing to look up."""
    store = compiled.load(dataset.find(), named=query.names_graphs, predicates=predicates_of(query.text))
    return graph.Graph(EmbeddedEngine(store))


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise UsageError(f"'{name}' is not a header field: write it as in --header 'User-Agent: my-tool/1.0'.")
    return name.strip(), value.strip(" \t")


def run(args: argparse.Namespace) -> int:
    """Answer the query, and return 0."""
    if args.file:
        if args.name:
            args.parameters.insert(0, args.name)
        _own(args, _read(args.file), from_file=args.file)
    elif args.name is None or args.search is not None:
        _list(args)
    elif _SPARQL.match(args.name.lstrip()):
        _own(args, args.name, from_file=None)
    else:
        _named(args)
    return 0


def _named(args: argparse.Namespace) -> None:
    query = catalogue.of(_profile(args))[args.name]  # an unknown name is told before anything is loaded
    if args.help:
        _describe(query)
        return
    parameters = _parameters(args.parameters, query)
    options = (args.lang, args.data, args.source, args.endpoint, args.graphs, args.header, args.queries, args.base)
    if parameters or any(options):
        opened = open_graph(args, named=query.names_graphs, queries=args.queries)
    else:
        opened = _opened_for(query)
    if args.show:
        _tell_text(opened.text_of(args.name, **parameters), args.output)
    else:
        _show(args, opened.answer(args.name, parameters, timeout=args.timeout), opened)


def _list(args: argparse.Namespace) -> None:
    """List the named queries, or tell how a query is asked."""
    if args.search is not None and args.name:
        raise UsageError("--search looks through the named queries: leave out the name.")
    others = ("parser", "data", "search", "queries")
    if args.help:
        args.parser.print_help()
    elif args.format == "json" and args.search is None:
        write(as_json(_profile(args)), args.output)
    elif any(given for option, given in vars(args).items() if option not in others):
        raise UsageError("There is no query to answer: name one, or give a SPARQL text; `ascn query` lists the names.")
    else:
        tell(listing(_profile(args), args.search or ""))


def _describe(query: catalogue.NamedQuery) -> None:
    tell(describe(query))
    print("", *(line for line in query.text.splitlines() if not line.startswith("#+")), sep="\n")


def _parameters(words: list[str], query: catalogue.NamedQuery) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not key:
            likely = query.parameters.get(key) or next(iter(query.parameters.values()), None)
            such = f", such as {likely.name}={likely.example}" if likely else ""
            told = f"'{word}' is not a parameter: write key=value{such}"
            raise ParameterError(f"{told}; `ascn query {query.name} --help` lists the keys.")
        if not value and key in query.parameters and query.parameters[key].type != "string":
            # An unset variable of a shell must not quietly mean something.
            raise ParameterError(f"Parameter '{key}' has no value; leave it out where any will do.")
        given.setdefault(key, []).append(value)
    return given


def _read(name: str) -> str:
    if name != "-":
        return catalogue.read(Path(name))
    if sys.stdin is None:
        raise InputError("standard input is closed", name)
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError.at("is not UTF-8", name, error.object, error.start) from error


def _own(args: argparse.Namespace, text: str, *, from_file: str | None) -> None:
    """Answer SPARQL of the user's own; one with a header takes parameters as a named query does."""
    profile = dataset.profile_of(args.data)
    whole = text if args.no_prefixes else completed(text, profile.prefixes, warn=bool(args.endpoint))
    try:
        # An endpoint may accept what no parser here does.
        form = stated_form(whole) if args.endpoint else query_form(whole)
        query = catalogue.parse(Path(from_file or "query").stem, text, profile.kinds)
        query = query._replace(text=whole, path=from_file or "")
        if args.parameters and not query.parameters:
            raise ParameterError(
                f"'{args.parameters[0]}' has no place: this query has no header (lines #+) that names parameters."
            )
        if args.help:
            _describe(query) if catalogue.has_header(text) else args.parser.print_help()
            return
        opened = open_graph(args, named=True)
        if query.parameters:
            opened.queries = catalogue.Catalogue({query.name: query})
            whole = opened.text_of(query.name, **_parameters(args.parameters, query))
        if args.show:
            _tell_text(whole, args.output)
            return
        options = {"timeout": args.timeout, "allow_service": args.allow_service, "prefixes": False}
        _show(args, opened.ask(whole, **options) if form == "ask" else opened.sparql(whole, **options), opened)
    except QuerySyntaxError as error:
        added = whole.count("\n") - text.count("\n")
        raise (error.above(added) if from_file is None else InputError.of(error, from_file, added)) from error


def _tell_text(text: str, path: str | None) -> None:
    write((text.rstrip("\n") + "\n").encode(), path)


def _show(args: argparse.Namespace, answer: Rows | bool, opened: graph.Graph) -> None:  # noqa: FBT001 - an ASK's answer
    if args.lang:
        if isinstance(answer, bool) or answer.form != "SELECT":
            raise UsageError("--lang belongs to a SELECT, whose rows hold labels beside IRIs.")
        answer = localise(answer, opened, args.lang)
    answer = _part(answer, args.columns, args.limit)
    width = None if args.output else columns(sys.stdout)
    triples = not isinstance(answer, bool) and answer.form == "CONSTRUCT"
    named = formats.named_after(args.output) if args.output else None
    chosen = args.format or named or ("turtle" if triples else "table" if width else "csv")
    write(formats.pieces(answer, chosen, width=width), args.output)
    if args.output and not args.format and not named and Path(args.output).suffix:
        tell(f"ascn: {args.output} holds {chosen}: its ending names no format, --format does.", sys.stderr)


def _part(answer: Rows | bool, chosen: str | None, limit: int | None) -> Rows | bool:  # noqa: FBT001 - as above
    """Return the rows and columns that were asked for.

    Raises:
        UsageError: there is no such column, or the answer has none to choose from.
    """
    if chosen is None and limit is None:
        return answer
    if isinstance(answer, bool):
        raise UsageError("--columns and --limit belong to rows; this query answers with true or false.")
    if chosen is None:
        return answer[:limit]
    if answer.form == "CONSTRUCT":
        raise UsageError("--columns belongs to a SELECT; this query answers with triples.")
    wanted = list(dict.fromkeys(name.strip() for name in chosen.split(",")))
    for name in wanted:
        if name not in answer.columns:
            hint = did_you_mean(name, answer.columns) or f"; the columns are {', '.join(answer.columns)}."
            raise UsageError(f"There is no column '{name}'{hint}")
    places = [answer.columns.index(name) for name in wanted]
    rows = (tuple(terms[place] for place in places) for terms in islice(answer.solutions(), limit))
    return answer.replaced(tuple(wanted), rows)
