"""The service description of the endpoint, its limits included."""

from __future__ import annotations

from pyoxigraph import RdfFormat, parse, serialize

from ascn_graph.media_types import Representation
from ascn_graph.namespaces import STANDARD
from ascn_graph.server.limits import Limits
from ascn_graph.server.snapshot import Contents

__all__ = ["describe"]

_PREFIXES = {name: STANDARD[name] for name in ("dcterms", "schema", "void", "xsd")} | {
    "sd": "http://www.w3.org/ns/sparql-service-description#"
}
_SERVICE = """
<#service> a sd:Service ;
  sd:endpoint <> ;
  sd:supportedLanguage sd:SPARQL11Query ;
  sd:feature sd:UnionDefaultGraph ;
  sd:resultFormat formats:SPARQL_Results_JSON, formats:SPARQL_Results_XML, formats:SPARQL_Results_CSV,
    formats:SPARQL_Results_TSV, formats:Turtle, formats:JSON-LD, formats:N-Triples, formats:RDF_XML ;
  sd:defaultDataset <#dataset> .
<#dataset> a sd:Dataset ; dcterms:identifier "{hash}" ; void:sparqlEndpoint <> ; sd:defaultGraph <#default-graph> .
<#default-graph> a sd:Graph ; void:triples {triples} .
"""
_LIMIT = """
<#service> schema:additionalProperty <#limit-{name}> .
<#limit-{name}> a schema:PropertyValue ; schema:name "{name}" ; schema:value "{value}"^^xsd:{type} ;
  schema:unitText "{unit}" ; schema:description "{meaning}"@en .
"""
_GRAPH = """
<#dataset> sd:namedGraph <#named-graph-{number}> .
<#named-graph-{number}> a sd:NamedGraph ; sd:name <{name}> ; sd:graph <#graph-{number}> .
<#graph-{number}> a sd:Graph ; void:triples {triples} .
"""


def describe(endpoint: str, contents: Contents, limits: Limits, form: Representation) -> bytes:
    """Write the service description of an endpoint.

    Args:
        endpoint: the URL at which the client found it.
        contents: what the graph holds.
        limits: stated as `schema:additionalProperty`, one `schema:PropertyValue` a limit.
        form: one of `ascn_graph.media_types.GRAPHS`.
    """
    known = _PREFIXES | {"formats": "http://www.w3.org/ns/formats/"}
    text = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in known.items())
    text += _SERVICE.format(hash=contents.hash, triples=contents.triples)
    for limit in limits.stated(contents.worker_memory):
        kind = "integer" if isinstance(limit.value, int) else "double"
        text += _LIMIT.format(**limit._asdict(), type=kind)
    for number, (name, triples) in enumerate(contents.graphs.items(), 1):
        text += _GRAPH.format(number=number, name=name, triples=triples)
    quads = parse(text, format=RdfFormat.TURTLE, base_iri=endpoint)
    kind_of_rdf = RdfFormat.from_media_type(form.types[0])
    assert kind_of_rdf is not None
    written = serialize((quad.triple for quad in quads), format=kind_of_rdf, prefixes=_PREFIXES)
    assert written is not None
    return written
