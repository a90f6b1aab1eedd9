// Fails when the JavaScript that the patient's page can ever load is over its budget, gzipped.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 60_000;
const dist = new URL('../dist/', import.meta.url);

/** Every script reachable from the page: preloaded, imported, and imported later. */
async function scriptsOf(page) {
  const found = new Set();
  const waiting = references(await readFile(new URL(page, dist), 'utf8'));
  while (waiting.length > 0) {
    const name = waiting.pop();
    if (found.has(name)) continue;
    found.add(name);
    waiting.push(...references(await readFile(new URL(`assets/${name}`, dist), 'utf8')));
  }
  return [...found];
}

function references(text) {
  return [...text.matchAll(/(?:assets\/|\.\/)([\w.-]+\.js)\b/g)].map((match) => match[1]);
}

let total = 0;
for (const name of await scriptsOf('patient.html')) {
  const bytes = gzipSync(await readFile(new URL(`assets/${name}`, dist)), { level: 9 }).length;
  total += bytes;
  console.log(`${String(bytes).padStart(8)}  ${name}`);
}
console.log(`${String(total).padStart(8)}  in all; the budget is ${BUDGET_BYTES}`);
process.exitCode = total > BUDGET_BYTES ? 1 : 0;
