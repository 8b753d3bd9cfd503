import { readFile } from '@geneformer-ts/core/system';

/** The human Ensembl gene id of each mouse gene with a one-to-one ortholog. */
export interface MouseOrthologs {
  bySymbol: ReadonlyMap<string, string>;
  /** By Ensembl gene id without a version. */
  byId: ReadonlyMap<string, string>;
}

let table: Promise<MouseOrthologs> | undefined;

/**
 * Returns the human Ensembl gene id of each mouse gene with a one-to-one ortholog, by mouse symbol and by mouse Ensembl gene id (17,053
 * genes of Ensembl, of which 16,730 with an id).
 *
 * @example
 * const { bySymbol, byId } = await mouseOrthologs();
 * bySymbol.get('Actb'); // 'ENSG00000075624'
 * byId.get('ENSMUSG00000029580'); // 'ENSG00000075624'
 */
export function mouseOrthologs(): Promise<MouseOrthologs> {
  table ??= readTable();
  return table;
}

const DIGITS = 11;

async function readTable(): Promise<MouseOrthologs> {
  // The table is at the root of the package, so that `src` and `dist` find it at the same address from their folders.
  const text = await readFile(new URL('../../orthologs.tsv', import.meta.url), 'utf8');
  const bySymbol = new Map<string, string>();
  const byId = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [mouse, symbol, human] = line.split('\t');
    if (human === undefined) continue;
    const id = `ENSG${human.padStart(DIGITS, '0')}`;
    if (symbol !== '') bySymbol.set(symbol, id);
    if (mouse !== '') byId.set(`ENSMUSG${mouse.padStart(DIGITS, '0')}`, id);
  }
  return { bySymbol, byId };
}
