"""Posts with their holders, now and earlier, as the dates of the sources tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from pyoxigraph import NamedNode

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.fact_index import TYPE, Fact
from ascn_graph.publishing.view_models import EvidenceNote, Link, ValueView
from ascn_graph.publishing.views import Notes, Views

__all__ = ["Attestation", "Between", "Officers", "Post", "State", "between"]

_MEMBER = STANDARD["org"] + "member"
_ROLE = STANDARD["org"] + "role"


class Attestation(NamedTuple):
    """One holder of a post on the date of the sources that name them."""

    as_of: str  # the date, empty for sources that state none
    holder: ValueView  # the person with the sources of that date that say so
    designations: tuple[ValueView, ...]  # the titles printed beside the holder, each with its sources

    @property
    def notes(self) -> tuple[EvidenceNote, ...]:
        """Who says so, of the holder and of the titles, each once."""
        return tuple(dict.fromkeys(note for value in (self.holder, *self.designations) for note in value.notes))


class Post(NamedTuple):
    """A post with all that is attested of its holders, the latest first and the undated last."""

    link: Link
    role: Link
    of: Link
    attested: list[Attestation]

    def on(self, day: str) -> list[Attestation]:
        """Return the holders on a date."""
        return [one for one in self.attested if one.as_of == day]

    def differs(self, earlier: str, later: str) -> bool:
        """Return whether the holders on two dates are not the same."""
        return {one.holder.link for one in self.on(earlier)} != {one.holder.link for one in self.on(later)}

    @property
    def now(self) -> list[Attestation]:
        """The holders on the latest date of all."""
        return self.on(self.attested[0].as_of)

    @property
    def earlier(self) -> list[Attestation]:
        """The holders on earlier dates, and those of undated sources."""
        return self.attested[len(self.now) :]


class State(NamedTuple):
    """A member state, each way in which it is written, and the posts that stand for it and for its cities."""

    link: Link
    anchor: str
    spellings: list[str]
    national: list[Post]
    cities: list[Post]


class Between(NamedTuple):
    """What changed between two dates of sources: how many posts both name, and those that changed hands."""

    earlier: str
    later: str
    posts: int
    changes: list[Post]

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return f"from-{self.earlier}-to-{self.later}"


class Officers:
    """Reads posts and tenures for one page, whose notes it numbers.

    Args:
        views: what was read.
        notes: the notes of the page.
    """

    def __init__(self, views: Views, notes: Notes) -> None:
        self._views = views
        self._notes = notes
        term = views.profile.term
        self._post, self._designation = term("post"), term("designation")
        self._city, self._state, self._state_of = term("forCity"), term("forMemberState"), term("memberState")

    def posts(self, posts: Iterable[str], *, person: str = "") -> list[Post]:
        """Return posts in the order of what they stand for; with `person`, what is attested of that holder alone."""
        first, link = self._views.graph.first, self._views.link

        def place(post: str) -> tuple[str, str, str]:
            return link(first(post, self._city) or first(post, self._state)).text, first(post, _ROLE), post

        found = []
        # Ordered before any note is numbered, so that the numbers rise down the page.
        for post in sorted(posts, key=place):
            tenures = self._views.graph.subjects(self._post, post)
            # Chosen before any note is numbered: the page names no source of another holder.
            own = [tenure for tenure in tenures if person in ("", first(tenure, _MEMBER))]
            attested = [one for tenure in own for one in self._attested(tenure)]
            attested.sort(key=lambda one: one.holder.link.text)
            attested.sort(key=lambda one: one.as_of, reverse=True)
            of = first(post, self._city) or first(post, self._state)
            found.append(Post(link(post), link(first(post, _ROLE)), link(of), attested))
        return found

    def of_thing(self, iri: str, kind: str) -> list[Post]:
        """Return the posts to show on the page of a thing of a kind."""
        graph = self._views.graph
        if kind == "person":
            tenures = graph.subjects(_MEMBER, iri)
            return self.posts(sorted({graph.first(tenure, self._post) for tenure in tenures} - {""}), person=iri)
        if kind == "member-state":
            national, cities = self._of_state(iri)
            return national + cities
        return self.posts({"city": graph.subjects(self._city, iri), "post": [iri]}.get(kind, ()))

    def _of_state(self, state: str) -> tuple[list[Post], list[Post]]:
        """Return the posts of a member state, and those of its cities."""
        subjects, is_city = self._views.graph.subjects, self._views.profile.kind_of
        cities = (one for one in subjects(self._state_of, state) if is_city(one) == "city")
        own = self.posts(subjects(self._state, state))
        return own, self.posts(post for city in cities for post in subjects(self._city, city))

    def _attested(self, tenure: str) -> Iterator[Attestation]:
        """Yield the holder of a tenure once for each date and designations that sources name them with."""
        facts = self._views.graph.facts.get(tenure, [])
        titles = [fact for fact in facts if fact.predicate == self._designation]
        for fact in (fact for fact in facts if fact.predicate == _MEMBER and isinstance(fact.value, NamedNode)):
            # What stands beside a source is what that source states, each designation included.
            alike: dict[tuple[str, tuple[Fact, ...]], list[str]] = {}
            for graph in fact.graphs:
                said = tuple(title for title in titles if graph in title.graphs)
                alike.setdefault((self._date_of(graph), said), []).append(graph)
            for (as_of, said), graphs in alike.items():
                holder = self._value(tenure, fact, graphs)
                yield Attestation(as_of, holder, tuple(self._value(tenure, title, graphs, near=True) for title in said))

    def _value(self, tenure: str, fact: Fact, graphs: Sequence[str], *, near: bool = False) -> ValueView:
        """Return a value as some graphs state it; `near`, its own places there come before those of the tenure."""
        via = fact.value.value if near and isinstance(fact.value, NamedNode) else ""
        notes = self._notes.of(tenure, fact._replace(graphs=tuple(graphs)), via=via)
        return ValueView(self._views.show(fact.value), notes)

    def _date_of(self, graph: str) -> str:
        """Return the date whose state of affairs the source of a graph describes, empty where it states none."""
        return self._views.graph.text(self._views.settings.source(graph), self._views.profile.evidence.as_of)

    def states(self) -> list[State]:
        """Return every member state, in label order, with its national posts and the posts of its cities."""
        graph, link, kinds = self._views.graph, self._views.link, self._views.graph.by_kind
        own = {graph.first(post, self._state) for post in kinds["post"]}
        of_cities = {graph.first(graph.first(post, self._city), self._state_of) for post in kinds["post"]}
        states = sorted({*kinds["member-state"], *own, *of_cities} - {""}, key=lambda iri: (link(iri).text, iri))
        return [
            State(link(state), state.rpartition("/")[2], graph.spellings(state), *self._of_state(state))
            for state in states
        ]

    def unnamed(self) -> list[tuple[Link, EvidenceNote]]:
        """Return each post with each source that states the post and names no holder of it."""
        graph = self._views.graph
        found: list[tuple[Link, EvidenceNote]] = []
        for post in graph.by_kind["post"]:
            tenures = graph.subjects(self._post, post)
            members = (fact for one in tenures for fact in graph.facts.get(one, ()) if fact.predicate == _MEMBER)
            named = {name for fact in members for name in fact.graphs}
            for fact in (fact for fact in graph.facts.get(post, ()) if fact.predicate == TYPE):
                silent = tuple(one for one in fact.graphs if one not in named and self._views.settings.source(one))
                notes = self._notes.of(post, fact._replace(graphs=silent)) if silent else ()
                found.extend((self._views.link(post), note) for note in notes)
        return sorted(dict.fromkeys(found), key=lambda pair: (pair[0].text, pair[1].number))


def between(posts: Sequence[Post]) -> list[Between]:
    """Return what changed between each two dates of sources that name holders, the widest span first."""
    dates = sorted({one.as_of for post in posts for one in post.attested} - {""})
    found = []
    for earlier, later in combinations(dates, 2):
        both = [post for post in posts if post.on(earlier) and post.on(later)]
        found.append(Between(earlier, later, len(both), [post for post in both if post.differs(earlier, later)]))
    return sorted(found, key=lambda one: (one.earlier, -int(one.later.replace("-", "") or 0)))
