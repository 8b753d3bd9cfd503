/** Reads the groups of genes that are kept in one fold: the places of the simulation, or families from a table. */
import { columnAsStrings, readTable } from '@geneformer-ts/io';
import { simulateThymus } from '@geneformer-ts/simulate';
import { dataFile } from '../data/data-file.js';
import { DataError } from '../errors.js';
import type { DataParams } from '../stages/data.params.js';
import type { GeneGroupParams } from '../stages/gene.params.js';

/** Returns a map from gene id to group name. A gene that is not in the map forms its own group. */
export async function readGeneGroups(params: GeneGroupParams, data: DataParams): Promise<Map<string, string>> {
  return params.kind === 'table' ? fromTable(params) : fromTruth(data);
}

async function fromTable({ path, gene, group }: Extract<GeneGroupParams, { kind: 'table' }>) {
  const { columns } = await readTable(dataFile(path));
  const [ids, names] = [gene, group].map((name) => {
    const column = columns.get(name);
    if (column) return columnAsStrings(column);
    throw new DataError(path, name, `column not found; choose one of: ${[...columns.keys()].join(', ')}`);
  });
  return new Map(
    ids.flatMap((id, row): [string, string][] => {
      const name = names[row];
      return id && name ? [[id, name]] : [];
    }),
  );
}

function fromTruth(data: DataParams): Map<string, string> {
  if (data.kind !== 'simulated-thymus') {
    throw new DataError('groupGenesBy', 'kind', 'real cells have no simulated places; give a table of groups, or null');
  }
  const { truth } = simulateThymus({ preset: data.preset, seed: data.seed });
  return new Map(truth.regulators.map(({ id, activeIn }) => [id, [...activeIn].sort().join(', ')]));
}
