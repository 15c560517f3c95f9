"""What a person at a terminal picks from an answer, and what the shell completes for them."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT, command, need

from ascn_graph.cli import COMMANDS, main
from ascn_graph.cli.completion import candidates


@pytest.fixture
def told(capsys):
    """Return a function that runs `ascn` and gives its exit code and what it printed."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        out, error = capsys.readouterr()
        return code, out, error

    return run


@pytest.mark.thorough
def test_columns_and_rows_can_be_chosen(told):
    """--columns keeps these in this order, --limit the first rows; both work on SPARQL of one's own."""
    assert told("query", "member-states", "--columns", "iso3,name", "--limit", "1")[:2] == (
        0,
        "iso3,name\r\nBRN,Brunei Darussalam\r\n",
    )
    assert told("query", "SELECT ?a ?b { VALUES (?a ?b) { (1 2) (3 4) } }", "--columns", "b", "--limit", "1")[1] == (
        "b\r\n2\r\n"
    )
    code, out, _ = told("query", "describe", "about=city:hanoi", "--limit", "2", "--format", "ntriples")
    assert (code, out.count("\n")) == (0, 2)
    assert told("query", "roles", "--columns", "duty", "--limit", "0")[1] == "duty\r\n"


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["events", "--columns", "nme"], "There is no column 'nme': did you mean name?"),
        (["events", "--columns", ""], "--columns: its value is empty"),
        (["events", "--limit", "few"], "'few' is not a number of rows"),
        (["events", "--limit", "-1"], "--limit"),
        (["events", "--limit", "1e3"], "'1e3' is not a number of rows"),
        (["ASK {}", "--limit", "1"], "answers with true or false"),
        (["describe", "about=city:hanoi", "--columns", "subject"], "this query answers with triples"),
        (["events", "--search", "city"], "leave out the name"),
        (["--search", "officr"], "No named query speaks of 'officr': did you mean officer"),
    ],
)
def test_what_cannot_be_chosen_is_said(told, words, says):
    """An unknown column, no number, or a choice where there is none is usage: exit 2 and one sentence."""
    code, _, error = told("query", *words)
    assert code == 2
    assert says in error


#: Words that nothing can be done with: the exit code, and what is said.
USELESS = [
    (["events", "--limit", "1.5"], 2, "'1.5' is not a number of rows"),
    (["events", "--limit", "\u0661\u0662"], 2, "is not a number of rows"),
    (["events", "--limit", "9" * 20], 2, "is not a number of rows"),
    (["events", "--columns", "name,,date"], 2, "There is no column ''; the columns are event"),
    (["events", "-o", "{folder}"], 4, "Is a directory"),
    (["events", "-o", "{folder}/no/such.csv"], 4, "No such file or directory"),
    (["events", "-o", "{folder}/a.geojson"], 2, "GeoJSON needs the columns latitude and longitude"),
    (["ASK {}", "--endpoint", "http://127.0.0.1:1/", "--header", "a"], 2, "'a' is not a header field"),
    (["ASK {}", "--endpoint", "http://127.0.0.1:1/", "--header", "A B: c"], 2, "'A B' is not a header field"),
    (["ASK {}", "--endpoint", "http://127.0.0.1:1/", "--header", ": c"], 2, "is not a header field"),
    (["ASK {}", "--endpoint", "http://127.0.0.1:1/", "--header", "User-Agent: x\ny"], 2, "as a line break"),
    (["ASK {}", "--endpoint", "ftp://x"], 2, "give an http or https address"),
    (["ASK {}", "--endpoint", "http://127.0.0.1:1/", "--base", "http://e/"], 2, "leave out --source and --base"),
    (["--file", "{folder}"], 3, "cannot be read: Is a directory"),
    (["--file", "{folder}/none.rq"], 3, "cannot be read: No such file"),
    (["officers", "city"], 2, "'city' is not a parameter: write key=value, such as city=davao-city;"),
    (["officers", "hanoi"], 2, "`ascn query officers --help` lists the keys"),
    (["officers", "city="], 2, "Parameter 'city' has no value"),
    (["officers", "--city=hanoi"], 2, "a parameter is written key=value, without dashes"),
    (["cities", "city=\ud800"], 2, "No city in this graph is called"),
    (["events", "--timeout", "nan"], 2, "must be more than 0 seconds"),
    (["events", "--format", "CSV"], 2, "did you mean csv?"),
    (["select"], 2, "There is no query 'select'"),
    (["--search", "zzzz"], 2, "No named query speaks of 'zzzz'"),
    (["--show"], 2, "There is no query to answer"),
]


@pytest.mark.sample(4)
@pytest.mark.parametrize(("words", "exit_code", "says"), USELESS)
def test_what_cannot_be_done_is_one_sentence(told, tmp_path, words, exit_code, says):
    """One line on standard error, nothing on standard output, and the exit code of its sort."""
    code, out, error = told("query", *(word.replace("{folder}", str(tmp_path)) for word in words))
    assert (code, out, error.count("\n")) == (exit_code, "", 1)
    assert says in error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.thorough
def test_the_ending_of_a_file_says_the_format(told, tmp_path):
    """-o cities.geojson is GeoJSON, an unknown ending what a pipe gets, and --format goes first."""
    for name, begins in (
        ("a.geojson", '{"type": "FeatureCollection"'),
        ("a.md", "| city |"),
        ("a.JSON", '{"head"'),
        ("a.dat", "city,name"),
    ):
        assert told("query", "cities", "city=hanoi", "-o", str(tmp_path / name))[0] == 0
        assert (tmp_path / name).read_text("utf-8").startswith(begins), name
    assert told("query", "cities", "--format", "tsv", "-o", str(tmp_path / "b.json"))[0] == 0
    assert (tmp_path / "b.json").read_text("utf-8").startswith("?city\t")
    code, _, error = told("query", "cities", "-o", str(tmp_path / "c.ttl"))
    assert (code, (tmp_path / "c.ttl").exists()) == (2, False)
    assert "holds triples" in error


def test_a_word_finds_the_queries_that_speak_of_it(told):
    """--search looks into names, questions, parameters and columns, whatever the case."""
    code, out, _ = told("query", "--search", "PIXEL")
    assert code == 0
    assert set(re.findall(r"^  (\S+)  +[A-Z]", out, re.MULTILINE)) == {"city-at-pixel", "map-regions"}


def test_what_would_be_sent_is_shown_and_not_sent(told, tmp_path):
    """--show prints the text with its values in place; nothing is asked, so the endpoint need not be there."""
    code, out, _ = told("query", "officers", "city=hanoi", "--show")
    assert code == 0
    assert "VALUES ?inCity { <https://w3id.org/ascn/id/city/hanoi> }" in out
    assert told("query", "ASK {}", "--show", "--endpoint", "http://127.0.0.1:1/")[:2] == (0, "ASK {}\n")
    assert told("query", "network", "--show", "-o", str(tmp_path / "n.rq")) == (0, "", "")
    assert "SELECT" in (tmp_path / "n.rq").read_text("utf-8")


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("ascn qu", ["query"]),
        ("ascn query off", ["officers", "officers-at"]),
        ("ascn query officers ci", ["city="]),
        ("ascn query officers city=dav", ["city=davao-city"]),
        ("ascn query officers city=hanoi city=da-", ["city=da-nang"]),
        ("ascn query cities status=", ["status=member", "status=pilot"]),
        ("ascn query officers --lim", ["--limit"]),
        ("ascn query officers --format geo", ["geojson"]),
        ("ascn query officers --source art", ["article"]),
        ("ascn why city:han", ["city:hanoi"]),
        ("ascn completion ", ["bash", "fish", "zsh"]),
        ("ascn export --format tr", ["trig"]),
        ("ascn query cities -o ci", []),
        ("ascn query cities --limit c", []),
        ("ascn validate --engine c", ["cross"]),
        ("ascn query officers city=Davao\\ ", ["city=Davao City"]),
        ('ascn query officers "city=Davao C', ["city=Davao City"]),
        ("ascn query officers 'city=Davao C", ["city=Davao City"]),
        (
            "ascn query officers city=\u0e01\u0e23\u0e38\u0e07\u0e40\u0e17\u0e1e\u0e2f",
            ["city=\u0e01\u0e23\u0e38\u0e07\u0e40\u0e17\u0e1e\u0e2f"],
        ),
        ("ascn query describe about=city:han", ["about=city:hanoi"]),
        ("ascn query officers colour=", []),
        ("ascn query cities --data no-such city=", []),
    ],
)
def test_what_may_follow_on_a_line(told, line, found):
    """Commands, queries, parameters, values, options and names, of which all begin as the last word does."""
    assert [word for word in told("completion", "words", line)[1].split("\n") if word and word != "offices"] == found


def test_every_command_is_offered():
    """An empty line is completed by every command."""
    assert candidates("ascn ") == sorted(COMMANDS)


@pytest.mark.thorough
def test_bash_completes_behind_the_signs_it_breaks_words_at(tmp_path):
    """The script of bash gives only what stands behind `=` or `:`, and puts no space behind a parameter."""
    need("bash")
    ascn = tmp_path / "ascn"
    ascn.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from ascn_graph.cli import main; exit(main())" "$@"\n')
    ascn.chmod(0o755)
    lines = [
        "ascn query officers city=dav",
        "ascn why city:han",
        "ascn query officers ci",
        r"ascn query officers city=Davao\ ",
        'ascn query officers city="Davao ',
        "ascn query describe about=city:han",
    ]
    program = r"""source <(ascn completion bash); compopt() { echo compopt; }
    for COMP_LINE in "$@"; do COMP_POINT=${#COMP_LINE}; _ascn; printf '%s\n' "${COMPREPLY[@]}"; done"""
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", program, "bash", *lines],
        env={"PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split("\n")[:-1] == [
        *("davao-city", "hanoi", "compopt", "city=", r"Davao\ City", "Davao City", "hanoi"),
    ], done.stderr


@pytest.mark.thorough
@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_scripts_of_the_other_shells_parse(told, shell):
    """What is printed for zsh and fish is read by them without a fault."""
    need(shell)
    script = told("completion", shell)[1]
    done = subprocess.run([str(command(shell)), "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
