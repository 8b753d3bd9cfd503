/**
 * Fits the model that real XGBoost is then asked to load (baselines-xgboost.py): run
 * `node tools/parity/baselines-model.mjs packages/baselines/fixtures` after building packages/baselines.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { XGBClassifier } from '../../packages/baselines/dist/index.js';

const folder = process.argv[2];
const data = JSON.parse(readFileSync(path.join(folder, 'ensembles.json'), 'utf8'))[3];
const bytes = new Int8Array(Buffer.from(data.X, 'base64'));
const X = { rows: data.train, cols: data.cols, data: Float32Array.from(bytes.subarray(0, data.train * data.cols)) };
const y = Int32Array.from(data.y.slice(0, data.train), Number);

const model = new XGBClassifier({ nEstimators: 4, maxDepth: 3, baseScore: 0.5 }).fit(X, y, data.classes);
writeFileSync(path.join(folder, 'model-from-here.json'), model.toXGBoost() + '\n');
