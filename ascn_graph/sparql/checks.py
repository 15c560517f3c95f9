"""What is wrong with the named queries of a graph project, told at the line of the file before one is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import QuerySolutions, Store

from ascn_graph.errors import AscnError, InputError, ParameterError
from ascn_graph.nearest import did_you_mean
from ascn_graph.profile import Profile
from ascn_graph.sparql import catalogue
from ascn_graph.sparql.binding import bind
from ascn_graph.sparql.forms import query_form
from ascn_graph.sparql.guard import SERVICE, refusal
from ascn_graph.sparql.header import NamedQuery
from ascn_graph.sparql.tokens import tokens

__all__ = ["check", "faults"]


def check(query: NamedQuery) -> None:
    """Refuse a query that does not parse, or that is an ASK.

    Raises:
        InputError: at its line and column of the file, whatever was put before its text.
    """
    text = catalogue.read(Path(query.path))
    try:
        form = query_form(query.text)
    except AscnError as error:
        raise InputError.of(error, query.path, query.text.count("\n") - text.count("\n")) from error
    if form == "ask":
        offset = next(token.offset for token in tokens(text) if token.text.upper() == "ASK")
        told = "a named query answers with rows, and an ASK has none: write a SELECT"
        raise InputError.at(told, query.path, text.encode(), len(text[:offset].encode()))


def faults(profile: Profile) -> Iterator[InputError]:
    """Yield what is wrong with each query: its header, its syntax, its places for values, its columns and examples.

    And with each rule: its syntax and its form.
    """
    for path in sorted(profile.rules.glob("*.rq")) if profile.rules else ():
        try:
            if query_form(catalogue.read(path)) != "construct":
                yield InputError("a rule is a CONSTRUCT query; this is another", str(path))
        except InputError as error:
            yield error
        except AscnError as error:
            yield InputError.of(error, str(path))
    for path in sorted(path for folder in profile.queries for path in folder.glob("*.rq")):
        try:
            query = catalogue.read_query(path, profile)
            check(query)
        except InputError as error:
            yield error
        else:
            yield from _columns(query)
            yield from _examples(query, profile)


def _columns(query: NamedQuery) -> Iterator[InputError]:
    """Find columns that the header describes and the query does not give."""
    if refusal(query.text, forbidden=SERVICE):
        return  # which the engine would contact even to tell its columns
    answer = Store().query(query.text)
    if not isinstance(answer, QuerySolutions):
        return
    given = [variable.value for variable in answer.variables]
    for name in query.columns:
        if name not in given:
            hint = did_you_mean(name, given) or f"; it gives {', '.join(given)}"
            yield InputError(f"the query gives no column '{name}'{hint}", query.path, query.lines["returns", name])


def _examples(query: NamedQuery, profile: Profile) -> Iterator[InputError]:
    """Find examples that their parameter does not take, and parameters that have no place in the text."""

    def resolve(kind: str, text: str) -> str:
        iri = profile.iri_of(text)
        if not text or (iri != text and kind not in ("", "any") and profile.kind_of(iri) != kind):
            raise ParameterError(f"The example '{text}' is not {query.parameters[name].says}.")
        return iri if "://" in iri else profile.base

    for name, parameter in query.parameters.items():
        one = query._replace(parameters={name: parameter})
        try:
            bind(one, {name: parameter.example}, resolve)
        except InputError as error:
            yield error
        except ParameterError as error:
            yield InputError(str(error), query.path, query.lines["params", name])
