import { isFileName } from '@geneformer-ts/core';
import { join, mkdir, rm, shareBlob, tmpdir, writeFile } from '@geneformer-ts/core/system';
import { modelFolder } from '@geneformer-ts/mini';
import { CellClassifier, Geneformer } from 'geneformer';
import { withinFolder } from './dropped.js';
import type { Dropped, ModelFacts } from './protocol.js';

const MINI_FILES = ['config.json', 'model.safetensors', 'vocabulary.json'];
const PLACE = join(tmpdir(), 'model');

/** A model, and the classifier that it is part of. */
export interface LoadedModel {
  model: Geneformer;
  classifier: CellClassifier | undefined;
  facts: ModelFacts;
}

/**
 * Fetches the small model, which is part of the page.
 *
 * @param assets address of the files of the page
 */
export async function loadMini(assets: string): Promise<LoadedModel> {
  await mkdir(modelFolder, { recursive: true });
  for (const name of MINI_FILES) {
    const response = await fetch(new URL(`mini/${name}`, assets));
    if (!response.ok) throw new Error(`${name}: the server answered ${response.status}; load the page again`);
    await writeFile(join(modelFolder, name), new Uint8Array(await response.arrayBuffer()));
  }
  return describe('mini', await Geneformer.fromPretrained('mini'), undefined);
}

/**
 * Loads the model of a folder that was dropped: a checkpoint in Hugging Face's layout with `vocabulary.json`, or a classifier of
 * `geneformer train`. Weights are read from the files of the person as they are needed.
 *
 * @throws the errors of checkpoints, vocabularies and classifiers, which name the folder
 */
export async function loadDropped(files: readonly Dropped[]): Promise<LoadedModel> {
  const name = files[0].path.split('/')[0];
  const byName = new Map(files.map(({ path, file }) => [withinFolder(path), file]));
  if (!byName.has('vocabulary.json')) {
    const remedy = 'drop a folder that geneformer train or pretrain wrote';
    throw new Error(`${name}: has no vocabulary.json, which tells the genes of the tokens; ${remedy}`);
  }
  const folder = join(PLACE, isFileName(name) ? name : 'model');
  await rm(PLACE, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [path, file] of byName) if (isFileName(path)) shareBlob(file, join(folder, path));
  const model = await Geneformer.fromPretrained(folder);
  try {
    const classifier = byName.has('classifier.json') ? await CellClassifier.load(folder) : undefined;
    return describe(name, model, classifier);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Frees the weights. */
export function dispose({ model, classifier }: LoadedModel): void {
  model.dispose();
  classifier?.dispose();
}

function describe(name: string, model: Geneformer, classifier: CellClassifier | undefined): LoadedModel {
  const facts = { name, weights: model.parameterCount, labels: classifier?.labels };
  return { model, classifier, facts };
}
