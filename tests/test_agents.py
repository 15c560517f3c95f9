"""Tests of the assistants' door, with the SDK's own client: tools, grounded answers, refusals, many sessions."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager

import pytest
from conftest import ROOT
from servers import free_port

import ascn_graph as ascn

pytest.importorskip("mcp")
import anyio
from anyio.from_thread import start_blocking_portal
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from ascn_graph.agents.server import build
from ascn_graph.agents.serving import workers
from ascn_graph.server.limits import Limits
from ascn_graph.server.snapshot import held

pytestmark = pytest.mark.servers


def in_a_loop(talk, *args):
    """Run a coroutine function in a thread of its own: a browser that another test drives keeps a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, talk, *args).result()


COMMAND = ["-c", "from ascn_graph.cli import main; raise SystemExit(main())", "mcp"]
TOOLS = {"list_questions", "ask", "find", "describe", "why", "sparql", "coverage"}


class Assistant:
    """A client whose calls wait for their answers."""

    def __init__(self, portal, client):
        self._portal, self.client = portal, client

    def call(self, tool, **arguments):
        """Call a tool, and give its result."""
        return self._portal.call(self.client.call_tool, tool, arguments)

    def __getattr__(self, tool):
        def ask(**arguments):
            result = self.call(tool, **arguments)
            assert not result.is_error, result.content[0].text
            return result.structured_content

        return ask


def enough():
    """Return the limits and the memory that this process holds already: other tests leave more in it than the graph."""
    return Limits(memory=Limits().memory + held()[1])


@asynccontextmanager
async def _session(graph):
    async with workers(graph, enough()) as running, Client(build(graph, running)) as client:
        yield client


@contextmanager
def assistant(graph):
    """Open a session over a graph, in this process."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(_session(graph)) as client:
        yield Assistant(portal, client)


@pytest.fixture(scope="module")
def ours():
    """Yield a session over the packaged graph."""
    with assistant(ascn.load()) as opened:
        yield opened


@pytest.fixture(scope="module")
def article():
    """Yield a session over what the article alone says."""
    with assistant(ascn.load(source="article")) as opened:
        yield opened


def column(answer, name):
    """List the values of a column."""
    return [row["values"][name] for row in answer["rows"]]


def test_a_client_lists_tools_and_reads_resources_over_standard_streams():
    """A process is started as an assistant starts it; its tools have schemas, its resources texts."""

    async def talk():
        async with Client(stdio_client(StdioServerParameters(command=sys.executable, args=COMMAND))) as client:
            tools = (await client.list_tools()).tools
            resources = (await client.list_resources()).resources
            ontology = await client.read_resource(str(resources[0].uri))
            answer = await client.call_tool("ask", {"question": "officers", "parameters": {"city": "hanoi"}})
            return tools, resources, ontology.contents[0].text, answer.structured_content

    tools, resources, ontology, answer = in_a_loop(talk)
    assert {tool.name for tool in tools} == TOOLS
    assert all(tool.description and tool.input_schema["additionalProperties"] is False for tool in tools)
    assert {"officers", "ontology", "licence"} <= {resource.name for resource in resources}
    assert re.search(r"^class ascn:PilotCity: .+ \(example: city:", ontology, re.MULTILINE)
    assert "Nguyen Duc Chung" in column(answer, "name")


COMPETENCY = [
    ("CQ01", "network", {}, "acronym", ["ASCN"]),
    ("CQ03", "network", {}, "inaugurated", ["2018-07-08"]),
    ("CQ04", "network", {}, "launchedAt", ["https://w3id.org/ascn/id/event/32nd-asean-summit"]),
    ("CQ06", "cities", {"status": "pilot", "city": "hanoi"}, "name", ["Hanoi"]),
    ("CQ07", "officers", {"city": "hanoi"}, "designation", ["Chairman, Hanoi People's Committee"]),
    ("CQ19", "cities", {"city": "kuching"}, "memberState", [None]),
    ("CQ20", "map-regions", {"city": "singapore"}, "x", [983]),
    ("CQ25", "funding", {}, "amount", ["30000000"]),
    ("CQ29", "evidence", {"about": "stated:network-launched-at"}, "citation", ["https://w3id.org/ascn/id/citation/c2"]),
]


@pytest.mark.parametrize(("question", "query", "given", "name", "expected"), COMPETENCY, ids=lambda v: str(v)[:20])
def test_a_competency_question_is_answered(article, question, query, given, name, expected):  # noqa: PLR0913, PLR0917 - a row
    """What the inventory of the article answers, the tool `ask` answers."""
    assert list(dict.fromkeys(column(article.ask(question=query, parameters=given), name))) == expected


def test_the_other_competency_questions_are_answered(article, ours):
    """Aims, shared posts, counts, designations, equal offices, representatives, spellings, agreements, forecasts."""
    aims = article.ask(question="aims")["rows"]
    assert sum(row["values"]["statedAs"] == "listed" for row in aims) == 3
    assert set(column(article.ask(question="shared-posts"), "holderCount")) == {2}
    officers = article.ask(question="officers")
    assert (len(officers["rows"]), len(set(column(officers, "person")))) == (29, 28)
    people = column(article.ask(question="designations"), "name")
    assert {name for name in people if people.count(name) > 1} == {"Tin Tin Kyi"}
    equal = set(column(article.ask(question="roles"), "equalStatusName")) - {None}
    assert equal == {"Chief Urban Planner", "Chief Resilience Officer"}
    malaysia = {"memberState": "malaysia"}
    empty = article.ask(question="national-representatives", parameters=malaysia)
    assert (empty["rows"], "does not mean that there is none" in empty["notes"][0]) == ([], True)
    assert "Mohd Hazli bin Ahmad @ Adnan" in column(
        ours.ask(question="national-representatives", parameters=malaysia), "name"
    )
    assert {"DKI Jakarta", "Nay Pyi Taw"} <= set(column(article.ask(question="name-variants"), "variant"))
    assert column(article.ask(question="agreements"), "namedInSource").count("yes") == 2
    assert "Japan External Trade Organization" in column(article.ask(question="agreement-parties"), "partyName")
    assert set(column(article.ask(question="forecasts"), "value")) == {"40", "90000000"}


#: Twenty questions in words, each with the calls that answer it, read off what the tools themselves list.
IN_WORDS = {
    "Who is responsible for smart cities in Hanoi?": ("Hanoi", "officers", "city"),
    "Who represents Malaysia?": ("Malaysia", "national-representatives", "memberState"),
    "Whom can I ask in Davao City?": ("Davao City", "contacts", "city"),
    "Which cities of Thailand take part?": ("Thailand", "cities", "memberState"),
    "When did Brunei Darussalam join ASEAN?": ("Brunei Darussalam", "accessions", "memberState"),
    "How many people live in Jakarta?": ("Jakarta", "populations", "city"),
    "Where is Phuket on the map of the article?": ("Phuket", "map-regions", "city"),
    "What is the post of Tin Tin Kyi called?": ("Tin Tin Kyi", "designations", "person"),
    "Which agreements has JETRO signed?": ("Japan External Trade Organization", "agreements", "party"),
    "When does Singapore chair ASEAN?": ("Singapore", "chairmanships", "memberState"),
    "What did Australia promise?": (None, "funding", None),
    "What is forecast for the region?": (None, "forecasts", None),
    "What is the network for?": (None, "aims", None),
    "What does a Chief Smart City Officer do?": (None, "roles", None),
    "Who nominates the officers?": (None, "nominations", None),
    "Which meetings were there?": (None, "events", None),
    "Where do I find the action plans?": (None, "action-plans", None),
    "What does all this rest on?": (None, "sources", None),
    "Which posts does nobody hold?": (None, "posts-without-holder", None),
    "Which names are written in several ways?": (None, "name-variants", None),
}


@pytest.mark.parametrize("words", IN_WORDS)
def test_find_list_and_ask_suffice_for_a_question_in_words(ours, words):
    """A name is found, a question of the list takes a thing of its kind, and the answer names sources to cite."""
    name, query, parameter = IN_WORDS[words]
    listed = {each["name"]: each for each in ours.list_questions()["queries"]}
    assert query in listed
    given = {}
    if name:
        kind = next(each["kind"] for each in listed[query]["parameters"] if each["name"] == parameter)
        first = ours.find(name=name, kind=kind)["things"][0]
        assert first["match"] == "exact"
        given = {parameter: first["iri"]}
    answer = ours.ask(question=query, parameters=given)
    assert answer["rows"]
    assert any(row["sources"] for row in answer["rows"])
    assert "Sources: " in answer["cite"]


def test_inferences_are_marked(ours):
    """A row that only this project infers says so, and from what."""
    rows = ours.describe(about="city:hanoi")["values"]
    joined = [source for row in rows if row["property"] == "ascn:joined" for source in row["sources"]]
    inferred = [source for source in joined if "inferred_from" in source]
    assert inferred
    assert all(source["title"] == "inferred by this project" for source in inferred)


def printed_at() -> dict[str, list[str]]:
    """Read what each source prints at each place, from the extracts; prose, which has our own words, is left out."""
    found: dict[str, list[str]] = {}
    prose = set()
    for file in ROOT.glob("data/*/extract.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                key = f"{file.parent.name}#{row['record']}"
                found.setdefault(key, []).append(row["value"])
                if row["field"] == "words" or not row["record"]:
                    prose.add(key)
    return {key: values for key, values in found.items() if key not in prose}


def names_of(store) -> dict[str, set[str]]:
    """List what each thing is called, codes included."""
    found: dict[str, set[str]] = {}
    for quad in store:
        if re.search(r"[#/](label|altLabel|hiddenLabel|notation|iso2|iso3)$", quad.predicate.value):
            found.setdefault(getattr(quad.subject, "value", ""), set()).add(quad.object.value)
    return found


def plain(text: str) -> set[str]:
    """Leave the words and numbers of a text."""
    return set(re.sub(r"[\W_]+", " ", text.casefold()).split())


def cited(ours):
    """Yield each place of each row of every question that needs no parameter, with the values cited there."""
    for listed in ours.list_questions()["queries"]:
        if any(each["required"] for each in listed["parameters"]) or "evidence" in listed["tags"]:
            continue
        for row in ours.ask(question=listed["name"])["rows"]:
            for source in row["sources"]:
                for place in source.get("places", ()):
                    yield listed["name"], place, source["values"]


def test_every_place_that_is_cited_holds_the_value(ours):
    """Each place holds one of the values that are cited there, by the extract of its source."""
    prints, names = printed_at(), names_of(ascn.load().store)
    checked, wrong = 0, []
    for question, place, values in cited(ours):
        key = place["place"].rpartition("/")[2]
        # That something is an agreement is our concept for what is printed.
        wanted = {name for value in values for name in names.get(value, {value})}
        if key not in prints or all("/id/concept/" in value for value in values):
            continue
        checked += 1
        there = plain(" ".join([*prints[key], place.get("quote", "")]))
        if not any(plain(name) <= there or _number(name) for name in wanted):
            wrong.append((question, key, values))
    assert checked > 1000
    assert wrong == []


def _number(name: str) -> bool:
    """Numbers and dates are printed in many ways; the validation of extracts holds them."""
    return re.fullmatch(r"[\d.-]+", name) is not None


HOSTILE = {
    "an unknown tool": ("asc", {}, "did you mean ask?"),
    "no such question": ("ask", {"question": "officrs"}, "did you mean officers"),
    "a question of another kind": ("ask", {"question": "weather"}, "list_questions lists them all"),
    "an argument of the wrong type": ("ask", {"question": 5}, "do not fit at question"),
    "an argument too many": ("find", {"name": "x", "nme": "y"}, "do not fit"),
    "an argument too few": ("why", {}, "'about' is a required property"),
    "a parameter there is not": (
        "ask",
        {"question": "officers", "parameters": {"town": "x"}},
        "has no parameter 'town'",
    ),
    "a parameter of Python's own": (
        "ask",
        {"question": "officers", "parameters": {"timeout": "5"}},
        "has no parameter 'timeout'",
    ),
    "a parameter of the wrong type": ("ask", {"question": "officers", "parameters": {"city": {"a": 1}}}, "do not fit"),
    "a key of two lines": (
        "ask",
        {"question": "officers", "parameters": {"a\nb": {}}},
        "do not fit at parameters.a\\u000ab",
    ),
    "a name of three things": ("why", {"about": "Singapore"}, "may mean 3 things"),
    "a name with SPARQL in it": ("why", {"about": 'x" || true || ?name = "'}, "Nothing in this graph is called"),
    "an IRI that breaks out": ("describe", {"about": "http://e/x> ?q ?z . <http://e/p1"}, "is not a valid IRI"),
    "an IRI of a script": ("describe", {"about": "javascript:alert(1)"}, ""),
    "an update": ("sparql", {"query": "DELETE WHERE { ?s ?p ?o }"}, "update"),
    "a service": ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, "never does"),
    "a file": ("sparql", {"query": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"}, "unknown graph"),
    "deep nesting": ("sparql", {"query": "SELECT * " + "{" * 1000 + "}" * 1000}, "nest"),
    "a query over the limits": ("sparql", {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"}, ""),
    "a query that does not parse": ("sparql", {"query": "SELECT * {"}, "parse"),
    "U+0000": ("find", {"name": "a\0b"}, None),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_call_is_refused_in_a_sentence(ours, case):
    """What cannot be asked is a refusal on one line; the session goes on."""
    tool, arguments, says = HOSTILE[case]
    result = ours.call(tool, **arguments)
    text = result.content[0].text
    assert result.is_error == (says is not None), text
    if says is not None:
        assert says in text
        assert "Traceback" not in text
    assert ours.ask(question="network")["rows"]


def test_a_name_of_many_things_is_narrowed(ours):
    """Where many things fit, the first are listed with how many there are and how to ask for fewer."""
    found = ours.find(name="a")
    assert len(found["things"]) == 20
    assert "Give more of the name, or a kind." in found["notes"][0]


def test_the_museum_has_the_same_door():
    """Over another graph the tools are its own, and no word is of the packaged one."""
    with assistant(ascn.load(ROOT / "tests" / "graphs" / "museum")) as museum:
        told = [museum.list_questions(), museum.ask(question="years"), museum.describe(about="low-tide")]
        told.append(museum.find(name="Ada Quill"))
        assert {row["values"]["year"] for row in told[1]["rows"]} == {"1890", "1902", "1904", "1921"}
        boat = [row for row in told[1]["rows"] if row["values"]["year"] == "1904"]
        assert [source["title"] for source in boat[0]["sources"]] == ["Inventory of the Harbour Museum"]
        assert not re.search(r"asean|w3id|officer|smart cit", str(told), re.IGNORECASE)


@pytest.fixture(scope="module")
def over_http():
    """Start `ascn mcp --http` on a free port, and give its address."""
    port = free_port()
    command = [sys.executable, *COMMAND, "--http", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(20)


async def _answered(url: str) -> bool:
    until = time.monotonic() + 150
    while True:
        try:
            async with Client(url) as client:
                result = await client.call_tool("ask", {"question": "network"})
                return not result.is_error
        except Exception:
            if time.monotonic() > until:
                raise
            await anyio.sleep(0.3)


def test_twenty_sessions_at_once_are_answered(over_http):
    """Twenty clients over HTTP get their answers; one that hangs up in mid-answer takes nothing from the others."""

    async def one(url, done):
        async with Client(url) as client:
            result = await client.call_tool("ask", {"question": "officers", "parameters": {"city": "hanoi"}})
            done.append(not result.is_error)

    async def hang_up(url):
        with anyio.move_on_after(0.2):
            async with Client(url) as client:
                await client.call_tool("ask", {"question": "evidence"})

    async def all_of(url):
        assert await _answered(url)
        done = []
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(hang_up, url)
            for _ in range(20):
                group.start_soon(one, url, done)
        return done

    assert in_a_loop(all_of, over_http) == [True] * 20


def test_a_hundred_sessions_end_nothing(over_http):
    """A hundred clients are answered or refused; afterwards one is answered."""

    async def one(url, ended):
        try:
            async with Client(url) as client:
                await client.call_tool("ask", {"question": "aims"})
        except Exception as error:  # noqa: BLE001 - refused, in whatever way
            ended.append(type(error).__name__)
        else:
            ended.append("answered")

    async def all_of(url):
        assert await _answered(url)
        ended = []
        async with anyio.create_task_group() as group:
            for _ in range(100):
                group.start_soon(one, url, ended)
        return ended, await _answered(url)

    ended, after = in_a_loop(all_of, over_http)
    assert len(ended) == 100
    assert "answered" in ended
    assert after
