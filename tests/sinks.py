"""An endpoint that keeps who calls it, and the queries that would."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NOTHING = b'{"head": {"vars": []}, "results": {"bindings": []}}'


@contextmanager
def sink():
    """Listen on a port of this machine, answer as an empty endpoint does, and keep who called for what."""
    calls: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            calls.append("connection")
            super().handle()

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(NOTHING)))
            self.end_headers()
            self.wfile.write(NOTHING)

        do_GET = do_POST = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port, calls
        finally:
            server.shutdown()
            thread.join()


def services(port: int) -> list[str]:
    """Return the ways to ask another endpoint from within a query, also where it hides from a careless reader."""
    url = f"<http://127.0.0.1:{port}/>"
    return [
        f"SELECT * {{ SERVICE {url} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT {url} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ VALUES ?where {{ {url} }} SERVICE ?where {{ ?s ?p ?o }} }}",
        f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ SERVICE {url} {{ ?s ?p ?o }} }} }}",
        f"SELECT * {{ ?s ?p ?o MINUS {{ sErViCe silent {url} {{ ?s ?p ?o }} }} }}",
        f"SELECT * {{ {{ SELECT ?s {{ seRViCe {url} {{ ?s ?p ?o }} }} }} }}",
        f"SELECT * {{ OPTIONAL {{ SERVICE#comment\n{url} {{ ?s ?p ?o }} }} }}",
        f"SELECT * {{ ?s ?p ?o # comment\r SERVICE {url} {{ ?s ?p ?o }}\n}}",
        f"ASK {{ SERVICE {url} {{ ?s ?p ?o }} }}",
        f"CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE {url} {{ ?s ?p ?o }} }}",
        f"DESCRIBE ?s {{ SERVICE {url} {{ ?s ?p ?o }} }}",
        f"PREFIX e: <http://127.0.0.1:{port}/> SELECT * {{ SERVICE e: {{ ?s ?p ?o }} }}",
        f"SELECT * {{ BIND('a' AS ?a) BIND(2 AS ?b) FILTER(!(?a<'&&?b>')) SERVICE {url} {{?s ?p 'x'}}}}",
        f"BASE <http://e/> SELECT * {{ FILTER(0<1#> '''\n) SERVICE {url} {{?s ?p ?o}}}} #'''",
        # A name or an IRI that a careless reader ends too early, so that the quote it holds hides the rest.
        f"PREFIX e: <http://e/> SELECT * {{ ?s e:\U0001f600\\' ?o . SERVICE {url} {{ ?a ?b 'x' }} }}",
        f"SELECT * {{ <http://e/\\u0061'> ?p ?o . SERVICE {url} {{ ?a ?b 'x' }} }}",
        f'SELECT * {{ ?s ?p """a\\""" . # """ ;\n SERVICE {url} {{ ?a ?b "x" }} }}',
    ]
