"""What is read besides the data and never reported on, what follows from it, and what of a run is asked for."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from ascn_graph.cli import main
from ascn_graph.errors import EngineError, LimitExceeded, UsageError
from ascn_graph.validation import UnusableInput, validate
from ascn_graph.validation.inference import inferred
from ascn_graph.validation.output import write

HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <urn:x:> .
"""
SHAPES = """:Person a sh:NodeShape ; sh:targetClass :P ;
  sh:property [ sh:path :works ; sh:class :Org ; sh:maxCount 1 ] .
:Org a sh:NodeShape ; sh:targetClass :O ; sh:property [ sh:path :name ; sh:minCount 1 ] .
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """Work in a folder with people, organisations and shapes."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "people.ttl": ":ann a :P ; :works :acme .\n:bob a :P ; :works :none .\n",
        "orgs.ttl": ":O rdfs:subClassOf :Org .\n:acme a :O .\n:ann :works :second .\n:second a :O ; :name 1 .\n",
        "shapes.ttl": SHAPES,
    }.items():
        Path(name).write_text(HEAD + text)
    return tmp_path


def places(**options) -> list[str]:
    """Validate the people, and return the place and the component of each result."""
    report = validate(["people.ttl"], "shapes.ttl", **options)
    return [f"{result.location} {result.component.rpartition('#')[2][:5]}" for result in report.results]


def test_context_is_read_and_not_reported() -> None:
    """What another file states counts, what is wrong there alone is not told, what is wrong together is told here."""
    alone = ["people.ttl:4:20 Class", "people.ttl:5:20 Class"]
    assert places() == alone
    assert places(context="orgs.ttl") == ["people.ttl:4:20 MaxCo", "people.ttl:5:20 Class"]
    assert places(context=["*.ttl"]) == places(context="orgs.ttl")
    whole = validate(["people.ttl", "orgs.ttl"], "shapes.ttl")
    assert [str(result.location) for result in whole.results if result.focus == "<urn:x:acme>"] == ["orgs.ttl:5:1"]


def test_terms_are_written_with_the_prefix_of_the_data() -> None:
    """Where data and shapes have two prefixes for one namespace, messages are in the words of the data."""
    Path("data.ttl").write_text("@prefix z: <urn:x:> .\nz:ann a z:P ; z:works 1 .\n")
    (found,) = validate(["data.ttl"], "shapes.ttl").results
    assert found.message == "The value 1 of z:works must be an instance of z:Org."


def test_one_file_of_data_and_shapes() -> None:
    """Data and shapes may stand in one file, which is given twice."""
    Path("both.ttl").write_text(HEAD + SHAPES + ":ann a :P ; :works 1 .\n")
    assert [str(result.location) for result in validate(["both.ttl"], "both.ttl").results] == ["both.ttl:7:20"]


@pytest.mark.thorough
def test_what_follows_is_added() -> None:
    """Inference types a node that a domain types, also a blank one; results stay in the files."""
    Path("terms.ttl").write_text(HEAD + ":owns rdfs:domain :P .\n")
    Path("people.ttl").write_text(HEAD + ':eve :owns 1 ; :works "x" .\n[] :owns "a _:b ." ; :works 2 .\n')
    assert places(context="terms.ttl") == []
    for rules in ("rdfs", "owlrl"):
        assert places(context="terms.ttl", inference=rules) == ["people.ttl:4:23 Class", "people.ttl:5:29 Class"]
    with pytest.raises(UsageError, match="There are no rules 'owl'"):
        places(inference="owl")


@pytest.mark.thorough
def test_entailment_is_carried_out_on_demand() -> None:
    """Shapes that ask for RDFS entailment are refused without it, and evaluated with it."""
    with Path("shapes.ttl").open("a") as file:
        file.write("<urn:x:shapes> sh:entailment <http://www.w3.org/ns/entailment/RDFS> .\n")
    with pytest.raises(UnusableInput, match=r"sh:entailment .* is not carried out here .*--inference rdfs does it"):
        places()
    assert places(inference="rdfs") == ["people.ttl:4:20 Class", "people.ttl:5:20 Class"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"shape": [":Org"]}, []),
        ({"shape": ["urn:x:Person"]}, ["people.ttl:4:20 Class", "people.ttl:5:20 Class"]),
        ({"focus": ["<urn:x:bob>"]}, ["people.ttl:5:20 Class"]),
        ({"focus": [":bob"], "shape": [":Person"]}, ["people.ttl:5:20 Class"]),
        ({"focus": [":none"]}, []),
        ({"focus": [":none"], "shape": [":Org"]}, ["people.ttl:5:20 MinCo"]),
    ],
)
def test_shapes_and_nodes_by_name(options, found) -> None:
    """Only the shapes and nodes that are named are evaluated; both together whatever the shape targets."""
    assert places(**options) == found


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"shape": [":Persn"]}, "There is no shape :Persn: did you mean :Person?"),
        ({"focus": ["urn:x:bobb"]}, "There is no node urn:x:bobb: did you mean :bob?"),
        ({"focus": ["no: iri"]}, "There is no node no: iri; give an IRI, or a name with a prefix of the files."),
    ],
)
def test_names_that_nothing_has(options, told) -> None:
    """A name that no shape or node has is a slip, told with the nearest."""
    with pytest.raises(UsageError) as caught:
        places(**options)
    assert str(caught.value) == told


@pytest.mark.thorough
def test_shapes_are_held_to_shacl_shacl() -> None:
    """With `meta` what SHACL-SHACL finds in shapes is an error of the lint at its line, beside the findings."""
    Path("shapes.ttl").write_text(HEAD + SHAPES.replace("sh:maxCount 1", "sh:maxCount 1 ; sh:nodeKind :Odd"))
    with pytest.raises(UnusableInput) as caught:
        places(meta=True, lint={"ill-formed": "off"})
    assert [str(fault).partition(" ")[0] for fault in caught.value.faults] == ["shapes.ttl:5:78:"]
    assert caught.value.faults[0].problem.startswith("SHACL-SHACL: ")
    assert len(caught.value.report.results) == 2 + 2


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (HEAD + ":bob a :P ; :works 1 .\n", "turtle"),
        ("<urn:x:bob> a <urn:x:P> .\n", "ntriples"),
        ('{"@id": "urn:x:bob", "@type": "urn:x:P", "urn:x:works": 1}', "jsonld"),
    ],
)
def test_standard_input(capsys, monkeypatch, text, form) -> None:
    """`-` is standard input, in the format that is said; a fault has its place in <stdin>."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    code = main(["validate", "-", "--shapes", "shapes.ttl", "--stdin-format", form])
    out, err = capsys.readouterr()
    assert (code, (out + err).partition(": ")[0]) == {
        "turtle": (1, "<stdin>:4:20"),
        "ntriples": (3, "<stdin>:1:13"),
        "jsonld": (1, "<stdin>"),
    }[form]


@pytest.mark.parametrize("words", [["-", "--shapes", "-"], ["-", "-", "--shapes", "s"], ["-", "--context", "-"]])
def test_standard_input_twice(capsys, words) -> None:
    """Standard input is one file: to name it twice is a slip."""
    assert main(["validate", *words, *([] if "--shapes" in words else ["--shapes", "shapes.ttl"])]) == 2
    assert "Standard input can be read once" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["people.ttl"], 2, "people.ttl belongs to no graph project: there is no graph.toml in its folder or above."),
        (["none.ttl"], 3, "none.ttl:1:1: there is no such file or folder"),
        (["shapes.ttl", "--shapes", "people.ttl"], 3, "shapes.ttl:4:1: this is a shape, and people.ttl holds none"),
        (["people.ttl", "--shapes", "odd.jsonld"], 3, "odd.jsonld: sh:minCount must be a whole number such as 1, not "),
        (["none.json", "--shapes", "shapes.ttl"], 3, "none.json:1:1: the data holds no triple"),
        (["people.ttl", "--shapes", "shapes.ttl", "--shap", "x"], 2, "there is no option --shap"),
        (["people.ttl", "--shapes", "shapes.ttl", "--context", "*.nq"], 3, "*.nq:1:1: no file with the ending"),
    ],
)
def test_slips(capsys, words, code, told) -> None:
    """What was probably meant is said, whatever is mistaken for what."""
    Path("none.json").write_text("{}")
    Path("odd.jsonld").write_text(
        '{"@context": {"@vocab": "http://www.w3.org/ns/shacl#"}, "@id": "urn:x:S", "targetClass": {"@id": "urn:x:P"},'
        '"property": {"path": {"@id": "urn:x:name"}, "minCount": "one"}}'
    )
    assert main(["validate", *words]) == code
    assert told in capsys.readouterr().err


RDF12 = HEAD + ":ann a :P ; :works :acme {| :since 1 |} .\n:acme a :Org .\n"


def test_triple_terms_and_the_engines() -> None:
    """Data of RDF 1.2 is validated where the engine can read it, and refused at its line where it cannot."""
    pytest.importorskip("shacl")
    Path("people.ttl").write_text(RDF12)
    assert places() == []
    for options in ({"engine": "pyshacl"}, {"inference": "rdfs"}):
        with pytest.raises(UnusableInput) as caught:
            places(**options)
        assert str(caught.value).startswith("people.ttl:4:20: ")


def test_reports_of_other_forms() -> None:
    """The table has a row a finding; the N-Triples say the same as the Turtle, with the same bytes each time."""
    report = validate(["people.ttl"], "shapes.ttl")
    assert [line.split()[0] for line in write("table", report).splitlines()[2:4]] == [
        "people.ttl:4:20",
        "people.ttl:5:20",
    ]
    lines = write("ntriples", report)
    assert lines == write("ntriples", validate(["people.ttl"], "shapes.ttl"))
    assert lines.count("<http://www.w3.org/ns/shacl#result> ") == 2
    assert json.loads(write("json", report))["failed"] is False


@pytest.mark.parametrize(
    ("constraint", "values", "step"),
    [
        ("sh:minCount 1 ; sh:datatype xsd:integer", ":pagse 3", "did you mean :pages where :pagse is written?"),
        ("sh:hasValue 5 ; sh:maxCount 1", ":pages 3", "write 5 in place of 3."),
        ("sh:hasValue 5 ; sh:datatype xsd:string", ":pages 3", ""),
        ("sh:datatype xsd:integer", ":pages :three", "write a literal of type xsd:integer."),
        ("sh:datatype rdf:langString", ':pages "drei"', 'write "drei"@en, or its own language.'),
        ("sh:languageIn ( 'en' )", ":pages 3", "write a text with a language."),
        ("sh:class :Org", ":pages 3", "point to a :Org instead of a literal."),
        ("sh:nodeKind sh:IRI", ':pages "http://e/a b"', "write the IRI of the thing instead of its name."),
        ("sh:nodeKind sh:IRI", ':pages "http://e/a"', "write <http://e/a>."),
    ],
)
def test_the_next_step_would_not_be_wrong_again(constraint, values, step) -> None:
    """A step is taken from the shape and the data at hand; where each would break the shape again there is none."""
    head = HEAD + "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    head += "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    Path("b.ttl").write_text(f"{head}:b a :B ; {values} .\n")
    shape = f"sh:targetClass :B ; sh:property [ sh:path :pages ; {constraint} ]"
    Path("s.ttl").write_text(f"{head}:S a sh:NodeShape ; {shape} .\n")
    assert step in {result.step for result in validate(["b.ttl"], "s.ttl").results}


@pytest.mark.parametrize(("kind", "mark"), [("zeroOrOnePath", "?"), ("oneOrMorePath", "+")])
def test_a_step_about_a_path_with_a_mark_is_no_question(kind, mark) -> None:
    """What is written by the predicate of an optional or repeated path is no slip: the step says what is missing."""
    Path("b.ttl").write_text(f"{HEAD}:b a :B ; :next :c .\n")
    path = f"sh:path [ sh:{kind} :next ] ; sh:minCount 3"
    Path("s.ttl").write_text(f"{HEAD}:S a sh:NodeShape ; sh:targetClass :B ; sh:property [ {path} ] .\n")
    (found,) = validate(["b.ttl"], "s.ttl").results
    assert found.step == f"give the B :b its :next{mark}, in the statements that begin at line 4."


def test_inference_ends_in_time() -> None:
    """What takes longer to infer than a run may is ended, and data that cannot be read is no traceback."""
    with pytest.raises(LimitExceeded, match=r"took more than 0.01 s; raise --timeout"):
        inferred([], "rdfs", 0.01)
    with pytest.raises(EngineError, match="The inference failed: "):
        inferred(["no triple"], "rdfs", 60)
