"""What the tests in a browser share: one Chromium, and a server over the built site."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import command, need

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


class _Handler(SimpleHTTPRequestHandler):
    """Sends files and keeps quiet."""

    def log_message(self, *_words):
        """Print nothing."""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on 127.0.0.1 and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def origin(built):
    """Return the address of a server over the built site, which lies at /ascn/."""
    with served(built) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    """Return a Chromium without network of its own."""
    need("chromium", "module:playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=command("chromium"), args=["--no-sandbox"])
        started.kept = {}
        yield started
        started.close()


@contextlib.contextmanager
def tab(browser, **settings):
    """Return a fresh page, with what it asked for and what went wrong on it.

    The pages of the site keep nothing in a browser, so pages of the same settings share what it has loaded.
    """
    settings.setdefault("viewport", DESKTOP)
    key = repr(sorted(settings.items()))
    if key not in browser.kept:
        browser.kept[key] = browser.new_context(**settings)
    page = browser.kept[key].new_page()
    page.requests, page.problems = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    try:
        yield page
    finally:
        page.close()
