import { readFileSync } from 'node:fs';

/** Values from scikit-learn, pandas and XGBoost, written by tools/parity/baselines-golden.py. */
export function golden<Fixture>(name: 'features' | 'linear' | 'ensembles'): Fixture {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8')) as Fixture;
}
