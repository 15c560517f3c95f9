"""RDF terms made of what other software calls terms, even where they are not quite RDF."""

from __future__ import annotations

import re
import warnings
from typing import cast

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from ascn_graph.errors import IllFormedTerm, excerpt

__all__ = ["blank_node", "iri", "term"]

_ANY_URI = NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")
_TAG = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*")
_IRIS = ("uri", "iri")
_KINDS = (*_IRIS, "bnode", "literal", "typed-literal")
_INNER = "nodeID://"  # how Virtuoso names blank nodes inside


def term(place: str, kind: str, text: str, language: str = "", datatype: str = "") -> NamedNode | BlankNode | Literal:
    """Return a term as SPARQL results describe it; one that is not quite RDF as it comes, with a warning.

    Args:
        place: where it stands, for the warning.
        kind: `uri` (some write `iri`), `bnode`, or a kind of literal.
        text: its IRI, label or lexical form.
        language: its tag, if it has one.
        datatype: the IRI of its datatype, if it has one.

    Raises:
        ValueError: the kind is another.
    """
    if kind not in _KINDS:
        raise ValueError(f"{place.lower()}: there is no kind of term {kind!r}")
    try:
        if kind in _IRIS:
            return NamedNode(text)
        if language:
            return Literal(text, language=language)
        if kind != "bnode":
            return Literal(text, datatype=NamedNode(datatype) if datatype else None)
    except ValueError:
        told = f"{place}: '{excerpt(language or datatype or text)}' is not valid in RDF and is passed on as it came; "
        warnings.warn(f"{told}others of this answer may be too.", IllFormedTerm, stacklevel=2)
        return iri(text) if kind in _IRIS else _literal(text, language)
    return blank_node(text)


def iri(text: str) -> NamedNode | Literal:
    """Return an IRI; where the text is not a valid one, the text as a literal of type xsd:anyURI."""
    try:
        return NamedNode(text)
    except ValueError:
        return Literal(text, datatype=_ANY_URI)


def blank_node(label: str) -> BlankNode:
    """Return a blank node; a label that none can have is written in hexadecimal."""
    try:
        return BlankNode(label.removeprefix(_INNER))
    except ValueError:
        return BlankNode(f"x{label.encode(errors='surrogatepass').hex()}")


def _literal(text: str, language: str) -> Literal:
    """Return a literal with a tag such as `zh-classical` or `en_US`, or plain where the tag is none at all."""
    tag = language.replace("_", "-")
    if not _TAG.fullmatch(tag):
        return Literal(text)
    line = f"<a:a> <a:a> {Literal(text)}@{tag} ."
    return cast("Literal", next(iter(parse(line, RdfFormat.N_TRIPLES, lenient=True))).object)
