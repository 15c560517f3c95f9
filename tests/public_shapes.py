"""Shapes of the size and in the style of those that people publish, each with data: made, so that nothing is copied."""

from __future__ import annotations

from collections.abc import Callable

HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix x: <https://example.org/x#> .
"""
Pair = tuple[str, str]


def _class(number: int, kinds: str) -> str:
    """Write a class that is a shape, below another, in the manner of a building model or a bill of materials."""
    above = f" ; rdfs:subClassOf x:C{(number - 1) // 2}" if number else ""
    return (
        f"x:C{number} a {kinds} , sh:NodeShape{above} ;\n"
        f"  sh:property [ sh:path x:p{number} ; sh:minCount 1 ; sh:datatype xsd:integer ] ,\n"
        f"    [ sh:path x:part ; sh:class x:C{number // 2} ; sh:nodeKind sh:BlankNodeOrIRI ] .\n"
    )


def _instances(number: int) -> str:
    return "".join(
        f"x:i{each} a x:C{each} ; x:p{each} {each if each % 3 else repr(str(each))} ;\n"
        f"  x:part x:i{each // 2} , [ a x:C0 ] .\n"
        for each in range(number)
    )


def metaclass() -> Pair:
    """Return classes whose class is below rdfs:Class."""
    shapes = "".join(_class(number, "x:Kind") for number in range(80))
    above = "".join(f"x:C{number} rdfs:subClassOf x:C{(number - 1) // 2} .\n" for number in range(1, 80))
    return HEAD + _instances(
        80
    ) + above, HEAD + "x:Meta rdfs:subClassOf rdfs:Class . x:Kind rdfs:subClassOf x:Meta .\n" + shapes


def owl_classes() -> Pair:
    """Return classes of OWL that are shapes, of which the data does not say which is below which."""
    return HEAD + _instances(60), HEAD + "".join(_class(number, "owl:Class") for number in range(60))


def profile() -> Pair:
    """Return four hundred shapes of an application profile that imports others."""
    shapes = "<https://example.org/profile> a owl:Ontology ; owl:imports <https://example.org/base> .\n"
    for number in range(400):
        shapes += (
            f"x:S{number} a sh:NodeShape ; sh:targetClass x:C{number % 50} ;\n"
            f"  sh:property [ sh:path x:p{number % 20} ; sh:maxCount 1 ; sh:node x:Value ; sh:severity sh:Warning ] .\n"
        )
    shapes += "x:Value a sh:NodeShape ; sh:or ( [ sh:datatype xsd:integer ] [ sh:nodeKind sh:IRI ] ) .\n"
    return HEAD + _instances(50), HEAD + shapes


def recursive() -> Pair:
    """Return a profile whose shapes lead into each other, on a tree."""
    shapes = (
        "x:Node a sh:NodeShape ; sh:targetClass x:Root ; sh:property [ sh:path x:child ; sh:node x:Inner ] .\n"
        "x:Inner a sh:NodeShape ; sh:property x:Name , [ sh:path x:child ; sh:node x:Node ] .\n"
        "x:Name a sh:PropertyShape ; sh:path x:name ; sh:minCount 1 ; sh:maxLength 3 .\n"
    )
    data = "x:n0 a x:Root .\n"
    for number in range(1, 40):
        name = "" if number in (9, 35) else f" ; x:name 'n{number}'"
        data += f"x:n{(number - 1) // 2} x:child x:n{number} . x:n{number} x:number {number}{name} .\n"
    return HEAD + data, HEAD + shapes


def qualified() -> Pair:
    """Return counts of values of a kind, siblings being disjoint, as crates and buildings have them."""
    shapes = ""
    for number in range(40):
        shapes += (
            f"x:Q{number} a sh:NodeShape ; sh:targetSubjectsOf x:q{number} ; sh:property\n"
            f"  [ sh:path x:q{number} ; sh:qualifiedValueShape [ sh:class x:Thumb ] ; sh:qualifiedMinCount 1 ;\n"
            "    sh:qualifiedMaxCount 1 ; sh:qualifiedValueShapesDisjoint true ] ,\n"
            f"  [ sh:path x:q{number} ; sh:qualifiedValueShape [ sh:class x:Finger ] ; sh:qualifiedMinCount 2 ;\n"
            "    sh:qualifiedValueShapesDisjoint true ] .\n"
        )
    data = "".join(
        f"x:hand{number} x:q{number} x:t{number} , x:f{number} , [ a x:Finger ] .\n"
        f"x:t{number} a x:Thumb . x:f{number} a x:Finger{' , x:Thumb' if number % 4 == 0 else ''} .\n"
        for number in range(40)
    )
    return HEAD + data, HEAD + shapes


def targets() -> Pair:
    """Return shapes whose nodes a query finds; `plainly` says the same without one."""
    shapes = (
        '<https://example.org/x> sh:declare [ sh:prefix "x" ; sh:namespace "https://example.org/x#"^^xsd:anyURI ] .\n'
    )
    for number in range(30):
        shapes += (
            f"x:T{number} a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ; sh:prefixes <https://example.org/x> ;\n"
            f'    sh:select "SELECT ?this {{ ?this x:p{number} ?value }}" ] ;\n'
            f"  sh:property [ sh:path x:p{number} ; sh:datatype xsd:integer ; sh:minInclusive 10 ] .\n"
        )
    return HEAD + _instances(30), HEAD + shapes


PUBLIC: dict[str, Callable[[], Pair]] = {
    made.__name__: made for made in (metaclass, owl_classes, profile, recursive, qualified, targets)
}
