// Writes src/api/types.ts from an OpenAPI document on standard input:
//   python -m server openapi | npm run types
import { writeFile } from 'node:fs/promises';
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
await writeFile(new URL('../src/api/types.ts', import.meta.url), heading + types);
