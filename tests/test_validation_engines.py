"""An engine's process: what is sent to it arrives, and its time is bounded."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from ascn_graph.errors import LimitExceeded
from ascn_graph.validation.engines import Run
from ascn_graph.validation.shapes import Shapes

SHAPES = [
    "<urn:x:S> <http://www.w3.org/ns/shacl#targetSubjectsOf> <urn:x:p> .",
    "<urn:x:S> <http://www.w3.org/ns/shacl#nodeKind> <http://www.w3.org/ns/shacl#BlankNode> .",
]
#: More than a pipe holds, so that sending waits for the engine to read.
DATA = [f"<urn:x:{number}> <urn:x:p> <urn:x:o> ." for number in range(3_000)]


@pytest.fixture
def asleep() -> Run:
    """Yield an engine that has been stopped before it reads anything."""
    run = Run("pyshacl", 60)
    os.kill(run._process.pid, signal.SIGSTOP)
    yield run
    run.stop()


@pytest.mark.thorough
def test_an_engine_that_is_slow_to_read_gets_everything(asleep) -> None:
    """What did not fit into the pipe in the first second is sent later; each second is told."""
    told = []
    threading.Timer(1.5, os.kill, (asleep._process.pid, signal.SIGCONT)).start()
    asleep.progress = lambda *words: told.append(words)
    found = asleep.results(DATA, SHAPES, Shapes([])).findings
    assert len(found) == len(DATA)
    assert told[0][0] == "pyshacl"


def test_an_engine_that_reads_nothing_is_ended(asleep) -> None:
    """The time-out holds while the data is still being sent."""
    asleep.timeout = 0.5
    began = time.monotonic()
    with pytest.raises(LimitExceeded, match=r"did not finish within 0\.5 s"):
        asleep.results(DATA, SHAPES, Shapes([]))
    assert time.monotonic() - began < 5
    assert asleep._process.poll() is not None
