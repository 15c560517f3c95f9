"""Posts with their holders, by member state: what the pages about people are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import NamedNode

from ascn_graph.namespaces import ONTOLOGY, PREFIXES, THING
from ascn_graph.publishing.views import Link, Note, Notes, Value, Views

__all__ = ["Holding", "StateOfficers", "by_state", "holdings", "sources", "unnamed"]

_MEMBER = PREFIXES["org"] + "member"
_ROLE = PREFIXES["org"] + "role"
_POST, _DESIGNATION, _CITY, _STATE = (ONTOLOGY + name for name in ("post", "designation", "forCity", "forMemberState"))
_CITY_STATE = ONTOLOGY + "memberState"


class Holding(NamedTuple):
    """A post with one of its holders, or with none.

    Attributes:
        post: the post.
        role: its role.
        of: the city or member state it stands for.
        tenure: the tenure, None where no holder is recorded.
        holder: the person with the sources that say so, None where no holder is recorded.
        designations: the titles printed beside the holder, each with its sources.
    """

    post: Link
    role: Link
    of: Link
    tenure: Link | None = None
    holder: Value | None = None
    designations: tuple[Value, ...] = ()


class StateOfficers(NamedTuple):
    """A member state with the posts that stand for it and for its cities."""

    state: Link
    anchor: str
    national: tuple[Holding, ...]
    cities: tuple[Holding, ...]


def holdings(views: Views, notes: Notes, posts: Iterable[str], *, person: str = "") -> list[Holding]:
    """Give each post with each of its holders, in label order; with `person`, that holder alone."""
    found = []
    for post in posts:
        start = Holding(
            views.link(post),
            views.link(views.graph.first(post, _ROLE)),
            views.link(views.graph.first(post, _CITY) or views.graph.first(post, _STATE)),
        )
        tenures = views.graph.subjects(_POST, post)
        held = [_held(views, notes, start, tenure) for tenure in tenures]
        if person:
            held = [one for one in held if one.holder and one.holder.link == views.link(person)]
        found.extend(held or ([] if person else [start]))
    return sorted(found, key=_order)


def _order(one: Holding) -> tuple[str, str, str]:
    return one.of.text, one.role.href.removesuffix(".html"), one.holder.link.text if one.holder else ""


def _held(views: Views, notes: Notes, start: Holding, tenure: str) -> Holding:
    graph = views.graph
    person = graph.first(tenure, _MEMBER)
    titles = [fact.value for fact in graph.facts.get(tenure, ()) if fact.predicate == _DESIGNATION]
    return start._replace(
        tenure=views.link(tenure),
        holder=Value(views.link(person), notes.about(tenure)) if person else None,
        # A designation is a fact of its own, with its own place in the source.
        designations=tuple(
            Value(views.show(title), notes.about(title.value if isinstance(title, NamedNode) else tenure))
            for title in titles
        ),
    )


def by_state(views: Views, notes: Notes) -> list[StateOfficers]:
    """Give every member state, in label order, with its national posts and the posts of its cities."""
    graph = views.graph
    posts = [iri for iri in graph.things() if iri.startswith(f"{THING}post/")]
    state_of = {post: graph.first(post, _STATE) or graph.first(graph.first(post, _CITY), _CITY_STATE) for post in posts}
    states = {iri for iri in graph.things() if iri.startswith(f"{THING}member-state/")} | set(state_of.values()) - {""}
    found = []
    for state in sorted(states, key=lambda iri: views.link(iri).text):
        own = [post for post in posts if state_of[post] == state]
        national = [post for post in own if graph.first(post, _STATE)]
        found.append(
            StateOfficers(
                views.link(state),
                state.rpartition("/")[2],
                tuple(holdings(views, notes, national)),
                tuple(holdings(views, notes, [post for post in own if post not in national])),
            )
        )
    return found


def sources(notes: Notes) -> list[tuple[Link, str]]:
    """Give the sources of some notes, in label order, each with the date it describes, empty where it states none."""
    found = {(note.source, note.as_of) for note in notes if note.kind in ("evidence", "source")}
    return sorted(found, key=lambda pair: pair[0].text)


def unnamed(views: Views, notes: Notes) -> list[tuple[Link, Note]]:
    """Give each post with each source that states the post and names no holder of it."""
    graph = views.graph
    found: list[tuple[Link, Note]] = []
    for post in (iri for iri in graph.things() if iri.startswith(f"{THING}post/")):
        named = {note.source for tenure in graph.subjects(_POST, post) for note in views.evidence(tenure)}
        places = {note.source: note for note in notes.about(post) if note.source not in named}
        found.extend((views.link(post), note) for note in places.values())
    return sorted(found, key=lambda pair: pair[0].text)
