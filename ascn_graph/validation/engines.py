"""One run of a SHACL engine in a process of its own, which a deadline ends, and what it found in one form."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from ascn_graph.errors import EngineError, LimitExceeded, UsageError
from ascn_graph.ntriples import literal
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.vocabulary import sh

__all__ = ["ENGINES", "EngineAnswer", "EngineProgress", "Finding", "Refused", "Run", "choose"]

ENGINES = ("auto", "pyshacl", "fast", "cross")
#: What is told the name of an engine and the seconds it has run.
EngineProgress = Callable[[str, float], None]
_QUERIED = sh("SPARQLConstraintComponent")
_PACKAGE = {"pyshacl": "pyshacl", "fast": "shacl"}


class Finding(NamedTuple):
    """One result of an engine, in N-Triples terms.

    Attributes:
        focus: the focus node.
        path: the path as SPARQL writes it with whole IRIs, or an empty text.
        value: the value node, or an empty text.
        severity: the severity.
        component: the constraint component.
        shape: the source shape, an anonymous one by its name of `Shapes`.
        messages: what the engine says, each with its language or an empty text.
        language: the language in which there are several values, where that is what is wrong.
    """

    focus: str
    path: str
    value: str
    severity: str
    component: str
    shape: str
    messages: tuple[tuple[str, str], ...]
    language: str = ""


class EngineAnswer(NamedTuple):
    """What an engine found.

    Attributes:
        findings: the results, in a fixed order.
        loops: the shapes in which the data ran in a circle.
        met: the focus nodes of each shape that has targets, where the engine resolved them.
    """

    findings: list[Finding]
    loops: list[str]
    met: dict[str, list[str]]


class Refused(EngineError):
    """An engine says that it cannot evaluate these shapes or this data."""


def choose(engine: str) -> tuple[str, ...]:
    """Return the engines to run for one of `ENGINES`.

    Raises:
        UsageError: there is no such engine, or it is not installed.
    """
    if engine not in ENGINES:
        raise UsageError(f"There is no engine '{engine}'; there are: {', '.join(ENGINES)}.")
    installed = importlib.util.find_spec(_PACKAGE["fast"]) is not None
    if engine == "auto":
        return ("fast",) if installed else ("pyshacl",)
    if engine in ("fast", "cross") and not installed:
        raise UsageError(f"The engine '{engine}' needs an extra: pip install 'ascn-graph[fast]'.")
    return ("pyshacl", "fast") if engine == "cross" else (engine,)


class Run:
    """An engine that has been started; its imports go on while the files are read."""

    def __init__(self, engine: str, timeout: float, progress: EngineProgress | None = None) -> None:
        """Start the process, to be ended `timeout` seconds after it is asked; `progress` is told as that passes."""
        self.engine, self.timeout, self.progress = engine, timeout, progress
        script = Path(__file__).with_name(f"{engine}_engine.py")
        # -P: a file of the working folder must never be taken for a library.
        self._process = subprocess.Popen(  # noqa: S603 - our own file, no shell
            [sys.executable, "-P", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def results(self, data: list[str], shapes: list[str], paths: Shapes, *, advanced: bool = False) -> EngineAnswer:
        """Validate, and return the results in a fixed order.

        Args:
            data: N-Triples lines.
            shapes: N-Triples lines.
            paths: the shapes, to write every path alike.
            advanced: run the Advanced Features, which pySHACL can.

        Raises:
            LimitExceeded: the engine took too long.
            Refused: the engine cannot evaluate this.
            EngineError: the engine failed.
        """
        request = json.dumps({"data": "\n".join(data), "shapes": "\n".join(shapes), "advanced": advanced})
        out, err = self._answer(request)
        if self._process.returncode != 0:
            last = (err.strip().splitlines() or [f"exit code {self._process.returncode}"])[-1]
            raise EngineError(f"The engine '{self.engine}' failed: {last}")
        answer = json.loads(out)
        if "failure" in answer:
            raise Refused(f"The engine '{self.engine}' refused the shapes or the data: {answer['failure']}")
        found = [_finding(result, paths) for result in answer["results"]]
        # Two equal solutions of a SPARQL constraint are two results in one engine and one in another.
        queried = {finding for finding in found if finding.component == _QUERIED}
        ordered = sorted([*queried, *(finding for finding in found if finding.component != _QUERIED)])
        return EngineAnswer(ordered, answer.get("loops", []), answer.get("met", {}))

    def _answer(self, request: str) -> tuple[str, str]:
        began = time.monotonic()
        # One call in a thread of its own: one that is made again after its timeout no longer sends what is left.
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(self._process.communicate, request)
            try:
                while (left := began + self.timeout - time.monotonic()) > 0:
                    with contextlib.suppress(TimeoutError):
                        return answer.result(min(left, 1.0))
                    if self.progress is not None:
                        self.progress(self.engine, time.monotonic() - began)
            finally:
                self._process.kill()
        raise LimitExceeded(
            f"The engine '{self.engine}' did not finish within {self.timeout:g} s; raise --timeout, or look for "
            "a costly sh:pattern, path or SPARQL constraint.",
            "timeout",
        )


def _finding(result: dict[str, Any], shapes: Shapes) -> Finding:
    path = result["path"] or ""
    shape = shapes.by_name.get(result["shape"])
    # A path that is more than one predicate is a blank node of the engine's own; the shape has it in full.
    if shape is not None and shape.path is not None and not re.fullmatch(r"<[^<>]*>", path):
        path = shapes.path_text(shape.path) or path
    messages = tuple((text, language) for text, language, _ in map(literal, result["messages"]))
    value, name = result["value"] or "", result["shape"] or ""
    return Finding(result["focus"], path, value, result["severity"], result["component"], name, messages)
