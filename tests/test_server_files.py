"""A site as the server reads it, without a server: what is found, in which form, and what stays in memory."""

from __future__ import annotations

import asyncio
import gzip
from http import HTTPStatus

import pytest
from conftest import ROOT, need

from ascn_graph import profile

PAGE = b"<p>" + b"a page " * 1000


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a page, its document and a file that lies compressed beside itself."""
    need("module:starlette")
    (tmp_path / "doc/maker").mkdir(parents=True)
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "doc/maker/ada-quill.ttl").write_text("# about Ada\n")
    (tmp_path / "large.nt").write_bytes(b"a line\n" * 10_000)
    (tmp_path / "large.nt.gz").write_bytes(gzip.compress(b"a line\n" * 10_000, mtime=0))
    return tmp_path


def test_a_site_is_read_by_the_names_of_its_graph(folder):
    """A thing leads to its document, a page is compressed for who takes that, and what is not there is refused."""
    from starlette.datastructures import Headers

    from ascn_graph.server.job import Problem
    from ascn_graph.server.static_site import SiteFolder

    site = SiteFolder(folder, profile.read(ROOT / "tests/graphs/museum"), 1 << 20)

    async def got(path: str, **headers: str):
        return await site.get(path, b"", Headers({name.replace("_", "-"): value for name, value in headers.items()}))

    thing = asyncio.run(got("/id/maker/ada-quill", accept="text/turtle"))
    assert (thing.status, dict(thing.headers)[b"location"]) == (303, b"/doc/maker/ada-quill.ttl")
    page = dict(asyncio.run(got("/", accept_encoding="gzip")).headers)
    assert int(page[b"content-length"]) == len(gzip.compress(PAGE, 6, mtime=0))
    assert asyncio.run(got("/index.html", if_none_match=page[b"etag"].decode())).status == HTTPStatus.OK
    with pytest.raises(Problem) as refused:
        asyncio.run(got("/../index.html"))
    assert refused.value.status == HTTPStatus.NOT_FOUND


def test_a_file_larger_than_its_share_of_memory_is_left_where_it_lies(folder):
    """Small files are kept, large ones are not, and either is read once as long as it stays as it is."""
    from ascn_graph.server.file_cache import Files

    files = Files(100_000)

    async def read():
        large, page = folder / "large.nt", folder / "index.html"
        return [
            await files.get(path, compress=compress)
            for path in (large, page)
            for compress in (False, True)
            for _ in range(2)
        ]

    plain, again, packed, _, page, _, small, _ = asyncio.run(read())
    assert (plain.body, plain.size, plain.path) == (None, 70_000, folder / "large.nt")
    assert again is plain
    assert (packed.path, packed.compressed, gzip.decompress(packed.body)) == (
        folder / "large.nt.gz",
        True,
        b"a line\n" * 10_000,
    )
    assert (page.body, gzip.decompress(small.body), page.tag == small.tag) == (PAGE, PAGE, False)
