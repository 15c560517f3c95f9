// The answer of a query as a table, a map and files to keep. What it holds is only ever put in as text.

const SHOWN = 1000;
const SVG = "http://www.w3.org/2000/svg";

/** Make an element with attributes and children; texts become text nodes. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function drawn(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The page that tells about an IRI of ours without its fragment, or nothing. */
function page(iri, { base, ontology, pages }) {
  if (iri === `${base}dataset` || iri === `${base}catalogue`) return "dataset.html";
  if (iri === ontology || (iri.startsWith(ontology) && /^\/\d+\.\d+\.\d+$/.test(iri.slice(ontology.length)))) return "ontology.html";
  const term = ontology.endsWith("/") && iri.startsWith(ontology) && iri.slice(ontology.length);
  if (term && !term.includes("/")) return `ontology.html#${encodeURI(term)}`;
  const [space, folder] = pages.find(([begins]) => iri.startsWith(begins)) ?? [];
  const name = space && iri.slice(space.length);
  return name && /^[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-]))*$/.test(name) ? `${folder}${name}.html` : "";
}

/** Where an IRI leads: the page about a thing of ours, the address of anything else on the web, or nowhere. */
export function leads(iri, site) {
  if (!iri.startsWith(site.base)) return /^https?:\/\//.test(iri) ? iri : "";
  const [whole, fragment] = iri.split(/#(.*)/s);
  const found = page(whole, site);
  return found && fragment !== undefined ? `${found}#${encodeURI(fragment)}` : found;
}

/** A short name of an IRI of ours, such as `kind:name`; any other IRI as it is. */
function brief(iri, site) {
  const [kind, space] = Object.entries(site.spaces).find(([, begins]) => iri.startsWith(begins)) ?? [];
  return kind ? `${kind}:${iri.slice(space.length)}` : iri.startsWith(site.base) ? iri.slice(site.base.length) : iri;
}

function cell(term, site) {
  if (!term) return element("td");
  if (term.type === "uri") {
    const href = leads(term.value, site);
    const ours = term.value.startsWith(site.base);
    const text = brief(term.value, site);
    if (!href) return element("td", {}, text);
    return element("td", {}, element("a", ours ? { href } : { href, rel: "external noopener noreferrer" }, text));
  }
  const attributes = {};
  if (term["xml:lang"]) attributes.lang = term["xml:lang"];
  if (/#(integer|decimal|double|float)$/.test(term.datatype ?? "")) attributes.class = "number";
  if (term.datatype) attributes.title = term.datatype.replace(/^.*#/, "");
  return element("td", attributes, element("bdi", {}, term.value));
}

/** The table of an answer; of a long one its first rows, and a sentence that says so. */
export function table(answer, meanings, site) {
  const columns = answer.head.vars;
  const rows = answer.results.bindings;
  const head = columns.map((name) => element("th", { scope: "col", ...(meanings[name] && { title: meanings[name] }) }, name));
  const made = element(
    "table",
    { class: "answer" },
    element("caption", {}, rows.length > SHOWN
      ? `The first ${SHOWN} of ${rows.length} rows; the downloads hold all of them.`
      : "All rows"),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows.slice(0, SHOWN).map((row) =>
      element("tr", {}, ...columns.map((name) => cell(row[name], site))))),
  );
  return element("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Rows of the answer" }, made);
}

/**
 * The points of an answer that has the columns latitude and longitude, each with its row's name and page; under `absent`
 * the names of the rows that have no position.
 */
export function points(answer, site) {
  const columns = answer.head.vars;
  if (!["latitude", "longitude"].every((name) => columns.includes(name))) return { found: [], absent: [] };
  const found = new Map();
  const absent = new Set();
  for (const row of answer.results.bindings) {
    const [latitude, longitude] = [Number(row.latitude?.value ?? NaN), Number(row.longitude?.value ?? NaN)];
    const thing = columns.find((name) => row[name]?.type === "uri");
    const name = columns.find((column) => /^name$|Name$/.test(column) && row[column]);
    const text = name ? row[name].value : thing ? row[thing].value : `${latitude}, ${longitude}`;
    if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) {
      absent.add(text);
      continue;
    }
    found.set(`${text} ${latitude} ${longitude}`, { text, latitude, longitude, href: thing ? leads(row[thing].value, site) : "" });
  }
  return { found: [...found.values()], absent: [...absent] };
}

/** Draw an answer of two columns, a name and a number, as bars; nothing for any other. */
export function chart(answer) {
  const columns = answer.head.vars;
  const rows = answer.results.bindings;
  const numeric = (name) => rows.every((row) => /#(integer|decimal|double|float)$/.test(row[name]?.datatype ?? ""));
  if (columns.length !== 2 || rows.length < 2 || rows.length > 60) return null;
  const [label, number] = numeric(columns[1]) ? columns : numeric(columns[0]) ? [columns[1], columns[0]] : [];
  if (!label || numeric(label)) return null;
  const most = Math.max(...rows.map((row) => Math.abs(Number(row[number].value)))) || 1;
  const svg = drawn("svg", { class: "chart", viewBox: `0 0 800 ${rows.length * 26 + 4}`, role: "img", "aria-label": `${number} by ${label}; the table says the same` });
  rows.forEach((row, place) => {
    const text = row[label] ? row[label].value.replace(/^.*[/#]/, "") : "";
    svg.append(
      drawn("text", { x: 232, y: place * 26 + 19, "text-anchor": "end", "font-size": 14 }, text.length > 30 ? `${text.slice(0, 29)}…` : text),
      drawn("rect", { x: 240, y: place * 26 + 4, height: 20, width: Math.max(1, (Math.abs(Number(row[number].value)) / most) * 460) }),
      drawn("text", { x: 246 + (Math.abs(Number(row[number].value)) / most) * 460, y: place * 26 + 19, "font-size": 14 }, row[number].value),
    );
  });
  return element("div", { class: "drawing" }, svg);
}

/** Where the name of a point goes: right, left, above or below, the first that meets no name before it. */
function aside(x, y, text, taken) {
  const width = text.length * 7.6;
  const tried = [[x + 9, y - 8], [x - 9 - width, y - 8], [x - width / 2, y - 25], [x - width / 2, y + 9]];
  const free = tried.find(([left, top]) =>
    taken.every((other) => left > other.left + other.width || other.left > left + width || Math.abs(top - other.top) > 16));
  const [left, top] = free ?? tried[0];
  taken.push({ left, top, width });
  return { x: left, y: top + 13 };
}

/** Draw points on the land. */
export function map({ found, absent }, land) {
  const svg = drawn("svg", {
    class: "map geographic", viewBox: `0 0 ${land.width} ${land.height}`, role: "group", "aria-label": "The answer on a map",
  });
  svg.append(drawn("rect", { class: "sea", width: land.width, height: land.height }));
  for (const { id, d } of land.paths) svg.append(drawn("path", { class: `land ${id === "neighbours" ? "other" : "member"}`, d }));
  const taken = [];
  for (const { text, latitude, longitude, href } of found) {
    const [x, y] = [(longitude - land.west) * land.scale, (land.north - latitude) * land.scale];
    const mark = [
      drawn("title", {}, text),
      drawn("circle", { cx: x, cy: y, r: 6 }),
      drawn("text", { ...aside(x, y, text, taken), "font-size": 14, "stroke-width": 3, "paint-order": "stroke", "aria-hidden": "true" }, text),
    ];
    svg.append(href ? drawn("a", { href }, ...mark) : drawn("g", {}, ...mark));
  }
  const left = absent.length
    ? [element("p", { class: "absent" }, `${found.length} are drawn. No position is recorded for ${absent.length}: ${absent.join(", ")}.`)]
    : [];
  return element("div", {}, ...left, element("div", { class: "drawing" }, svg));
}

/** Write an answer as SPARQL 1.1 CSV. */
export function csv(answer) {
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const value = (term) => (!term ? "" : term.type === "bnode" ? `_:${term.value}` : term.value);
  const columns = answer.head.vars;
  const rows = answer.results.bindings.map((row) => columns.map((name) => quoted(value(row[name]))));
  return [columns.map(quoted), ...rows].map((cells) => `${cells.join(",")}\r\n`).join("");
}

/** A button that saves a text under a name. */
export function saver(label, name, type, text) {
  const button = element("button", { type: "button" }, label);
  button.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([text()], { type }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  });
  return button;
}
