// Values into queries, as the Python client does it: checked, escaped, and put where the query keeps a place for them.

import { fold } from "./fold.js";

const XSD = "http://www.w3.org/2001/XMLSchema#";
// A code point escape is expanded before the query is read, even after an escaped backslash: its letter is written as one.
const ESCAPES = { "\\u": "\\\\\\U00000075", "\\U": "\\\\\\U00000055", "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" };

/** What is wrong with a value, in a sentence for people. */
export class ParameterError extends Error {}

/** Write a text as a SPARQL literal that means exactly that text. */
export function literalTerm(text, datatype = "") {
  if (text.includes("\0") || !text.isWellFormed()) {
    throw new ParameterError("The value holds U+0000 or half of a surrogate pair, which no text in RDF can hold.");
  }
  const quoted = `"${text.replace(/\\[uU]|[\\"\n\r\t\b\f]/g, (found) => ESCAPES[found])}"`;
  return datatype ? `${quoted}^^<${XSD}${datatype}>` : quoted;
}

/** Write an IRI between angle brackets. */
export function iriTerm(iri) {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(iri) || /[\x00-\x20<>"{}|^`\\\x7f]/.test(iri) || !iri.isWellFormed()) {
    throw new ParameterError(`'${iri}' is not a valid IRI.`);
  }
  return `<${iri}>`;
}

/** The last part of the IRI that a name of a thing has. */
export function slug(text) {
  const letters = { Đ: "D", đ: "d", ø: "o", Ø: "O", ł: "l", Ł: "L", ß: "ss", æ: "ae", Æ: "AE" };
  return text
    .replace(/[ĐđøØłŁßæÆ]/g, (letter) => letters[letter])
    .normalize("NFKD")
    .replace(/\p{M}|['’]/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/**
 * The IRI of the thing of a kind that a person named: by slug, IRI, prefixed name or any recorded spelling.
 *
 * `things` maps each kind to lists [slug, label, other spellings …], `spaces` to what the IRIs of its things begin with.
 */
export function resolve(kind, text, things, spaces) {
  const wanted = text.trim().replace(/^<|>$/g, "");
  const kinds = kind === "any" ? Object.keys(things) : [kind];
  const prefixed = /^([a-z-]+):([A-Za-z0-9_-]+)$/.exec(wanted);
  const iri = prefixed && prefixed[1] in spaces ? `${spaces[prefixed[1]]}${prefixed[2]}` : wanted;
  if (iri.includes("://")) {
    iriTerm(iri);
    const [one, space] = Object.entries(spaces).find(([, begins]) => iri.startsWith(begins)) ?? [];
    const name = space && iri.slice(space.length);
    // Evidence and statements are things too, and too many to list: the engine knows whether they are there.
    const listed = !(one in things) || name.includes("#") || things[one].some(([slug]) => slug === name);
    if (name && listed && (kind === "any" || one === kind)) return iri;
    throw new ParameterError(`'${text}' is not ${kind === "any" ? "in" : `${/^[aeio]/.test(kind) ? "an" : "a"} ${kind} of`} this graph.`);
  }
  const folded = fold(wanted);
  const last = slug(wanted);
  const found = new Set();
  for (const one of kinds) {
    for (const [name, ...spellings] of things[one] ?? []) {
      if (kind !== "any" && name === wanted) return `${spaces[one]}${name}`;
      if (name === last || name.replace(/-\d{4}$/, "") === last || spellings.some((spelling) => fold(spelling) === folded)) found.add(`${one}:${name}`);
    }
  }
  if (found.size === 1) return [...found][0].replace(/^([a-z-]+):/, (_, one) => spaces[one]);
  if (!found.size) {
    const called = new Map(kinds.flatMap((one) => (things[one] ?? []).flatMap(([name, ...spellings]) =>
      [name, ...spellings.map(fold)].map((spelling) => [spelling, kind === "any" ? `${one}:${name}` : name]))));
    const near = called.get(nearest(folded, [...called.keys()], (name) => name.length / 3));
    throw new ParameterError(`${kind === "any" ? "Nothing" : `No ${kind}`} in this graph is called '${text.slice(0, 80)}'${near ? `: did you mean ${near}?` : "."}`);
  }
  const listed = [...found].sort();
  throw new ParameterError(`'${text}' may mean ${found.size} things: ${listed.join(", ")}. Give one of these.`);
}

/** The name among some that is nearest to a text by the letters to change, or nothing where more than `most` differ. */
export function nearest(text, names, most = (name) => Math.max(2, name.length / 2)) {
  const distance = (one, other) => {
    let row = [...Array(other.length + 1).keys()];
    for (let i = 1; i <= one.length; i++) {
      const next = [i];
      for (let j = 1; j <= other.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      }
      row = next;
    }
    return row[other.length];
  };
  const asked = text.slice(0, 80).toLowerCase();
  const ranked = names.map((name) => [distance(asked, name.toLowerCase()), name]).sort((a, b) => a[0] - b[0] || a[1].localeCompare(b[1]));
  return ranked.length && ranked[0][0] <= most(ranked[0][1]) ? ranked[0][1] : "";
}

const FORMS = {
  boolean: /^(true|false)$/,
  double: /^([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?|[+-]?INF|NaN)$/,
  dateTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?$/,
  gYear: /^-?\d{4,9}$/,
  gYearMonth: /^-?\d{4,9}-(0[1-9]|1[0-2])$/,
};

/** Say whether a text is a day that there is. */
function isDay(text) {
  const day = /^(?!0000)\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(NaN);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

function plainTerm(parameter, value) {
  const text = value.trim();
  const problem = new ParameterError(`Parameter '${parameter.name}' takes ${parameter.says}; '${text}' is not.`);
  if (parameter.type === "string") return literalTerm(value);
  if (parameter.type === "choice") {
    if (!parameter.choices.includes(text)) throw problem;
    return literalTerm(text);
  }
  if (parameter.type === "date") {
    if (!isDay(text)) throw problem;
    return literalTerm(text, "date");
  }
  if (parameter.type === "period") {
    if (!isDay(text) && !/^\d{4}(-(0[1-9]|1[0-2]))?$/.test(text)) throw problem;
    return literalTerm(text);
  }
  if (parameter.type === "integer") {
    if (!/^[+-]?\d{1,18}$/.test(text)) throw problem;
    return literalTerm(String(BigInt(text.replace(/^\+/, ""))), "integer");
  }
  if (parameter.type === "iri") return iriTerm(text.replace(/^<|>$/g, ""));
  if (parameter.type in FORMS) {
    if (!FORMS[parameter.type].test(text)) throw problem;
    return literalTerm(text, parameter.type);
  }
  const number = /^\+?(-?)0*(\d+(?:\.\d+)?)$/.exec(text);
  if (!number) throw problem;
  return literalTerm(number[1] + number[2], "decimal");
}

/** The text of a query with the values given (name to list of texts) in their places. */
export function bind(query, given, things, spaces) {
  const known = query.parameters.map((parameter) => parameter.name);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      const near = nearest(name, known);
      throw new ParameterError(`Query '${query.name}' takes no '${name}'${near ? `: did you mean ${near}?` : "."}${known.length ? ` It takes ${known.join(", ")}.` : " It takes no values."}`);
    }
  }
  const terms = new Map();
  for (const parameter of query.parameters) {
    const values = given[parameter.name] ?? [];
    if (!values.length) {
      if (parameter.required) {
        throw new ParameterError(
          `Query '${query.name}' needs ${parameter.name}=${parameter.example} or the like: ${parameter.says}.`,
        );
      }
      continue;
    }
    if (values.length > 1 && !parameter.many) {
      throw new ParameterError(`Query '${query.name}' takes one '${parameter.name}', and ${values.length} were given.`);
    }
    const written = values.map((value) =>
      parameter.kind ? iriTerm(resolve(parameter.kind, value, things, spaces)) : plainTerm(parameter, value),
    );
    terms.set(parameter.variable, [...new Set(written)].join(" "));
  }
  return query.text.replace(/^(?!#)(.*\bVALUES (\?in\w+) \{)[^{}]*(\})/gm, (line, before, variable, after) =>
    terms.has(variable) ? `${before} ${terms.get(variable)} ${after}` : line,
  );
}
