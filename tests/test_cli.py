"""Tests of the command line as a person meets it: what is said, and which exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from ascn_graph.cli import COMMANDS, main


def ascn(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "import sys; from ascn_graph.cli import main; sys.exit(main())", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


WRONG = {
    "unknown command": (["qurey"], 2, "did you mean query?"),
    "unknown query": (["query", "officrs"], 2, "did you mean officers"),
    "misspelt parameter": (["query", "officers", "cty=hanoi"], 2, "did you mean city?"),
    "unknown parameter": (["query", "officers", "colour=red"], 2, "it takes city, memberState, role, person"),
    "parameter where none is taken": (["query", "network", "city=hanoi"], 2, "it takes none"),
    "a parameter as an option": (["query", "officers", "--city", "hanoi"], 2, "written key=value, without dashes"),
    "SPARQL without a brace": (["query", "SELECT * WHERE ?s"], 2, "does not parse at 1:16"),
    "an update without a brace": (["query", "CLEAR ALL"], 2, "This is an update (CLEAR)"),
    "no SPARQL at all": (["query", "--file", os.devnull], 3, "The query is empty"),
    "a function of nobody": (["query", "SELECT (<a:b>(1) AS ?x) {}"], 2, "The custom function <a:b> is not supported"),
    "an undeclared prefix": (["query", "SELECT * { ?s a foo:bar }"], 2, "the prefix 'foo:' is not declared"),
    "a parameter of a query without a header": (["query", "ASK {}", "city=hanoi"], 2, "'city=hanoi' has no place"),
    "a near miss as prefixed name": (["query", "officers", "city=city:hanoy"], 2, "did you mean hanoi?"),
    "a near miss in its own kind": (["why", "https://w3id.org/ascn/id/city/phukett"], 2, "did you mean phuket?"),
    "an empty folder name": (["query", "network", "--data", ""], 2, "--data: its value is empty"),
    "a format of nothing": (["query", "--format", "csv"], 2, "There is no query to answer"),
    "a permission for nothing": (["query", "--allow-service"], 2, "There is no query to answer"),
    "an endpoint asked nothing": (["query", "--endpoint", "http://127.0.0.1:9/"], 2, "There is no query to answer"),
    "an empty folder to begin in": (["init", ""], 2, "argument DIR: its value is empty"),
    "an empty folder to publish to": (["publish", "", "--base-url", "https://e.org/"], 2, "argument OUT: its value"),
    "an empty folder of fixtures": (["mutate", "tests/shapes", ""], 2, "argument PATH: its value is empty"),
    "an empty parameter": (["query", "officers", ""], 2, "argument key=value: its value is empty"),
    "a port in other digits": (["serve", "--port", "\u0668\u0660"], 2, "There is no port \u0668\u0660; give one"),
    "a port with a line in it": (["mcp", "--http", "--port", "80_80"], 2, "There is no port 80_80; give one"),
    "no memory for answers": (["serve", "--cache", "-1"], 2, "--cache is -1; give a number above 0"),
    "a URL without a host": (["serve", "--base-url", "http://"], 2, "'http://' has no plain host"),
    "too many processes": (["mutate", "--jobs", "99999"], 2, "--jobs is at most 8 a processor"),
    "a level there is not": (["validate", "data", "--lint", "foo"], 2, "The level of the lint is one of error, warn"),
    "two reports in one file": (
        ["validate", "-o", "json=x.out", "-o", "sarif=./x.out"],
        2,
        "-o names ./x.out twice: give each report a file of its own",
    ),
    "a device as data": (["query", "network", "--data", os.devnull], 3, "is neither a file nor a folder"),
    "a language there is not": (["query", "network", "--lang", "xx"], 2, "there are es, fil, id"),
    "another language of a truth": (["query", "ASK {}", "--lang", "th"], 2, "--lang belongs to a SELECT"),
    "an empty source": (["export", "--source", ""], 2, "--source: its value is empty"),
    "a name of two lines": (["query", "of\nficers"], 2, "There is no query 'of\\u000aficers': did you mean officers"),
    "a source of two lines": (["query", "officers", "--source", "a\nb"], 2, "There is no source 'a\\u000ab'"),
    "an endless name": (["query", "x" * 5000], 2, "x\u2026'; `ascn query` lists"),
    "no time": (["query", "network", "--timeout", "0"], 2, "--timeout: must be more than 0 seconds"),
    "no number of seconds": (["why", "hanoi", "--timeout", "nan"], 2, "--timeout: must be more than 0 seconds"),
    "endless time": (["push", "http://127.0.0.1:1/", "--timeout", "inf"], 2, "at most 1000000, not inf"),
    "a server's endless time": (["serve", "--deadline", "inf"], 2, "--deadline: must be more than 0"),
    "a word as time": (["validate", "--timeout", "soon"], 2, "'soon' is not a number of seconds"),
    "a folder as output": (["query", "network", "-o", "data"], 4, "Is a directory (data)"),
    "no parameter but a word": (["query", "officers", "hanoi"], 2, "write key=value"),
    "unknown city": (["query", "officers", "city=hanoy"], 2, "did you mean hanoi?"),
    "a city that is none": (["query", "officers", "city=malaysia"], 2, "No city in this graph is called"),
    "missing parameter": (["query", "officers-at"], 2, "needs date="),
    "no date": (["query", "officers-at", "date=2018-02-30"], 2, "takes a date"),
    "given twice": (["query", "officers-at", "date=2018-01-01", "date=2019-01-01"], 2, "takes one 'date'"),
    "no number": (["query", "city-at-pixel", "x=a", "y=1"], 2, "takes a whole number"),
    "no choice": (["query", "cities", "status=pilt"], 2, "did you mean pilot?"),
    "unknown format": (["query", "network", "--format", "cvs"], 2, "did you mean csv?"),
    "format that does not fit": (["query", "network", "--format", "turtle"], 2, "holds triples"),
    "unknown option": (["query", "network", "--fromat", "csv"], 2, "did you mean --format?"),
    "an option without its value": (["query", "network", "--format"], 2, "--format: expected one argument. See"),
    "an option with a value there is not": (["validate", "--format", "xml"], 2, "invalid choice: 'xml'"),
    "unknown source": (["query", "officers", "--source", "artikel"], 2, "did you mean article"),
    "three things": (["why", "Singapore"], 2, "chairmanship:singapore-2018, city:singapore, state:singapore"),
    "nothing of that name": (["why", "Atlantis"], 2, "Nothing in this graph is called"),
    "SPARQL that does not parse": (["query", "SELECT * { ?s ?p"], 2, "at 1:"),
    "an update": (["query", "DELETE WHERE { ?s ?p ?o }"], 2, "update"),
    "a service": (["query", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"], 2, "allow"),
    "an unknown graph": (["query", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"], 2, "no graph"),
    "a missing query file": (["query", "--file", "no-such.rq"], 3, "no-such.rq:1:1: cannot be read"),
    "a missing folder": (["query", "network", "--data", "no-such"], 3, "no-such:1:1:"),
    "endpoint and folder": (
        ["query", "network", "--endpoint", "http://127.0.0.1:9/", "--source", "article"],
        2,
        "leave out",
    ),
    "a dead endpoint": (
        ["query", "network", "--endpoint", "http://127.0.0.1:1/sparql", "--timeout", "2"],
        4,
        "127.0.0.1",
    ),
    "a file as endpoint": (["query", "network", "--endpoint", "file:///etc/passwd"], 2, "http"),
    "an output folder that is not there": (["query", "network", "-o", "no-such/out.csv"], 4, "no-such"),
}


@pytest.mark.sample(8)
@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_answered_with_a_sentence(case, capsys, monkeypatch):
    """The message names the mistake and the nearest right thing; the exit code says whose it is."""
    monkeypatch.chdir(ROOT)
    words, code, text = WRONG[case]
    found = main(words)
    told = capsys.readouterr()
    assert text in told.err
    assert found == code
    assert "Traceback" not in told.err
    assert told.out == ""


BROKEN = {
    "empty": (b"", "1:1", "empty"),
    "cut": (b"<a:b> <a:c> <a:d> .\n<a:b> <a:c> ", "2:", "not Turtle"),
    "conflict marks": (b"<a:b> <a:c> 1 .\n<<<<<<< HEAD\n<a:b> <a:c> 2 .\n", "2:1", "merge"),
    "Latin-1": ('<a:b> <a:c> "é" .\n'.encode("latin-1"), "1:14", "UTF-8"),
    "UTF-16": ("<a:b> <a:c> 1 .\n".encode("utf-16"), "1:1", "UTF-8"),
    "a missing dot": (b"<a:b> <a:c> 1\n<a:b> <a:c> 2 .\n", "2:", "not Turtle"),
    "a bad IRI": (b"<a:b c> <a:c> 1 .\n", "1:", "not Turtle"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_at_its_place(case, tmp_path: Path, capsys):
    """A file that is not as it should be is named with line and column, exit 3."""
    content, place, text = BROKEN[case]
    file = tmp_path / "broken.ttl"
    file.write_bytes(content)
    assert main(["query", "network", "--data", str(tmp_path)]) == 3
    told = capsys.readouterr().err
    assert f"{file}:{place}" in told
    assert text in told


def test_a_missing_file_and_a_folder_without_turtle(tmp_path: Path, capsys):
    """A folder that holds no Turtle is unusable input."""
    assert main(["info", "--data", str(tmp_path)]) == 3
    assert "no .ttl or .nt or .nq or .trig file" in capsys.readouterr().err


def test_an_export_whose_ending_says_another_format_is_told(tmp_path: Path, capsys):
    """TriG in a file named .ttl is told; in one whose ending says TriG, or nothing, it is not."""
    for name, told in (("a.ttl", "a.ttl holds trig, not what its ending says"), ("a.trig", ""), ("a.out", "")):
        assert main(["export", "--source", "derived", "-o", str(tmp_path / name)]) == 0
        assert told in (error := capsys.readouterr().err)
        assert bool(error) is bool(told)


def test_debug_shows_the_traceback_and_keeps_the_exit_code(capsys):
    """What went wrong is told after where, and whose mistake it is stays in the exit code."""
    assert main(["query", "--debug", "officrs"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("Traceback")
    assert told.splitlines()[-1].startswith("ascn: There is no query 'officrs': did you mean officers")


def test_help_names_every_command(capsys):
    """The overview lists each command, and each command explains itself."""
    overview = ascn("--help").stdout
    for name in COMMANDS:
        assert f"  {name}" in overview
        if name != "query":
            assert main([name, "--help"]) == 0
            assert capsys.readouterr().out.startswith(f"usage: ascn {name}")


def test_every_option_is_documented():
    """Each option of each command has a help text."""
    import argparse
    from importlib import import_module

    for name in COMMANDS:
        parser = argparse.ArgumentParser()
        module = import_module(f"ascn_graph.cli.{name}")
        module.configure(parser) if name != "query" else None
        for action in parser._actions:
            assert action.help or action.choices, (name, action.dest)


@pytest.mark.thorough
def test_output_is_csv_in_a_pipe_and_whole_in_a_file(tmp_path: Path):
    """A pipe gets CSV; -o replaces a file as a whole."""
    piped = ascn("query", "officers", "city=davao-city", "--source", "article")
    assert piped.stdout.splitlines()[0].startswith("city,cityName,person")
    assert len(piped.stdout.splitlines()) == 3
    target = tmp_path / "out.csv"
    target.write_text("old")
    assert ascn("query", "network", "-o", str(target)).returncode == 0
    assert target.read_text().startswith("network,name,acronym")
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.thorough
def test_output_does_not_depend_on_seed_zone_or_locale():
    """The same bytes under other hash seeds, time zones and locales."""
    for words in (["query", "officers"], ["export", "--format", "trig"], ["why", "hanoi"], ["info"]):
        outputs = {
            ascn(*words, PYTHONHASHSEED=seed, TZ=zone, LC_ALL=locale).stdout
            for seed, zone, locale in (
                ("0", "UTC", "C"),
                ("1", "Asia/Jakarta", "C.UTF-8"),
                ("77", "America/Lima", "POSIX"),
            )
        }
        assert len(outputs) == 1
        assert outputs != {""}


@pytest.mark.thorough
def test_output_into_a_device_or_through_a_link(tmp_path: Path):
    """-o never takes the place of a device or a pipe, and a link stays one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert ascn("query", "network", "-o", str(pipe)).returncode == 0
        assert os.read(reader, 7) == b"network"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    (tmp_path / "link").symlink_to("file")
    assert ascn("query", "network", "-o", str(tmp_path / "link")).returncode == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text().startswith("network,")


@pytest.mark.parametrize(
    ("words", "closed", "code", "said"),
    [
        ("query --file -", "<&-", 3, "ascn: -:1:1: standard input is closed\n"),
        ("validate -", "<&-", 3, "<stdin>:1:1: standard input is closed\n"),
        (
            "mcp",
            "<&-",
            2,
            "ascn: Standard input is closed, and a client speaks through it: give --http, or leave it open.\n",
        ),
        ("query network", ">&-", 0, ""),
        ("query nope", "2>&-", 2, ""),
    ],
)
def test_a_closed_stream_is_no_fault(words, closed, code, said):
    """Standard input, output and error may each be closed by the caller."""
    program = f"{sys.executable} -c 'import sys; from ascn_graph.cli import main; sys.exit(main())'"
    done = subprocess.run(
        ["bash", "-c", f"{program} {words} {closed}"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (code, said)
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["query", "nope"], 2),
        (["validate", "no-such.ttl", "--shapes", "ontology/shapes.ttl"], 3),
        (["query", "network", "-o", "{folder}/a.out"], 0),
        (["query", "--debug", "nope"], 2),
    ],
)
def test_what_cannot_be_told_leaves_the_exit_code(tmp_path, words, code):
    """Where standard error is full, a command does what it can and ends as if it had been read."""
    with Path("/dev/full").open("w") as full:
        run = [sys.executable, "-c", "import sys; from ascn_graph.cli import main; sys.exit(main())"]
        given = [word.replace("{folder}", str(tmp_path)) for word in words]
        assert subprocess.run([*run, *given], stderr=full, check=False, cwd=ROOT).returncode == code


def test_a_folder_that_is_gone_is_told(tmp_path, monkeypatch, capsys):
    """A command that is run in a folder that somebody removed says so."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert main(["query", "network", "--data", "."]) == 4
    assert capsys.readouterr().err == "ascn: the folder this runs in is gone; change to one that is there.\n"


def test_every_encoding_gets_the_same_bytes():
    """An ASCII terminal ends no command, and standard input is UTF-8 or told not to be."""
    outputs = {
        ascn("--help", PYTHONIOENCODING=encoding).stdout.encode() for encoding in ("ascii:strict", "utf-8", "latin-1")
    }
    assert len(outputs) == 1
    assert outputs != {b""}
    done = subprocess.run(
        [sys.executable, "-c", "from ascn_graph.cli import main; exit(main())", "query", "--file", "-"],
        input=b"ASK { ?s ?p '\xff' }",
        capture_output=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stderr) == (3, b"ascn: -:1:14: is not UTF-8\n")


def test_sparql_needs_no_brace_and_a_file_may_be_asked_for_help(capsys):
    """DESCRIBE of an IRI is SPARQL; --help with --file tells what the file takes."""
    assert main(["query", "DESCRIBE <https://w3id.org/ascn/id/city/hanoi>"]) == 0
    assert "ascn:timeZone" in capsys.readouterr().out
    assert main(["query", "--file", str(ROOT / "queries" / "cities.rq"), "--help"]) == 0
    assert "memberState=malaysia  (a member state; optional" in capsys.readouterr().out


@pytest.mark.thorough
def test_why_tells_source_place_date_and_citation():
    """The launch is told with its line, its citation and the archived copy."""
    told = ascn("why", "statement:network-launched-at").stdout
    assert "line 3, characters 590 to 642" in told
    assert "https://web.archive.org/web/20190306032412/" in told
    inferred = ascn("why", "agreement:asean-2018-unnamed-1").stdout
    assert "Inferred by this project" in inferred


@pytest.mark.thorough
def test_a_closed_pipe_ends_quietly():
    """`ascn query … | head` leaves no traceback."""
    program = f"{sys.executable} -c 'import sys; from ascn_graph.cli import main; sys.exit(main())'"
    done = subprocess.run(
        ["bash", "-c", f"{program} export --format trig | head -1"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.stderr == ""
