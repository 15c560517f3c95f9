// Written by `ascn publish`. The chooser of representations (RFC 9110, 12.5.1) for nginx's njs.
// The highest q wins; among equals the type that was named most exactly, then the one that is offered first.

const offered = {{ offered }};
const base = "{{ path }}";

function split(text, mark) {
    const pieces = [];
    let start = 0, quoted = false, escaped = false;
    for (let i = 0; i < text.length; i++) {
        const c = text[i];
        if (escaped) {
            escaped = false;
        } else if (quoted && c === "\\") {
            escaped = true;
        } else if (c === '"') {
            quoted = !quoted;
        } else if (c === mark && !quoted) {
            pieces.push(text.slice(start, i));
            start = i + 1;
        }
    }
    pieces.push(text.slice(start));
    return pieces;
}

function weight(text) {
    return /^[01](\.[0-9]*)?$/.test(text) ? Math.min(Number(text), 1) : 1;
}

function ranges(header) {
    const found = [];
    split(header, ",").forEach((element) => {
        const parts = split(element, ";").map((part) => part.trim());
        const name = parts[0].toLowerCase() === "*" ? "*/*" : parts[0].toLowerCase();
        const slash = name.indexOf("/");
        const kind = name.slice(0, slash).trim();
        const subtype = name.slice(slash + 1).trim();
        if (slash < 1 || !subtype || (kind === "*" && subtype !== "*")) {
            return;
        }
        const q = parts.slice(1).map((part) => part.split("=")).filter((pair) => pair[0].trim().toLowerCase() === "q")[0];
        found.push({ kind: kind, subtype: subtype, q: q === undefined ? 1 : weight((q[1] || "").trim()) });
    });
    return found;
}

function quality(wanted, type) {
    const slash = type.indexOf("/");
    let q = 0, best = -1;
    wanted.forEach((range) => {
        let exact = -1;
        if (range.kind === type.slice(0, slash) && range.subtype === type.slice(slash + 1)) {
            exact = 2;
        } else if (range.subtype === "*" && (range.kind === type.slice(0, slash) || range.kind === "*")) {
            exact = range.kind === "*" ? 0 : 1;
        }
        if (exact > best) {
            q = range.q;
            best = exact;
        }
    });
    return [q, best];
}

function choose(r, forms) {
    const header = (r.headersIn["Accept"] || "").trim();
    if (!header) {
        return forms[0][0];
    }
    const wanted = ranges(header);
    let chosen = null, best = [0, -1];
    forms.forEach((form) => {
        form[1].forEach((type) => {
            const rank = quality(wanted, type);
            if (rank[0] > 0 && (rank[0] > best[0] || (rank[0] === best[0] && rank[1] > best[1]))) {
                chosen = form[0];
                best = rank;
            }
        });
    });
    return chosen;
}

function answer(r, kind, send) {
    r.headersOut["Vary"] = "Accept";
    r.headersOut["Access-Control-Allow-Origin"] = "*";
    if (r.method !== "GET" && r.method !== "HEAD") {
        r.headersOut["Allow"] = "GET, HEAD";
        r.return(405);
        return;
    }
    const form = choose(r, offered[kind]);
    if (form === null) {
        r.headersOut["Content-Type"] = "text/plain; charset=utf-8";
        r.return(406, "There is no such form; there are: " + offered[kind].map((one) => one[1][0]).join(", ") + "\n");
        return;
    }
    send(form);
}

function thing(r) {
    answer(r, "thing", (form) => r.return(303, base + "doc/" + r.variables.thing_path + "." + form));
}

function dataset(r) {
    answer(r, "dataset", (form) => r.return(303, base + "dataset." + form));
}

function ontology(r) {
    answer(r, "ontology", (form) => r.internalRedirect(base + "ontology." + form));
}

export default { thing, dataset, ontology };
