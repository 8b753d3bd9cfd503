import type { Progress } from '@geneformer-ts/core';
import { type CountMatrix, columnAsStrings, type DataFrame, type ObsJoin, openAnnData } from '@geneformer-ts/io';
import { DataError } from '../errors.js';
import type { MadeBy } from '../run/define.js';
import type dataStage from '../stages/data.js';
import type { DataFile } from '../stages/data.params.js';
import { assetFile, dataFile } from './data-files.js';
import type { OpenSource } from './join-sources.js';
import { keepRows } from './keep-rows.js';

/** Returns the name of a file as the experiment gives it. */
export function nameOf({ path, asset }: DataFile): string {
  return path ?? asset ?? '';
}

/** Opens a file of a profile: joins its metadata, selects its cells and reads its gene ids. */
export async function openFile(file: DataFile, progress: Progress): Promise<OpenSource> {
  const { path, asset, obs, obsJoin, layer, orientation, keep, geneIds, set = {} } = file;
  const location = asset === undefined ? dataFile(path ?? '') : await assetFile(asset, progress);
  let source: CountMatrix = await openAnnData(location, {
    ...(layer && { layer }),
    ...(orientation && { orientation }),
    ...(obs && { obs: dataFile(obs) }),
    ...(obsJoin && { obsJoin: joinOf(obsJoin) }),
  });
  try {
    if (keep) source = keepRows(source, keep.column, keep.values);
    return { source, set, ...(geneIds && { geneIds: byColumn(source.var, geneIds, nameOf(file)) }) };
  } catch (error) {
    await source.close();
    throw error;
  }
}

function joinOf(how: NonNullable<DataFile['obsJoin']>): ObsJoin {
  return how === 'order' ? how : { column: how.column, ...(how.cells !== undefined && { cells: how.cells }) };
}

/** Returns the gene ids of a var column; a gene without an id keeps its name, so that such genes are not merged. */
function byColumn(genes: DataFrame, name: string, file: string): string[] {
  const column = genes.columns.get(name);
  if (!column) {
    const known = [...genes.columns.keys()].join(', ');
    throw new DataError(file, `var/${name}`, `column not found; choose one of: ${known || 'none, use the index'}`);
  }
  const ids = columnAsStrings(column);
  return genes.index.map((own, gene) => ids[gene] || own);
}

/** Opens an output of the data stage. Its path is set to the names of the original files, so that messages and the dataset name those. */
export async function openOutput(data: MadeBy<typeof dataStage>, output: 'cells' | 'corpus'): Promise<CountMatrix> {
  const source = await openAnnData(data.file(output));
  source.path = data.facts.files.join(', ');
  return source;
}
