"""The index of the search on every page: what a thing, a page or a question is called in every spelling."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from ascn_graph.publishing.views import Views

__all__ = ["search_index"]


def search_index(views: Views, kinds: Mapping[str, Sequence[str]], pages: Iterable[tuple[str, str]]) -> str:
    """Return the index as a script that sets `searchIndex`, so that it loads from a folder without a server too.

    It has a list of `[kind, path]` under `kinds`, and under `entries` a list of `[kind, path, name, spelling …]`, where
    the kind is a place in the list before and the path of a thing is what follows that of its kind.

    Args:
        views: what was read.
        kinds: the things by kind.
        pages: titles and paths of the other pages.
    """
    listed = [["page", ""], *([name.replace("-", " "), f"doc/{views.profile.kinds[name].path}/"] for name in kinds)]
    entries: list[list[int | str]] = [[0, path, title] for title, path in pages]
    for place, (name, things) in enumerate(kinds.items(), 1):
        # They repeat the names of what they are about.
        if views.profile.kinds[name].quiet:
            continue
        for thing in sorted(things):
            label = views.name(thing)[0]
            others = [spelling for spelling in views.graph.spellings(thing) if spelling != label]
            entries.append([place, thing.rpartition("/")[2], label, *others])
    text = json.dumps({"kinds": listed, "entries": entries}, ensure_ascii=False, separators=(",", ":"))
    # Neither may stand in a script of older browsers.
    escaped = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"globalThis.searchIndex={escaped};\n"
