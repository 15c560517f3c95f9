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

__all__ = ["Attestation", "Between", "Officers", "Post", "State", "Succession", "between"]

_MEMBER = STANDARD["org"] + "member"
_ROLE = STANDARD["org"] + "role"


class Attestation(NamedTuple):
    """One holder of a post on the date of the sources that name them.

    Attributes:
        as_of: the date, empty for sources that state none.
        holder: the person with the sources of that date that say so.
        designations: the titles printed beside the holder, each with its sources.
    """

    as_of: str
    holder: ValueView
    designations: tuple[ValueView, ...]

    @property
    def notes(self) -> tuple[EvidenceNote, ...]:
        """Who says so, of the holder and of the titles, each once."""
        return tuple(dict.fromkeys(note for value in (self.holder, *self.designations) for note in value.notes))


class Post(NamedTuple):
    """A post with all that is attested of its holders, the latest first and the undated last."""

    link: Link
    role: Link
    of: Link
    attested: tuple[Attestation, ...]

    @property
    def now(self) -> list[Attestation]:
        """The holders on the latest date of all."""
        return [one for one in self.attested if one.as_of == self.attested[0].as_of]

    @property
    def earlier(self) -> list[Attestation]:
        """The holders on earlier dates, and those of undated sources."""
        return list(self.attested[len(self.now) :])


class State(NamedTuple):
    """A member state with the posts that stand for it and for its cities."""

    link: Link
    anchor: str
    national: tuple[Post, ...]
    cities: tuple[Post, ...]


class Succession(NamedTuple):
    """A post whose holders differ between two dates."""

    post: Post
    earlier: tuple[Attestation, ...]
    later: tuple[Attestation, ...]


class Between(NamedTuple):
    """What changed between two dated sources: their dates, how many posts both name, and those that changed hands."""

    earlier: str
    later: str
    posts: int
    changes: list[Succession]

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
        graph, link = self._views.graph, self._views.link
        found = []
        for post in posts:
            # Chosen before any note is numbered: the page names no source of another holder.
            tenures = [
                tenure
                for tenure in graph.subjects(self._post, post)
                if not person or graph.first(tenure, _MEMBER) == person
            ]
            attested = [one for tenure in tenures for one in self._attested(tenure)]
            attested.sort(key=lambda one: one.holder.link.text)
            attested.sort(key=lambda one: one.as_of, reverse=True)
            of = graph.first(post, self._city) or graph.first(post, self._state)
            found.append(Post(link(post), link(graph.first(post, _ROLE)), link(of), tuple(attested)))
        return sorted(found, key=lambda post: (post.of.text, post.role.href.removesuffix(".html")))

    def of_thing(self, iri: str, kind: str) -> list[Post]:
        """Return the posts to show on the page of a thing of a kind."""
        graph = self._views.graph
        if kind == "person":
            tenures = graph.subjects(_MEMBER, iri)
            return self.posts(sorted({graph.first(tenure, self._post) for tenure in tenures} - {""}), person=iri)
        if kind == "city":
            return self.posts(graph.subjects(self._city, iri))
        if kind == "member-state":
            cities = [one for one in graph.subjects(self._state_of, iri) if self._views.profile.kind_of(one) == "city"]
            own = self.posts(graph.subjects(self._state, iri))
            return own + self.posts(post for city in cities for post in graph.subjects(self._city, city))
        return self.posts([iri]) if kind == "post" else []

    def _attested(self, tenure: str) -> Iterator[Attestation]:
        """Yield the holder of a tenure once for each date and designations that sources name them with."""
        views = self._views
        facts = views.graph.facts.get(tenure, [])
        titles = [fact for fact in facts if fact.predicate == self._designation]
        for fact in (fact for fact in facts if fact.predicate == _MEMBER and isinstance(fact.value, NamedNode)):
            # What stands beside a source is what that source states, each designation included.
            alike: dict[tuple[str, tuple[Fact, ...]], list[str]] = {}
            for graph in fact.graphs:
                said = tuple(title for title in titles if graph in title.graphs)
                alike.setdefault((self.date_of(graph), said), []).append(graph)
            for (as_of, said), graphs in alike.items():
                yield Attestation(
                    as_of,
                    ValueView(views.show(fact.value), self._notes.of(tenure, fact._replace(graphs=tuple(graphs)))),
                    tuple(
                        ValueView(
                            views.show(title.value),
                            self._notes.of(tenure, title._replace(graphs=tuple(graphs)), via=_iri(title)),
                        )
                        for title in said
                    ),
                )

    def date_of(self, graph: str) -> str:
        """Return the date whose state of affairs the source of a graph describes, empty where it states none."""
        return self._views.graph.text(self._views.settings.source(graph), self._views.profile.evidence.as_of)

    def states(self) -> list[State]:
        """Return every member state, in label order, with its national posts and the posts of its cities."""
        graph, link, kinds = self._views.graph, self._views.link, self._views.graph.by_kind
        national: dict[str, list[str]] = {state: [] for state in kinds["member-state"]}
        cities: dict[str, list[str]] = {}
        for post in kinds["post"]:
            own = graph.first(post, self._state)
            state = own or graph.first(graph.first(post, self._city), self._state_of)
            if state:
                national.setdefault(state, [])
                (national if own else cities).setdefault(state, []).append(post)
        return [
            State(
                link(state),
                state.rpartition("/")[2],
                tuple(self.posts(national[state])),
                tuple(self.posts(cities.get(state, ()))),
            )
            for state in sorted(national, key=lambda iri: link(iri).text)
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
                if silent:
                    notes = self._notes.of(post, fact._replace(graphs=silent))
                    found.extend((self._views.link(post), note) for note in notes)
        return sorted(dict.fromkeys(found), key=lambda pair: (pair[0].text, pair[1].number))


def between(posts: Sequence[Post]) -> list[Between]:
    """Return what changed between each two dates of sources that name holders, the widest span first."""
    dates = sorted({one.as_of for post in posts for one in post.attested} - {""})
    found = []
    for earlier, later in combinations(dates, 2):
        both, changes = 0, []
        for post in posts:
            before, after = (tuple(one for one in post.attested if one.as_of == day) for day in (earlier, later))
            if before and after:
                both += 1
                if {one.holder.link for one in before} != {one.holder.link for one in after}:
                    changes.append(Succession(post, before, after))
        found.append(Between(earlier, later, both, changes))
    return sorted(found, key=lambda one: (one.earlier, -int(one.later.replace("-", "") or 0)))


def _iri(fact: Fact) -> str:
    return fact.value.value if isinstance(fact.value, NamedNode) else ""
