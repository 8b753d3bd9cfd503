import { ForeignFilesError } from '@geneformer-ts/core';
import { pidScope } from '@geneformer-ts/core/node';
import { useBackend } from '@geneformer-ts/engine';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presetConfig } from '../bert/presets.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { pretrainingDefaults } from './arguments.js';
import { Optimizer } from './optimizer.js';
import { resumeRun, saveRun } from './training-checkpoint.js';

let folder: string;
let run: { model: BertForMaskedLM; optimizer: Optimizer; identity: { data: string } };
beforeAll(() => useBackend('cpu'));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geneformer-run-'));
  const model = BertForMaskedLM.fromConfig(presetConfig('tiny', 30), { seed: 1 });
  const optimizer = new Optimizer(model.parameters, model.parameters.specs, pretrainingDefaults);
  run = { model, optimizer, identity: { data: 'd1' } };
});

const save = (step: number): Promise<string> =>
  saveRun(folder, { ...run, state: { step, losses: [], evaluations: [], best: null } }, null);

/** Returns the files in the folder and its subfolders. */
async function files(name: string): Promise<string[]> {
  return (await readdir(join(folder, name))).sort();
}

/** Writes a folder like those of Hugging Face's Trainer. */
async function writeForeign(name: string): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'trainer_state.json'), '{"global_step": 9, "log_history": [{"loss": NaN}]}');
  await writeFile(join(folder, name, 'optimizer.pt'), 'theirs');
}

describe('saving a run', () => {
  test('removes the previous state, and no files of others', async () => {
    await writeForeign('checkpoint-9');
    await mkdir(join(folder, 'checkpoint-3'));
    await writeFile(join(folder, 'checkpoint-3', 'thesis.docx'), 'x');
    await save(5);
    await writeFile(join(folder, 'checkpoint-5', 'notes.txt'), 'x');
    await save(6);
    await save(7);
    expect((await readdir(folder)).sort()).toEqual(['checkpoint-3', 'checkpoint-5', 'checkpoint-7', 'checkpoint-9']);
    expect(await files('checkpoint-3')).toEqual(['thesis.docx']);
    expect(await files('checkpoint-5')).toEqual(['notes.txt']);
    expect(await files('checkpoint-9')).toEqual(['optimizer.pt', 'trainer_state.json']);
  });

  test('does not replace the folder of another program', async () => {
    await writeForeign('checkpoint-9');
    await expect(save(9)).rejects.toThrow(/step 9 cannot be saved .*not part of a training state: optimizer.pt;/);
    expect(await files('checkpoint-9')).toEqual(['optimizer.pt', 'trainer_state.json']);
  });

  test('completes the removal that a killed run began', async () => {
    await save(5);
    const state = await readFile(join(folder, 'checkpoint-5', 'trainer_state.json'));
    await save(6);
    await mkdir(join(folder, 'checkpoint-5'));
    await writeFile(join(folder, 'checkpoint-5', 'trainer_state.json'), state);
    await save(7);
    expect(await readdir(folder)).toEqual(['checkpoint-7']);
  });
});

describe('resuming a run', () => {
  test('loads the latest state that this package saved', async () => {
    await writeForeign('checkpoint-4');
    await save(5);
    expect(await resumeRun(folder, run)).toMatchObject({ step: 5, folder: join(folder, 'checkpoint-5') });
  });

  test('refuses checkpoints of another program with names that it needs, before it trains', async () => {
    await save(5);
    await writeForeign('checkpoint-9');
    await expect(resumeRun(folder, run)).rejects.toThrow(ForeignFilesError);
    await expect(resumeRun(folder, run)).rejects.toThrow(
      /checkpoint-9: holds files that are not part of a training state: optimizer.pt, trainer_state.json;/,
    );
  });

  test('refuses a file in place of the folder, before it trains', async () => {
    await writeFile(join(folder, 'file'), 'x');
    await expect(resumeRun(join(folder, 'file'), run)).rejects.toThrow(/file: is not a folder; name a folder/);
  });

  test('refuses a damaged state by name', async () => {
    await save(5);
    await writeFile(join(folder, 'checkpoint-5', 'trainer_state.json'), '{"global_step":');
    await expect(resumeRun(folder, run)).rejects.toThrow(
      /checkpoint-5: trainer_state.json is missing or was changed after it was saved/,
    );
  });

  test('removes temporary files of a killed run, and no files with similar names', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const machine = pidScope();
    const alike = ['.checkpoint-12-backup', `.checkpoint-12.${machine}-notes.tmp`, '.checkpoint-12.old'];
    for (const name of [`.checkpoint-12.${machine}-${pid}-0-3.tmp`, ...alike]) await mkdir(join(folder, name));
    await resumeRun(folder, run);
    expect((await readdir(folder)).sort()).toEqual(alike.sort());
  });
});
