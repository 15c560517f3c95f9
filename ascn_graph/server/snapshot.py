"""The data as it was at one moment, a dump and a site, from which every process of the server is started."""

from __future__ import annotations

import ctypes
import gc
import resource
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from ascn_graph import dataset, graph
from ascn_graph.errors import EngineError, InputError
from ascn_graph.profile import Profile
from ascn_graph.server.limits import Limits

__all__ = ["DUMP", "PROJECT", "Snapshot", "held", "release_memory", "take", "write"]

#: The environment variable that tells a fork server the dump of a snapshot.
DUMP = "ASCN_SERVE_DUMP"
#: The environment variable that tells it the folder of the graph project.
PROJECT = "ASCN_SERVE_PROJECT"

_DUMPS = {".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG}


class Snapshot(NamedTuple):
    """What is served.

    Attributes:
        dump: N-Quads, the union of all graphs as the default graph.
        site: the folder of the site; None for no site.
        profile: of the graph.
        hash: of the graph.
        triples: how many it has, without duplicates.
        graphs: the triples of each named graph.
        worker_memory: bytes that one query may allocate.
    """

    dump: Path
    site: Path | None
    profile: Profile
    hash: str
    triples: int
    graphs: dict[str, int]
    worker_memory: int


def take(place: str | None, site: Path | str | None, limits: Limits, folder: Path) -> Snapshot:
    """Load the data, and write the dump and the site.

    Args:
        place: what `ascn_graph.load` takes, or a dump in N-Quads or TriG.
        site: the folder of a site, or the base URL of one that is to be built; None for no site. Of a dump none is
            built: it has no folders that say which source a statement is from, which the pages tell.
        limits: of the whole server.
        folder: an empty folder.

    Raises:
        AscnError: the data cannot be loaded, leaves too little memory, or the site cannot be built.
        OSError: the files cannot be written.
    """
    if place and (form := _DUMPS.get(Path(place).suffix)):
        snapshot = write(_union(place, form), dataset.profile_of(place), limits, folder)
    else:
        loaded = graph.load(place)
        snapshot = write(loaded.store, loaded.profile, limits, folder)
        if isinstance(site, str):
            try:
                from ascn_graph.publishing import site as publishing  # noqa: PLC0415 - needs jinja2, as no dump does
            except ModuleNotFoundError as error:
                raise EngineError(
                    f"The site needs the package '{error.name}', which is not here: pip install 'ascn-graph[serve]', "
                    "or give --no-site."
                ) from error
            publishing.publish(loaded, folder / "site", site, endpoint=f"{site.rstrip('/')}/sparql")
            site = folder / "site"
    return snapshot._replace(site=site if isinstance(site, Path) else None)


def write(store: Store, profile: Profile, limits: Limits, folder: Path) -> Snapshot:
    """Write the dump of a store, and count what it holds; this process is as large as one that holds nothing else.

    Raises:
        UsageError: it leaves too little memory for any query.
        OSError: the dump cannot be written.
    """
    release_memory()
    worker_memory = limits.worker_memory(held()[1])
    sizes = Counter(quad.graph_name for quad in store)
    named = {graph.value: size for graph, size in sizes.items() if isinstance(graph, NamedNode)}
    dump = folder / "graph.nq"
    store.dump(str(dump), format=RdfFormat.N_QUADS)
    graphs = dict(sorted(named.items()))
    return Snapshot(dump, None, profile, dataset.graph_hash(store), sizes[DefaultGraph()], graphs, worker_memory)


def _union(place: str, form: RdfFormat) -> Store:
    store = Store()
    try:
        store.load(path=place, format=form)
    except SyntaxError as error:
        raise InputError(str(error.msg), place, error.lineno or 1, error.offset or 1) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", place) from error
    store.extend([Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in store])
    return store


def held() -> tuple[int, int]:
    """Return the bytes of its address space that this process uses, and those that it has in memory."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - a bare open leaves nothing behind
        mapped, resident, *_ = map(int, statm.read().split())
    return mapped * resource.getpagesize(), resident * resource.getpagesize()


def release_memory() -> None:
    """Hand back what loading took: memory that a worker writes to is no longer shared, and would count twice."""
    gc.collect()
    gc.freeze()
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
