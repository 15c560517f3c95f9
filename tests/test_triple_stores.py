"""The commands of docs/triple-stores.md, run as they stand but for their ports."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, command, need
from servers import free_port

pytestmark = pytest.mark.docs

PAGE = ROOT / "docs" / "triple-stores.md"
PORTS = ("7878", "1111", "8890")


@pytest.fixture
def shell(tmp_path):
    """Return what runs a block of the page in an empty folder, with `ascn` and the stores' programs on the path."""
    tools = tmp_path / "tools"
    tools.mkdir()
    ascn = tools / "ascn"
    ascn.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "from ascn_graph.cli import main; raise SystemExit(main())" "$@"\n'
    )
    ascn.chmod(0o755)
    found = [str(Path(path).parent) for name in ("oxigraph", "virtuoso-t", "isql-vt") if (path := command(name))]
    path = os.pathsep.join([str(tools), *found, os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    folder = tmp_path / "work"
    folder.mkdir()

    def start(text: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    return start


def blocks(heading: str) -> list[str]:
    """Return the shell blocks of a section of the page, with free ports in place of those printed."""
    text = PAGE.read_text(encoding="utf-8")
    section = re.split(r"^## ", text, flags=re.MULTILINE)
    (wanted,) = (part for part in section if part.startswith(heading))
    for port in PORTS:
        wanted = wanted.replace(f":{port}", f":{free_port()}")
    return re.findall(r"^```sh\n(.*?)^```$", wanted, flags=re.MULTILINE | re.DOTALL)


def done(process: subprocess.Popen[str]) -> str:
    """Return what a block printed, once it is done."""
    out, error = process.communicate(timeout=60)
    assert process.returncode == 0, out + error
    return out


def same_rows(shell, block: str) -> None:
    """The query that a block ends with gives what it gives without an endpoint."""
    remote = block.strip().splitlines()[-1]
    words = shlex.split(remote)
    local = shlex.join(words[: words.index("--endpoint")])
    shown = done(shell(f"{remote} --format csv"))
    assert shown.count("\n") > 1
    assert shown == done(shell(f"{local} --format csv"))


def test_the_oxigraph_section(shell):
    """Serve, push, query."""
    need("oxigraph")
    serve, use = blocks("An `oxigraph` server")
    port = int(re.search(r"127\.0\.0\.1:(\d+)", serve)[1])
    with shell(f"exec {serve}") as server:
        try:
            for _ in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            assert "uploaded and counted" in done(shell(use))
            same_rows(shell, use)
        finally:
            server.kill()


def test_the_virtuoso_section(shell):
    """Configure, start, allow, push, query, stop."""
    need("virtuoso-t", "isql-vt")
    begin, use, stop = blocks("Virtuoso 7")
    try:
        # The server stays behind with the pipes of its block, so nothing is read from them.
        begun = shell(f"({begin}) >/dev/null 2>&1")
        assert begun.wait(60) == 0
        assert "uploaded and counted" in done(shell(use))
        same_rows(shell, use)
    finally:
        stopped = shell(stop)
        stopped.communicate(timeout=60)
