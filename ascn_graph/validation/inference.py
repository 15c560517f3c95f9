"""What RDFS or OWL 2 RL follows from data, run as a process of its own, which a deadline ends.

Standard input is one JSON object with the N-Triples of `data` and the `rules`; standard
output is the N-Triples that follow and were not stated. That a node is itself, and is a resource, is left out.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

from ascn_graph.errors import EngineError, LimitExceeded, UsageError

__all__ = ["RULE_SETS", "bare", "inferred"]

_BLANK = re.compile(r"(^)_:(\S+)(?= )|( )_:(\S+)(?= \.$)", re.MULTILINE)
_NAMED = "urn:x-blank-node:"
#: The sets of rules.
RULE_SETS = ("rdfs", "owlrl")


def inferred(data: list[str], rules: str, timeout: float) -> str:
    """Return what follows from N-Triples lines, as Turtle in which blank nodes are IRIs: `bare` gives them back.

    Raises:
        UsageError: there is no such set of rules.
        EngineError: the data cannot be reasoned over.
        LimitExceeded: it took longer than `timeout` seconds.
    """
    if rules not in RULE_SETS:
        raise UsageError(f"There are no rules '{rules}' of inference; there are: {', '.join(RULE_SETS)}.")
    try:
        done = subprocess.run(  # noqa: S603 - our own file, no shell
            [sys.executable, "-P", "-m", __name__],
            input=json.dumps({"data": "\n".join(data), "rules": rules}),
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as error:
        raise LimitExceeded(f"The inference took more than {timeout:g} s; raise --timeout.", "timeout") from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or [f"exit code {error.returncode}"])[-1]
        raise EngineError(f"The inference failed: {last}") from error
    return done.stdout


def bare(term: str) -> str:
    """Return the blank node that an IRI of `inferred` stands for, or any other term as it is."""
    return f"_:{term[len(_NAMED) + 1 : -1]}" if term.startswith(f"<{_NAMED}") else term


def _main() -> None:
    import owlrl  # noqa: PLC0415 - in the process that reasons alone
    import rdflib  # noqa: PLC0415 - as above

    request = json.load(sys.stdin)
    rdflib.NORMALIZE_LITERALS = False
    # A parser renames blank nodes; an IRI stays what it is.
    named = _BLANK.sub(lambda match: f"{match[1] or match[3] or ''}<{_NAMED}{match[2] or match[4]}>", request["data"])
    graph = rdflib.Graph(bind_namespaces="none").parse(data=named, format="ntriples")
    stated = set(graph)
    nodes = {node for subject, _, value in stated for node in (subject, value)}
    semantics = {"rdfs": owlrl.RDFS_Semantics, "owlrl": owlrl.OWLRL_Semantics}[request["rules"]]
    owlrl.DeductiveClosure(semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    lines = sorted(
        f"{subject.n3()} {predicate.n3()} {value.n3()} .\n"
        for subject, predicate, value in set(graph) - stated
        if subject in nodes
        and isinstance(subject, rdflib.URIRef)
        and isinstance(predicate, rdflib.URIRef)
        and not isinstance(value, rdflib.BNode)
        and value not in (subject, rdflib.RDFS.Resource)
    )
    sys.stdout.write("".join(lines))


if __name__ == "__main__":
    _main()
