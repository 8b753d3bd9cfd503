import { readFileSync } from 'node:fs';

/** Reads a fixture with values from scikit-learn, pandas or XGBoost, written by tools/parity/baselines-*.py. */
export function golden<Fixture>(name: string): Fixture {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8')) as Fixture;
}
