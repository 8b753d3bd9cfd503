import { ArgumentError, FieldMissingError, listSome } from '../errors.js';
import { columnAsStrings, type Frame } from '../frame.js';
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
  if (groups.length > 1) throw several(file, groups, groups[0]!);
  return groups[0]!;
}

/**
 * The positions of the genes of the chosen genome; undefined when all genes are meant: those of a file with one genome, or of
 * all for `'all'`.
 * @throws ArgumentError, FieldMissingError as `chooseGroup`
 */
export function genesOf(file: HdfFile, genes: Frame, genome: string | undefined): Int32Array | undefined {
  const column = genes.columns.get('genome');
  const names = column ? columnAsStrings(column) : [];
  // What is not a gene, such as an antibody, has no genome.
  const genomes = [...new Set(names)].filter((name): name is string => name !== null && name !== '').sort();
  if (genome === 'all' || (genome === undefined && genomes.length <= 1)) return undefined;
  if (genome === undefined) throw several(file, genomes, 'all');
  if (!genomes.includes(genome)) throw new FieldMissingError(file.path, `genome '${genome}'`, genomes);
  return Int32Array.from(names.flatMap((name, position) => (name === genome ? [position] : [])));
}

function several(file: HdfFile, genomes: readonly string[], example: string): ArgumentError {
  return new ArgumentError(
    'genome',
    `${file.path} holds ${genomes.length} genomes: ${listSome(genomes)}`,
    `choose one with the option 'genome', such as '${example}'`,
  );
}
