// Puts a .br and a .gz beside every asset: the server sends them to browsers that take them.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const assets = new URL('../dist/assets/', import.meta.url);

for (const name of await readdir(assets)) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  const content = await readFile(new URL(name, assets));
  await writeFile(new URL(`${name}.br`, assets), brotliCompressSync(content));
  await writeFile(new URL(`${name}.gz`, assets), gzipSync(content, { level: 9 }));
}
