"""RDF in every serialisation, as triples with places; where a format has none, the node stands for its place."""

from __future__ import annotations

import re
from pathlib import Path

from pyoxigraph import QuadParser, RdfFormat, Triple, parse, serialize

from ascn_graph.errors import InputError
from ascn_graph.turtle import Document, read

__all__ = ["ENDINGS", "SERIALISATIONS", "STDIN", "WITHOUT_PLACES", "format_of", "written"]

#: The PATH that means standard input.
STDIN = "-"
#: The formats by name.
SERIALISATIONS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
#: The names of the formats by the endings of files.
ENDINGS = {
    ".ttl": "turtle",
    ".nt": "ntriples",
    ".nq": "nquads",
    ".trig": "trig",
    ".rdf": "rdfxml",
    ".owl": "rdfxml",
    ".jsonld": "jsonld",
    ".xml": "rdfxml",
    ".json": "jsonld",
}
#: The formats of which Oxigraph tells no places: there a triple's number stands for its offsets.
WITHOUT_PLACES = ("rdfxml", "jsonld")
_TERM = r'<<\(.*\)>>|<[^>]*>|_:[^\s<]+|"(?:[^"\\\n]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^[ \t]*<[^>]*>)?'
_GRAPH = re.compile(
    rf"^([ \t]*(?:<[^>]*>|_:[^\s<]+)[ \t]*<[^>]*>[ \t]*(?:{_TERM})[ \t]*)(<[^>]*>|_:\S+?)([ \t]*\.[ \t]*(?:\#.*)?)$",
    re.MULTILINE,
)
_TYPES = re.compile(r"<!(?:DOCTYPE|ENTITY)")


def format_of(path: Path, text: str) -> str:
    """Return the format of a file by its ending; `.owl` is read as what it holds."""
    ending = path.suffix.lower()
    is_xml = text.lstrip().startswith(("<?xml", "<rdf:RDF", "<!"))
    return "turtle" if ending == ".owl" and not is_xml else ENDINGS.get(ending, "turtle")


def written(text: str, form: str, base: str | None, blanks: str, name: str) -> Document:
    """Return what a text says, as the positioned reader reads it.

    Raises:
        InputError: the text is not of its format, and the format is not one of which every fault is found.
    """
    if form in WITHOUT_PLACES:
        return _unplaced(text, form, base, blanks, name)
    if form in ("ntriples", "nquads"):
        triples(text, form, base, name)
    if form == "nquads":
        # Blanks stand for the name of the graph, so that every offset stays.
        text = _GRAPH.sub(lambda match: match[1] + " " * len(match[2]) + match[3], text)
    return read(text, base, blanks, graphs=form == "trig")


def triples(text: str, form: str, base: str | None, name: str) -> tuple[list[Triple], dict[str, str]]:
    """Return the triples of every graph, as Oxigraph reads them, and the prefixes.

    Raises:
        InputError: the text is not of its format.
    """
    if form == "rdfxml":
        declared = _TYPES.search(text)
        if declared:
            before = text[: declared.start()]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            raise InputError("a document type and entities are never read; remove them", name, line, column)
    parser: QuadParser = parse(text.encode(), format=SERIALISATIONS[form], base_iri=base)
    try:
        found = [quad.triple for quad in parser]
    except SyntaxError as error:
        message = re.sub(r"^Parser error (?:at|between) line .*?: ", "", error.msg)
        if "LoadDocumentCallback" in message:
            message = "its @context is not inline, and nothing is ever fetched; write the context into the file"
        raise InputError(
            f"not {SERIALISATIONS[form].name}: {message}", name, error.lineno or 1, error.offset or 1
        ) from error
    return found, dict(parser.prefixes)


def _unplaced(text: str, form: str, base: str | None, blanks: str, name: str) -> Document:
    found, prefixes = triples(text, form, base, name)
    plain = serialize(found, format=RdfFormat.N_TRIPLES)
    assert plain is not None
    document = read(plain.decode(), None, blanks)
    rows = [(*row[:3], number, number, number) for number, row in enumerate(document.rows)]
    return Document(rows, document.faults, prefixes)
