import { sha256 } from '@geneformer-ts/core/node';
import type { AnnData } from '@geneformer-ts/io';
import type { Vocabulary } from '@geneformer-ts/tokenizer';
import { weightsDigest } from '../pretrained/weights-digest.js';
import { inputDigest } from './input-digest.js';
import type { RowRun } from './row-run.js';

/** Increases whenever the same options give other bits. */
const SCHEMA = 1;

/**
 * Returns the run over the rows of a file for a model and options.
 *
 * @param folder folder of the checkpoint
 * @param options everything else that the results depend on
 */
export async function runOf(
  kind: RowRun['kind'],
  cells: AnnData,
  { folder, vocabulary }: { folder: string; vocabulary: Vocabulary },
  partRows: number,
  options: Readonly<Record<string, unknown>>,
): Promise<RowRun> {
  const facts = {
    schema: SCHEMA,
    kind,
    input: await inputDigest(cells),
    model: await weightsDigest(folder),
    vocabulary: [vocabulary.digest, vocabulary.medianDigest],
    partRows,
    options: Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  };
  return { kind, digest: sha256(JSON.stringify(facts)), rows: cells.nObs, partRows };
}
