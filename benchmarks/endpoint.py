"""The endpoint beside its peers: throughput, mixed traffic with attacks, and what attacks do to others.

python benchmarks/endpoint.py throughput     ours, oxigraph and rdflib-endpoint, interleaved; needs wrk
python benchmarks/endpoint.py throughput --beside DIR
                                             ours and that of DIR, interleaved: a checkout of another commit, as
                                             `git worktree add DIR COMMIT` makes one
python benchmarks/endpoint.py mixed          50,000 requests, one in a hundred an attack
python benchmarks/endpoint.py attack         the latency of a small query while one attacker runs
python benchmarks/endpoint.py hop            what the way to a worker process costs
python benchmarks/endpoint.py static         what downloads cost: those that hang up, and the dumps beside nginx
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, serialize

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from servers import free_port  # noqa: E402

from ascn_graph import dataset  # noqa: E402 - found by the path above
from ascn_graph.profile import packaged  # noqa: E402

OURS = "ascn serve"
CACHED = ", cached"
CITY = f"{packaged().things}city/hanoi"
POINT = f"SELECT ?label {{ <{CITY}> <http://www.w3.org/2000/01/rdf-schema#label> ?label }}"
MEDIUM = """
PREFIX ascn: <https://w3id.org/ascn/ontology#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?cityName ?name ?designation {
  ?tenure ascn:post ?post ; org:member ?person ; ascn:designation ?title .
  ?post ascn:forCity ?city .
  ?city rdfs:label ?cityName .
  ?person rdfs:label ?name .
  ?title rdfs:label ?designation
} LIMIT 100
"""
#: Makes every request another one for a cache: a comment that was never sent before.
NONCE = """
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", wrk.path .. "%20%23RUN-" .. n)
end
"""
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c. ?d ?e ?f. ?g ?h ?i. ?j ?k ?l }"
ATTACKS = (
    ENDLESS,
    "SELECT * { ?a ?b ?c. ?d ?e ?f. ?g ?h ?i }",
    "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?n) { ?a ?b ?c. ?d ?e ?f }",
    "SELECT * " + "{" * 5000 + "}" * 5000,
    "SELECT (" + "+".join(["1"] * 20_000) + " AS ?x) {}",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "CLEAR ALL",
    "SELECT * {",
    "SELECT * { ?s (((!<p:p>*)*)*)* ?o . ?x (((!<p:p>*)*)*)* ?y }",
)


class Peer(NamedTuple):
    """A running endpoint."""

    name: str
    url: str
    process: subprocess.Popen[bytes]


def enlarged(times: int, folder: Path) -> tuple[Path, Path]:
    """Write the packaged graph so many times over: with its named graphs and, first, as their union alone."""
    once = dataset.load(dataset.find())
    store = Store()
    for number in range(times):
        store.extend(Quad(*(_renamed(node, number) for node in quad)) for quad in once)
    union, whole = folder / "union.nt", folder / "whole.nq"
    serialize((quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())), str(union))
    serialize((quad for quad in store if quad.graph_name != DefaultGraph()), str(whole))
    return union, whole


def _renamed(node: object, number: int) -> object:
    if number and isinstance(node, NamedNode) and node.value.startswith(packaged().things):
        return NamedNode(re.sub(r"(?=#|$)", f"-{number}", node.value, count=1))
    return node


@contextmanager
def started(name: str, command: list[str], port: int, path: str) -> Iterator[Peer]:
    """Run a server until it answers, and end it afterwards."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peer = Peer(name, f"http://127.0.0.1:{port}{path}", process)
    try:
        until = time.monotonic() + 120
        while ask(peer, "ASK {}")[0] != 200:
            if time.monotonic() > until or process.poll() is not None:
                raise SystemExit(f"{name} did not start: {' '.join(command)}")
            time.sleep(0.1)
        yield peer
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ours(data: Path, *options: str, checkout: Path = ROOT) -> tuple[str, list[str], int, str]:
    """Return how the server of this checkout, or of another, is started."""
    port = free_port()
    run = "from ascn_graph.cli import main; raise SystemExit(main())"
    words = ["env", f"PYTHONPATH={checkout}", sys.executable, "-c", run]
    words += ["serve", "--port", str(port), "--data", str(data), "--no-log", *options]
    return OURS if checkout == ROOT else f"{OURS} of DIR", words, port, "/sparql"


def ask(peer: Peer, text: str, wait: float = 30) -> tuple[int, bytes]:
    """Send one query by POST on a connection of its own; status 0 where there is no answer."""
    host, _, path = peer.url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=wait)
    try:
        headers = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
        connection.request("POST", f"/{path}", text.encode(), headers)
        response = connection.getresponse()
        return response.status, response.read()
    except OSError:
        return 0, b""
    finally:
        connection.close()


def wrk(url: str, connections: int, seconds: int, *, cached: bool) -> tuple[float, float, float]:
    """Load a URL; give requests a second, median and 99th percentile in milliseconds.

    Raises:
        SystemExit: a response was no 200.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write("" if cached else NONCE.replace("RUN", str(time.time_ns())))
        script.flush()
        words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", "-s", script.name, url]
        ran = subprocess.run(words, capture_output=True, text=True, check=False)
    said = ran.stdout
    if ran.returncode or "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{url[:60]}: {ran.stderr}{said}")
    units = {"us": 0.001, "ms": 1.0, "s": 1000.0}

    def percentile(mark: str) -> float:
        number, unit = re.search(rf"{mark}%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
        return float(number) * units[unit]

    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    return rate, percentile("50"), percentile("99")


def throughput(times: int, rounds: int, seconds: int, beside: Path | None) -> None:
    """Measure every server with every query in turn, several rounds, and print the medians and ratios.

    Args:
        times: how many times the packaged graph is served.
        rounds: how often each is measured.
        seconds: how long each time.
        beside: the checkout whose server is the other one, instead of oxigraph and rdflib-endpoint.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        union, whole = enlarged(times, folder)
        if beside:
            peers = [stack.enter_context(started(*ours(whole, checkout=each))) for each in (ROOT, beside.resolve())]
        else:
            peers = [stack.enter_context(started(*run)) for run in (ours(whole), *_others(union))]
            for place, name in ((union, "/store?default"), (whole, "/store")):
                _fill(peers[1], place, name)
        rows = {p.name: len(json.loads(ask(p, MEDIUM)[1])["results"]["bindings"]) for p in peers}
        print(f"triples: {sum(1 for _ in union.open())} · rows of the medium query: {rows}")
        cases = [
            (kind, cached, text, connections, peer)
            for connections in (1, 16)
            for kind, text in (("point", POINT), ("medium", MEDIUM))
            for peer in peers
            for cached in ((True, False) if peer.name.startswith(OURS) else (False,))
        ]
        found: dict[tuple[str, str, int], list[tuple[float, float, float]]] = {}
        for _ in range(rounds):
            for kind, cached, text, connections, peer in cases:
                url = f"{peer.url}?query={quote(text.strip(), safe='')}%0A"
                name = f"{peer.name}{CACHED if cached else ''}"
                measured = wrk(url, connections, seconds, cached=cached)
                found.setdefault((kind, name, connections), []).append(measured)
    _report(found, peers[1].name)


def _others(union: Path) -> Iterator[tuple[str, list[str], int, str]]:
    """Yield how the peers that are installed are started."""
    binaries = Path(sys.executable).parent
    port = free_port()
    # In memory, as ours; a store on disk is slower.
    yield "oxigraph", [str(binaries / "oxigraph"), "serve", "--bind", f"127.0.0.1:{port}"], port, "/query"
    if (binaries / "rdflib-endpoint").exists():
        port = free_port()
        words = [str(binaries / "rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port), str(union)]
        yield "rdflib-endpoint", words, port, "/"


def _fill(peer: Peer, place: Path, path: str) -> None:
    kind = {".nt": "application/n-triples", ".nq": "application/n-quads"}[place.suffix]
    connection = http.client.HTTPConnection(peer.url.removeprefix("http://").partition("/")[0])
    connection.request("POST", path, place.read_bytes(), {"Content-Type": kind})
    if (status := connection.getresponse().status) >= 300:
        raise SystemExit(f"{peer.name} took no data: {status}")


def _report(found: dict[tuple[str, str, int], list[tuple[float, float, float]]], base: str) -> None:
    """Print medians, and the ratio to the base: asked as it is asked, where it too was asked from its cache."""
    middle = {case: [statistics.median(column) for column in zip(*runs, strict=True)] for case, runs in found.items()}
    print(f"query   server                    connections requests/s median ms   p99 ms x {base}")
    for (kind, name, connections), (rate, median, last) in middle.items():
        other = f"{base}{CACHED if name.endswith(CACHED) else ''}"
        ratio = rate / middle.get((kind, other, connections), middle[kind, base, connections])[0]
        print(f"{kind:7} {name:25} {connections:>11} {rate:>10.0f} {median:>9.2f} {last:>8.2f} {ratio:>10.2f}")


def held(process: subprocess.Popen[bytes]) -> int:
    """Return the bytes that a server and all its processes hold, what they share counted once."""
    total, unseen = 0, [process.pid]
    while unseen:
        pid = unseen.pop()
        try:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                unseen += map(int, task.read_text().split())
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(re.search(r"Pss:\s+(\d+)", rollup)[1]) << 10  # type: ignore[index]
    return total


def mixed(requests: int) -> None:
    """Send good queries and, one in a hundred, an attack, over 16 connections at a time."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        peer = stack.enter_context(started(*ours(enlarged(10, folder)[1])))
        chance = random.Random(0)  # noqa: S311 - the same traffic every time
        traffic = [
            (False, f"{chance.choice(ATTACKS)} #{chance.random() if chance.random() < 0.5 else ''}")
            if chance.random() < 0.01
            else (True, f"{chance.choice((POINT, POINT, POINT, MEDIUM))}\n#{chance.randrange(2000)}")
            for _ in range(requests)
        ]
        memory, done = [held(peer.process)], threading.Event()

        def sample() -> None:
            while not done.wait(0.25):
                memory.append(held(peer.process))

        sampler = threading.Thread(target=sample)
        sampler.start()
        outcomes: Counter[tuple[str, int, str]] = Counter()
        slowest: list[float] = []

        def send(job: tuple[bool, str]) -> None:
            begun = time.perf_counter()
            status, body = ask(peer, job[1])
            code = "" if status in (0, 200) else json.loads(body)["code"]
            outcomes["good" if job[0] else "attack", status, code] += 1
            if job[0]:
                slowest.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(send, traffic))
        took = time.perf_counter() - begun
        done.set()
        sampler.join()
        slowest.sort()
        middle, late, worst = (slowest[int(len(slowest) * part)] * 1000 for part in (0.5, 0.99, 0.999999))
        part = max(len(memory) // 4, 1)
        steps = [memory[0], max(memory[:part]), max(memory[-part:]), max(memory), held(peer.process)]
        print(f"{requests} requests in {took:.1f} s; outcomes: {dict(sorted(outcomes.items()))}")
        print(f"good ones: median {middle:.1f} ms, p99 {late:.0f} ms, worst {worst:.0f} ms")
        print(
            "MiB of all processes at first, in the first and last quarter, at most, in the end:",
            [n >> 20 for n in steps],
        )


def attack() -> None:
    """Ask a small query that no cache holds again and again while each attack runs."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        peer = stack.enter_context(started(*ours(enlarged(10, folder)[1])))
        for text in ("", *ATTACKS):
            with ThreadPoolExecutor(1) as pool:
                begun = time.perf_counter()
                answer = pool.submit(ask, peer, text) if text else None
                times: list[float] = []
                while not (answer.done() if answer else len(times) > 500) or not times:
                    asked = time.perf_counter()
                    if ask(peer, f"{POINT} #{time.time_ns()}")[0] != 200:
                        raise SystemExit("a small query was refused")
                    times.append((time.perf_counter() - asked) * 1000)
                took = time.perf_counter() - begun
            status = answer.result()[0] if answer else "-"
            label, middle = (text or "(no attack)")[:50], statistics.median(times)
            small = f"small: {len(times)} asked, median {middle:.2f} ms, worst {max(times):.1f} ms"
            print(f"{label:50} {status:>4} {took:5.2f} s · {small}")


def hop(rounds: int = 3000) -> None:
    """Ask a point query in the process, over the pool's socket, and over pebble's."""
    import asyncio  # noqa: PLC0415 - for this measurement alone

    from ascn_graph import load  # noqa: PLC0415
    from ascn_graph.server.answer import answer  # noqa: PLC0415
    from ascn_graph.server.job import Job  # noqa: PLC0415
    from ascn_graph.server.limits import Limits  # noqa: PLC0415
    from ascn_graph.server.pool import Pool  # noqa: PLC0415
    from ascn_graph.server.snapshot import write  # noqa: PLC0415

    job, limits, graph = Job(POINT, None, None, "json", "ttl", compress=False), Limits(), load()

    def inside() -> float:
        begun = time.perf_counter()
        for _ in range(rounds):
            answer(graph, job, limits)
        return (time.perf_counter() - begun) / rounds

    async def outside() -> float:
        with tempfile.TemporaryDirectory() as folder:
            pool = Pool(limits, write(graph.store, graph.profile, limits, Path(folder)))
            await pool.start()
            begun = time.perf_counter()
            for _ in range(rounds):
                await pool.run(job)
            took = (time.perf_counter() - begun) / rounds
            pool.close()
        return took

    def by_pebble() -> float | None:
        try:
            from pebble import ProcessPool  # noqa: PLC0415
        except ImportError:
            return None
        with ProcessPool(1) as pool:
            pool.schedule(len, args=["x"]).result()
            begun = time.perf_counter()
            for _ in range(rounds):
                pool.schedule(len, args=["x"], timeout=5).result()
            return (time.perf_counter() - begun) / rounds

    alone = inside()
    print(f"in this process: {alone * 1e6:.0f} µs; in a worker: {asyncio.run(outside()) * 1e6:.0f} µs")
    if (pebble := by_pebble()) is not None:
        print(f"pebble, an empty task with a timeout: {pebble * 1e6:.0f} µs")


def static(hung: int = 1000) -> None:
    """Ask a query that no cache holds while clients hang up on downloads; send a dump beside nginx."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        site = folder / "site"
        run = "from ascn_graph.cli import main; raise SystemExit(main())"
        words = [sys.executable, "-c", run, "publish", str(site), "--base-url", "http://127.0.0.1/", "--allow-invalid"]
        subprocess.run(words, check=True, stderr=subprocess.DEVNULL)
        dump = max(site.glob("dumps/*.nq"), key=lambda path: path.stat().st_size)
        name, port = f"dumps/{dump.name}", free_port()
        _, words, port, path = ours(ROOT, "--site", str(site))
        peer = stack.enter_context(started("ascn serve", words, port, path))
        last = {}
        for leaving in (0, hung, 0, hung):
            times, leave = [], threading.Thread(target=_hang_up, args=(port, name, leaving))
            leave.start()
            while leave.is_alive() or len(times) < 1000:
                begun = time.perf_counter()
                if ask(peer, f"{POINT} #{time.time_ns()}")[0] != 200:
                    raise SystemExit("a small query was refused")
                times.append((time.perf_counter() - begun) * 1000)
            leave.join()
            middle, late = statistics.median(times), statistics.quantiles(times, n=100)[98]
            last.setdefault(leaving, []).append(late)
            print(f"{leaving:5} downloads hung up: ASK {len(times)} times, median {middle:.2f} ms, p99 {late:.2f} ms")
        print(f"raised at the 99th percentile by {min(last[hung]) - min(last[0]):.1f} ms")
        urls = {"ascn serve": f"http://127.0.0.1:{port}/{name}"}
        if shutil.which("nginx"):
            urls["nginx"] = stack.enter_context(_nginx(folder, site)) + name
        found: dict[str, list[float]] = {place: [] for place in urls}
        for _ in range(3):
            for place, url in urls.items():
                found[place].append(wrk(url, 8, 2, cached=True)[0])
        rates = {place: statistics.median(rate) for place, rate in found.items()}
        for place, rate in rates.items():
            ratio = rate / rates.get("nginx", rate)
            print(f"{place:10} /{name}, {dump.stat().st_size >> 10} KiB: {rate:.0f} a second, {ratio:.2f} x nginx")


def _hang_up(port: int, name: str, times: int) -> None:
    for _ in range(times):
        with socket.create_connection(("127.0.0.1", port), 30) as client:
            client.sendall(f"GET /{name} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode())


@contextmanager
def _nginx(folder: Path, site: Path) -> Iterator[str]:
    port, place = free_port(), folder / "nginx"
    place.mkdir()
    # Its workers run as another user where this is root.
    folder.chmod(0o755)
    kinds = " ".join(
        f"{kind}_temp_path {place}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (place / "nginx.conf").write_text(
        f"worker_processes 2; pid {place}/pid; error_log {place}/log; daemon off; events {{}}\n"
        f"http {{ access_log off; sendfile on; {kinds} server {{ listen 127.0.0.1:{port}; root {site}; }} }}\n"
    )
    words = ["nginx", "-p", str(place), "-e", f"{place}/log", "-c", f"{place}/nginx.conf"]
    process = subprocess.Popen(words)
    try:
        time.sleep(1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["throughput", "mixed", "attack", "hop", "static"])
    parser.add_argument("--times", type=int, default=10, help="how many times the packaged graph")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of load for each measurement")
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--beside", type=Path, metavar="DIR", help="a checkout whose server to measure too")
    args = parser.parse_args()
    if args.what == "throughput":
        if not shutil.which("wrk"):
            raise SystemExit("wrk is not on this machine")
        throughput(args.times, args.rounds, args.seconds, args.beside)
    elif args.what == "mixed":
        mixed(args.requests)
    elif args.what == "attack":
        attack()
    elif args.what == "static":
        static()
    else:
        hop()


if __name__ == "__main__":
    main()
