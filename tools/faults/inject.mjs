/** Damages one thing, has the study run where it matters, and compares everything with the undisturbed run. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** Ways in which a file is damaged. */
const damageTo = {
  'flipped byte': (file) => {
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] ^= 1;
    chmodSync(file, 0o644);
    writeFileSync(file, bytes);
  },
  truncation: (file) => {
    chmodSync(file, 0o644);
    truncateSync(file, statSync(file).size >> 1);
  },
  'missing file': (file) => rmSync(file),
};

/**
 * @param {string[] | undefined} only stages whose outputs are damaged; all that ran when left out
 * @param {(line: string) => void} say is told of every fault
 */
export async function injectAll(study, only, say) {
  const counts = { injected: 0, healed: 0, named: 0 };
  const failures = [];
  const undisturbed = snapshot(study);
  const keep = path.join(study.folder, 'undisturbed');
  for (const part of ['cache', 'results'])
    cpSync(path.join(study.folder, part), path.join(keep, part), { recursive: true });

  // The stages that are run, in turn, until what was damaged is whole; a function stands for something else that is run.
  const attempt = async (what, damage, stages, expectHealed = () => true) => {
    counts.injected++;
    study.notices.length = 0;
    try {
      damage();
      for (const [at, stage] of stages.entries()) {
        if (at === 0 || !expectHealed()) await (typeof stage === 'function' ? stage() : study.run(stage));
      }
      const differing = differences(undisturbed, snapshot(study));
      if (differing.length > 0)
        throw new Error(`differs from the undisturbed run: ${differing.slice(0, 5).join(', ')}`);
      counts.healed++;
      say(`healed  ${what}: ${study.notices.join('; ') || 'silently'}`);
    } catch (error) {
      failures.push(`FAILED  ${what}: ${error.message}`);
      say(failures.at(-1));
      for (const part of ['cache', 'results']) {
        rmSync(path.join(study.folder, part), { recursive: true, force: true });
        cpSync(path.join(keep, part), path.join(study.folder, part), { recursive: true });
      }
    }
  };

  for (const stage of study.names()) {
    if (!study.needed.has(stage) || (only && !only.includes(stage))) continue;
    const manifest = study.manifest(stage);
    const [reader] = study.readers(stage);
    for (const [output, { digest, files }] of Object.entries(manifest.outputs)) {
      // The largest file: the weights of a checkpoint, the tokens of a data set.
      const sizeOf = (file) => statSync(path.join(study.store.path(digest), file)).size;
      const [file] = Object.keys(files).sort((a, b) => sizeOf(b) - sizeOf(a));
      const full = path.join(study.store.path(digest), file);
      for (const [kind, damage] of Object.entries(damageTo)) {
        const isWhole = () => undisturbed[relative(study, full)] === digestOf(full);
        const inject = () => {
          damage(full);
          // Its own outputs are gone too, so that the reader must run and not only find its result.
          for (const own of reader ? Object.values(study.manifest(reader).outputs) : []) {
            if (own.digest !== digest) rmSync(study.store.path(own.digest), { recursive: true, force: true });
          }
        };
        await attempt(`${kind} in ${stage}: ${output}/${file}`, inject, reader ? [reader, stage] : [stage], isWhole);
      }
    }
    for (const [kind, damage] of Object.entries(damageTo)) {
      const record = study.store.stageFile(manifest.key);
      await attempt(`${kind}: record of ${stage}`, () => damage(record), [stage]);
      const published = study.manifestFile(stage);
      await attempt(`${kind}: manifest.json of ${stage} in the results`, () => damage(published), [stage]);
    }
    const published = Object.entries(manifest.outputs).filter(([output]) => output.startsWith('published/'));
    for (const [output, { files }] of published) {
      const name = output.slice('published/'.length);
      const copy = path.join(study.results(), path.extname(name) ? name : path.join(name, Object.keys(files)[0]));
      for (const [kind, damage] of Object.entries(damageTo)) {
        await attempt(`${kind}: ${path.relative(study.results(), copy)} in the results`, () => damage(copy), [stage]);
      }
    }
  }
  if (!only) await injectIntoResults(study, attempt);
  if (!only) await injectIntoOwnFile(study, counts, failures, say);
  return { counts, failures };
}

/** A run that computes nothing still restores the results, of which the table at its end is made. */
async function injectIntoResults(study, attempt) {
  const at = (name) => path.join(study.results(), name);
  const restore = () => study.runStudy();
  for (const [kind, damage] of Object.entries(damageTo)) {
    for (const name of ['metrics.json', 'report.html', 'stages/split/manifest.json']) {
      await attempt(`${kind}: ${name} before the summary`, () => damage(at(name)), [restore]);
    }
  }
  for (const name of ['stages/split', 'stages/evaluate', 'figures', 'stages']) {
    const remove = () => rmSync(at(name), { recursive: true });
    await attempt(`missing folder: ${name} before the summary`, remove, [restore]);
  }
}

/** Damage to the person's own file cannot heal: it must be named, whether or not the study has a copy of what was made of it. */
async function injectIntoOwnFile(study, counts, failures, say) {
  const cells = study.manifest('data').outputs.cells;
  const original = path.join(study.store.path(cells.digest), Object.keys(cells.files)[0]);
  for (const [kind, damage] of Object.entries(damageTo)) {
    rmSync(study.userFile, { force: true });
    copyFileSync(original, study.userFile);
    await study.run('data', 'own');
    const { outputs } = await study.run('split', 'own');
    damage(study.userFile);
    damage(path.join(study.store.path(study.manifest('data', 'own').outputs.cells.digest), 'cells.h5ad'));
    rmSync(study.store.path(outputs.split.digest), { recursive: true, force: true });
    counts.injected++;
    const error = await study.run('split', 'own').then(
      () => undefined,
      (reason) => reason,
    );
    if (error?.tag && error.message.includes('cells.h5ad')) {
      counts.named++;
      say(`named   ${kind} in the person's file: ${error.message}`);
    } else {
      failures.push(`FAILED  ${kind} in the person's file: ${error?.message ?? 'no error'}`);
    }
    rmSync(study.results('own'), { recursive: true, force: true });
  }
}

/** Path below the study's folder → sha256 of the file, for objects, records and results. */
function snapshot(study) {
  const found = {};
  for (const part of ['cache/objects', 'cache/stages', 'results']) {
    const folder = path.join(study.folder, part);
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) continue;
      const file = path.join(entry.parentPath, entry.name);
      found[relative(study, file)] = digestOf(file);
    }
  }
  return found;
}

function relative(study, file) {
  return path.relative(study.folder, file);
}

function digestOf(file) {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return 'absent';
  }
}

function differences(before, after) {
  return Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);
}
