// Writes src/api/types.ts from an OpenAPI document on standard input:
//   python -m server openapi | npm run types
// With --check it writes nothing, and fails if the file is not what the document says.
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import openapi, { astToString } from 'openapi-typescript';

const document = JSON.parse(await text(process.stdin));
const types = astToString(
  await openapi(document, {
    alphabetize: true,
    defaultNonNullable: false,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
  }),
);
const heading = '// Generated from the OpenAPI document by scripts/types.mjs. Do not edit.\n\n';
const file = new URL('../src/api/types.ts', import.meta.url);

if (!process.argv.includes('--check')) await writeFile(file, heading + types);
else if ((await readFile(file, 'utf8')) !== heading + types) {
  console.error('src/api/types.ts is old: python -m server openapi | npm run types');
  process.exitCode = 1;
}
