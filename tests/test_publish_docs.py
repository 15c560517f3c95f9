"""What docs/publishing.md tells to configure is accepted, and what it names is in the site."""

from __future__ import annotations

import re
import subprocess

import pytest
from conftest import ROOT, command, need
from publish_site import SERVER_MODULES, free_port

pytestmark = pytest.mark.docs

TEXT = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_page_shows_every_way_to_a_live_site():
    """GitHub Pages, Apache, nginx, hosts with `_redirects` and w3id.org each have a section."""
    for heading in ("GitHub Pages", "Apache", "nginx", "Hosts that read `_redirects`", "w3id.org"):
        assert f"## {heading}\n" in TEXT
    assert "resolve only once" in TEXT


def test_every_file_the_page_names_is_in_the_site(built):
    """Each path of the site that the page names is in a built site."""
    site = built / "ascn"
    named = set(
        re.findall(r"`((?:rules|dumps|negotiate)/[^`*{}]+|_redirects|_headers|dataset\.ttl|\.well-known/void)`", TEXT)
    )
    assert len(named) >= 7
    assert [name for name in sorted(named) if not (site / name).exists()] == []


def test_apache_accepts_the_configuration(built, tmp_path):
    """The Apache block of the page, with its path set to the built site, is valid configuration."""
    need("apache2")
    (block,) = blocks("apache")
    modules = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in SERVER_MODULES]
    config = tmp_path / "apache.conf"
    config.write_text(
        "\n".join(
            [
                *modules,
                "ServerName localhost",
                f"Listen 127.0.0.1:{free_port()}",
                f"DefaultRuntimeDir {tmp_path}",
                f"ErrorLog {tmp_path}/error.log",
                block.replace("/var/www/html", str(built)),
            ]
        )
    )
    done = subprocess.run(
        [str(command("apache2")), "-t", "-f", str(config)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_nginx_accepts_the_configuration(built, tmp_path):
    """The nginx block of the page, with its path set to the built site, is valid configuration, and so without njs."""
    need("nginx")
    (block,) = blocks("nginx")
    block = block.replace("/var/www/html", str(built))
    plain = re.sub(r"\s*js_path [^;]+;", "", block).replace("nginx.conf", "nginx-plain.conf")
    paths = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    for module, text in (("load_module /usr/lib/nginx/modules/ngx_http_js_module.so;", block), ("", plain)):
        config = tmp_path / "nginx.conf"
        config.write_text(f"{module} pid {tmp_path}/pid; events {{ }} http {{ {paths} access_log off; {text} }}\n")
        words = [str(command("nginx")), "-t", "-c", str(config), "-p", str(tmp_path), "-e", str(tmp_path / "error.log")]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
