"""The embedded engine: SPARQL over a store in memory, without a server."""

from __future__ import annotations

import threading
import time
from collections.abc import Set as AbstractSet
from typing import Final

from pyoxigraph import QueryBoolean, QueryTriples, Store

from ascn_graph.deadline import Deadline, within
from ascn_graph.errors import EngineError
from ascn_graph.results import Answer, Bindings, Triples
from ascn_graph.sparql import syntax_error

__all__ = ["EmbeddedEngine"]

_QUICK: Final = 0.02  # seconds: much less than a person who presses Ctrl-C, or a deadline, would notice
_MOST_KNOWN: Final = 1_000  # texts


class EmbeddedEngine:
    """Answers from a pyoxigraph store whose default graph is the union of its named graphs.

    Args:
        store: the store; it is not changed by queries.
    """

    name = "embedded"

    def __init__(self, store: Store) -> None:
        self.store = store
        self._quick: set[str] = set()

    def graph_iris(self) -> AbstractSet[str]:
        """Return the graphs that FROM may name."""
        return {graph.value for graph in self.store.named_graphs()}

    def run(self, text: str, *, timeout: float | None = None) -> Answer:
        """Answer one query.

        Args:
            text: SPARQL 1.1; what it may name beyond the store is the caller's to check (`Graph.sparql` does).
            timeout: seconds until the caller gets an error instead.

        Nothing interrupts the engine. With a timeout, and in the main thread, where Ctrl-C is to end the wait, it
        runs in another thread, which goes on until it is done, and the answer is drawn whole. What was quick the last
        time is asked here, as to hand it over may take longer than to answer it.

        Raises:
            QuerySyntaxError: the text does not parse.
            LimitExceeded: the time is up.
            EngineError: the engine failed.
        """
        if timeout is None and threading.current_thread() is not threading.main_thread():
            return self._answer(text)
        began = time.perf_counter()
        with Deadline(timeout):
            if text in self._quick and (timeout is None or timeout > _QUICK):
                answer = _drawn(self._answer(text))
            else:
                answer = within(timeout, lambda: _drawn(self._answer(text)))
        self._note(text, time.perf_counter() - began)
        return answer

    def _note(self, text: str, taken: float) -> None:
        """Remember whether a text was quick; how long another endpoint takes says nothing of the next time."""
        if taken > _QUICK:
            self._quick.discard(text)
        elif text not in self._quick and "service" not in text.lower():
            if len(self._quick) == _MOST_KNOWN:
                self._quick.clear()
            self._quick.add(text)

    def _answer(self, text: str) -> Answer:
        try:
            found = self.store.query(text)
        except SyntaxError as error:
            raise syntax_error(text, error) from error
        except (OSError, RuntimeError) as error:  # the latter of a function that the engine has not
            raise EngineError(f"The query could not be answered: {error}.") from error
        if isinstance(found, QueryBoolean):
            return bool(found)
        if isinstance(found, QueryTriples):
            return Triples(found)
        return Bindings(tuple([variable.value for variable in found.variables]), found)


def _drawn(answer: Answer) -> Answer:
    """Draw an answer whole, so that no time is spent after this returns."""
    try:
        return answer if isinstance(answer, bool) else answer._replace(rows=iter(list(answer.rows)))
    except (OSError, RuntimeError) as error:  # what the engine raises between two rows
        del answer  # an error keeps its frames, and no other thread may free what the engine drew
        raise EngineError(f"The answer was cut off while it was read: {error}.") from error
