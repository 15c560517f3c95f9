"""The embedded engine: SPARQL over a store in memory, without a server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import TypeVar

from pyoxigraph import QueryBoolean, QueryTriples, Store

from ascn_graph.errors import EngineError, LimitExceeded
from ascn_graph.results import Answer, Bindings, Triples
from ascn_graph.sparql.syntax import syntax_error

__all__ = ["EmbeddedEngine", "within"]

_T = TypeVar("_T")


class EmbeddedEngine:
    """Answers from a pyoxigraph store whose default graph is the union of its named graphs.

    Args:
        store: the store; it is not changed by queries.
    """

    name = "embedded"

    def __init__(self, store: Store) -> None:
        self.store = store

    def graph_iris(self) -> AbstractSet[str]:
        """Give the graphs that FROM may name."""
        return {graph.value for graph in self.store.named_graphs()}

    def run(self, text: str, *, timeout: float | None = None) -> Answer:
        """Answer one query.

        Args:
            text: SPARQL 1.1; what it may name beyond the store is the caller's to check (`Graph.sparql` does).
            timeout: seconds until the caller gets an error instead; the engine cannot be interrupted, so the
                abandoned query goes on in its thread until it is done. With a timeout the answer is drawn whole.

        Raises:
            QuerySyntaxError: the text does not parse.
            LimitExceeded: the time is up.
            EngineError: the engine failed.
        """
        if timeout is None:
            return self._answer(text)
        return within(timeout, lambda: _drawn(self._answer(text)))

    def _answer(self, text: str) -> Answer:
        try:
            found = self.store.query(text)
        except SyntaxError as error:
            raise syntax_error(text, error) from error
        except OSError as error:
            raise EngineError(f"The query could not be answered: {error}.") from error
        if isinstance(found, QueryBoolean):
            return bool(found)
        if isinstance(found, QueryTriples):
            return Triples(found)
        return Bindings(tuple(variable.value for variable in found.variables), found)


def _drawn(answer: Answer) -> Answer:
    """Draw an answer whole, so that no time is spent after this returns."""
    if isinstance(answer, Bindings):
        return Bindings(answer.columns, iter(list(answer.rows)))
    return Triples(iter(list(answer.triples))) if isinstance(answer, Triples) else answer


def within(seconds: float | None, work: Callable[[], _T]) -> _T:
    """Give the result of a piece of work, or an error once the time is up; None is no limit."""
    if seconds is None:
        return work()
    result: list[_T] = []
    failure: list[BaseException] = []

    def target() -> None:
        try:
            result.append(work())
        except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread and raised there
            failure.append(error)

    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    thread.join(seconds)
    if failure:
        raise failure[0]
    if not result:
        raise LimitExceeded(f"The query took longer than the {seconds:g} s it was given; give it more time.", "timeout")
    return result[0]
