import path from 'node:path';
import { readVariable } from '@geneformer-ts/core/node';
import { DataError } from '../errors.js';

/**
 * Returns the full path of a file or folder of real data, given its name below GENEFORMER_DATA. A relative GENEFORMER_DATA is resolved against
 * the workspace root, because Nx is called there.
 * @throws DataError when the variable is not set
 */
export function dataFile(name: string): string {
  const root = readVariable('GENEFORMER_DATA');
  if (root) return path.resolve(readVariable('NX_WORKSPACE_ROOT') ?? '.', root, name);
  const remedy = 'set it to the folder that holds the real data, for example GENEFORMER_DATA=~/data';
  throw new DataError(name, 'GENEFORMER_DATA', `not set; ${remedy}`);
}
