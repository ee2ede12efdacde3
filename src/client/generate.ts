/** Rewrites types.ts if the interface has changed; run by `npm run build`, from the project folder. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, INTERFACE } from '../api/v1/openapi.ts';
import { V1_ROUTES } from '../api/v1/routes.ts';
import { writeTypes } from '../api/v1/typescript.ts';

const FILE = 'src/client/types.ts';

const made = writeTypes(describe({ endpoints: V1_ROUTES, version: INTERFACE }));
if (readFileSync(FILE, 'utf8') !== made) writeFileSync(FILE, made);
