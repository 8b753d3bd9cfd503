import { otherFeatureTypes, type CellSource } from '@geneformer-ts/io';
import { speciesOf } from './gene-id.js';

const OF_SPECIES = 'genes of another species';

/** Columns of a matrix whose counts are not part of a cell's total. */
export interface ApartColumns {
  /** Why, by column; undefined for those that count. */
  kindOf: (string | undefined)[];
  /** 1 for those columns; undefined when there are none. */
  uncounted: Uint8Array | undefined;
}

/**
 * The columns that are not genes, for files opened with features of all types, and the genes of another species than those
 * that are known: in a mixture of human and mouse cells the genes of the mouse are no part of a human cell's total.
 *
 * @param tokenOfColumn token of each column, −1 for none
 */
export function apartColumns(
  { var: genes }: CellSource,
  ids: readonly string[],
  tokenOfColumn: Int32Array,
): ApartColumns {
  const types = otherFeatureTypes(genes);
  const own = new Set<string | undefined>();
  tokenOfColumn.forEach((token, column) => token >= 0 && own.add(speciesOf(ids[column])));
  own.delete(undefined);
  const kindOf = ids.map((id, column) => {
    if (types?.[column] !== undefined) return types[column];
    if (own.size === 0 || tokenOfColumn[column] >= 0) return undefined;
    const species = speciesOf(id);
    return species === undefined || own.has(species) ? undefined : `${OF_SPECIES} (${species})`;
  });
  const some = kindOf.some((kind) => kind !== undefined);
  return { kindOf, uncounted: some ? Uint8Array.from(kindOf, (kind) => (kind === undefined ? 0 : 1)) : undefined };
}

/** Whether columns are set apart for their species, so that they still tell of which species the cells are. */
export function isOtherSpecies(kind: string | undefined): boolean {
  return kind?.startsWith(OF_SPECIES) ?? false;
}
