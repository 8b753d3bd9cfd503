import { dataFile } from '../data/data-files.js';
import type { DataParams } from '../stages/data.params.js';
import type { GeneFinetuneStageParams } from '../stages/gene-finetune.js';
import type { GeneProtocolParams } from '../stages/gene.params.js';

/**
 * Returns the files and folders below GENEFORMER_DATA that a stage reads, as a map from the name in the experiment file to the full path.
 * Published files that are fetched by their id are not included; the catalog has their digests.
 * @param stage the stage's first word
 * @param params the stage's parameters
 * @throws DataError when the stage reads such a file and GENEFORMER_DATA is not set
 */
export function filesRead(stage: string, params: unknown): Record<string, string> {
  const names = namesRead(stage, params).filter((name) => name !== undefined);
  return Object.fromEntries(names.map((name) => [name, dataFile(name)]));
}

function namesRead(stage: string, params: unknown): (string | undefined)[] {
  switch (stage) {
    case 'data':
      return namesOfData(params as DataParams);
    case 'gene-split': {
      const { protocol } = params as { protocol: GeneProtocolParams };
      const { labels, groupGenesBy } = protocol;
      return [
        labels.kind === 'table' ? labels.path : undefined,
        groupGenesBy?.kind === 'table' ? groupGenesBy.path : undefined,
      ];
    }
    case 'gene-finetune': {
      const { init } = (params as GeneFinetuneStageParams).variant;
      return typeof init === 'string' ? [] : [init.checkpoint];
    }
    default:
      return [(params as { dictionaries?: string } | undefined)?.dictionaries];
  }
}

function namesOfData(params: DataParams): (string | undefined)[] {
  switch (params.kind) {
    case 'simulated-thymus':
      return [];
    case 'files':
      return [...params.files, ...(params.corpus?.drawn ?? [])].flatMap(own);
    case 'corpus':
      return [...params.drawn, ...params.files].flatMap(own);
  }
}

function own(entry: { path?: string | undefined; obs?: string | undefined }): (string | undefined)[] {
  return [entry.path, entry.obs];
}
