// The query page: named queries with fields, an editor, and the answer of an engine that runs in this browser.
import { createEditor } from "../vendor/editor.js";
import { chart, csv, element, map, points, saver, table } from "./answer.js";
import { ParameterError, bind, nearest } from "./bind.js";

const at = (id) => document.getElementById(id);
const own = { name: "", text: "", summary: "", description: "", row: "", parameters: [], columns: {} };

let catalogue;
let query = own;
let editor;
let edited = false;
let worker;
let loaded = false;

/** The values in the fields, by parameter; empty fields say nothing. */
function given() {
  const values = {};
  for (const input of at("fields").querySelectorAll("input, select")) {
    if (input.value.trim()) (values[input.name] ??= []).push(input.value);
  }
  return values;
}

function say(text, wrong = "") {
  at("status").textContent = text;
  at("problem").textContent = wrong;
}

/** Show the query with the values in their places; say what is wrong with one. */
function fill() {
  try {
    const text = bind(query, given(), catalogue.things, catalogue.spaces);
    // The header says what the page around the editor says already.
    if (!edited) editor.text = text.replace(/^(?:#\+ .*\n)+/, "");
    say("");
    return true;
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    say("", error.message);
    return false;
  }
}

/** Keep the query and its values in the address, so that it can be kept and sent. */
function remember() {
  const address = new URL(location.href);
  const entries = Object.entries(given()).flatMap(([name, values]) => values.map((value) => [name, value]));
  address.search = query.name && !edited ? new URLSearchParams([["query", query.name], ...entries]) : "";
  history.replaceState(null, "", address);
  at("share").href = address.href;
  at("share").hidden = !address.search;
}

function options(parameter) {
  const kinds = parameter.kind === "any" ? Object.keys(catalogue.things) : [parameter.kind];
  const all = kinds.flatMap((kind) => (catalogue.things[kind] ?? []).map(([name, label]) => ({ kind, name, label })));
  const times = new Map();
  for (const { label } of all) times.set(label, (times.get(label) ?? 0) + 1);
  return all.map(({ kind, name, label }) =>
    times.get(label) > 1 ? element("option", { value: `${kind}:${name}` }, label) : element("option", { value: label }));
}

function control(parameter, id, list, value) {
  if (parameter.type === "choice") {
    const choices = ["", ...parameter.choices].map((choice) => element("option", { value: choice }, choice || "any"));
    const select = element("select", { name: parameter.name, id }, ...choices);
    select.value = value;
    return select;
  }
  const input = element("input", {
    name: parameter.name, id, autocomplete: "off", spellcheck: "false", placeholder: parameter.required ? "" : "any",
    type: parameter.type === "date" ? "date" : "text",
    ...(parameter.type === "integer" && { inputmode: "numeric" }),
    ...(list && { list: list.id }), ...(parameter.required && { required: "" }),
    "aria-describedby": `hint-${parameter.name}`,
  });
  input.value = value;
  return input;
}

function field(parameter, values) {
  const id = `in-${parameter.name}`;
  const list = parameter.kind && element("datalist", { id: `known-${parameter.name}` }, ...options(parameter));
  const words = parameter.name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const box = element("div", { class: "field" }, element("label", { for: id }, words), control(parameter, id, list, values[0] ?? ""));
  const again = (value) => {
    const input = control(parameter, `${id}-${box.children.length}`, list, value);
    input.setAttribute("aria-label", `or another ${words}`);
    box.insertBefore(input, box.querySelector(".more"));
    return input;
  };
  if (parameter.many && parameter.kind) {
    const more = element("button", { type: "button", class: "more" }, `or another ${words}`);
    more.addEventListener("click", () => again("").focus());
    box.append(more);
    values.slice(1).forEach(again);
  }
  box.append(element("div", { class: "hint", id: `hint-${parameter.name}` }, `${parameter.says}, such as ${parameter.example}`));
  if (list) box.append(list);
  return box;
}

/** Change to a named query, or to the reader's own text; a value that is required starts as its example. */
function choose(name, values = {}) {
  query = catalogue.queries.find((one) => one.name === name) ?? own;
  at("query").value = query.name;
  at("question").textContent = query.summary;
  at("about").textContent = [query.description, query.row && `A row: ${query.row}.`].filter(Boolean).join(" ");
  const fields = query.parameters.map((parameter) =>
    field(parameter, values[parameter.name] ?? (parameter.required ? [parameter.example] : [])));
  at("fields").replaceChildren(element("legend", { class: "hint" }, fields.length ? "Narrow it down" : "It takes no values."), ...fields);
  at("fields").hidden = !query.name;
  mark(false);
  if (query === own) {
    editor.text = catalogue.start;
    at("sparql").open = true;
  }
  fill();
}

/** A text changed by hand is the reader's own: the fields no longer apply to it. */
function mark(changed) {
  edited = changed;
  at("fields").disabled = changed && Boolean(query.name);
  at("restore").hidden = !(changed && query.name);
}

/** Say what is wrong; an answer to an earlier question must not be taken for one to this. */
function fail(problem) {
  at("answer").replaceChildren();
  say("", problem);
}

function stop() {
  worker?.terminate();
  worker = undefined;
  loaded = false;
  at("run").disabled = false;
  at("cancel").disabled = true;
}

function run() {
  if (at("run").disabled) return;
  if (!edited && !fill()) {
    at("answer").replaceChildren();
    return;
  }
  remember();
  at("run").disabled = true;
  at("cancel").disabled = false;
  say(loaded ? "Running …" : "Loading the engine and the data …");
  if (!worker) {
    worker = new Worker(new URL("./engine.js", import.meta.url), { type: "module" });
    worker.onerror = (event) => {
      event.preventDefault();
      stop();
      fail(`The engine stopped: ${event.message || "this browser could not start it"}.`);
    };
    worker.onmessage = ({ data }) => {
      if (data.loaded) {
        loaded = true;
        say("Running …");
        return;
      }
      at("run").disabled = false;
      at("cancel").disabled = true;
      if (data.error === undefined) show(data);
      else {
        // A program that ran out of memory is broken for good; a query that does not parse breaks nothing.
        if (!loaded || /unreachable|memory/.test(data.error)) stop();
        fail(data.error);
      }
    };
  }
  worker.postMessage({ dump: catalogue.dump, text: editor.text });
}

function cancel() {
  stop();
  at("answer").replaceChildren();
  say("Cancelled. Run starts the engine afresh.");
}

function show({ answer, graph, milliseconds }) {
  const name = (!edited && query.name) || "answer";
  const took = `in ${Math.max(1, Math.round(milliseconds))} ms`;
  const site = catalogue;
  const parts = [];
  const buttons = element("div", { class: "buttons" });
  if (graph) {
    const count = answer ? "A graph" : "An empty graph";
    say(`${count}, ${took}.`);
    buttons.append(saver("Download Turtle", `${name}.ttl`, "text/turtle", () => answer));
    parts.push(buttons, element("pre", { tabindex: "0", role: "region", "aria-label": "Turtle of the answer" }, answer));
  } else {
    const parsed = JSON.parse(answer);
    if (typeof parsed.boolean === "boolean") {
      say(`${parsed.boolean ? "Yes" : "No"}, ${took}.`);
      parts.push(element("p", { class: "lead" }, parsed.boolean ? "Yes." : "No."));
    } else {
      const rows = parsed.results.bindings.length;
      say(`${rows} ${rows === 1 ? "row" : "rows"}, ${took}.`);
      buttons.append(
        saver("Download CSV", `${name}.csv`, "text/csv;charset=utf-8", () => csv(parsed)),
        saver("Download JSON", `${name}.json`, "application/sparql-results+json", () => answer),
      );
      const found = points(parsed, site);
      const drawing = found.found.length && catalogue.land ? map(found, catalogue.land) : chart(parsed);
      parts.push(buttons, ...(drawing ? [drawing] : []), table(parsed, edited ? {} : query.columns, site));
    }
  }
  at("answer").replaceChildren(...parts);
}

async function begin() {
  const asked = await fetch(new URL("../query.json", import.meta.url));
  if (!asked.ok) throw new Error(`query.json is not on this site (${asked.status}).`);
  catalogue = await asked.json();
  editor = createEditor({
    parent: at("editor"),
    text: "",
    label: "SPARQL query",
    describedBy: "Control and Enter runs the query. Tab leaves the editor.",
    names: catalogue.terms.map(([label, info]) => ({ label, info, type: "class" })),
    onChange: () => mark(true),
    onRun: run,
  });
  at("query").addEventListener("change", () => choose(at("query").value));
  at("fields").addEventListener("input", fill);
  at("cancel").addEventListener("click", cancel);
  at("restore").addEventListener("click", () => (mark(false), fill()));
  at("form").addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  const wanted = new URLSearchParams(location.search);
  const values = {};
  for (const [name, value] of wanted) (values[name] ??= []).push(value);
  const [named, ...others] = values.query ?? [];
  delete values.query;
  const names = catalogue.queries.map((one) => one.name);
  at("ask").hidden = false;
  const [value] = Object.keys(values);
  if (others.length || (named === undefined && value !== undefined)) {
    choose(names[0]);
    const near = nearest(value ?? "", catalogue.queries.flatMap((one) => one.parameters.map((parameter) => parameter.name)));
    fail(others.length
      ? `The address names ${others.length + 1} queries; give one.`
      : `The address gives '${value.slice(0, 80)}' and names no query that takes it${near && near !== value ? `: did you mean query=NAME&${near}=VALUE?` : "; write query=NAME before it."}`);
    return;
  }
  if (named !== undefined && !names.includes(named)) {
    choose(names[0]);
    const near = nearest(named, names);
    fail(`There is no query '${named.slice(0, 80)}'${near ? `: did you mean ${near}?` : "."}`);
    return;
  }
  choose(named ?? names[0], values);
  const unknown = named === undefined ? [] : Object.keys(values).filter((name) => !query.parameters.some((one) => one.name === name));
  if (unknown.length) {
    try {
      bind(query, values, catalogue.things, catalogue.spaces);
    } catch (error) {
      fail(error.message);
    }
  } else if (named) run();
}

begin().catch((error) => {
  at("ask").hidden = false;
  say("", `This page could not start: ${error.message}`);
});
