import { FieldMissingError } from '../errors.js';
import { severalGenomes } from '../features/genome.js';
import type { HdfFile } from '../hdf5/file.js';

/**
 * The group that holds the matrix: `matrix` (version 3), or that of the chosen or only genome (version 2).
 * @throws ArgumentError listing the genomes when there are several and none is chosen
 */
export function chooseGroup(file: HdfFile, genome: string | undefined): string {
  const groups = file.keys('').filter((name) => file.keys(name).includes('barcodes'));
  if (groups.includes('matrix')) return 'matrix';
  if (genome !== undefined && groups.includes(genome)) return genome;
  if (groups.length === 0) {
    throw new FieldMissingError(file.path, "group 'matrix'", file.keys(''), 'is it a 10x matrix?');
  }
  if (genome !== undefined) throw new FieldMissingError(file.path, `genome '${genome}'`, groups);
  if (groups.length > 1) throw severalGenomes(file.path, groups, groups[0]);
  return groups[0];
}
