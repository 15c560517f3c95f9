"""What the tests of the site share: one built site, and web servers to put it on."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import command, need, once

BASE = "https://example.org/ascn/"
SERVER_MODULES = ("mpm_event", "authz_core", "dir", "mime", "negotiation", "alias", "rewrite", "headers")


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """Return a folder with the site of the packaged graph in its folder `ascn`, built once for all test processes."""
    need("module:jinja2")
    import ascn_graph
    from ascn_graph.publishing.site import publish

    with once(tmp_path_factory, "www") as (folder, missing):
        if missing:
            folder.mkdir()
            publish(ascn_graph.load(), folder / "ascn", BASE)
            readable(folder)
    return folder


def readable(folder: Path) -> None:
    """Let servers that drop root read a folder of a test."""
    for place in (folder, *folder.parents):
        if place.stat().st_uid == folder.stat().st_uid and place.is_relative_to(tempfile.gettempdir()):
            place.chmod(place.stat().st_mode | 0o055)


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port: int, path: str, accept: str | None = None, method: str = "GET") -> Answer:
    """Send one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers={} if accept is None else {"Accept": accept})
        answer = connection.getresponse()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


@contextlib.contextmanager
def _running(arguments: list[str], port: int, log: Path) -> Iterator[int]:
    with log.open("wb") as sink:
        process = subprocess.Popen(arguments, stdout=sink, stderr=sink)
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                    break
                if process.poll() is not None:
                    break
                time.sleep(0.05)
            else:
                pytest.fail(f"{arguments[0]} does not listen: {log.read_text()}")
            if process.poll() is not None:
                pytest.fail(f"{arguments[0]} ended: {log.read_text()}")
            yield port
        finally:
            process.terminate()
            process.wait(10)


@contextlib.contextmanager
def apache(www: Path, work: Path, allow: str = "FileInfo") -> Iterator[int]:
    """Run Apache over a folder, with what its .htaccess files may say, and give its port."""
    need("apache2")
    modules = Path("/usr/lib/apache2/modules")
    port = free_port()
    lines = [f"LoadModule {name}_module {modules}/mod_{name}.so" for name in SERVER_MODULES]
    config = work / "apache.conf"
    config.write_text(
        "\n".join(
            [
                *lines,
                "ServerName localhost",
                f"Listen 127.0.0.1:{port}",
                f"PidFile {work}/apache.pid",
                f"ErrorLog {work}/apache-error.log",
                "TypesConfig /etc/mime.types",
                f"DefaultRuntimeDir {work}",
                f"DocumentRoot {www}",
                f"<Directory {www}>",
                f"AllowOverride {allow}",
                "Require all granted",
                "</Directory>",
                "",
            ]
        )
    )
    with _running([str(command("apache2")), "-X", "-f", str(config)], port, work / "apache.log") as ready:
        yield ready


@contextlib.contextmanager
def nginx(www: Path, work: Path, rules: Path, *, njs: bool) -> Iterator[int]:
    """Run nginx over a folder with one of the generated rule files, and give its port."""
    need("nginx")
    port = free_port()
    module = Path("/usr/lib/nginx/modules/ngx_http_js_module.so")
    if njs and not module.exists():
        need("libnginx-mod-http-js")
    paths = "".join(
        f"{kind}_temp_path {work}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = work / "nginx.conf"
    config.write_text(
        (f"load_module {module};\n" if njs else "")
        + f"pid {work}/nginx.pid;\nerror_log {work}/nginx-error.log;\ndaemon off;\nmaster_process off;\n"
        + "events { worker_connections 64; }\n"
        + f"http {{ include /etc/nginx/mime.types; access_log off; {paths}"
        + (f"js_path {rules.parent}/;\n" if njs else "")
        + f"server {{ listen 127.0.0.1:{port}; root {www}; include {rules}; }} }}\n"
    )
    arguments = [str(command("nginx")), "-c", str(config), "-p", str(work), "-e", str(work / "nginx-start.log")]
    with _running(arguments, port, work / "nginx.log") as ready:
        yield ready
