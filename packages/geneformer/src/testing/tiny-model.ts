import { AnnData } from '@geneformer-ts/io';
import { writeThymus } from '@geneformer-ts/simulate';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pretrainModel } from '../pretrained/pretrain-model.js';
import { runCli } from './run-cli.js';

/** A folder with simulated cells and a tiny model that was pretrained on other simulated cells. */
export interface TinyWorld {
  folder: string;
  /** 200 cells × 600 genes with obs columns `cell_type` and `donor_id`. */
  cells: string;
  model: string;
  path: (name: string) => string;
  remove: () => void;
}

/** Simulates cells and pretrains a model of 2 layers × 16 for a few steps, which takes about two seconds. */
export async function tinyWorld(): Promise<TinyWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'geneformer-test-'));
  const path = (name: string): string => join(folder, name);
  await writeThymus(path('corpus.h5ad'), { seed: 1, preset: 'small' });
  await writeThymus(path('cells.h5ad'), { seed: 2, preset: 'small' });
  const corpus = await AnnData.open(path('corpus.h5ad'));
  await pretrainModel([corpus], path('model'), { preset: 'tiny', epochs: 2, onProgress: false });
  await corpus.close();
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { folder, cells: path('cells.h5ad'), model: path('model'), path, remove };
}

/** Trains a classifier of `cell_type` on the cells with the command line, and returns its folder. */
export async function trainTiny(world: TinyWorld, ...more: string[]): Promise<string> {
  const folder = world.path('classifier');
  const { code, err } = await runCli('train', world.cells, '-l', 'cell_type', '-m', world.model, '-o', folder, ...more);
  if (code !== 0) throw new Error(err);
  return folder;
}
