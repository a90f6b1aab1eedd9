// Writes src/api/types.ts from an OpenAPI document on standard input:
//   python -m server openapi | npm run types
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import openapi, { astToString } from 'openapi-typescript';

const document = JSON.parse(readFileSync(0, 'utf8'));
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
