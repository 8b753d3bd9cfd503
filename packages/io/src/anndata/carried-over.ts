import { type CsrMatrix, isGeneformerError } from '@geneformer-ts/core';
import type { AnnData } from './anndata.js';
import type { CountMatrix } from './count-matrix.js';
import type { CsrBlock } from './csr.js';
import { type AxisElement, type Element, type ElementDictionary, kindOfElement, type NumberMatrix } from './element.js';
import type { AnnDataContents } from './encoding/contents.js';
import { checkElement } from './encoding/check-element.js';

/** Parts of an AnnData besides `X`, `obs` and `var`, as a new file takes them over. */
export interface CarriedOver {
  parts: Pick<AnnDataContents, 'layers' | 'raw' | 'obsm' | 'varm' | 'obsp' | 'varp' | 'uns'>;
  /** Names of what this package does not read, or what does not fit the genes that are written. */
  leftOut: string[];
}

type Pairs = NumberMatrix | CsrMatrix;

/**
 * Reads the other parts of an AnnData for a file of another format, with everything that was set. Matrices of cells × genes are
 * streamed, the others are in memory.
 *
 * @param matrix the matrix that becomes `X`
 * @param watched follows the rows of a matrix while they are written
 */
export async function carriedOver(
  adata: AnnData,
  matrix: CountMatrix,
  watched: (rows: AsyncIterable<CsrBlock>) => AsyncIterable<CsrBlock>,
): Promise<CarriedOver> {
  const leftOut: string[] = [];
  const readAll = async <Value>(
    name: 'layers' | 'obsm' | 'varm' | 'obsp' | 'varp' | 'uns',
    read: (key: string) => Promise<Value | undefined>,
  ): Promise<Record<string, Value>> => {
    const found: [string, Value][] = [];
    for (const key of adata[name].keys()) {
      const value = await readable(() => read(key));
      if (value === undefined) leftOut.push(`${name}['${key}']`);
      else found.push([key, value]);
    }
    return Object.fromEntries(found);
  };
  const { layers, obsm, varm, obsp, varp, uns } = adata;
  // The genes of the file are other ones if features are set apart, or if X is the matrix of raw.
  const ofGenes = async <Value>(
    name: 'varm' | 'varp',
    read: (key: string) => Promise<Value>,
  ): Promise<Record<string, Value>> => {
    if (!adata.hasOtherGenes) return readAll(name, read);
    leftOut.push(...adata[name].keys().map((key) => `${name}['${key}']`));
    return {};
  };
  const layer = async (key: string) => {
    const set = layers.additions().get(key);
    if (set) return set;
    const { nVars, blocks } = await layers.get(key);
    return nVars === matrix.nVars ? { blocks: watched(blocks()) } : undefined;
  };
  const value = async (key: string): Promise<Element | undefined> => {
    const found = withoutNull(await uns.get(key), `uns['${key}']`, leftOut);
    if (found !== undefined) checkElement(`uns['${key}']`, found);
    return found;
  };
  const raw = await readable(() => adata.raw);
  const isRemoved = adata.rawChange() !== undefined;
  if (raw === undefined && !isRemoved && matrix.elements?.matrices.includes('raw') === true) leftOut.push('raw');
  const rawVarm: Record<string, AxisElement> = {};
  for (const key of raw?.varm.keys() ?? []) {
    const found = await readable(() => raw!.varm.get(key));
    if (found === undefined) leftOut.push(`raw.varm['${key}']`);
    else rawVarm[key] = found;
  }
  const parts = {
    layers: await readAll('layers', layer),
    ...(raw && { raw: { var: raw.var, blocks: watched(raw.blocks()), varm: rawVarm } }),
    obsm: await readAll('obsm', (key) => obsm.get(key)),
    varm: await ofGenes('varm', (key) => varm.get(key)),
    obsp: await readAll('obsp', (key) => obsp.get(key) as Promise<Pairs>),
    varp: await ofGenes('varp', (key) => varp.get(key) as Promise<Pairs>),
    uns: await readAll('uns', value),
  };
  return { parts, leftOut };
}

/** Returns undefined for a value that this package does not read. */
async function readable<Value>(read: () => Promise<Value | undefined>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isGeneformerError(error)) return undefined;
    throw error;
  }
}

/** Leaves out the values inside dictionaries that the file stores as missing: the encoding that is written does not have them. */
function withoutNull(value: Element | null, field: string, leftOut: string[]): Element | undefined {
  if (value === null) return undefined;
  if (kindOfElement(value) !== 'dictionary') return value;
  const kept: [string, Element][] = [];
  for (const [name, inner] of Object.entries(value as ElementDictionary)) {
    const found = withoutNull(inner, `${field}['${name}']`, leftOut);
    if (found !== undefined) kept.push([name, found]);
    else leftOut.push(`${field}['${name}']`);
  }
  return Object.fromEntries(kept);
}
