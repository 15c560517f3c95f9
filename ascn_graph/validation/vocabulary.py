"""The SHACL vocabulary as the lint needs it: every term, and what each constraint parameter may hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from ascn_graph.namespaces import STANDARD
from ascn_graph.nearest import closest
from ascn_graph.ntriples import iri, name_of

__all__ = [
    "ADVANCED",
    "COMPARISONS",
    "COMPONENTS",
    "FIRST",
    "LABEL",
    "MANY",
    "NIL",
    "NODE_KINDS",
    "OWL_IMPORTS",
    "PARAMETER_KINDS",
    "REFERENCES",
    "REST",
    "SEVERITY_NAMES",
    "SH",
    "SUBCLASS",
    "TERMS",
    "TRUE",
    "TYPE",
    "Declared",
    "sh",
    "short",
]

#: What shapes need of RDF, RDFS and OWL.
_RDF = STANDARD["rdf"]
TYPE, FIRST, REST, NIL = (iri(_RDF + name) for name in ("type", "first", "rest", "nil"))
SUBCLASS, LABEL = (iri(STANDARD["rdfs"] + name) for name in ("subClassOf", "label"))
OWL_IMPORTS = iri(STANDARD["owl"] + "imports")
TRUE = f'"true"^^<{STANDARD["xsd"]}boolean>'
SH = STANDARD["sh"]


class Declared(NamedTuple):
    """The terms of a graph project.

    Attributes:
        prefix: the prefix of its own terms.
        named: returns the name of a term of its own by its IRI, an empty text for any other.
        subjects: every subject of its ontology.
        marks: its marks on shapes, which need no declaration.
        file: the file that declares its terms.
    """

    prefix: str
    named: Callable[[str], str]
    subjects: frozenset[str]
    marks: frozenset[str]
    file: str

    def lacks(self, term: str) -> str:
        """Return what is wrong with a term of the project's namespace that is not declared, or an empty text."""
        name = self.named(term[1:-1]) if term.startswith("<") else ""
        if not name or term in self.subjects or term in self.marks:
            return ""
        near = closest(name, filter(None, (self.named(each[1:-1]) for each in self.subjects)))
        hint = f"did you mean {self.prefix}:{near}?" if near else f"declare it in {self.file}"
        return f"the ontology has no term {self.prefix}:{name}; {hint}"


@cache
def sh(name: str) -> str:
    """Return the N-Triples term of a SHACL name."""
    return iri(SH + name)


#: What SHACL's own severities are called here; any other counts as a violation.
SEVERITY_NAMES = {sh("Violation"): "violation", sh("Warning"): "warning", sh("Info"): "info"}

#: The kinds of node that sh:nodeKind may ask for, each in words.
NODE_KINDS = {
    sh("IRI"): "an IRI",
    sh("BlankNode"): "a blank node",
    sh("Literal"): "a literal",
    sh("BlankNodeOrIRI"): "an IRI or a blank node",
    sh("BlankNodeOrLiteral"): "a blank node or a literal",
    sh("IRIOrLiteral"): "an IRI or a literal",
}

#: Constraint parameters by what they may hold; the component's name follows from the parameter's. Of one with a star
#: a shape may have several.
_CONSTRAINTS = {
    "IRI": "class* datatype equals* disjoint* lessThan* lessThanOrEquals*",
    "kind of node": "nodeKind",
    "count": "minCount maxCount minLength maxLength qualifiedMinCount qualifiedMaxCount",
    "literal": "minExclusive minInclusive maxExclusive maxInclusive",
    "pattern": "pattern",
    "languages": "languageIn",
    "boolean": "uniqueLang closed",
    "shape": "not* node* property*",
    "shapes": "and* or* xone*",
    "term": "hasValue*",
    "list": "in",
    "node": "sparql* expression*",
}
_OTHERS = {
    "IRI": "severity targetClass* targetSubjectsOf* targetObjectsOf*",
    "IRIs": "ignoredProperties",
    "boolean": "qualifiedValueShapesDisjoint deactivated",
    "node": "target*",
    "path": "path",
    "shape": "qualifiedValueShape",
    "term": "targetNode*",
    "text": "flags message*",
}
_KINDS = [(name, kind) for table in (_CONSTRAINTS, _OTHERS) for kind in table for name in table[kind].split()]

#: What every parameter of a shape may hold, by term.
PARAMETER_KINDS = {sh(name.rstrip("*")): kind for name, kind in _KINDS}

#: The constraint component that a parameter of a shape starts, both as terms.
COMPONENTS = {
    sh(name.rstrip("*")): sh(f"{name[0].upper()}{name[1:].rstrip('*')}ConstraintComponent")
    for names in _CONSTRAINTS.values()
    for name in names.split()
}
COMPONENTS[sh("sparql")] = sh("SPARQLConstraintComponent")

#: Parameters that a shape may have more than once; of every other a second value is an error.
MANY = frozenset(sh(name[:-1]) for name, _ in _KINDS if name.endswith("*"))

#: Parameters whose value, or list of values, is another shape.
REFERENCES = {name for name, kind in PARAMETER_KINDS.items() if kind in ("shape", "shapes")}

#: Constraints that compare the values of two properties.
COMPARISONS = frozenset(map(sh, ("lessThan", "lessThanOrEquals")))

#: What SHACL's Advanced Features have on a shape.
ADVANCED = frozenset(map(sh, ("target", "rule", "expression")))

_MORE = """
AbstractResult BlankNode BlankNodeOrIRI BlankNodeOrLiteral ConstraintComponent Function IRI IRIOrLiteral Info
JSConstraint JSConstraintComponent JSExecutable JSFunction JSLibrary JSRule JSTarget JSTargetType JSValidator Literal
NodeKind NodeShape Parameter Parameterizable PrefixDeclaration PropertyGroup PropertyShape
QualifiedMaxCountConstraintComponent QualifiedMinCountConstraintComponent ResultAnnotation Rule SPARQLAskExecutable
SPARQLAskValidator SPARQLConstraint SPARQLConstructExecutable SPARQLExecutable SPARQLFunction SPARQLRule
SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget SPARQLTargetType SPARQLUpdateExecutable Severity Shape Target
TargetType TripleRule ValidationReport ValidationResult Validator Violation Warning alternativePath annotationProperty
annotationValue annotationVarName ask condition conforms construct declare defaultValue description detail entailment
filterShape focusNode group intersection inversePath js jsFunctionName jsLibrary jsLibraryURL labelTemplate name
namespace nodeValidator nodes object oneOrMorePath optional order parameter predicate prefix prefixes propertyValidator
result resultAnnotation resultMessage resultPath resultSeverity returnType rule select shapesGraph
shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape subject suggestedShapesGraph this union
update validator value zeroOrMorePath zeroOrOnePath
"""
#: Every term of the namespace: SHACL Core, SHACL-SPARQL and the Advanced Features.
TERMS = frozenset({*PARAMETER_KINDS, *COMPONENTS.values(), *(sh(name) for name in _MORE.split())})


def short(component: str) -> str:
    """Return the name of a component without what all have in common."""
    return name_of(component).removesuffix("ConstraintComponent")
