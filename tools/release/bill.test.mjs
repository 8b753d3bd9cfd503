import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { billOfMaterials } from './bill.mjs';
import { publishedPackages, root } from './workspace.mjs';

describe('the bill of materials', () => {
  const bill = billOfMaterials();
  const names = new Map(bill.components.map((one) => [one.group ? `${one.group}/${one.name}` : one.name, one]));

  test('is a document of CycloneDX that is the same for the same lockfile', () => {
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
    expect(bill.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(billOfMaterials()).toEqual(bill);
  });

  test('has every published package and all that they name', () => {
    for (const { name, version, dependencies } of publishedPackages()) {
      expect(names.get(name)).toMatchObject({ version, purl: expect.stringContaining(`@${version}`) });
      for (const dependency of Object.keys(dependencies)) expect([...names.keys()]).toContain(dependency);
    }
  });

  test('has what they bring along, and not what only develops them', () => {
    expect(names.get('delaunator')).toMatchObject({ licenses: [{ license: { id: 'ISC' } }] });
    for (const name of ['jest', 'eslint', 'typescript', 'protobufjs']) expect(names.has(name)).toBe(false);
  });

  test('has a license of every component, and a digest of each from the registry', () => {
    for (const { group, licenses, hashes } of bill.components) {
      expect(licenses).toHaveLength(1);
      if (group !== '@geneformer-ts' && hashes) expect(hashes[0].content).toMatch(/^[0-9a-f]{128}$/);
    }
    expect(bill.components.filter(({ hashes }) => !hashes)).toHaveLength(publishedPackages().length);
    const { integrity } = /d3@7\.9\.0:\n\s+resolution: \{integrity: sha512-(?<integrity>[^}]+)\}/.exec(
      readFileSync(path.join(root, 'pnpm-lock.yaml'), 'utf8'),
    ).groups;
    expect(Buffer.from(names.get('d3').hashes[0].content, 'hex').toString('base64')).toBe(integrity);
  });

  test('lists dependencies that are components', () => {
    const refs = new Set(bill.components.map((one) => one['bom-ref']));
    expect(bill.dependencies.map(({ ref }) => ref)).toEqual([...refs]);
    for (const ref of bill.dependencies.flatMap(({ dependsOn }) => dependsOn)) expect(refs.has(ref)).toBe(true);
  });
});
