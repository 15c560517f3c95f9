"""The site rendered for the server, in a process and a folder of its own."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from ascn_graph.errors import AscnError, EngineError

__all__ = ["SITE", "build"]

#: Where the site lies in its folder, which also has what an unfinished one is made of.
SITE = "site"

_COMMAND = "from ascn_graph.cli import main; raise SystemExit(main())"


async def build(place: str | None, base_url: str) -> tempfile.TemporaryDirectory[str]:
    """Run `ascn publish` into a folder that lasts until it is cleaned up.

    Args:
        place: the data; None: the packaged graph.
        base_url: where the documents will lie.

    Raises:
        AscnError: the site cannot be built; the message is that of `ascn publish`.
    """
    folder = tempfile.TemporaryDirectory(prefix="ascn-site-", ignore_cleanup_errors=True)
    site = str(Path(folder.name, SITE))
    words = ["publish", site, "--base-url", base_url, "--allow-invalid", *(["--data", place] if place else [])]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _COMMAND,
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        folder.cleanup()
        raise
    if process.returncode:
        folder.cleanup()
        sentence = said.decode(errors="replace").strip().rpartition("\n")[2].removeprefix("ascn: ")
        error = AscnError(sentence) if sentence else EngineError("The site could not be built; see `ascn publish`.")
        error.exit_code = process.returncode
        raise error
    return folder
