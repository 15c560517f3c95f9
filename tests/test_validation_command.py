"""`ascn validate` from outside: exit codes, forms, bad input, and nothing ever fetched."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import ROOT, need

from ascn_graph.cli import main

PLANTED = ROOT / "tests/planted"
#: The SHA-256 of the word that the evidence of a test points at: two.
HASH = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <urn:x:> .
:S a sh:NodeShape ; sh:targetClass :T ; sh:property [ sh:path :p ; sh:datatype xsd:integer ] .
"""
GOOD = "@prefix : <urn:x:> .\n:a a :T ; :p 1 .\n"
BAD = "@prefix : <urn:x:> .\n:a a :T ;\n  :p 'one' .\n"


def process(folder: Path, *words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run `ascn validate` in a folder, as a process of its own."""
    script = "import sys; from ascn_graph.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", script, "validate", *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )


def ascn(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `ascn validate` in a folder, where nothing of the process itself is looked at: in this one."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["validate", *words])
    told = []
    for stream in (out, err):
        stream.flush()
        told.append(stream.buffer.getvalue().decode())
    return subprocess.CompletedProcess(words, code, *told)


@pytest.fixture
def work(tmp_path) -> Path:
    """Return a folder with good data, bad data and shapes."""
    for name, text in (("good.ttl", GOOD), ("bad.ttl", BAD), ("shapes.ttl", SHAPES)):
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["good.ttl", "--shapes", "shapes.ttl"], 0),
        (["bad.ttl", "--shapes", "shapes.ttl"], 1),
        (["bad.ttl", "good.ttl", "--shapes", "shapes.ttl", "--engine", "pyshacl"], 1),
        (["good.ttl", "--shapes", "shapes.ttl", "--engine", "quick"], 2),
        (["good.ttl", "--shapes", "shapes.ttl", "--timeout", "0"], 2),
        (["", "--shapes", "shapes.ttl"], 2),
        (["good.ttl", "--shapes", "shapes.ttl", "-o", "xml=x"], 2),
        (["none.ttl", "--shapes", "shapes.ttl"], 3),
        (["good.ttl", "--shapes", "none.ttl"], 3),
        (["good.ttl", "--shapes", "shapes.ttl", "--waivers", "none.toml"], 3),
        (["good.ttl", "--shapes", "shapes.ttl", "--rules", "none"], 3),
    ],
)
def test_exit_codes(work, words, code) -> None:
    """The exit code tells done, findings, usage and unusable input apart, and there is never a traceback."""
    done = process(work, *words)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_several_forms_at_once(work) -> None:
    """The printed form and any number of files are written in one run."""
    words = ["bad.ttl", "--shapes", "shapes.ttl", "--format", "github", "-o", "sarif=a.sarif", "-o", "junit=j.xml"]
    done = ascn(work, *words)
    assert done.stdout.startswith("::error file=bad.ttl,line=3,endLine=3,col=6,endColumn=11,")
    assert json.loads((work / "a.sarif").read_text())["version"] == "2.1.0"
    assert "<failure" in (work / "j.xml").read_text()
    assert not list(work.glob(".*"))


@pytest.mark.thorough
def test_human_form(work) -> None:
    """People get the place, the line, a caret, the next step and the shape's line."""
    assert ascn(work, "bad.ttl", "--shapes", "shapes.ttl", "--engine", "pyshacl").stdout == (
        'bad.ttl:3:6: violation: The value "one" of :p must be a valid xsd:integer.\n'
        "  3 |   :p 'one' .\n"
        "    |      ^^^^^\n"
        "  next: write a value that xsd:integer allows.\n"
        "  rule: :S → :p at shapes.ttl:4:68\n"
        "\n"
        "1 violation, 0 warnings, 0 info: 1 file, 2 triples, 1 constraint checked, 0 not, engine pyshacl\n"
        "located by object 1\n"
    )


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "x.ttl:1:1: the file is empty"),
        (b"<urn:a> <urn:b> '\xff' .", "x.ttl:1:18: the bytes here are not UTF-8"),
        (b"\x7fELF\x00\x01", "x.ttl:1:5: found a NUL character"),
        (b"<<<<<<< HEAD\n<urn:a> <urn:b> 1 .\n", "x.ttl:1:1: a conflict mark"),
        (b"<urn:a> <urn:b> 1", "x.ttl:1:17: the text ends inside a statement"),
        (b"<urn:a> <urn:b> 1 .\n\n<urn:a> urn:b 1 .", "x.ttl:3:9: the prefix 'urn:' is not declared"),
        (b"<urn:a> <urn:b> ( 1 .\r\n", "x.ttl:1:21: found '.'"),
    ],
)
def test_unusable_files(work, content, told) -> None:
    """A broken file, of data or of shapes, ends with 3 and a sentence at file, line and column."""
    (work / "x.ttl").write_bytes(content)
    for words in (["x.ttl", "--shapes", "shapes.ttl"], ["good.ttl", "--shapes", "x.ttl"]):
        done = ascn(work, *words)
        assert (done.returncode, done.stderr.splitlines()[0][: len(told)]) == (3, told)


def test_several_syntax_errors_with_carets(work) -> None:
    """Each broken statement of each file is shown with its line and a caret, in every form asked for."""
    (work / "x.ttl").write_text('<urn:a> <urn:b> "x .\n\n<urn:c> ; .\n')
    (work / "y.ttl").write_text("<urn:a> <urn:b> .\n")
    done = ascn(work, "x.ttl", "y.ttl", "--shapes", "shapes.ttl", "-o", "sarif=a.sarif")
    assert [line.split(": ")[0] for line in done.stderr.splitlines() if "ttl:" in line] == [
        "x.ttl:1:17",
        "x.ttl:3:9",
        "y.ttl:1:17",
    ]
    assert '  1 | <urn:a> <urn:b> "x .\n    |                 ^\n' in done.stderr
    assert len(json.loads((work / "a.sarif").read_text())["runs"][0]["results"]) == 3


@pytest.mark.thorough
def test_folders(work) -> None:
    """A folder is searched; one without Turtle, and a file in another format, are told."""
    (work / "empty").mkdir()
    (work / "d.trix").write_text("<TriX/>")
    assert ascn(work, "empty", "--shapes", "shapes.ttl").stderr == "empty:1:1: the folder holds no .ttl file\n"
    assert ".trix is not read; convert" in ascn(work, "d.trix", "--shapes", "shapes.ttl").stderr
    (work / "empty/sub").mkdir()
    shutil.copy(work / "bad.ttl", work / "empty/sub/b.ttl")
    assert ascn(work, "empty", "--shapes", "shapes.ttl").stdout.startswith("empty/sub/b.ttl:3:6: violation")


def test_same_triple_twice(work) -> None:
    """A triple written on two lines, in two files too, is one finding that names both."""
    (work / "again.ttl").write_text(BAD.replace("\n  :p", "\n\n  :p"))
    done = ascn(work, "bad.ttl", "again.ttl", "--shapes", "shapes.ttl", "-o", "github=g", "-o", "junit=j")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("bad.ttl:3:6: violation")
    assert "  also: the same statement again at again.ttl:4:6" in lines
    assert (work / "g").read_text().count("%0AAlso: the same statement again at again.ttl:4:6\n") == 1
    assert (work / "j").read_text().count("Also: the same statement again at again.ttl:4:6<") == 1


def test_output_that_cannot_be_written(work) -> None:
    """A file that cannot be written is named as it was given, exit 4."""
    done = ascn(work, "good.ttl", "--shapes", "shapes.ttl", "-o", "json=no/folder.json")
    said = "ascn: the system refused: No such file or directory (no/folder.json).\n"
    assert (done.returncode, done.stderr) == (4, said)


@pytest.mark.thorough
def test_deep_and_long_input(work) -> None:
    """A hundred thousand brackets, a hundred megabytes of one line and a cyclic list end in bounded time."""
    (work / "deep.ttl").write_text("@prefix : <urn:x:> .\n:a a :T ; :q " + "(" * 100_000 + ")" * 100_000 + " .\n")
    (work / "long.ttl").write_text('@prefix : <urn:x:> .\n:b a :T ; :p "' + "x" * 100_000_000 + '" .\n')
    (work / "ring.ttl").write_text(
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        "_:l rdf:first 1 ; rdf:rest _:l . <urn:x:c> a <urn:x:T> .\n"
    )
    began = time.monotonic()
    done = process(work, "deep.ttl", "ring.ttl", "--shapes", "shapes.ttl", timeout=120)
    assert done.returncode == 0, done.stderr
    done = process(work, "long.ttl", "--shapes", "shapes.ttl", timeout=120)
    assert (done.returncode, done.stderr[:48]) == (3, "long.ttl:2:14: a term of more than 16 MiB begins")
    assert len(done.stderr) < 1000
    (work / "long.ttl").write_text("x" * 100_000_000)
    done = process(work, "long.ttl", "--shapes", "shapes.ttl", timeout=120)
    assert (done.returncode, done.stderr[:13]) == (3, "long.ttl:1:1:")
    assert time.monotonic() - began < 100


@pytest.mark.thorough
def test_timeout(work) -> None:
    """A pattern that backtracks for ever is ended by --timeout with a sentence, exit 4."""
    (work / "d.ttl").write_text(f'<urn:x:a> a <urn:x:T> ; <urn:x:p> "{"a" * 40}!" .\n')
    (work / "s.ttl").write_text(SHAPES.replace("sh:datatype xsd:integer", 'sh:pattern "(a+)+$"'))
    began = time.monotonic()
    done = process(work, "d.ttl", "--shapes", "s.ttl", "--engine", "pyshacl", "--timeout", "2")
    assert (done.returncode, done.stderr[:58]) == (4, "ascn: The engine 'pyshacl' did not finish within 2 s; rais")
    assert time.monotonic() - began < 10


@pytest.mark.thorough
def test_nothing_is_fetched(work) -> None:
    """Imports, SERVICE and FROM of shapes and data open no socket, whatever the engine."""
    hits: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    hits.append(server.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            url = f"<http://127.0.0.1:{port}/x>"
            owl = "<http://www.w3.org/2002/07/owl#imports>"
            (work / "d.ttl").write_text(GOOD + f"<urn:o> {owl} {url} .\n")
            for engine in ("pyshacl", "auto"):
                (work / "s.ttl").write_text(SHAPES + f"<urn:o> {owl} {url} .\n")
                assert process(work, "d.ttl", "--shapes", "s.ttl", "--engine", engine).returncode == 0
                for clause in (f"{{ SERVICE {url} {{ $this ?p ?o }} }}", f"FROM {url} {{ $this ?p ?o }}"):
                    (work / "s.ttl").write_text(SHAPES + f':S sh:sparql [ sh:select "SELECT $this {clause}" ] .\n')
                    assert process(work, "d.ttl", "--shapes", "s.ttl", "--engine", engine, "--no-lint").returncode == 3
        finally:
            stop.set()
            thread.join()
    assert hits == []


@pytest.mark.thorough
def test_engines_that_disagree(work) -> None:
    """Where the engines differ, as on the end of a day, `cross` ends with 4 and names the result."""
    need("module:shacl")
    (work / "d.ttl").write_text(
        '@prefix : <urn:x:> .\n:a a :T ; :p "24:00:00"^^<http://www.w3.org/2001/XMLSchema#time> .\n'
    )
    (work / "s.ttl").write_text(SHAPES.replace("xsd:integer", "xsd:time"))
    done = process(work, "d.ttl", "--shapes", "s.ttl", "--engine", "cross")
    assert done.returncode == 4
    assert "The engines disagree on 1 result: only " in done.stderr


@pytest.mark.thorough
def test_rules_are_located(work) -> None:
    """A query that must give no row gives findings with places, like a shape."""
    (work / "rules").mkdir()
    (work / "rules/no-one.rq").write_text(
        "SELECT ?this ?value ?error { ?this <urn:x:p> ?value FILTER (isLiteral(?value)) "
        'BIND ("One is not allowed." AS ?error) }'
    )
    done = ascn(work, "good.ttl", "--shapes", "shapes.ttl", "--rules", "rules")
    assert done.returncode == 1
    assert done.stdout.startswith("good.ttl:2:14: violation: One is not allowed.\n")
    (work / "rules/no-one.rq").write_text("SELECT ?this ?error { SERVICE <http://127.0.0.1:9/> { ?this ?p ?error } }")
    assert (
        "SERVICE cannot be used in a rule"
        in ascn(work, "good.ttl", "--shapes", "shapes.ttl", "--rules", "rules").stderr
    )


def test_a_rule_with_a_function_that_the_engine_has_not_is_refused(work) -> None:
    """It is told at its file, as one that does not parse is."""
    (work / "rules").mkdir()
    (work / "rules/own.rq").write_text("SELECT ?this (<a:b>(?this) AS ?error) { ?this a ?type }")
    done = ascn(work, "good.ttl", "--shapes", "shapes.ttl", "--rules", "rules")
    assert (done.returncode, "own.rq:1:1: The custom function <a:b> is not supported" in done.stderr) == (3, True)


def test_findings_of_a_rule_at_one_place_have_an_order(work) -> None:
    """What a rule says twice of one node stands in the order of its sentences, whatever order the engine has."""
    (work / "rules").mkdir()
    (work / "rules/told.rq").write_text("SELECT ?this ?error { ?this a <urn:x:T> VALUES ?error { 'b.' 'a.' 'c.' } }")
    found = ascn(work, "good.ttl", "--shapes", "shapes.ttl", "--rules", "rules", "--format", "ntriples").stdout
    assert re.findall(r'resultMessage> "(..)"', found) == ["a.", "b.", "c."]


def test_a_rule_finds_a_blank_node_at_its_line(work) -> None:
    """A node without a name keeps its label on the way through a query, so that it has a place."""
    (work / "rules").mkdir()
    (work / "rules/named.rq").write_text('SELECT ?this ("No name." AS ?error) { ?this ?p ?o FILTER (isBlank(?this)) }')
    (work / "d.ttl").write_text("@prefix : <urn:x:> .\n:a a :T ; :p 1 .\n\n[] :q :a .\n")
    done = ascn(work, "d.ttl", "--shapes", "shapes.ttl", "--rules", "rules")
    assert done.stdout.startswith("d.ttl:4:1: violation: No name.\n")


@pytest.fixture
def checkout(tmp_path) -> Path:
    """Return a small checkout with an ontology, shapes and an article of its own."""
    (tmp_path / "ontology").mkdir()
    (tmp_path / "data/article").mkdir(parents=True)
    head = "@prefix ascn: <https://w3id.org/ascn/ontology#> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    rdf = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    owl = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    (tmp_path / "ontology/ascn.ttl").write_text(
        head + owl + "ascn:City a owl:Class .\nascn:label a owl:DatatypeProperty .\n"
    )
    (tmp_path / "ontology/concepts.ttl").write_text(head + "ascn:one a ascn:City .\n")
    (tmp_path / "ontology/shapes.ttl").write_text(
        head
        + rdf
        + "ascn:CityShape a sh:NodeShape ; sh:targetClass ascn:City ; sh:nodeKind sh:IRI .\n"
        + "ascn:CountShape a sh:NodeShape ; sh:targetNode ascn:City ; ascn:wholeDataset true ;\n"
        + "  sh:property [ sh:path [ sh:inversePath rdf:type ] ; sh:minCount 3 ] .\n"
    )
    (tmp_path / "graph.toml").write_text(
        'name = "Cities"\ntitle = "Cities"\ndescription = "A small graph."\nbase = "https://w3id.org/ascn/"\n'
        '[ontology]\nprefix = "ascn"\nnamespace = "ontology#"\n'
        'files = ["ontology/ascn.ttl", "ontology/concepts.ttl"]\nshapes = ["ontology/shapes.ttl"]\n'
        '[whole]\nsource = "article"\n'
    )
    for name in ("a", "b"):
        (tmp_path / f"data/article/{name}.ttl").write_text(
            head + f"<https://w3id.org/ascn/id/city/{name}> a ascn:City .\n"
        )
    return tmp_path


@pytest.mark.thorough
def test_own_data_is_merged_with_its_ontology(checkout) -> None:
    """Without --shapes the checkout's own shapes and ontology are taken, and ./data by default."""
    done = ascn(checkout)
    assert (done.returncode, done.stderr) == (0, "")
    assert "conforms: 2 files, 5 triples" in done.stdout
    (checkout / "data/article/b.ttl").unlink()
    done = ascn(checkout)
    assert done.returncode == 1
    assert "must be given" in done.stdout


@pytest.mark.thorough
def test_counts_of_the_whole_are_left_out_on_a_part(checkout) -> None:
    """On a part of the article what only the whole fixes is skipped, and said to be."""
    done = ascn(checkout, "data/article/a.ttl")
    assert done.returncode == 0
    assert "note: ascn:CountShape is left out: it counts what only the whole of article fixes" in done.stdout
    done = ascn(checkout, "data/article/a.ttl", "-o", "junit=j.xml")
    assert 'skipped="1"' in (checkout / "j.xml").read_text()


@pytest.mark.thorough
def test_undeclared_terms_of_our_namespace(checkout) -> None:
    """A misspelt term of ours is a finding at its line, in shapes a fault."""
    file = checkout / "data/article/a.ttl"
    file.write_text(file.read_text().replace("a ascn:City", 'a ascn:City ;\n  ascn:lable "x"'))
    done = ascn(checkout)
    assert done.returncode == 1
    assert done.stdout.startswith(
        "data/article/a.ttl:4:3: violation: The ontology has no term ascn:lable; did you mean ascn:label?"
    )
    shapes = checkout / "ontology/shapes.ttl"
    shapes.write_text(shapes.read_text() + "ascn:X a sh:NodeShape ; sh:targetClass ascn:Citty ; sh:nodeKind sh:IRI .\n")
    done = ascn(checkout)
    assert done.returncode == 3
    assert "ontology/shapes.ttl:7:40: the ontology has no term ascn:Citty; did you mean ascn:City?" in done.stderr


@pytest.mark.sample(1)
@pytest.mark.parametrize(("change", "told"), [("\r\n", "found a carriage return"), ("", "does not end with a newline")])
def test_own_files_are_held_to_our_rules(checkout, change, told) -> None:
    """Our own files end every line with LF; someone else's may do as Turtle allows."""
    file = checkout / "data/article/a.ttl"
    file.write_text(file.read_text().rstrip("\n") + change, newline="")
    done = ascn(checkout)
    assert done.returncode == 3
    assert told in done.stderr
    assert ascn(checkout, "data/article/a.ttl", "--shapes", "ontology/shapes.ttl").returncode == 1


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('ascn:quote "two"', 'ascn:quote "tow"', '6:14: violation: The text there is "two", not what it quotes'),
        ("ascn:line 2", "ascn:line 1", "7:13: violation: It begins on line 2 of the text"),
        ("ascn:end 7", "ascn:end 70", "2:1: violation: Characters 4 to 70 are no span"),
        ('"3fc4', '"4fc4', '2:1: violation: The text there is "two", which has another SHA-256'),
        ("", "", ""),
    ],
)
def test_evidence_is_held_to_its_text(checkout, old, new, told) -> None:
    """With --text every span is read again: quote, line, hash and bounds, each told at its own value."""
    (checkout / "text").write_text("öne\ntwo\nthree\n")
    source = "<https://w3id.org/ascn/id/source/article>"
    (checkout / "ontology/ascn.ttl").write_text(
        (checkout / "ontology/ascn.ttl").read_text()
        + "".join(
            f"ascn:{name} a owl:DatatypeProperty .\n"
            for name in ("Evidence", "begin", "end", "line", "quote", "spanSha256")
        )
    )
    (checkout / "data/article/e.ttl").write_text(
        "@prefix ascn: <https://w3id.org/ascn/ontology#> .\n"
        "<https://w3id.org/ascn/id/source/article#char=4,7> a ascn:Evidence ;\n"
        f"  <http://purl.org/dc/terms/isPartOf> {source} ;\n"
        "  ascn:begin 4 ;\n"
        "  ascn:end 7 ;\n"
        '  ascn:quote "two" ;\n'
        "  ascn:line 2 ;\n"
        f'  ascn:spanSha256 "{HASH}" .\n'
    )
    file = checkout / "data/article/e.ttl"
    file.write_text(file.read_text().replace(old, new))
    done = ascn(checkout, "--text", "text")
    assert (done.returncode, done.stderr) == (1 if told else 0, "")
    assert f"data/article/e.ttl:{told}" in done.stdout if told else done.stdout.startswith("conforms")
