// The engine of the query page: Oxigraph in a worker of its own, so that a long query can be ended with the worker.
import start, { Store } from "../vendor/oxigraph.js";

/** Read the engine's bytes, whether or not the server has unpacked the file on the way. */
async function program() {
  const answer = await fetched("../vendor/oxigraph.wasm.gz");
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!packed) return bytes;
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

async function fetched(path) {
  const answer = await fetch(new URL(path, import.meta.url));
  if (!answer.ok) throw new Error(`${path} is not on this site (${answer.status}).`);
  return answer;
}

/** Load the dump of the site: every named graph, and their union without doubles as the default graph. */
async function load(dump) {
  const [bytes, data] = await Promise.all([program(), fetched(dump).then((answer) => answer.text())]);
  await start({ module_or_path: bytes });
  const store = new Store();
  store.load(data, { format: "application/trig", lenient: true, no_transaction: true });
  store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }");
  return store;
}

/** Say what a query gives, by its first keyword outside comments, texts and IRIs. */
function form(text) {
  const bare = text.replace(/<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*/g, " ");
  return /(?<![\w:?$-])(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:-])/i.exec(bare)?.[1].toUpperCase() ?? "SELECT";
}

let ready;
self.onmessage = async ({ data: { dump, text } }) => {
  try {
    ready ??= load(dump);
    const store = await ready;
    self.postMessage({ loaded: true });
    const graph = ["CONSTRUCT", "DESCRIBE"].includes(form(text));
    const begun = performance.now();
    const answer = store.query(text, { results_format: graph ? "text/turtle" : "application/sparql-results+json" });
    self.postMessage({ answer, graph, milliseconds: performance.now() - begun });
  } catch (error) {
    self.postMessage({ error: String(error?.message ?? error) });
  }
};
