"""The evaluation of shapes held to an evaluator of Core that was written from the specification alone."""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

import pytest
import rdflib
from brute_shacl import Brute, evaluations, read
from conftest import ROOT, need
from public_shapes import PUBLIC
from pyoxigraph import BlankNode, RdfFormat, parse

from ascn_graph.turtle.reader import read as read_turtle
from ascn_graph.validation import engines, fast_engine, pyshacl_engine, validate
from ascn_graph.validation.evaluation import Evaluator
from ascn_graph.validation.focus import Focus
from ascn_graph.validation.locate import Locator
from ascn_graph.validation.plan import part
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.sources import Source, ntriples

PREFIXES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix e: <urn:e:> .\n"
)
NODES = ["e:a", "e:b", "e:c", "_:x", "_:y"]
LITERALS = ["1", "2.5", "3", '"01"^^xsd:integer', '"one"', '"uno"@es', '"un"@fr', '"une"@fr', '"two"@en-GB', "true",
            '"yes"^^xsd:boolean', '"2026-02-30"^^xsd:date', '"2026-03-01"^^xsd:date', '""', '"a b"']  # fmt: skip
PROPERTIES = ["e:p", "e:q", "e:r"]
CLASSES = ["e:C", "e:D"]
PATHS = [*PROPERTIES, *PROPERTIES, "[ sh:inversePath e:p ]", "( e:p e:q )", "[ sh:alternativePath ( e:p e:r ) ]",
         "[ sh:zeroOrMorePath e:p ]", "[ sh:oneOrMorePath e:q ]", "[ sh:zeroOrOnePath e:r ]",
         "( [ sh:zeroOrMorePath e:q ] [ sh:inversePath e:p ] )", "[ sh:inversePath ( e:p e:q ) ]"]  # fmt: skip
SHAPES = 6


@pytest.fixture(scope="module", autouse=True)
def quiet():
    """Mend pySHACL as its process does, and say nothing of literals whose text is none of their datatype."""
    pyshacl_engine._mend()
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


class InProcess(Evaluator):
    """The engines as they are chosen for `auto`, without a process for each of ten thousand runs."""

    def __init__(self) -> None:
        self.engine, self.first, self.used, self.advanced = "auto", ("fast",), set(), False

    def _run(self, engine, roots, focus, data):
        self.used.add(engine)
        given = part(engine, roots, focus)
        rdflib.NORMALIZE_LITERALS = False  # pySHACL switches it on, which in a process of its own is too late to harm
        run = fast_engine._run if engine == "fast" else pyshacl_engine._run
        answer = run("\n".join([*data, *given.data]), "\n".join(given.shapes))
        assert "failure" not in answer, answer
        return engines.EngineAnswer([engines._finding(found, focus.shapes) for found in answer["results"]], [], {})


def source(text: str, blanks: str) -> Source:
    """Read a Turtle text."""
    document = read_turtle(text, None, blanks)
    assert not document.faults, (text, document.faults)
    return Source("text", text, document)


def ours(data: str, shapes: str) -> tuple[set[tuple[str, ...]], int, set[str]]:
    """Return the results, the number of evaluated constraints and the engines of this package."""
    source_, stated = source(data, "d"), Shapes([source(shapes, "s")])
    focus, evaluator = Focus(Locator([source_], stated)), InProcess()
    found = evaluator.evaluate(focus, ntriples([source_])).findings
    results = {
        (f.focus, f.path if re.fullmatch(r"<[^<>]*>", f.path) else "path", f.value, f.component, f.shape) for f in found
    }
    number = sum(len(focus.nodes[shape]) * len(shape.constraints()) for shape in stated)
    return results, number, evaluator.used


def theirs(data: str, shapes: str) -> tuple[set[tuple[str, ...]], int]:
    """Return what the evaluator of this folder finds, in the same form."""
    lines = ntriples([source(data, "d")])
    run = Brute(set(parse("\n".join(lines).encode(), format=RdfFormat.N_TRIPLES)),
                set(parse(shapes.encode(), format=RdfFormat.TURTLE)))  # fmt: skip
    results = set()
    for focus, path, value, component, shape in run.results:
        way = "" if path is None else str(path) if str(path).startswith("<") else "path"
        results.add((str(focus), way or "path", "" if value is None else str(value), f"<{component}>", str(shape)))
    return results, run.constraints


class Case(NamedTuple):
    """Statements of data, and shapes each as its statements."""

    data: list[str]
    shapes: list[list[str]]

    def texts(self) -> tuple[str, str]:
        """Return both as Turtle."""
        shapes = (f"e:S{number} " + " ;\n  ".join(stated) + " .\n" for number, stated in enumerate(self.shapes))
        return PREFIXES + "\n".join(self.data) + "\n", PREFIXES + "".join(shapes)

    def smaller(self) -> Iterator[Case]:
        """Yield the case without each one of its statements, but for the type of a shape and its path."""
        for place in range(len(self.data)):
            yield Case(self.data[:place] + self.data[place + 1 :], self.shapes)
        for number, stated in enumerate(self.shapes):
            for place in range(2 if stated[0].endswith("PropertyShape") else 1, len(stated)):
                less = stated[:place] + stated[place + 1 :]
                yield Case(self.data, [*self.shapes[:number], less, *self.shapes[number + 1 :]])


def random_case(seed: int) -> Case:
    """Return a data graph, and shapes that refer only to later ones: SHACL leaves recursion open."""
    # A tenth of the time in which Hypothesis draws a case, which was four fifths of the whole.
    chance = random.Random(seed)
    pick = chance.choice
    lines = [f"{pick(NODES)} {pick(PROPERTIES)} {pick(NODES + LITERALS)} ." for _ in range(chance.randint(1, 9))]
    lines += [f"{pick(NODES)} a {pick(CLASSES)} ." for _ in range(chance.randint(0, 3))]
    lines += ["e:D rdfs:subClassOf e:C ."] * chance.randint(0, 1)
    shapes = []
    kinds = [pick([True, False]) for _ in range(SHAPES)]
    for number in range(SHAPES):
        stated = [f"a sh:{'PropertyShape' if kinds[number] else 'NodeShape'}"]
        if kinds[number]:
            stated.append(f"sh:path {pick(PATHS)}")
        if number == 0 or chance.randint(0, 3) == 0:
            nodes, name = NODES[:3] + LITERALS[:2], pick(PROPERTIES)
            targets = [f"Class {pick(CLASSES)}", f"Node {pick(nodes)}", f"SubjectsOf {name}", f"ObjectsOf {name}"]
            stated.append(f"sh:target{pick(targets)}")
        later = range(number + 1, SHAPES)
        once: dict[str, str] = {}
        for _ in range(chance.randint(1, 3)):
            name, value = constraint(chance, list(later), kinds, is_property=kinds[number])
            once.setdefault(name, value)
        stated += [f"{name} {value}" for name, value in once.items()]
        if chance.randint(0, 12) == 0:
            stated.append("sh:deactivated true")
        shapes.append(stated)
    return Case(lines, shapes)


def constraint(chance, later, kinds, *, is_property) -> tuple[str, str]:  # noqa: PLR0911 - one return a kind
    """Return one constraint."""
    pick = chance.choice
    nested = NESTED + (COUNTED if is_property else [])
    name = pick(SIMPLE + (PROPERTY_ONLY if is_property else []) + (nested if later else []))
    shapes = [f"e:S{number}" for number in later]
    number = str(chance.randint(0, 3))
    if name == "property":
        properties = [f"e:S{number}" for number in later if kinds[number]]
        return ("sh:property", pick(properties)) if properties else ("sh:nodeKind", "sh:IRI")
    if name in ("and", "or", "xone"):
        return f"sh:{name}", f"( {pick(shapes)} {pick(shapes)} )"
    if name == "qualifiedValueShape":
        more = " ; sh:qualifiedValueShapesDisjoint true" if pick([True, False]) else ""
        bounds = pick([f"sh:qualifiedMinCount {number}", f"sh:qualifiedMaxCount {number}"])
        return f"sh:{name}", f"{pick(shapes)} ; {bounds}{more}"
    if name == "closed":
        return "sh:closed", f"{pick(['true', 'true', 'false'])} ; sh:ignoredProperties ( {pick(PROPERTIES)} )"
    values = {
        "class": CLASSES,
        "datatype": ["xsd:integer", "xsd:string", "xsd:date", "xsd:boolean"],
        "nodeKind": [f"sh:{kind}" for kind in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "IRIOrLiteral")],
        "pattern": ['"^[a-z]"', '"o"', '"\\\\d"', '"^(.)x\\\\1$"'],
        "languageIn": ['( "fr" )', '( "en" "es" )'],
        "uniqueLang": ["true", "false"],
        "in": [f"( {pick(LITERALS)} {pick(NODES[:3])} )"],
        "hasValue": [pick(LITERALS), pick(NODES[:3])],
    }
    if name in ("minCount", "maxCount", "minLength", "maxLength"):
        return f"sh:{name}", number
    if name in ("equals", "disjoint", "lessThan", "lessThanOrEquals"):
        return f"sh:{name}", pick(PROPERTIES)
    if name == "node":
        nodes = [f"e:S{number}" for number in later if not kinds[number]]
        return ("sh:node", pick(nodes)) if nodes else ("sh:nodeKind", "sh:IRI")
    if name == "not":
        return "sh:not", pick(shapes)
    return f"sh:{name}", pick(values.get(name, LITERALS[:3]))


SIMPLE = ["class", "datatype", "nodeKind", "minInclusive", "minExclusive", "maxInclusive", "maxExclusive", "minLength",
          "maxLength", "pattern", "languageIn", "equals", "disjoint", "in", "hasValue", "closed"]  # fmt: skip
PROPERTY_ONLY = ["minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals"]
NESTED = ["not", "and", "or", "xone", "node", "property", "property"]
COUNTED = ["qualifiedValueShape"]


def difference(data: str, shapes: str) -> str:
    """Return where both evaluators differ on one case, if they do."""
    mine, number, used = ours(data, shapes)
    wanted, counted = theirs(data, shapes)
    mine = {(a, b or "path", *rest) for a, b, *rest in mine}
    if mine == wanted and number == counted:
        return ""
    return (
        f"{used}\n{data}\n{shapes}\nonly ours: {sorted(mine - wanted)}\nonly theirs: {sorted(wanted - mine)}\n"
        f"{number} evaluations, and {counted} by the other"
    )


def smallest(case: Case) -> str:
    """Return where both evaluators differ on the least that is left of a case while they differ."""
    told = difference(*case.texts())
    while told:
        last = told
        told = ""
        for less in case.smaller():
            with suppress(AssertionError):  # what is left may be no shapes that an engine takes
                told = difference(*less.texts())
            if told:
                case = less
                break
    return last


@pytest.mark.parametrize("seeds", [range(200), pytest.param(range(200, 10_000), marks=pytest.mark.thorough)], ids=str)
def test_random_shapes_and_data(seeds) -> None:
    """Random shapes and data have the results and the evaluations that the specification gives them."""
    need("module:shacl")
    for seed in seeds:
        case = random_case(seed)
        if difference(*case.texts()):
            pytest.fail(f"seed {seed}: {smallest(case)}")


#: What the search above has found, each mended where it was wrong.
FOUND = {
    "a property shape that is switched off, in a shape for pySHACL": (
        "e:a e:p e:a ; a e:C .",
        (
            'e:S0 a sh:NodeShape ; sh:targetClass e:C ; sh:property e:S1 ; sh:pattern "^(.)x\\\\1$" .\n'
            "e:S1 a sh:PropertyShape ; sh:path e:p ; sh:class e:C ; sh:deactivated true ."
        ),
    ),
    "a sequence that is inverted, in a shape for pySHACL": (
        "e:a e:p e:a ; e:q e:b .",
        (
            "e:S0 a sh:PropertyShape ; sh:path [ sh:inversePath ( e:p e:q ) ] ; sh:targetNode e:b ;\n"
            "  sh:closed true ; sh:ignoredProperties ( e:p ) ."
        ),
    ),
    "a path from a literal that is no truth value, in a shape for pySHACL": (
        'e:a e:p "uno"@es , "yes"^^xsd:boolean ; a e:C .',
        (
            "e:S0 a sh:PropertyShape ; sh:path [ sh:zeroOrMorePath e:p ] ; sh:targetObjectsOf e:p ; sh:node e:S1 .\n"
            "e:S1 a sh:NodeShape ; sh:property [ sh:path e:p ; sh:lessThan e:p ] ."
        ),
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_the_search_has_found(name) -> None:
    """A case that was once answered otherwise than by the specification is answered by it."""
    need("module:shacl")
    data, shapes = FOUND[name]
    assert difference(PREFIXES + data, PREFIXES + shapes) == ""


def read_all(paths) -> set:
    """Read Turtle files as one graph."""
    return set().union(*(read(path) for path in paths))


@pytest.mark.thorough
@pytest.mark.parametrize("name", PUBLIC)
def test_shapes_in_the_style_of_public_ones(tmp_path, name) -> None:
    """Every evaluation that is reported was made: the number is that of the other evaluator, and so are the results."""
    need("module:shacl")
    data, shapes = PUBLIC[name]()
    (tmp_path / "data.ttl").write_text(data)
    (tmp_path / "shapes.ttl").write_text(shapes)
    report = validate([tmp_path / "data.ttl"], tmp_path / "shapes.ttl", advanced=name == "targets")
    # The other evaluator knows no queries: it is told the same nodes by predicate.
    plain = re.sub(r"sh:target \[.*?\?this x:(p\d+).*?\"\s*\]", r"sh:targetSubjectsOf x:\1", shapes, flags=re.DOTALL)
    (tmp_path / "plain.ttl").write_text(plain)
    run = Brute(read(tmp_path / "data.ttl"), read(tmp_path / "plain.ttl"))
    assert evaluations(report) == run.constraints > 50
    wanted = {(str(focus), component) for focus, _, _, component, _ in run.results if not isinstance(focus, BlankNode)}
    assert {(r.focus, r.component) for r in report.results if not r.focus.startswith("_:")} == wanted != set()


@pytest.mark.thorough
def test_our_own_shapes() -> None:
    """The whole of our data: as many evaluations as the other evaluator makes, and as few results."""
    need("module:shacl")
    report = validate([ROOT / "data"])
    data = read_all([*(ROOT / "data").rglob("*.ttl"), ROOT / "ontology/ascn.ttl", ROOT / "ontology/concepts.ttl"])
    run = Brute(data, read(ROOT / "ontology/shapes.ttl"))
    assert evaluations(report) == run.constraints > 10_000
    assert len(run.results) == sum(
        result.kind == "shacl" and "SPARQL" not in result.component for result in report.results
    )
