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

/** Give where an IRI leads: the page about a thing of ours, the address of anything else on the web, or nowhere. */
export function leads(iri, base) {
  if (iri.startsWith(base)) {
    const [path, fragment] = iri.slice(base.length).split(/#(.*)/s);
    const page = /^(?:id|graph)\/[A-Za-z0-9][A-Za-z0-9_./-]*$/.test(path) && !path.includes("..")
      ? `doc/${path.replace(/^id\//, "")}.html`
      : /^ontology(?:\/\d+\.\d+\.\d+)?$/.test(path) ? "ontology.html" : /^(?:dataset|catalogue)$/.test(path) ? "dataset.html" : "";
    return page && fragment !== undefined ? `${page}#${encodeURI(fragment)}` : page;
  }
  return /^https?:\/\//.test(iri) ? iri : "";
}

function cell(term, site) {
  if (!term) return element("td");
  if (term.type === "uri") {
    const href = leads(term.value, site.base);
    const ours = term.value.startsWith(site.base);
    const text = ours ? term.value.slice(site.base.length).replace(/^id\/([a-z-]+)\//, "$1:") : term.value;
    if (!href) return element("td", {}, text);
    return element("td", {}, element("a", ours ? { href } : { href, rel: "external noopener noreferrer" }, text));
  }
  const attributes = {};
  if (term["xml:lang"]) attributes.lang = term["xml:lang"];
  if (/#(integer|decimal|double|float)$/.test(term.datatype ?? "")) attributes.class = "number";
  if (term.datatype) attributes.title = term.datatype.replace(/^.*#/, "");
  return element("td", attributes, element("bdi", {}, term.value));
}

/** Give the table of an answer; of a long one its first rows, and a sentence that says so. */
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

/** Give the points of an answer that has the columns latitude and longitude: each with its row's name and page. */
export function points(answer, site) {
  const columns = answer.head.vars;
  if (!["latitude", "longitude"].every((name) => columns.includes(name))) return [];
  const found = new Map();
  for (const row of answer.results.bindings) {
    if (!row.latitude || !row.longitude) continue;
    const [latitude, longitude] = [Number(row.latitude.value), Number(row.longitude.value)];
    if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) continue;
    const thing = columns.find((name) => row[name]?.type === "uri");
    const name = columns.find((column) => /^name$|Name$/.test(column) && row[column]);
    const text = name ? row[name].value : thing ? row[thing].value : `${latitude}, ${longitude}`;
    found.set(`${text} ${latitude} ${longitude}`, { text, latitude, longitude, href: thing ? leads(row[thing].value, site.base) : "" });
  }
  return [...found.values()];
}

/** Give where the name of a point goes: right, left, above or below, the first that meets no name before it. */
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
export function map(found, land) {
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
  return element("div", { class: "drawing" }, svg);
}

/** Write an answer as SPARQL 1.1 CSV. */
export function csv(answer) {
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const value = (term) => (!term ? "" : term.type === "bnode" ? `_:${term.value}` : term.value);
  const columns = answer.head.vars;
  const rows = answer.results.bindings.map((row) => columns.map((name) => quoted(value(row[name]))));
  return [columns.map(quoted), ...rows].map((cells) => `${cells.join(",")}\r\n`).join("");
}

/** Give a button that saves a text under a name. */
export function saver(label, name, type, text) {
  const button = element("button", { type: "button" }, label);
  button.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([text()], { type }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  });
  return button;
}
