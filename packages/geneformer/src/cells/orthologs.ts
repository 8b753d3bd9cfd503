import { readFile } from 'node:fs/promises';

let table: Promise<ReadonlyMap<string, string>> | undefined;

/**
 * Returns the human Ensembl gene id of each mouse gene with a one-to-one ortholog, by mouse symbol (Ensembl 105; 16,656
 * genes).
 *
 * @example
 * (await mouseOrthologs()).get('Actb'); // 'ENSG00000075624'
 */
export function mouseOrthologs(): Promise<ReadonlyMap<string, string>> {
  table ??= readTable();
  return table;
}

async function readTable(): Promise<ReadonlyMap<string, string>> {
  // The table is at the root of the package, so that `src` and `dist` find it at the same address from their folders.
  const text = await readFile(new URL('../../orthologs.tsv', import.meta.url), 'utf8');
  const orthologs = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [symbol, id] = line.split('\t');
    if (id !== undefined) orthologs.set(symbol, `ENSG${id.padStart(11, '0')}`);
  }
  return orthologs;
}
