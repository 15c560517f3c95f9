"""SPARQL texts: named queries, bound values, tokens, syntax errors and what a text may not do."""

from __future__ import annotations

from ascn_graph.sparql import catalogue, tokens
from ascn_graph.sparql.binding import Given, bind, literal_term
from ascn_graph.sparql.catalogue import NamedQuery, Parameter
from ascn_graph.sparql.checks import check, faults
from ascn_graph.sparql.forms import Form, query_form, stated_form
from ascn_graph.sparql.guard import DEEPEST, OUTSIDE, SERVICE, Refusal, is_volatile, refusal, update_word
from ascn_graph.sparql.predicates import predicates_of
from ascn_graph.sparql.prefixes import completed
from ascn_graph.sparql.syntax import answer, fault, place, syntax_error

__all__ = [
    "DEEPEST",
    "OUTSIDE",
    "SERVICE",
    "Form",
    "Given",
    "NamedQuery",
    "Parameter",
    "Refusal",
    "answer",
    "bind",
    "catalogue",
    "check",
    "completed",
    "fault",
    "faults",
    "is_volatile",
    "literal_term",
    "place",
    "predicates_of",
    "query_form",
    "refusal",
    "stated_form",
    "syntax_error",
    "tokens",
    "update_word",
]
