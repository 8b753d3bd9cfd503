import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { isInstalled } from './programs.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file) => parse(readFileSync(path.join(root, file), 'utf8'));
const forms = readdirSync(path.join(root, '.github/ISSUE_TEMPLATE')).filter((name) => name !== 'config.yml');

describe.each(forms)('the form %s', (name) => {
  const form = read(`.github/ISSUE_TEMPLATE/${name}`);

  test('has what GitHub requires', () => {
    expect(form).toMatchObject({ name: expect.stringMatching(/\w/), description: expect.stringMatching(/\w/) });
    const ids = form.body.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { type, id, attributes } of form.body) {
      expect(['checkboxes', 'dropdown', 'input', 'markdown', 'textarea']).toContain(type);
      expect(id).toMatch(/^[a-z]+$/);
      expect(attributes.label).toMatch(/\w/);
    }
  });

  test('requires one answer at least', () => {
    expect(form.body.some(({ validations }) => validations?.required)).toBe(true);
  });
});

describe('the citation', () => {
  test('has the fields of the Citation File Format, and the license of the package', () => {
    const { license } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    expect(read('CITATION.cff')).toMatchObject({
      'cff-version': '1.2.0',
      message: expect.any(String),
      title: 'Geneformer.ts',
      authors: [{ name: expect.any(String) }],
      license,
    });
  });

  const hasValidator = isInstalled('cffconvert');
  (hasValidator ? test : test.skip)(
    `is valid to cffconvert${hasValidator ? '' : ' (skipped: cffconvert is not installed)'}`,
    () => {
      const { status, stderr } = spawnSync('cffconvert', ['--validate'], { cwd: root, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );
});
