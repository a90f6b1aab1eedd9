// Fails when the JavaScript of the patient's page is over its budget, gzipped: all that it can ever load, in every
// language; and what comes before the page shows, but for its words (6 kB a language).
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 60_000;
const FIRST_BYTES = 36_000;
const PAGE = 'patient.html';
// Another folder than `dist/` may be named.
const dist = new URL(process.argv[2] ? `file://${process.argv[2]}/` : '../dist/', import.meta.url);

const read = (name) => readFile(new URL(name, dist), 'utf8');
const namesIn = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);

/** Every script reachable by references of a kind, from the page on. */
async function scripts(pattern) {
  const found = new Set();
  const waiting = namesIn(await read(PAGE), /assets\/([\w.-]+\.js)\b/g);
  while (waiting.length > 0) {
    const name = waiting.pop();
    if (found.has(name)) continue;
    found.add(name);
    waiting.push(...namesIn(await read(`assets/${name}`), pattern));
  }
  return found;
}

const first = await scripts(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g);
const every = await scripts(/(?:assets\/|\.\/)([\w.-]+\.js)\b/g);
const bytes = new Map();
for (const name of every) bytes.set(name, gzipSync(await read(`assets/${name}`), { level: 9 }).length);

const total = [...bytes.values()].reduce((sum, one) => sum + one, 0);
const start = [...first].reduce((sum, name) => sum + bytes.get(name), 0);
for (const [name, one] of [...bytes].sort(([, a], [, b]) => b - a)) {
  console.log(`${String(one).padStart(8)}  ${name}${first.has(name) ? '  (first)' : ''}`);
}
console.log(
  `${String(start).padStart(8)}  before the page shows, without its words; the budget is ${FIRST_BYTES}`,
);
console.log(`${String(total).padStart(8)}  in all, in every language; the budget is ${BUDGET_BYTES}`);
process.exitCode = total > BUDGET_BYTES || start > FIRST_BYTES ? 1 : 0;
