import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const DEFINITION =
  /class (\w+) extends \w*Error\b[^{]*\{\s*(?:\/\*\*[^/]*\*\/\s*)?(?:(override |abstract )?readonly tag(?:: string)?(?: = '([^']*)')?)?/g;

/** Every error class of the sources, with the tag that it states. */
function errorClasses(): { name: string; tag: string | undefined }[] {
  const classes: { name: string; tag: string | undefined }[] = [];
  for (const folder of ['packages', 'apps']) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/^[^/]+\/src\/.*\.ts$/.test(file) || file.endsWith('.test.ts')) continue;
      for (const [whole, name, , tag] of readFileSync(join(root, folder, file), 'utf8').matchAll(DEFINITION)) {
        if (!/abstract readonly tag/.test(whole)) classes.push({ name, tag });
      }
    }
  }
  return classes;
}

test('the tag of an error is the name of its class, and no two classes share one', () => {
  const classes = errorClasses();
  expect(classes.length).toBeGreaterThan(50);
  expect(classes.filter(({ name, tag }) => name !== tag && tag !== undefined)).toEqual([]);
  const names = classes.map(({ name }) => name);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
