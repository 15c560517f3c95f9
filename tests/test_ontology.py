"""Tests of the ontology: its header, its terms, its consistency and its place among other vocabularies."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
import rdflib
from conftest import ROOT, command, need
from ours import BASE, ONTOLOGY, compact
from rdflib import OWL, RDF, RDFS, SKOS, Literal, URIRef

FILE = ROOT / "ontology" / "ascn.ttl"
IRI = URIRef(BASE + "ontology")
DCTERMS = rdflib.Namespace("http://purl.org/dc/terms/")
VANN = rdflib.Namespace("http://purl.org/vocab/vann/")
BIBO = rdflib.Namespace("http://purl.org/ontology/bibo/")
FOAF = rdflib.Namespace("http://xmlns.com/foaf/0.1/")
SCHEMA = rdflib.Namespace("https://schema.org/")


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    """Return the ontology and its concepts."""
    return rdflib.Graph().parse(FILE).parse(ROOT / "ontology" / "concepts.ttl")


def terms(graph: rdflib.Graph) -> list[URIRef]:
    """List the terms of our namespace that the ontology declares."""
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    return sorted({s for kind in kinds for s in graph.subjects(RDF.type, kind) if str(s).startswith(ONTOLOGY)})


# The checks of FOOPS! that need the file alone, by the name each has there.
FOOPS = {
    "PURL1 the IRI is persistent": lambda g: all(
        str(o).startswith("https://w3id.org/") for o in g.subjects(RDF.type, OWL.Ontology)
    ),
    "URI2 the file declares that IRI": lambda g: list(g.subjects(RDF.type, OWL.Ontology)) == [IRI],
    "VER1 it has a version IRI": lambda g: bool(g.value(IRI, OWL.versionIRI)),
    "VER the version IRI is under the IRI": lambda g: str(g.value(IRI, OWL.versionIRI)).startswith(str(IRI) + "/"),
    "OM1 title, description, licence, author, version": lambda g: all(
        g.value(IRI, p) for p in (DCTERMS.title, DCTERMS.description, DCTERMS.license, DCTERMS.creator, OWL.versionInfo)
    ),
    "OM1 namespace IRI": lambda g: str(g.value(IRI, VANN.preferredNamespaceUri)) == ONTOLOGY,
    "OM2 prefix, creation date, contributor, citation": lambda g: all(
        g.value(IRI, p)
        for p in (VANN.preferredNamespacePrefix, DCTERMS.created, DCTERMS.contributor, DCTERMS.bibliographicCitation)
    ),
    "OM3 publisher, logo, status, source, issue date": lambda g: all(
        g.value(IRI, p) for p in (DCTERMS.publisher, FOAF.logo, BIBO.status, DCTERMS.source, DCTERMS.issued)
    ),
    "OM4.1 a licence": lambda g: isinstance(g.value(IRI, DCTERMS.license), URIRef),
    "OM5.1 provenance: author and creation date": lambda g: all(
        g.value(IRI, p) for p in (DCTERMS.creator, DCTERMS.created)
    ),
    "OM5.2 provenance: publisher, issue and modification dates": lambda g: all(
        g.value(IRI, p) for p in (DCTERMS.publisher, DCTERMS.issued, DCTERMS.modified)
    ),
    "VOC1 metadata in terms of other vocabularies": lambda g: (
        {DCTERMS.title, VANN.preferredNamespacePrefix} <= set(g.predicates(IRI))
    ),
    "VOC2 terms of other vocabularies extended": lambda g: any(
        not str(o).startswith(ONTOLOGY) for t in terms(g) for o in g.objects(t, RDFS.subClassOf)
    ),
    "VOC3 and VOC4 every term labelled and defined": lambda g: all(
        g.value(t, RDFS.label) and g.value(t, SKOS.definition) for t in terms(g)
    ),
    "FIND3 named in a catalogue": lambda g: isinstance(g.value(IRI, SCHEMA.includedInDataCatalog), URIRef),
}


@pytest.mark.parametrize("check", FOOPS)
def test_the_file_passes_each_check_of_foops(graph, check):
    """The fifteen checks of FOOPS! that need no network pass."""
    assert FOOPS[check](graph)


def test_it_has_what_linked_open_vocabularies_ask_for(graph):
    """Makers and publisher are agents with an IRI and a name, texts have a language, the version before is named."""
    for role in (DCTERMS.creator, DCTERMS.contributor, DCTERMS.publisher):
        (agent,) = graph.objects(IRI, role)
        assert isinstance(agent, URIRef)
        assert (agent, RDF.type, FOAF.Agent) in graph
        assert graph.value(agent, FOAF.name)
    for text in (DCTERMS.title, DCTERMS.description):
        assert graph.value(IRI, text).language == "en"
    assert str(graph.value(IRI, OWL.priorVersion)).startswith(str(IRI) + "/")
    assert graph.value(IRI, OWL.priorVersion) != graph.value(IRI, OWL.versionIRI)


def test_fifteen_checks_are_made():
    """None of the fifteen was dropped."""
    assert len(FOOPS) == 15


def test_every_term_is_labelled_and_defined_once_in_english(graph):
    """A term has one English label, one English definition and says which ontology defines it."""
    for term in terms(graph):
        for predicate in (RDFS.label, SKOS.definition):
            (value,) = graph.objects(term, predicate)
            assert isinstance(value, Literal), term
            assert value.language == "en", term
        assert list(graph.objects(term, RDFS.isDefinedBy)) == [IRI]


def test_no_definition_is_circular_or_a_sentence(graph):
    """A definition could replace its term: it does not begin with it, nor with a capital or an article."""
    for term in terms(graph):
        text = str(graph.value(term, SKOS.definition))
        label = str(graph.value(term, RDFS.label)).lower()
        assert not re.match(r"(a|an|the|is|this)\b", text, re.IGNORECASE), text
        assert not text.endswith("."), text
        assert not text.lower().startswith(label + " that is"), text
        assert text.lower() != label, text


def test_no_term_iri_carries_a_version(graph):
    """Only owl:versionIRI has a version."""
    assert not [term for term in terms(graph) if re.search(r"\d+\.\d+", str(term))]


def test_each_plain_name_that_stays_is_given_a_reason_beside_its_domain(graph):
    """The table of `docs/model.md` has each property of ours of one plain word in use, by the domain that it has."""
    table = (ROOT / "docs" / "model.md").read_text("utf-8").partition("**Plain names.**")[2].partition("\n**")[0]
    stated = {}
    for domains, names in re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", table, re.MULTILINE)[1:]:
        groups = names.split(";")
        of = re.findall(r"`(ascn:\w+)`", domains) or [None]
        for domain, group in zip(of, groups, strict=True):
            stated |= dict.fromkeys(re.findall(r"`(ascn:\w+)`", group), domain)
    used = [term for term in terms(graph) if not graph.value(term, OWL.deprecated)]
    plain = [term for term in used if re.fullmatch(r"[a-z][a-z0-9]*", str(term).removeprefix(ONTOLOGY))]
    domains = {compact(str(term)): graph.value(term, RDFS.domain) for term in plain}
    assert stated == {name: domain and compact(str(domain)) for name, domain in domains.items()}


def test_external_terms_are_listed_with_their_origin(graph):
    """Each term of another vocabulary that is declared here is in the list, and the list has no other."""
    with (ROOT / "ontology" / "external-terms.csv").open(encoding="utf-8", newline="") as stream:
        listed = {row["term"]: row["origin"] for row in csv.DictReader(stream)}
    own = rdflib.Graph().parse(FILE)
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    declared = {s for kind in kinds for s in own.subjects(RDF.type, kind)}
    names = {compact(str(s)) for s in declared if isinstance(s, URIRef) and not str(s).startswith(ONTOLOGY)}
    assert names <= set(listed)
    assert all(origin.startswith("http") for origin in listed.values())


def test_the_json_ld_context_names_our_terms_alone():
    """Every term of ours in the context is declared, and every declared class and property is in it."""
    context = json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8"))["@context"]
    ours = {
        value["@id"] if isinstance(value, dict) else value for value in context.values() if not isinstance(value, float)
    }
    named = {text.removeprefix("ascn:") for text in ours if str(text).startswith("ascn:")}
    declared = {str(t).removeprefix(ONTOLOGY) for t in terms(rdflib.Graph().parse(FILE))}
    assert named == declared - {"byRule", "everySource", "wholeDataset"}


def test_alignments_name_declared_terms(graph):
    """The alignments say nothing of a term of ours that does not exist."""
    aligned = rdflib.Graph().parse(ROOT / "ontology" / "alignments.ttl")
    subjects = {s for s in aligned.subjects() if str(s).startswith(ONTOLOGY)}
    assert subjects <= set(terms(graph))


def reason(graph: rdflib.Graph, folder: Path) -> list[str]:
    """Return the unsatisfiable classes that HermiT finds; raises on an inconsistent ontology."""
    need("java", "module:owlready2")
    import owlready2

    owlready2.JAVA_EXE = str(command("java"))
    graph.serialize(folder / "ontology.nt", format="nt", encoding="utf-8")
    world = owlready2.World()
    ontology = world.get_ontology((folder / "ontology.nt").as_uri()).load()
    with ontology:
        owlready2.sync_reasoner_hermit(world, debug=0)
    return [str(found) for found in world.inconsistent_classes()]


@pytest.mark.thorough
def test_hermit_finds_no_unsatisfiable_class(graph, tmp_path):
    """The ontology is consistent and every class can have members."""
    assert reason(graph, tmp_path) == []


@pytest.mark.thorough
def test_hermit_finds_a_planted_contradiction(graph, tmp_path):
    """A class below two disjoint ones is found."""
    planted = rdflib.Graph() + graph
    both = URIRef(ONTOLOGY + "Both")
    planted.add((both, RDF.type, OWL.Class))
    planted.add((both, RDFS.subClassOf, URIRef(ONTOLOGY + "Tenure")))
    planted.add((both, RDFS.subClassOf, URIRef(ONTOLOGY + "Designation")))
    assert any("Both" in found for found in reason(planted, tmp_path))
