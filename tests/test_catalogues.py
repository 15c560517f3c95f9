"""What catalogues of data ask for: DCAT-AP's own shapes find nothing in the description of the data."""

from __future__ import annotations

import pytest
from conftest import ROOT
from ours import loaded
from pyoxigraph import NamedNode
from rdflib import RDF, SH, Graph, Literal, Namespace, URIRef

from ascn_graph.profile import packaged
from ascn_graph.publishing.citing import work
from ascn_graph.publishing.descriptions import counted
from ascn_graph.publishing.descriptions import described as description_of
from ascn_graph.publishing.fact_index import FactIndex
from ascn_graph.publishing.settings import SiteSettings

SHAPES = ROOT.parent / "shared" / "shapes" / "dcat-ap-3.0.1"
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
DATASET = URIRef(packaged().base + "dataset")


def violations(data: Graph) -> list[str]:
    """Return what the shapes of DCAT-AP 3.0.1 find."""
    if not SHAPES.is_dir():
        pytest.skip("the shapes of DCAT-AP are not here")
    pyshacl = pytest.importorskip("pyshacl")
    shapes = Graph().parse(SHAPES / "shapes.ttl").parse(SHAPES / "range.ttl")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    told = (SH.focusNode, SH.resultPath, SH.value, SH.resultMessage)
    return [" | ".join(str(report.value(result, part)) for part in told) for result in report.objects(None, SH.result)]


@pytest.fixture(scope="module")
def described() -> Graph:
    """Read the description that the checkout has of itself."""
    return Graph().parse(ROOT / "data" / "dataset.ttl")


def test_the_shapes_of_dcat_ap_find_nothing_in_the_description(described):
    """`data/dataset.ttl` alone conforms; a publisher that is a text does not."""
    assert violations(described) == []
    broken = Graph() + described
    broken.set((DATASET, DCTERMS.publisher, Literal("ASCN Graph")))
    assert any("publisher" in found for found in violations(broken))


@pytest.mark.thorough
def test_the_shapes_of_dcat_ap_find_nothing_in_a_site(built):
    """The description that `ascn publish` writes conforms, distributions and checksums included."""
    assert violations(Graph().parse(built / "ascn" / "dataset.ttl")) == []


def test_each_agent_has_a_name_and_each_graph_a_licence(described):
    """Publisher and creator are agents with names; every named graph that is listed bears a licence."""
    for role in (DCTERMS.publisher, DCTERMS.creator):
        agent = described.value(DATASET, role)
        assert (agent, RDF.type, FOAF.Agent) in described
        assert described.value(agent, FOAF.name)
    listed = list(described.objects(DATASET, URIRef("http://rdfs.org/ns/void#subset")))
    assert listed
    assert [graph for graph in listed if described.value(graph, DCTERMS.license) is None] == []


def test_the_period_is_that_of_the_sources(described):
    """It goes from the first to the last day that a source says it describes."""
    as_of = NamedNode(packaged().evidence.as_of)
    days = sorted(quad.object.value for quad in loaded().store.quads_for_pattern(None, as_of, None, None))
    period = described.value(DATASET, DCTERMS.temporal)
    assert [str(described.value(period, name)) for name in (DCAT.startDate, DCAT.endDate)] == [days[0], days[-1]]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("", None),
        ("https://publisher.example/contact", (VCARD.hasURL, "https://publisher.example/contact")),
        ("mailto:graph@publisher.example", (VCARD.hasEmail, "mailto:graph@publisher.example")),
    ],
)
def test_the_contact_is_the_publishers_or_none(contact, told):
    """The description has a contact where `contact` of the profile names one, and none is made up."""
    profile = packaged()._replace(contact=contact)
    graph = FactIndex(loaded().store, profile)
    settings = SiteSettings(profile, "https://example.org/")
    description = description_of(graph, settings, work(graph, settings), counted([]), [])
    values = {
        (fact.predicate, getattr(fact.value, "value", ""))
        for iri, facts in description
        if iri == f"{DATASET}#contact"
        for fact in facts
    }
    assert (told is None and values == set()) or (str(told[0]), told[1]) in values
