"""The words that the pages use for terms and kinds."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["INCOMING", "KIND_PAGES", "WORDS", "KindPage"]

# Words for the terms of other vocabularies, which the ontology declares without a label.
WORDS = {
    "bibo:status": "status",
    "dcat:dataset": "data set",
    "dcat:keyword": "keyword",
    "dcat:version": "version",
    "dcterms:abstract": "abstract",
    "dcterms:bibliographicCitation": "how to cite it",
    "dcterms:contributor": "contributor",
    "dcterms:created": "created",
    "dcterms:creator": "creator",
    "dcterms:issued": "issued",
    "dcterms:modified": "modified",
    "dcterms:publisher": "publisher",
    "dcterms:source": "source",
    "foaf:logo": "logo",
    "owl:AnnotationProperty": "annotation property",
    "owl:Class": "class",
    "owl:DatatypeProperty": "datatype property",
    "owl:FunctionalProperty": "functional property",
    "owl:ObjectProperty": "object property",
    "owl:Ontology": "ontology",
    "owl:versionInfo": "version",
    "owl:versionIRI": "identifier of the version",
    "rdfs:comment": "comment",
    "schema:includedInDataCatalog": "catalogue",
    "vann:preferredNamespacePrefix": "preferred prefix",
    "vann:preferredNamespaceUri": "namespace",
    "dcterms:description": "description",
    "dcterms:isFormatOf": "copy of",
    "dcterms:isPartOf": "part of",
    "dcterms:isReplacedBy": "replaced by",
    "dcterms:language": "language",
    "dcterms:license": "licence",
    "dcterms:title": "title",
    "geo:lat": "latitude",
    "geo:long": "longitude",
    "org:member": "holder",
    "org:organization": "network",
    "org:role": "role",
    "prov:wasDerivedFrom": "evidence",
    "rdf:object": "object",
    "rdf:predicate": "predicate",
    "rdf:subject": "subject",
    "rdf:type": "kind",
    "rdf:Statement": "statement",
    "rdfs:domain": "domain",
    "rdfs:isDefinedBy": "defined by",
    "rdfs:label": "name",
    "rdfs:range": "range",
    "rdfs:seeAlso": "see also",
    "rdfs:subClassOf": "subclass of",
    "rdfs:subPropertyOf": "subproperty of",
    "foaf:Person": "person",
    "org:Organization": "organisation",
    "org:Role": "role",
    "schema:url": "web address",
    "skos:altLabel": "also written",
    "skos:broader": "broader concept",
    "skos:Concept": "concept",
    "skos:ConceptScheme": "scheme of concepts",
    "skos:definition": "definition",
    "skos:hiddenLabel": "miswritten",
    "skos:inScheme": "scheme",
    "skos:notation": "notation",
    "skos:topConceptOf": "top concept of",
}

# Heads for links that come in, where "is … of" reads badly.
INCOMING = {
    "ascn:about": "Claims about it",
    "ascn:citation": "Places where it is cited",
    "ascn:city": "Regions on a map",
    "ascn:cites": "Citations of it",
    "ascn:depicts": "Pictures of it",
    "ascn:designation": "Tenures with it",
    "ascn:employerLevel": "Designations at this level",
    "ascn:equalStatus": "Roles of equal status",
    "ascn:forCity": "Posts",
    "ascn:forMemberState": "Posts",
    "ascn:funder": "Funding commitments",
    "ascn:image": "Regions",
    "ascn:kind": "Agreements of this kind",
    "ascn:launchedAt": "Networks launched at it",
    "ascn:measure": "Claims",
    "ascn:memberState": "Cities and chairmanships",
    "ascn:network": "Cities, aims and events",
    "ascn:party": "Agreements it is a party to",
    "ascn:post": "Tenures",
    "ascn:role": "Duties",
    "ascn:signedAt": "Agreements signed at it",
    "ascn:trust": "Sources",
    "dcterms:isPartOf": "Places in it",
    "org:member": "Tenures",
    "org:organization": "Tenures",
    "org:role": "Posts",
    "prov:wasDerivedFrom": "Facts that rest on it",
    "rdf:object": "Statements that point at it",
    "rdf:subject": "Statements about it",
    "skos:broader": "Narrower concepts",
    "skos:inScheme": "Concepts",
}


class KindPage(NamedTuple):
    """What the page that lists the things of a kind is called, and what it says of them."""

    title: str
    about: str


KIND_PAGES = {
    "network": KindPage("Networks", "The network itself."),
    "member-state": KindPage("Member states", "The states that are members of ASEAN."),
    "city": KindPage("Cities", "Cities, regencies and provinces that take part in the network."),
    "person": KindPage(
        "People", "Everyone whom a source names as the holder of a post, as the source prints the name."
    ),
    "organisation": KindPage("Organisations", "Parties to agreements and funders."),
    "post": KindPage("Posts", "Positions that stand for a city or a member state, held or not."),
    "tenure": KindPage(
        "Tenures", "Each is the holding of one post by one person, on the dates of the sources that attest it."
    ),
    "designation": KindPage("Designations", "Titles printed beside the holder of a post, verbatim."),
    "role": KindPage("Roles", "What a holder of a post is."),
    "agreement": KindPage("Agreements", "Undertakings signed by two or more parties, of whatever legal kind."),
    "funding": KindPage("Funding", "Promises of an amount of money for a purpose."),
    "claim": KindPage("Claims", "What sources assert; this graph reports it without endorsing it."),
    "event": KindPage("Events", "Summits, meetings and ceremonies."),
    "chairmanship": KindPage("Chairmanships", "Years in which a member state chairs ASEAN."),
    "aim": KindPage("Aims", "What the network is for, in short words of our own."),
    "duty": KindPage("Duties", "Tasks that go with a role."),
    "nomination": KindPage("Nomination rules", "Who nominates whom, by source."),
    "image": KindPage("Images", "Pictures that a source shows, with the regions of the map."),
    "region": KindPage("Regions", "Regions of the world."),
    "citation": KindPage("Citations", "Publications as a source mentions them."),
    "source": KindPage("Sources", "Publications and data sets that the facts are taken from."),
    "statement": KindPage("Statements", "Single facts restated, each with the place that states it."),
    "concept": KindPage("Concepts", "Kinds, measures and grades that the data points at."),
}
