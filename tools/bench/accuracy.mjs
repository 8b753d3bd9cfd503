/**
 * `GENEFORMER_DATA=… nx run bench:accuracy`: the accuracy of the baselines beside that of scikit-learn and XGBoost (`nx run bench:peers` installs
 * them) on PBMC3k: two times five folds, another seed each. Prints means, and the mean difference with its standard error over folds.
 * Writes results/accuracy.json.
 *
 * Options: `--repeats N` (default 2) times five folds, `--python PATH`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createClassifier, selectRows, stackRows } from '@geneformer-ts/baselines';
import { accuracy, stratifiedKFold } from '@geneformer-ts/eval';
import { pbmc3k, writeProblem } from './baselines/data.mjs';
import { accuracyModels } from './baselines/settings.mjs';
import { measurement, peersPython, versionsOf } from './machine.mjs';
import { round } from './rounds.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const { values: options } = parseArgs({
  options: { repeats: { type: 'string', default: '2' }, python: { type: 'string', default: peersPython() } },
});
const { GENEFORMER_DATA: data } = process.env;
if (!data) throw new Error('set GENEFORMER_DATA to the folder of the data; data/README.md says what it holds');
const versions = versionsOf(options.python, ['sklearn', 'xgboost']);
if (!versions) throw new Error('the peers are missing; install them with: npx nx run bench:peers');

const problem = await pbmc3k(path.join(data, 'pbmc3k-labelled/derived/pbmc3k_counts.h5ad'));
const { classes, train, test } = problem;
const X = await stackRows([train.X, test.X]);
const y = Int32Array.from([...train.y, ...test.y]);
const all = Int32Array.from(y.keys());
const folds = Array.from({ length: Number(options.repeats) }, (_, seed) => {
  const foldOf = stratifiedKFold(y, { nSplits: 5, seed });
  return Array.from({ length: 5 }, (__, fold) => ({
    train: all.filter((row) => foldOf[row] !== fold),
    test: all.filter((row) => foldOf[row] === fold),
  }));
}).flat();

const folder = mkdtempSync(path.join(tmpdir(), 'accuracy-bench-'));
try {
  folds.forEach(({ train: fitted, test: asked }, i) => {
    const part = (rows) => ({ X: selectRows(X, rows), y: Int32Array.from(rows, (row) => y[row]) });
    writeProblem(path.join(folder, String(i)), { classes, train: part(fitted), test: part(asked) });
  });
  const results = [];
  for (const model of accuracyModels) results.push(await compare(model));
  mkdirSync(here('results'), { recursive: true });
  const peers = `scikit-learn ${versions[0]}, XGBoost ${versions[1]}`;
  writeFileSync(here('results/accuracy.json'), `${JSON.stringify({ peers, folds: folds.length, results }, null, 2)}\n`);
  console.table(results);
} finally {
  rmSync(folder, { recursive: true });
}

async function compare({ name, model, ours, peer, seeded }) {
  const mine = [];
  const theirs = [];
  for (const [i, { train: fitted, test: asked }] of folds.entries()) {
    const classifier = await createClassifier({ ...ours, ...(seeded && { randomState: i }) });
    classifier.fit(
      selectRows(X, fitted),
      Int32Array.from(fitted, (row) => y[row]),
      classes,
    );
    const truth = Int32Array.from(asked, (row) => y[row]);
    mine.push(accuracy(truth, classifier.predict(selectRows(X, asked))));
    const keywords = JSON.stringify({ ...peer, ...(seeded && { random_state: i }) });
    const words = [model, path.join(folder, String(i)), 1, 1, 'dense', keywords];
    theirs.push(measurement(options.python, [here('peers/baselines_sklearn.py'), ...words]).accuracy);
  }
  const differences = mine.map((score, i) => score - theirs[i]);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const difference = mean(differences);
  const spread = Math.sqrt(mean(differences.map((d) => (d - difference) ** 2)) / (differences.length - 1));
  return {
    name,
    here: round(mean(mine)),
    peer: round(mean(theirs)),
    difference: Number(difference.toFixed(4)),
    standardError: Number(spread.toFixed(4)),
  };
}
