"""Tests of the named queries as machines read them: everything comes from the headers and fits its format's schema."""

from __future__ import annotations

import json
import shutil

import jsonschema
import pyoxigraph
import pytest
import rdflib
from conftest import ROOT, need
from ours import loaded
from rdflib.plugins.sparql import prepareQuery

import ascn_graph as ascn
from ascn_graph import api, profile
from ascn_graph.api.query_files import of_things
from ascn_graph.cli import main
from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.fact_index import FactIndex
from ascn_graph.sparql import catalogue
from ascn_graph.sparql.syntax import parse

MUSEUM = ROOT / "tests" / "graphs" / "museum"
OURS = list(catalogue.load(profile.packaged()).values())


@pytest.fixture(scope="module")
def museum() -> ascn.Graph:
    """Return the museum's graph."""
    return ascn.load(MUSEUM)


@pytest.fixture(scope="module")
def files(museum) -> dict[str, bytes]:
    """Return what a site of the museum holds for machines."""
    queries = list(catalogue.load(museum.profile).values())
    things = FactIndex(museum.store, museum.profile).by_kind
    return dict(api.files(museum, queries, things, base_url="https://museum.example/", version="1.0"))


def test_the_command_line_prints_the_catalogue(capsys):
    """`ascn query --format json` without a name lists every query with what its header says."""
    assert main(["query", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in listed["queries"]] == [query.name for query in OURS]
    officers = next(each for each in listed["queries"] if each["name"] == "officers")
    header = catalogue.packaged()["officers"]
    assert officers["question"] == header.summary
    assert [each["name"] for each in officers["parameters"]] == list(header.parameters)
    assert {each["name"]: each["meaning"] for each in officers["columns"]} == dict(header.columns)


@pytest.mark.parametrize("query", OURS, ids=lambda query: query.name)
def test_a_header_makes_a_schema_that_its_examples_fit(query):
    """The example of each parameter fits the schema, in a list where many are taken; a number does not."""
    told = api.description(profile.packaged(), [query], version="1", server="https://example.org", live=True)
    taken = told["paths"][f"/api/{query.name}"]["get"]["parameters"]
    assert {one["name"]: one["required"] for one in taken} == {
        name: parameter.required for name, parameter in query.parameters.items()
    }
    for one in taken:
        jsonschema.Draft202012Validator.check_schema(one["schema"])
        check = jsonschema.Draft202012Validator(one["schema"])
        parameter = query.parameters[one["name"]]
        assert check.is_valid([parameter.example]) == parameter.many
        assert check.is_valid(parameter.example) != parameter.many
        assert not check.is_valid([5] if parameter.many else 5)


@pytest.mark.thorough
def test_the_openapi_description_is_valid(files):
    """The format's own validator takes the description, with and without a server."""
    need("module:openapi_spec_validator")
    from openapi_spec_validator import validate

    validate(json.loads(files["api/openapi.json"]))
    for live in (False, True):
        validate(api.description(profile.packaged(), OURS, version="1", server="https://example.org", live=live))


def test_every_path_described_is_a_file(museum, files):
    """The description of a site names the ready answers that lie there, and no other."""
    paths = json.loads(files["api/openapi.json"])["paths"]
    plain = {path[1:] for path in paths if "{" not in path}
    assert plain <= set(files)
    things = FactIndex(museum.store, museum.profile).by_kind
    of_slugs = {
        f"api/{query.name}/{parameter.name}/{iri.rsplit('/', 1)[1]}.json"
        for query in catalogue.load(museum.profile).values()
        for parameter in of_things(query)
        for iri in things[parameter.kind]
    }
    assert of_slugs
    extras = {"api/index.json", "api/openapi.json", "api/queries.ttl", "llms.txt"}
    assert set(files) == plain | of_slugs | extras


def test_a_ready_answer_is_what_the_command_prints(files, capsys):
    """The bytes are those of `ascn query NAME --format json` and csv."""
    for words, path in (
        (["works"], "api/works.json"),
        (["works", "maker=ada-quill"], "api/works/maker/ada-quill.json"),
        (["makers"], "api/makers.json"),
    ):
        assert main(["query", *words, "--format", "json", "--data", str(MUSEUM)]) == 0
        assert capsys.readouterr().out.encode() == files[path]
    assert main(["query", "years", "--format", "csv", "--data", str(MUSEUM)]) == 0
    assert capsys.readouterr().out.encode() == files["api/years.csv"]


@pytest.mark.thorough
@pytest.mark.parametrize("place", [MUSEUM, None], ids=["museum", "ours"])
def test_a_ready_answer_is_what_asking_for_it_gives(place, museum):
    """Rows found among those of the whole answer are those that the query gives for the thing itself."""
    graph = museum if place else loaded()
    queries = list(catalogue.load(graph.profile).values())
    kinds = FactIndex(graph.store, graph.profile).by_kind
    some = {kind: things if place else things[:: max(1, len(things) // 4)] for kind, things in kinds.items()}
    written = dict(api.ready(graph, queries, some))
    for query in queries:
        for parameter in of_things(query):
            for iri in some[parameter.kind]:
                path = f"api/{query.name}/{parameter.name}/{iri.rsplit('/', 1)[1]}.json"
                assert written[path].decode() == graph.query(query.name, **{parameter.name: iri}).to_json(), path


def test_a_query_that_needs_a_parameter_of_any_kind_has_no_file():
    """What needs a server is left out: a required value, and a thing of any kind."""
    by_name = {query.name: query for query in OURS}
    assert by_name["officers-at"].needs == {"date": "2018-07-08"}
    assert of_things(by_name["describe"]) == []
    assert [parameter.name for parameter in of_things(by_name["accessions"])] == ["memberState"]


def test_every_query_is_a_worked_example():
    """Each is a sh:SPARQLExecutable with its question, and its text parses."""
    graph = loaded()
    written = api.executables(graph, OURS, endpoint="https://example.org/sparql")
    triples = list(pyoxigraph.parse(written, format=pyoxigraph.RdfFormat.TURTLE))
    kinds = {(quad.subject, quad.object) for quad in triples if quad.predicate.value == STANDARD["rdf"] + "type"}
    executable = pyoxigraph.NamedNode(STANDARD["sh"] + "SPARQLExecutable")
    assert sum(1 for _, kind in kinds if kind == executable) == len(OURS)
    texts = [
        quad.object.value
        for quad in triples
        if quad.predicate.value in (STANDARD["sh"] + "select", STANDARD["sh"] + "construct")
    ]
    assert len(texts) == len(OURS)
    for text in texts:
        parse(text)


@pytest.mark.parametrize("place", [MUSEUM, pytest.param(None, marks=pytest.mark.thorough)], ids=["museum", "ours"])
def test_a_reader_of_sparql_examples_finds_each_question_with_a_query_that_answers(place, museum):
    """As sparql-llm reads a file of them: by rdfs:comment and sh:select or its like, each a text that rdflib parses."""
    graph = museum if place else loaded()
    queries = list(catalogue.load(graph.profile).values())
    read = rdflib.Graph().parse(data=api.executables(graph, queries), format="turtle")
    found = read.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "SELECT ?question ?text { ?example a sh:SPARQLExecutable ; rdfs:comment ?question . "
        "?example sh:select|sh:ask|sh:construct ?text }"
    )
    assert sorted(str(row.question) for row in found) == sorted(query.summary for query in queries)
    texts = {str(row.question): str(row.text) for row in found}
    for query in queries:
        prepareQuery(texts[query.summary])
        if query.needs:
            assert len(graph.sparql(texts[query.summary])), query.name


def test_the_file_for_language_models_names_the_questions(files):
    """`llms.txt` begins with a title, links the ready answers, and each link is a file or a page of the site."""
    text = files["llms.txt"].decode()
    assert text.startswith("# Works of the Harbour Museum\n\n> ")
    links = [part.partition(")")[0] for part in text.split("](")[1:]]
    assert "api/works.json" in links
    assert {link for link in links if link.startswith("api/")} <= set(files)


HEAD = """#+ summary: Which works are there?
#+ row: one per work
#+ tags: works
#+ params:
#+   maker: {kind: maker, example: ada-quill%s}
#+ returns:
#+   work: the work
#+   name: its title
"""
#: Places for a value in a pattern, some of which a query should not have; each is answered as it asks.
PATTERNS = {
    "a filter of the whole": "?work hm:madeBy ?by ; rdfs:label ?name FILTER(!BOUND(?inMaker) || ?by = ?inMaker)",
    "a filter that a comment speaks of": """# FILTER(!BOUND(?inMaker) || ?work = ?inMaker)
        ?work hm:madeBy ?by ; rdfs:label ?name FILTER(!BOUND(?inMaker) || ?by = ?inMaker)""",
    "a filter of an optional part": """?work rdfs:label ?name
        OPTIONAL { ?work hm:madeBy ?by FILTER(!BOUND(?inMaker) || ?by = ?inMaker) }""",
    "a filter of one branch": """{ ?work hm:madeBy ?by ; rdfs:label ?name FILTER(!BOUND(?inMaker) || ?by = ?inMaker) }
        UNION { ?work hm:inRoom ?room ; rdfs:label ?name }""",
    "the pattern itself": "?work hm:madeBy ?inMaker ; rdfs:label ?name",
    "what there is not": "?work rdfs:label ?name FILTER NOT EXISTS { ?work hm:madeBy ?inMaker }",
    "a sub-query that hides it": """?work rdfs:label ?name
        { SELECT DISTINCT ?work { VALUES ?inMaker { UNDEF } ?work hm:madeBy ?inMaker } }""",
    "a sub-query that renames it": """?work rdfs:label ?name
        { SELECT DISTINCT ?work (?inMaker AS ?by) { VALUES ?inMaker { UNDEF } ?work hm:madeBy ?inMaker } }""",
    "a sub-query that counts": """?work rdfs:label ?name ; hm:madeBy ?inMaker
        { SELECT (COUNT(DISTINCT ?other) AS ?n) { ?other hm:madeBy ?someone } } FILTER(?n > 0)""",
}


@pytest.mark.parametrize("required", ["", ", required: true"], ids=["or not", "required"])
@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=list(PATTERNS))
def test_a_value_may_stand_anywhere_in_a_query(pattern, required, tmp_path):
    """Wherever a query uses a value, the ready answer for each thing is what asking for it gives."""
    shutil.copytree(MUSEUM, tmp_path / "museum")
    given = "<https://museum.example/id/maker/ada-quill>" if required else "UNDEF"
    prefixes = f"PREFIX hm: <https://museum.example/terms#>\nPREFIX rdfs: <{STANDARD['rdfs']}>"
    where = f"SELECT DISTINCT ?work ?name WHERE {{\n  VALUES ?inMaker {{ {given} }}\n  {pattern}\n}}"
    text = f"{HEAD % required}{prefixes}\n{where}\nORDER BY ?name ?work\n"
    (tmp_path / "museum/queries/more.rq").write_text(text, "utf-8")
    graph = ascn.load(tmp_path / "museum")
    makers = FactIndex(graph.store, graph.profile).by_kind["maker"]
    written = dict(api.ready(graph, [catalogue.load(graph.profile)["more"]], {"maker": makers}))
    assert len(makers) > 2
    for maker in makers:
        found = written[f"api/more/maker/{maker.rsplit('/', 1)[1]}.json"].decode()
        assert found == graph.query("more", maker=maker).to_json(), maker
