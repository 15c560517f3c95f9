"""Long answers pass through: rows as they come, files as they stream, and no more memory for it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from faulty_server import JSON, XML, faulty_server, long_answer

import ascn_graph as ascn
from ascn_graph.cli import main
from ascn_graph.errors import EndpointError, EngineError
from ascn_graph.results import MOST_KEPT

SELECT = "SELECT ?x { ?x ?p ?o }"


def held(first: bytes, rest: bytes, kind: str, let_go: threading.Event):
    """Send the first part of an answer, and the rest when it is let go; if nobody lets it go, close."""

    def behave(connection, _request) -> None:
        length = len(first) + len(rest)
        connection.sendall(
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n".encode() + first
        )
        if let_go.wait(10):
            connection.sendall(rest)

    return behave


ANSWERS = {
    "json": (
        b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"a"}},{"x":{"type":"lite',
        b'ral","value":"b"}}]}}',
        JSON,
    ),
    "xml": (
        (
            b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/></head><results><result>'
            b'<binding name="x"><literal>a</literal></binding></result><result><binding na'
        ),
        b'me="x"><literal>b</literal></binding></result></results></sparql>',
        XML,
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_first_row_comes_before_the_last_byte(name):
    """A row is there while the endpoint still works on the next."""
    let_go = threading.Event()
    first, rest, kind = ANSWERS[name]
    with faulty_server(held(first, rest, kind, let_go)) as server:
        rows = iter(ascn.connect(server.url, timeout=20).sparql(SELECT))
        assert next(rows).x == "a"
        let_go.set()
        assert [row.x for row in rows] == ["b"]


def test_a_line_is_written_before_the_last_byte(tmp_path):
    """`ascn query` writes CSV as it comes; a file appears when it is whole."""
    let_go = threading.Event()
    first, rest, kind = ANSWERS["json"]
    with faulty_server(held(first, rest, kind, let_go)) as server:
        words = ["-m", "ascn_graph.cli", "query", SELECT, "--endpoint", server.url, "--format", "csv"]
        script = "import sys; from ascn_graph.cli import main; sys.exit(main(sys.argv[1:]))"
        with subprocess.Popen([sys.executable, "-c", script, *words[2:]], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert [process.stdout.readline() for _ in range(2)] == [b"x\r\n", b"a\r\n"]
            let_go.set()
            assert process.stdout.read() == b"b\r\n"
        assert process.returncode == 0


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_an_answer_that_is_cut_leaves_no_file(tmp_path, form, capsys):
    """What had been written when it broke off does not pass for the answer."""
    target = tmp_path / "rows"
    with faulty_server(long_answer(20_000, "v" * 50, cut=True)) as server:
        assert main(["query", SELECT, "--endpoint", server.url, "--format", form, "-o", str(target)]) == 4
    assert list(tmp_path.iterdir()) == []
    assert "breaks off" in capsys.readouterr().err


def test_a_short_stream_can_be_read_again():
    """Rows that passed by are kept as long as they are few: iterate, count, write."""
    with faulty_server(long_answer(9_000, "v" * 50)) as server:
        rows = ascn.connect(server.url).sparql(SELECT)
        for row in rows:
            assert row.x == "v" * 50
            break
        assert sum(1 for _ in rows) == 9_000
        assert len(rows) == 9_000
        assert rows.to_csv().count("\r\n") == 9_001
    assert len(server.requests) == 1


@pytest.mark.thorough
def test_a_long_stream_passes_once():
    """Of more rows than are kept, a second reading says so instead of giving a part; who counts first has all."""
    with faulty_server(long_answer(MOST_KEPT + 1_001, "v")) as server:
        rows = ascn.connect(server.url).sparql(SELECT)
        assert sum(1 for _ in rows) == MOST_KEPT + 1_001
        with pytest.raises(EngineError, match="passed by"):
            next(iter(rows))
        rows = ascn.connect(server.url).sparql(SELECT)
        assert len(rows) == sum(1 for _ in rows) == MOST_KEPT + 1_001


def test_a_stream_that_breaks_off_never_passes_for_a_whole_one():
    """The rows that came are given, then the error; afterwards there are none."""
    with faulty_server(long_answer(20_000, "v" * 50, cut=True)) as server:
        rows = ascn.connect(server.url).sparql(SELECT)
        with pytest.raises(EndpointError, match="breaks off"):
            for _ in rows:
                pass
        with pytest.raises(EngineError, match="was cut off"):
            len(rows)


MEMORY = """
import resource, sys
import ascn_graph as ascn
from ascn_graph.cli import main
if sys.argv[2] == "rows":
    rows = ascn.connect(sys.argv[1]).sparql("SELECT ?x { ?x ?p ?o }")
    count = sum(1 for row in rows if row.x)
else:
    words = ["query", "SELECT ?x { ?x ?p ?o }", "--endpoint", sys.argv[1], "--format", sys.argv[2], "-o", "/dev/null"]
    assert main(words) == 0
    count = 0
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.thorough
@pytest.mark.parametrize("how", ["rows", "csv", "tsv"])
def test_memory_does_not_grow_with_the_rows(how):
    """Four hundred thousand rows take no more than 20 MiB above twenty thousand."""
    sizes = []
    for number in (20_000, 400_000):
        with faulty_server(long_answer(number, "v" * 20)) as server:
            done = subprocess.run(
                [sys.executable, "-c", MEMORY, server.url, how],
                capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent,
            )  # fmt: skip
        assert not done.stderr
        count, size = map(int, done.stdout.split())
        assert count == (number if how == "rows" else 0)
        sizes.append(size)
    assert sizes[1] - sizes[0] < 20 * 1024
