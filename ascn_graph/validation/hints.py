"""What to do next about a result: never something that would be wrong again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pyoxigraph import Store

from ascn_graph.namespaces import STANDARD, is_safe_iri
from ascn_graph.nearest import closest
from ascn_graph.ntriples import iri, is_blank, is_iri, is_literal, literal, name_of
from ascn_graph.validation.explain import Explainer, Told, listed
from ascn_graph.validation.focus import Focus
from ascn_graph.validation.patterns import matches
from ascn_graph.validation.shapes import Shape, readable_path
from ascn_graph.validation.vocabulary import COMPONENTS, TYPE

__all__ = ["Hints"]

_XSD = STANDARD["xsd"]
_FEW = 5
_EMPTY = Store()
# Datatypes whose values SPARQL can tell, and what a value of others looks like.
_CAST = {"boolean", "date", "dateTime", "decimal", "double", "float", "gYear", "gYearMonth", "integer", "time"}
_FORMS = {
    "hexBinary": "(?:[0-9A-Fa-f]{2})*",
    "negativeInteger": r"-0*[1-9]\d*",
    "nonNegativeInteger": r"\+?\d+|-0+",
    "nonPositiveInteger": r"-\d+|\+?0+",
    "positiveInteger": r"\+?0*[1-9]\d*",
}
# What says nothing about a single value.
_HARMLESS = ("minCount", "maxCount", "property", "uniqueLang", "hasValue", "closed")
#: What SPARQL is asked of a value and the value of a parameter.
_TESTS = {
    "minLength": "STRLEN(STR({term})) >= {value}",
    "maxLength": "STRLEN(STR({term})) <= {value}",
    "minInclusive": "{term} >= {value}",
    "minExclusive": "{term} > {value}",
    "maxInclusive": "{term} <= {value}",
    "maxExclusive": "{term} < {value}",
}


class Hints:
    """Next steps, from the shapes that were broken and the data around them."""

    def __init__(self, explainer: Explainer, focus: Focus) -> None:
        """Keep what the steps are computed from."""
        self.explainer = explainer
        self.focus = focus
        self.index = explainer.locator.index
        self.show = explainer.show

    def step(self, told: Told) -> str:
        """Return the next step for a result, or an empty text where none can be computed."""
        ways: dict[str, Callable[[Told, Shape], str]] = {
            "MinCount": self._give,
            "QualifiedMinCount": self._give,
            "HasValue": self._give_value,
            "MaxCount": self._keep,
            "Closed": self._allowed,
            "Class": self._typed,
            "Datatype": self._datatype,
            "In": self._member,
            "NodeKind": self._node_kind,
            "LanguageIn": self._languages,
            "UniqueLang": self._keep,
            "Pattern": self._pattern,
        }
        if told.shape is None or told.name not in ways:
            return ""
        step, place = ways[told.name](told, told.shape), told.place
        # A path may end with a question mark too.
        if not step or step.startswith("did you mean "):
            return step
        if place.rule == "subject" and told.name in ("MinCount", "HasValue") and place.fact is not None:
            step += f", in the statements that begin at line {place.location.line}"
        return step if step.endswith(".") else f"{step}."

    def _fits(self, shape: Shape, term: str) -> bool:
        """Return whether a value would break nothing that its shape states of single values; what is unknown breaks."""
        for parameter in shape.parameters:
            name, value = name_of(parameter.name), parameter.value
            if parameter.name not in COMPONENTS or name in _HARMLESS:
                continue
            if name == "in":
                good = term in (self.explainer.shapes.index.items(value) or [])
            elif name == "class":
                good = term in self.focus.instances(value)
            elif name == "nodeKind":
                good = ("IRI" if is_iri(term) else "BlankNode" if is_blank(term) else "Literal") in name_of(value)
            elif name == "datatype":
                good = is_literal(term) and iri(literal(term).datatype) == value and _is_valid(term)
            elif name == "pattern":
                good = not is_blank(term) and matches(term, value, shape.first("flags") or '""')
            elif name in _TESTS:
                # A blank node cannot be written there, and has none of these.
                good = _asks(f"FILTER({_TESTS[name].format(term=term, value=value)})")
            else:
                good = False
            if not good:
                return False
        return True

    def _who(self, focus: str) -> str:
        """Call a node by its class, as people do: "the work"."""
        types = self.index.values(focus, TYPE)
        return f"the {name_of(types[0])} {self.show(focus)}" if types else self.show(focus)

    def _give(self, told: Told, shape: Shape) -> str:
        wanted, focus = told.finding.path, told.finding.focus
        if not wanted.startswith("<") or wanted.count("<") > 1:
            return ""
        known = {other.path for other in self.explainer.shapes if other.path and is_iri(other.path)}
        strays = {
            fact.row[1]
            for fact in self.index.of(focus)
            if fact.row[1] not in known and fact.row[1] != TYPE and self._fits(shape, fact.value)
        }
        # A path that repeats a predicate may be followed through that very predicate.
        stray = _nearest_iri(wanted, strays) if wanted.endswith(">") else None
        shown = readable_path(wanted, self.explainer.prefixes)
        if stray:
            return f"did you mean {shown} where {self.show(stray)} is written?"
        return f"give {self._who(focus)} its {shown}{self._form(shape)}"

    def _form(self, shape: Shape) -> str:
        """Return what a value looks like, as far as the shape tells."""
        datatype, kind = shape.first("datatype"), shape.first("class")
        if datatype:
            return f', such as "…"^^{self.show(datatype)}' if name_of(datatype) not in ("string", "langString") else ""
        return f", a {self.show(kind)}" if kind else ""

    def _give_value(self, told: Told, shape: Shape) -> str:
        path = readable_path(told.finding.path, self.explainer.prefixes)
        missing = [value for value in shape.values("hasValue") if self._fits(shape, value)]
        values = self.explainer.locator.values(told.finding.focus, shape)
        if not path or not missing:
            return ""
        if len(values) == 1 and (shape.first("maxCount") or "").startswith('"1"'):
            return f"write {self.show(missing[0])} in place of {self.show(values[0])}"
        return f"give {self._who(told.finding.focus)} {path} {', '.join(map(self.show, missing))}"

    def _keep(self, told: Told, shape: Shape) -> str:
        language = told.finding.language
        found = self.explainer.locator.values(told.finding.focus, shape)
        if told.name == "UniqueLang":
            found = [value for value in found if is_literal(value) and literal(value).language == language]
        most = 1 if told.name == "UniqueLang" else int(literal(shape.first("maxCount") or '"1"').text)
        values = sorted(map(self.show, found))
        if not most < len(values) <= _FEW or any(is_blank(value) for value in found):
            return ""
        return (f"keep {'one' if most == 1 else most} of " if most else "remove ") + ", ".join(values)

    def _allowed(self, told: Told, shape: Shape) -> str:
        path = told.finding.path
        allowed = {child.path: child for child in shape.referred("property") if child.path and is_iri(child.path)}
        ignored = self.explainer.items(shape, "ignoredProperties")
        good = [name for name, child in allowed.items() if self._fits(child, told.finding.value)]
        near = _nearest_iri(path, [*good, *ignored])
        return f"did you mean {self.show(near)}?" if near else f"remove it, or add {self.show(path)} to the shape"

    def _typed(self, told: Told, shape: Shape) -> str:
        wanted, value = shape.first("class"), told.finding.value
        if wanted is None or is_literal(value) or not value:
            return f"point to a {self.show(wanted)} instead of a literal" if wanted else ""
        if self.index.of(value):
            return f"state that {self.show(value)} is a {self.show(wanted)}, or point to one"
        near = _nearest_iri(value, filter(is_iri, self.focus.instances(wanted)))
        if near and self._fits(shape, near):
            return f"did you mean {self.show(near)}?"
        return f"describe {self.show(value)}: nothing in the data says what it is"

    def _datatype(self, told: Told, shape: Shape) -> str:
        wanted, value = shape.first("datatype"), told.finding.value
        if wanted is None or not is_iri(wanted):  # a literal names no datatype: the lint says so at its place
            return ""
        if not is_literal(value):
            return f"write a literal of type {self.show(wanted)}"
        plain = f'"{value[1:].rpartition(chr(34))[0]}"'
        if name_of(wanted) == "langString":
            return f"write {self.show(plain)}@en, or its own language"
        made = plain if name_of(wanted) == "string" else f"{plain}^^{wanted}"
        if made == value or not self._fits(shape, made):
            return f"write a value that {self.show(wanted)} allows"
        if made == plain:
            return f"write {self.show(plain)} without a language or datatype"
        return f"write {self.show(plain)}^^{self.show(wanted)}"

    def _member(self, told: Told, shape: Shape) -> str:
        value = told.finding.value
        items = [item for item in self.explainer.items(shape, "in") if self._fits(shape, item)]
        if is_iri(value):
            near = _nearest_iri(value, filter(is_iri, items))
        else:
            near = closest(value, filter(is_literal, items))
        if near:
            return f"did you mean {self.show(near)}?"
        return f"choose one of {listed(list(map(self.show, items)))}" if items else ""

    def _node_kind(self, told: Told, shape: Shape) -> str:
        wanted, value = name_of(shape.first("nodeKind") or ""), told.finding.value
        if wanted == "IRI" and is_literal(value):
            text = literal(value).text
            good = "://" in text and is_safe_iri(text) and self._fits(shape, iri(text))
            return f"write {iri(text)}" if good else "write the IRI of the thing instead of its name"
        return "give the node an IRI" if wanted == "IRI" and is_blank(value) else ""

    def _languages(self, told: Told, shape: Shape) -> str:
        value = told.finding.value
        allowed = [literal(item).text for item in self.explainer.items(shape, "languageIn") if is_literal(item)]
        if not is_literal(value) or not literal(value).datatype.endswith(("#string", "#langString")):
            return "write a text with a language" if allowed else ""
        if shape.values("uniqueLang"):
            values = self.explainer.locator.values(told.finding.focus, shape)
            taken = {literal(other).language for other in values if is_literal(other)}
            allowed = [tag for tag in allowed if tag.lower() not in taken]
        return f"tag the text with @{' or @'.join(allowed)}" if allowed else ""

    def _pattern(self, _told: Told, shape: Shape) -> str:
        if shape.values("message"):
            return ""
        return f"write it so that it matches {self.show(shape.first('pattern') or '')}"


def _is_valid(term: str) -> bool:
    """Return whether the text of a literal is one of its datatype, as far as that can be told here."""
    parts = literal(term)
    name = parts.datatype.removeprefix(_XSD)
    if name in _CAST:
        return _asks(f"BIND(<{parts.datatype}>({term[: term.rindex(chr(34)) + 1]}) AS ?x) FILTER(BOUND(?x))")
    if name in _FORMS:
        return re.fullmatch(_FORMS[name], parts.text) is not None
    return parts.datatype.endswith(("#string", "#langString"))


def _asks(pattern: str) -> bool:
    try:
        return bool(_EMPTY.query(f"ASK {{ {pattern} }}"))
    except SyntaxError:
        return False


def _nearest_iri(wanted: str, choices: Iterable[str]) -> str | None:
    """Return the IRI with the nearest last part."""
    by_name: dict[str, str] = {}
    for choice in sorted(set(choices)):
        by_name.setdefault(name_of(choice), choice)
    found = closest(name_of(wanted), by_name)
    return by_name[found] if found and by_name[found] != wanted else None
