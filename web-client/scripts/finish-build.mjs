/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * After vite: measures what each page needs before it can be used, refuses a build
 * that is over its budget, and lays a .gz beside every file for the server.
 */

import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));

/** Gzipped bytes of what a phone fetches: at first load, and in all until it is in the room. */
const BUDGETS = [
  { what: "join page, first load", limit: 60_000, files: () => closure("join.html", false) },
  { what: "court room, all of it", limit: 120_000, files: () => closure("join.html", true) },
  { what: "record page", limit: 40_000, files: () => closure("record.html", false) },
  { what: "staff page, first load", limit: 50_000, files: () => closure("staff.html", false) },
  { what: "usher's page, first load", limit: 40_000, files: () => closure("door.html", false) },
  { what: "usher's page, all of it", limit: 60_000, files: () => closure("door.html", true) },
  { what: "pass to print", limit: 30_000, files: () => closure("pass.html", false) },
  { what: "filing page, first load", limit: 52_000, files: () => closure("file.html", false) },
  { what: "page of a case, first load", limit: 52_000, files: () => closure("case.html", false) },
  { what: "public page, first load", limit: 30_000, files: () => closure("court.html", false) },
];

/** Chunks that only staff ever fetch do not count for a phone. */
const STAFF = /\/desk-/;

const sizes = new Map();

function gzipped(name) {
  if (!sizes.has(name)) sizes.set(name, gzipSync(readFileSync(join(DIST, name)), { level: 9 }).length);
  return sizes.get(name);
}

/** Everything `page` pulls in: static imports, and with `lazy` the chunks it asks for later. */
function closure(page, lazy) {
  const seen = new Set([page]);
  const queue = [page];
  while (queue.length > 0) {
    const name = queue.pop();
    const text = readFileSync(join(DIST, name), "utf8");
    for (const found of references(name, text, lazy)) {
      if (seen.has(found) || STAFF.test(found)) continue;
      seen.add(found);
      queue.push(found);
    }
  }
  return [...seen];
}

function references(name, text, lazy) {
  if (name.endsWith(".html")) {
    return [...text.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1]);
  }
  if (!name.endsWith(".js")) return [];
  const static_ = [...text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)];
  const dynamic = lazy ? [...text.matchAll(/import\("\.\/([^"]+\.js)"\)/g)] : [];
  const css = lazy ? [...text.matchAll(/"assets\/([^"]+\.css)"/g)] : [];
  return [...static_, ...dynamic, ...css].map((match) => `assets/${match[1]}`);
}

let over = false;
for (const { what, limit, files } of BUDGETS) {
  const all = files();
  const total = all.reduce((sum, name) => sum + gzipped(name), 0);
  const verdict = total > limit ? "OVER" : "ok";
  over ||= total > limit;
  console.log(`${verdict}  ${what}: ${total} of ${limit} bytes gzipped (${all.length} files)`);
}

function walk(folder) {
  for (const name of readdirSync(join(DIST, folder))) {
    const path = join(folder, name);
    if (statSync(join(DIST, path)).isDirectory()) walk(path);
    else if (/\.(html|js|css|svg)$/.test(name)) {
      writeFileSync(join(DIST, `${path}.gz`), gzipSync(readFileSync(join(DIST, path)), { level: 9 }));
    }
  }
}
walk("");
if (over) process.exit(1);
