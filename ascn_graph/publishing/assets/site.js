// Search on every page, the filter of a long page, sorting and facets of lists. Each page says as much without this script.
// It is written as a script, with `fold` of fold.js before it, so that it works from a folder without a server too.

/** Fold the letters too that no accent can be taken from, as a reader without them types. */
const key = (text) => fold(text).replaceAll("đ", "d").replaceAll("ø", "o").replaceAll("ł", "l");

// -- The filter of a long page -------------------------------------------------------------------------------------------
// A page that can be filtered has an element `data-filter` (hidden until now) with an input and a `data-filter-status`,
// rows `data-filter-row`, and groups `data-filter-group`. A row is found by its own words, by the heading of its group and
// by the spellings in `data-also` of either.

function filterable(box) {
  const input = box.querySelector("input");
  const status = box.querySelector("[data-filter-status]");
  const rows = [...document.querySelectorAll("[data-filter-row]")];
  const groups = [...document.querySelectorAll("[data-filter-group]")];
  const named = (group) => (group ? `${group.querySelector("h2")?.textContent ?? ""} ${group.dataset.also ?? ""}` : "");
  const texts = new Map(rows.map((row) =>
    [row, key(`${row.textContent} ${row.dataset.also ?? ""} ${named(row.closest("[data-filter-group]"))}`)]));
  const filter = () => {
    const words = key(input.value).split(" ");
    let left = 0;
    for (const [row, text] of texts) {
      row.hidden = !words.every((word) => text.includes(word) || text.replaceAll(" ", "").includes(word));
      left += row.hidden ? 0 : 1;
    }
    for (const group of groups) {
      const own = [...group.querySelectorAll("[data-filter-row]")];
      const head = key(named(group));
      group.hidden = own.length ? own.every((row) => row.hidden) : !words.every((word) => head.includes(word));
      for (const part of group.querySelectorAll(".scroll")) {
        part.hidden = [...part.querySelectorAll("[data-filter-row]")].every((row) => row.hidden);
      }
    }
    status.textContent = input.value.trim() ? `${left} of ${rows.length} entries` : "";
  };
  input.addEventListener("input", filter);
  box.hidden = false;
  if (input.value) filter();
}

// -- Lists with columns ----------------------------------------------------------------------------------------------------

const NUMBER = /^[-+]?(\d[\d,]*(\.\d+)?|\.\d+)(e[-+]?\d+)?(?![\w-])/i;
const numberOf = (text) => Number.parseFloat(NUMBER.exec(text)?.[0].replaceAll(",", "") ?? "NaN");

/** Compare what cells are sorted by: numbers as numbers and before words, anything else as people order it. */
function compared(one, other) {
  const [a, b] = [numberOf(one), numberOf(other)];
  if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) return Number.isNaN(b) || a < b ? -1 : 1;
  return one.localeCompare(other, undefined, { numeric: true });
}

const keyOf = (row, column) => row.cells[column]?.dataset.key ?? row.cells[column]?.textContent.trim() ?? "";

function sortable(table) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...body.rows].sort((one, other) => {
        const [a, b] = [keyOf(one, column), keyOf(other, column)];
        // What is not stated comes last, whichever the order.
        if (!a || !b) return a ? -1 : b ? 1 : 0;
        return compared(a, b) * (up ? 1 : -1);
      });
      body.append(...rows);
    });
  });
}

/** Offer a choice for each column of a list that has few values: the rows that have the value chosen stay. */
/** Return the powers of ten that numbers reach, none unless all are numbers. */
function sizes(numbers) {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const steps = [];
  if (least > 0) for (let step = 10 ** Math.floor(Math.log10(least)); step <= most; step *= 10) steps.push(step);
  return steps.slice(1);
}

function faceted(box) {
  const table = document.querySelector("[data-sortable]");
  const rows = [...table.tBodies[0].rows];
  const chosen = new Map();
  const apply = () => {
    let left = 0;
    for (const row of rows) {
      row.hidden = ![...chosen.values()].every((fits) => fits(row));
      left += row.hidden ? 0 : 1;
    }
    table.caption.textContent = left === rows.length ? `${left} in all` : `${left} of ${rows.length}`;
  };
  const shownIn = (row, column) => [...row.cells[column].querySelectorAll("bdi")];
  // A link bears the literal that it writes in other words.
  const exactly = (one) => one.title || one.parentElement.title || one.textContent;
  const valuesOf = (row, column) => shownIn(row, column).map((one) => one.textContent);
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const keys = new Map(column ? rows.flatMap((row) => shownIn(row, column).map((one) => [one.textContent, exactly(one)])) : []);
    const values = [...keys.keys()].sort((one, other) => compared(keys.get(one), keys.get(other)));
    if (values.length < 2) return;
    const few = values.length <= 40 && values.length <= rows.length * 0.8;
    // Of numbers that all differ one asks for those of a size.
    const steps = few ? [] : sizes([...keys.values()].map(Number));
    if (!few && steps.length < 2) return;
    const options = few
      ? values.map((value) => [value, (row) => valuesOf(row, column).includes(value)])
      : steps.map((step) => [`${step.toLocaleString("en")} or more`,
        (row) => shownIn(row, column).some((one) => Number(exactly(one)) >= step)]);
    const label = document.createElement("label");
    const select = document.createElement("select");
    const offered = [["any", () => true], ...options];
    select.append(...offered.map(([text]) => new Option(text)));
    select.addEventListener("change", () => (chosen.set(column, offered[select.selectedIndex][1]), apply()));
    label.append(`${head.textContent} `, select);
    box.append(label);
  });
  box.hidden = !box.childElementCount;
}

// -- Search ------------------------------------------------------------------------------------------------------------------

const SHOWN = 12;
const LONGEST = 200;

/** Load the index, once: as a script, which a page from a folder may load where it may not fetch. */
function loaded(root) {
  loaded.once ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${root}assets/search-index.js`;
    script.onload = () => resolve(prepared(globalThis.searchIndex));
    script.onerror = () => reject(new Error("The index is not on this site."));
    document.head.append(script);
  });
  return loaded.once;
}

function prepared({ kinds, entries }) {
  return entries.map(([kind, path, ...spellings]) => {
    const [word, folder] = kinds[kind];
    const keys = spellings.map(key);
    return { word, href: folder ? `${folder}${path}.html` : path, name: spellings[0], keys, text: `${keys.join(" ")} ${word}` };
  });
}

/** Rank an entry: the whole label, the whole of a spelling, a beginning, a word's beginning, anywhere; -1 for not at all. */
function rank(entry, wanted, words) {
  if (entry.keys[0] === wanted) return 0;
  if (entry.keys.includes(wanted) || entry.keys.some((one) => one.replaceAll(" ", "") === wanted.replaceAll(" ", ""))) return 1;
  if (entry.keys.some((one) => one.startsWith(wanted))) return 2;
  if (!words.every((word) => entry.text.includes(word))) return -1;
  return words.every((word) => ` ${entry.text}`.includes(` ${word}`)) ? 3 : 4;
}

/** Find entries by any of their spellings, the best first. */
function find(index, text) {
  const wanted = key(text.slice(0, LONGEST));
  if (!wanted) return [];
  const words = wanted.split(" ");
  return index
    .map((entry, place) => ({ entry, place, rank: rank(entry, wanted, words) }))
    .filter((one) => one.rank >= 0)
    .sort((one, other) => one.rank - other.rank || one.place - other.place)
    .map((one) => one.entry);
}

function searchable(box) {
  const root = box.dataset.root;
  const input = box.querySelector("input");
  const list = box.querySelector("ul");
  const status = box.querySelector("[data-search-status]");
  let at = -1;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (next) => {
    const all = options();
    if (!all.length) return;
    at = (next + all.length) % all.length;
    all.forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };
  const show = async () => {
    const text = input.value;
    let found;
    try {
      found = find(await loaded(root), text);
    } catch (error) {
      status.textContent = error.message;
      return;
    }
    if (text !== input.value) return;
    close();
    status.textContent = text.trim() ? `${found.length} found` : "";
    list.replaceChildren(...found.slice(0, SHOWN).map(({ word, href, name }, place) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const kind = document.createElement("small");
      const label = document.createElement("bdi");
      item.setAttribute("role", "option");
      item.id = `search-result-${place}`;
      link.href = root + href;
      link.tabIndex = -1;
      label.textContent = name;
      kind.textContent = word;
      link.append(label, " ", kind);
      item.append(link);
      return item;
    }));
    if (text.trim() && !found.length) {
      const nothing = document.createElement("li");
      nothing.textContent = "Nothing here is called so.";
      nothing.setAttribute("role", "presentation");
      list.replaceChildren(nothing);
    }
    list.hidden = !list.childElementCount;
    input.setAttribute("aria-expanded", String(Boolean(found.length)));
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", () => input.value.trim() && show());
  input.addEventListener("keydown", async (event) => {
    // While letters are being composed, Enter and the arrows are the input method's.
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1));
    else if (event.key === "Enter") {
      event.preventDefault();
      // What is typed quickly waits for the index.
      if (at < 0) await show();
      options()[Math.max(at, 0)]?.querySelector("a").click();
    } else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => box.contains(event.target) || close());
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea, [contenteditable], .editor");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    event.preventDefault();
    input.focus();
  });
  box.hidden = false;
}

// From a folder no module may load, so the query page cannot say this itself.
if (location.protocol === "file:") document.querySelectorAll("[data-offline]").forEach((note) => (note.hidden = false));
document.querySelectorAll("[data-filter]").forEach(filterable);
document.querySelectorAll("[data-sortable]").forEach(sortable);
document.querySelectorAll("[data-facets]").forEach(faceted);
document.querySelectorAll("[data-search]").forEach(searchable);
