/** Reads the class of each gene from the simulator's truth or from a published table. */
import { columnAsStrings, readTable } from '@geneformer-ts/io';
import { simulateThymus } from '@geneformer-ts/simulate';
import { dataFile } from '../data/data-files.js';
import { DataError } from '../errors.js';
import type { DataParams } from '../stages/data.params.js';
import type { GeneLabelParams } from '../stages/gene.params.js';

/** Returns a map from class name to gene ids, sorted by class name. */
export async function readGeneLabels(params: GeneLabelParams, data: DataParams): Promise<Map<string, string[]>> {
  const found = params.kind === 'table' ? await fromTable(params) : fromTruth(params, data);
  const labels = new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  const seen = new Map<string, string>();
  for (const [name, ids] of labels) {
    if (ids.length === 0)
      throw new DataError('labels', name, 'no gene has this class; correct the name of the class or its column');
    for (const id of ids) {
      const other = seen.get(id);
      if (other) throw new DataError('labels', name, `gene ${id} is also in class "${other}"; list it once`);
      seen.set(id, name);
    }
  }
  return labels;
}

async function fromTable({ path, classes }: Extract<GeneLabelParams, { kind: 'table' }>) {
  const { columns } = await readTable(dataFile(path));
  return new Map(
    Object.entries(classes).map(([name, column]): [string, string[]] => {
      const own = columns.get(column);
      if (!own) {
        throw new DataError(path, column, `column not found; choose one of: ${[...columns.keys()].join(', ')}`);
      }
      const ids = columnAsStrings(own).filter((id): id is string => Boolean(id));
      return [name, [...new Set(ids)]];
    }),
  );
}

/** Reads classes from the simulator. Its truth depends only on the settings, so no cells are simulated. */
function fromTruth({ classes }: Extract<GeneLabelParams, { kind: 'simulated-truth' }>, data: DataParams) {
  if (data.kind !== 'simulated-thymus') {
    throw new DataError('labels', 'kind', 'real cells have no simulated truth; give a table of labels');
  }
  const { truth } = simulateThymus({ preset: data.preset, seed: data.seed });
  return new Map(
    Object.entries(classes).map(([name, dosage]): [string, string[]] => [
      name,
      truth.regulators.filter((regulator) => regulator.dosage === dosage).map(({ id }) => id),
    ]),
  );
}
