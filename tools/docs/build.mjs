/** Builds the site: example cells, the pages of the API, and `docs/.vitepress/dist`. Nothing is downloaded. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vitepress';
import { writeApi } from './api.mjs';
import { writeExamples } from './example-cells.mjs';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));
await writeExamples(path.join(docs, 'public'));
await writeApi(path.join(docs, 'api'));
await build(docs);
