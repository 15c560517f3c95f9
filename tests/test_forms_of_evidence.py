"""A fact is found by the named queries whatever its evidence is: a span, a page, a record, or the source as a whole."""

from __future__ import annotations

import re
from functools import cache

import pytest
from conftest import ROOT
from ours import graph_iri
from pyoxigraph import NamedNode, RdfFormat

from ascn_graph import dataset
from ascn_graph.embedded import EmbeddedEngine
from ascn_graph.graph import Graph
from ascn_graph.profile import packaged

SOURCE = "https://w3id.org/ascn/id/source/paper"
#: Each form, with what the fragment of the place is and what the place says besides.
FORMS = {
    "span": ("#char=0,5", "ascn:begin 0 ; ascn:end 5 ; ascn:line 1"),
    "page": ("#page=3", "ascn:page 3"),
    "record": ("#record=x", 'ascn:record "x"'),
    "whole": ("", ""),
}
CATALOGUE = """
source:paper a ascn:Source ; rdfs:label "Paper"@en ; ascn:asOf "2030-01-01"^^xsd:date ; ascn:trust concept:primary .
"""
#: One fact of each kind; N is the form, E the place. Evidence and subjects that several facts share come first.
FACTS = """
city:N a ascn:MemberCity ; rdfs:label "City N"@en ; ascn:network net:asean-smart-cities-network ;
    ascn:joined "2029"^^xsd:gYear ; ascn:memberState state:N ; geo:lat 1.0 ; skos:altLabel "Ville N"@fr .
state:N a ascn:MemberState ; rdfs:label "State N"@en ; ascn:accession "2029-01-01"^^xsd:date .
stated:N-alt a rdf:Statement ; rdfs:label "s"@en ; rdf:subject city:N ; rdf:predicate skos:altLabel ;
    rdf:object "Ville N"@fr ; prov:wasDerivedFrom E .
stated:N-joined a rdf:Statement ; rdfs:label "s"@en ; rdf:subject city:N ; rdf:predicate ascn:joined ;
    rdf:object "2029"^^xsd:gYear ; prov:wasDerivedFrom E .
stated:N-accession a rdf:Statement ; rdfs:label "s"@en ; rdf:subject state:N ; rdf:predicate ascn:accession ;
    rdf:object "2029-01-01"^^xsd:date ; prov:wasDerivedFrom E .
post:csco-N a ascn:Post ; rdfs:label "Post N"@en ; ascn:forCity city:N ; org:role role:chief-smart-city-officer ;
    prov:wasDerivedFrom E .
post:nr-N a ascn:Post ; rdfs:label "Seat N"@en ; ascn:forMemberState state:N ; org:role role:national-representative ;
    prov:wasDerivedFrom E .
post:empty-N a ascn:Post ; rdfs:label "Vacancy N"@en ; ascn:forCity city:N ; org:role role:chief-smart-city-officer ;
    prov:wasDerivedFrom E .
person:N a foaf:Person ; rdfs:label "Person N" .
person:too-N a foaf:Person ; rdfs:label "Second N" .
tenure:csco-N a ascn:Tenure ; rdfs:label "t"@en ; ascn:post post:csco-N ; org:member person:N ;
    ascn:designation title:N ; prov:wasDerivedFrom E .
tenure:too-N a ascn:Tenure ; rdfs:label "t"@en ; ascn:post post:csco-N ; org:member person:too-N ;
    prov:wasDerivedFrom E .
tenure:nr-N a ascn:Tenure ; rdfs:label "t"@en ; ascn:post post:nr-N ; org:member person:N ;
    ascn:designation title:N ; prov:wasDerivedFrom E .
tenure:hanoi-N a ascn:Tenure ; rdfs:label "t"@en ; ascn:post post:csco-hanoi ; org:member person:N ;
    prov:wasDerivedFrom E .
title:N a ascn:Designation ; rdfs:label "Title N"@en ; prov:wasDerivedFrom E .
claim:N a ascn:Claim ; rdfs:label "c"@en ; ascn:claimAbout city:N ; ascn:measure concept:population ; ascn:value 7.0 ;
    ascn:unit "people" ; ascn:modality "stated" ; prov:wasDerivedFrom E .
claim:stage-N a ascn:Claim ; rdfs:label "c"@en ; ascn:claimAbout city:N ; ascn:measure concept:number-of-projects ;
    ascn:value 1.0 ; ascn:focusArea concept:quality-environment ; ascn:status concept:completed ;
    ascn:year "2030"^^xsd:gYear ; prov:wasDerivedFrom E .
claim:type-N a ascn:Claim ; rdfs:label "c"@en ; ascn:claimAbout state:N ; ascn:measure concept:number-of-projects ;
    ascn:value 1.0 ; ascn:unit "projects" ; ascn:focusArea concept:quality-environment ;
    ascn:projectType concept:type-clean-environment ; ascn:year "2030"^^xsd:gYear ; ascn:modality "stated" ;
    prov:wasDerivedFrom E .
claim:again-N a ascn:Claim ; rdfs:label "c"@en ; ascn:claimAbout city:N ; ascn:measure concept:population ;
    ascn:value 8.0 ; ascn:unit "people" ; ascn:modality "stated" ; prov:wasDerivedFrom E .
claim:forecast-N a ascn:ForecastClaim ; rdfs:label "c"@en ; ascn:measure concept:population ; ascn:value 9.0 ;
    ascn:unit "people" ; ascn:targetYear "2040"^^xsd:gYear ; ascn:modality "expected" ; prov:wasDerivedFrom E .
nomination:N a ascn:NominationRule ; rdfs:label "n"@en ; ascn:nominator concept:each-city ;
    ascn:nominee role:national-representative ; ascn:maxNominees 2 ; prov:wasDerivedFrom E .
duty:N a ascn:Duty ; rdfs:label "Duty N"@en ; ascn:dutyOf role:shepherd ; ascn:order 1 ; prov:wasDerivedFrom E .
aim:N a ascn:Aim ; rdfs:label "Aim N"@en ; ascn:statedAs "listed" ; ascn:network net:asean-smart-cities-network ;
    prov:wasDerivedFrom E .
agreement:N a ascn:Agreement ; rdfs:label "Agreement N"@en ; ascn:agreementKind concept:agreement ;
    ascn:party organisation:N ; ascn:signed "2030-02-01"^^xsd:date ; prov:wasDerivedFrom E .
organisation:N a org:Organization ; rdfs:label "Org N" .
funding:N a ascn:FundingCommitment ; rdfs:label "f"@en ; ascn:funder organisation:N ; ascn:amount 5.0 ;
    ascn:currency "AUD" ; ascn:announced "2030-03"^^xsd:gYearMonth ; prov:wasDerivedFrom E .
event:N a ascn:Event ; rdfs:label "Event N"@en ; ascn:heldOn "2030-04-01"^^xsd:date ; prov:wasDerivedFrom E .
account:N a ascn:EventAccount ; rdfs:label "a"@en ; ascn:accountOf event:N ; ascn:heldOn "2030-04-02"^^xsd:date ;
    prov:wasDerivedFrom E .
chairmanship:N a ascn:Chairmanship ; rdfs:label "Chair N"@en ; ascn:memberState state:N ;
    ascn:year "2030"^^xsd:gYear ; prov:wasDerivedFrom E .
term:N a ascn:OfficeTerm ; rdfs:label "o"@en ; org:member state:N ; org:role role:chair ;
    ascn:begins "2030"^^xsd:gYear ; prov:wasDerivedFrom E .
partnership:N a ascn:Partnership ; rdfs:label "p"@en ; dcterms:title "Partnership N" ; ascn:programmeKind "fund" ;
    ascn:partner organisation:N ; ascn:memberCity city:N ; prov:wasDerivedFrom E .
list:N a ascn:ProjectList ; rdfs:label "List N"@en ; ascn:reportYear "2030"^^xsd:gYear ; prov:wasDerivedFrom E .
listing:N a ascn:ProjectListing ; rdfs:label "l"@en ; dcterms:title "Project N" ; ascn:list list:N ;
    ascn:memberCity city:N ; ascn:memberState state:N ; ascn:focusArea concept:quality-environment ;
    ascn:listNumber 1 ; prov:wasDerivedFrom E .
project:N a ascn:Project ; rdfs:label "Project N"@en ; ascn:memberCity city:N ; ascn:listing listing:N ;
    prov:wasDerivedFrom listing:N .
citation:N a ascn:Citation ; rdfs:label "Citation N"@en ; dcterms:title "Cited N" ; prov:wasDerivedFrom E .
image:N a ascn:Image ; rdfs:label "Image N"@en .
image:region-N a ascn:MapRegion ; rdfs:label "Region N"@en ; ascn:image image:N ; ascn:memberCity city:N ; ascn:x 1 ;
    ascn:y 1 ; ascn:width 1 ; ascn:height 1 ; ascn:order 1 ; prov:wasDerivedFrom E .
"""
#: What each query is asked, and a value that the row of the fact holds; N is the form.
ASKED = [
    ("officers", {"city": "city:N"}, "person:N"),
    ("officers", {"memberState": "state:N"}, "Title N"),
    ("officers-at", {"date": "2030-01-01"}, "Person N"),
    ("contacts", {"city": "city:N"}, "person:N"),
    ("national-representatives", {"memberState": "state:N"}, "Title N"),
    ("shared-posts", {}, "person:too-N"),
    ("posts-without-holder", {}, "post:empty-N"),
    ("designations", {"person": "person:N"}, "Title N"),
    ("changes", {"from": "2018-07-08", "to": "2030-01-01"}, "person:N"),
    ("populations", {"city": "city:N"}, "7"),
    ("city-profile", {"city": "city:N"}, "Person N"),
    ("project-statuses", {"city": "city:N"}, "completed"),
    ("claims", {"about": "city:N"}, "claim:N"),
    ("project-types", {"memberState": "state:N"}, "concept:type-clean-environment"),
    ("projects-by-focus-area", {"memberState": "state:N"}, "1"),
    ("conflicts", {"about": "city:N"}, "8"),
    ("forecasts", {}, "claim:forecast-N"),
    ("nominations", {}, "nomination:N"),
    ("roles", {}, "duty:N"),
    ("aims", {}, "aim:N"),
    ("agreements", {}, "agreement:N"),
    ("agreement-parties", {}, "agreement:N"),
    ("funding", {}, "funding:N"),
    ("events", {}, "event:N"),
    ("timeline", {"kind": "event"}, "event:N"),
    ("chairmanships", {"memberState": "state:N"}, "chairmanship:N"),
    ("accessions", {"memberState": "state:N"}, "2029-01-01"),
    ("offices", {"memberState": "state:N"}, "term:N"),
    ("partners", {"city": "city:N"}, "partnership:N"),
    ("projects", {"city": "city:N"}, "listing:N"),
    ("project-history", {"city": "city:N"}, "project:N"),
    ("cities", {"city": "city:N"}, "2029"),
    ("labels", {"lang": "fr"}, "Ville N"),
    ("name-variants", {}, "Ville N"),
    ("coverage", {"kind": "holder"}, "post:empty-N"),
    ("map-regions", {"city": "city:N"}, "image:region-N"),
    ("citations", {}, "citation:N"),
    ("evidence", {"about": "tenure:csco-N"}, "tenure:csco-N"),
    ("provenance", {"about": "tenure:csco-N"}, "person:N"),
]
SOURCED = ("officers", "contacts", "national-representatives", "populations", "nominations", "accessions", "offices")


def named(text: str, form: str) -> str:
    """Put the name of a form where N stands."""
    return re.sub(r"\bN\b", form, text)


def iri(name: str) -> str:
    """Return the IRI of a prefixed name, and any other text as it is."""
    return packaged().expand(name) or name


@cache
def graph() -> Graph:
    """Load the graph with the paper, whose facts are there once for each form of evidence."""
    store = dataset.load(dataset.find(ROOT))
    head = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in packaged().prefixes.items())
    text = head
    for form, (fragment, said) in FORMS.items():
        place = f"<{SOURCE}{fragment}>"
        text += re.sub(r"\bE\b", place, named(FACTS, form))
        if fragment:
            text += f"{place} a ascn:Evidence ; dcterms:isPartOf <{SOURCE}> ; {said} .\n"
    for folder, turtle in (("paper", text), ("catalogue", head + CATALOGUE)):
        store.load(turtle.encode(), format=RdfFormat.TURTLE)
        store.load(turtle.encode(), format=RdfFormat.TURTLE, to_graph=NamedNode(graph_iri(folder)))
    return Graph(EmbeddedEngine(store))


@pytest.mark.sample(15)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "given", "held"), ASKED, ids=[f"{name}-{held}" for name, _, held in ASKED])
def test_a_fact_is_found_whatever_its_evidence(form, name, given, held):
    """The row is there for each form of evidence, with the paper as its source where the query names one."""
    given = {key: iri(named(value, form)) for key, value in given.items()}
    expected = iri(named(held, form))
    rows = [row for row in graph().query(name, **given) if expected in [str(cell) for cell in row]]
    assert rows, name
    if name in SOURCED:
        assert all(str(row["source"]) == SOURCE for row in rows)
