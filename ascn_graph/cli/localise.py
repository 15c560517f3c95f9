"""The labels of an answer in another language, with the English ones beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode

from ascn_graph.errors import UsageError
from ascn_graph.graph import Graph
from ascn_graph.namespaces import STANDARD
from ascn_graph.results import Rows
from ascn_graph.terms import Term, Text

__all__ = ["localise"]

_LABELS = """
SELECT DISTINCT ?thing ?name ?local WHERE {{
  ?thing <{other}>|{label} ?local ;
         {label} ?name .
  FILTER(LANG(?local) NOT IN ("", "en"))
}}
"""


def localise(rows: Rows, graph: Graph, language: str) -> Rows:
    """Return the rows with each label of a thing beside its IRI written as `label in the language (label)`.

    A thing with several names in the language has the shortest; one without keeps its label.

    Raises:
        UsageError: no label of the graph has the language.
    """
    if language.lower() == "en":  # which the rows have
        return rows
    label = "|".join(f"<{one}>" for one in graph.profile.labels())
    text = _LABELS.format(other=STANDARD["skos"] + "altLabel", label=label)
    stated = [(str(thing), str(name), local) for thing, name, local in graph.sparql(text) if isinstance(local, Text)]
    # The shortest stays, as the last.
    own = sorted(stated, key=lambda label: (len(label[2]), label[2]), reverse=True)
    labels: dict[str, dict[str, str]] = {}
    for thing, name, local in own:
        if local.language == language.lower():
            labels.setdefault(thing, {})[name] = str(local)
    if not labels:
        there = ", ".join(sorted({local.language for _, _, local in stated}))
        raise UsageError(f"No label is in the language '{language}'; there are {there or 'none but English'}.")

    def shown(terms: Sequence[Term | None]) -> Iterator[Term | None]:
        here = {
            name: local
            for term in terms
            if isinstance(term, NamedNode)
            for name, local in labels.get(term.value, {}).items()
        }
        for term in terms:
            local = here.get(term.value) if isinstance(term, Literal) else None
            if local and isinstance(term, Literal) and local != term.value:
                yield Literal(f"{local} ({term.value})", language=language)
            else:
                yield term

    return rows.replaced(rows.columns, (tuple(shown(terms)) for terms in rows.solutions()))
