/** Lists the pages of the site that people write; those of the API are generated. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Their paths in the workspace, such as `docs/guides/embed.md`. */
export const sitePages = readdirSync(path.join(root, 'docs'), { recursive: true })
  .filter((file) => file.endsWith('.md') && !file.startsWith('api') && !file.includes('.vitepress'))
  .map((file) => path.posix.join('docs', file.replaceAll('\\', '/')))
  .sort();
