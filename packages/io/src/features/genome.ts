import { ArgumentError, listSome } from '@geneformer-ts/core';
import { FieldMissingError } from '../errors.js';
import { columnAsStrings, type Frame } from '../frame.js';

/**
 * Why features are not of the chosen genome, by feature; undefined where a feature is read. All features are read when the
 * file has one genome, or when `all` are asked for.
 *
 * @throws ArgumentError listing the genomes when there are several and none is chosen
 * @throws FieldMissingError when the chosen genome is not among them
 */
export function genomesSetApart(path: string, features: Frame, genome: string | undefined): (string | undefined)[] {
  const column = features.columns.get('genome');
  const names = column ? columnAsStrings(column) : [];
  // What is not a gene, such as an antibody, has no genome.
  const genomes = [...new Set(names)].filter((name): name is string => name !== null && name !== '').sort();
  if (column === undefined || genome === 'all' || (genome === undefined && genomes.length <= 1)) {
    return new Array<undefined>(features.index.length).fill(undefined);
  }
  if (genome === undefined) throw severalGenomes(path, genomes, 'all');
  if (!genomes.includes(genome)) throw new FieldMissingError(path, `genome '${genome}'`, genomes);
  return names.map((name) => (name === genome ? undefined : name ? `genome ${name}` : 'no genome'));
}

/** The error for a file with several genomes of which none is chosen. */
export function severalGenomes(path: string, genomes: readonly string[], example: string): ArgumentError {
  return new ArgumentError(
    'genome',
    `${path} holds ${genomes.length} genomes: ${listSome(genomes)}`,
    `choose one with the option 'genome', such as '${example}'`,
  );
}
