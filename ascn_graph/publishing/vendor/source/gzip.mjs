// Compress one file with the pinned fflate: the same bytes on every machine, whatever zlib it has.
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "fflate";

const [from, to] = process.argv.slice(2);
writeFileSync(to, gzipSync(readFileSync(from), { level: 9, mtime: 0 }));
