import { readTextFile, readVariable } from '@geneformer-ts/core/node';
import { readCatalog, resolveAsset } from '@geneformer-ts/hub';
import { modelFolder } from '@geneformer-ts/mini';
import { parameterCount, parseConfig, presetConfig, presetNames } from '@geneformer-ts/model';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isGeneformerError } from '@geneformer-ts/core';
import { publishedModels } from '../../pretrained/model-names.js';
import { size } from '../../progress/progress-line.js';
import type { CommandSpec } from '../command.js';
import { table } from '../text.js';

/** One row of the list of models. */
interface ModelRow {
  name: string;
  parameters: number | null;
  bytes: number | null;
  /** `installed`, `data`, `cache`, or `-`. */
  state: string;
}

export const models: CommandSpec = {
  name: 'models',
  args: '',
  summary: 'List the models, their sizes, and which are on this machine.',
  examples: ['models'],
  options: [],
  async run({ signal }) {
    const catalog = await readCatalog(readVariable('GENEFORMER_CATALOG'));
    const rows: ModelRow[] = [await mini()];
    for (const { id, bytes } of publishedModels(catalog)) {
      signal.throwIfAborted();
      const state = await resolveAsset(catalog, id, { offline: true, signal }).then(
        ({ origin }) => origin as string,
        (error: unknown) => (isGeneformerError(error, 'AssetMismatchError') ? 'damaged' : '-'),
      );
      const preset = presetNames.find((name) => name === id);
      const parameters = preset === undefined ? null : parameterCount(presetConfig(preset), { kind: 'masked-lm' });
      rows.push({ name: id.replace(/^geneformer-/, '').toUpperCase(), parameters, bytes, state });
    }
    const shown = rows.map(({ name, parameters, bytes, state }) => [
      name,
      parameters === null ? '–' : `${(parameters / 1e6).toFixed(0)} M`,
      bytes === null ? '–' : size(bytes),
      state,
    ]);
    return {
      json: { models: rows },
      text: table(['model', 'weights', 'size', 'on this machine'], shown, ''),
      next: [{ command: 'fetch V1-10M', note: 'downloads and verifies a model' }],
    };
  },
};

/** The small model, which comes with this package. */
async function mini(): Promise<ModelRow> {
  const config = parseConfig(JSON.parse(await readTextFile(join(modelFolder, 'config.json'), 2 ** 20)));
  const { size: bytes } = await stat(join(modelFolder, 'model.safetensors'));
  return { name: 'mini', parameters: parameterCount(config), bytes, state: 'installed' };
}
