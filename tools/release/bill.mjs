/** The bill of materials of a release, in CycloneDX 1.6: all that the published packages bring along, read from the lockfile. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { library } from '../runtime/packages.cjs';
import { publishedPackages, root } from './workspace.mjs';

/** Packed as `@geneformer-ts/onnxruntime-*`, which hold its native library only. */
const REPACKED = 'onnxruntime-node';

/**
 * @returns {{ components: { name: string, version: string, licenses: object[] }[], dependencies: object[] }} the same text for the same lockfile
 */
export function billOfMaterials() {
  const { importers, packages, snapshots } = parse(readFileSync(path.join(root, 'pnpm-lock.yaml'), 'utf8'));
  const own = publishedPackages();
  const components = new Map();
  const dependencies = new Map();

  for (const { folder, name, version } of own) {
    const purl = purlOf(name, version);
    components.set(purl, component(name, version, 'MIT'));
    const found = Object.entries(importers[`packages/${folder}`]?.dependencies ?? {}).map(
      ([other, { version: at }]) => {
        const sibling = own.find((one) => one.name === other);
        return sibling ? purlOf(other, sibling.version) : add(other, at, path.join(root, 'packages', folder));
      },
    );
    dependencies.set(purl, found);
  }
  return document(components, dependencies);

  /** Adds a package of the registry, and what it depends on. */
  function add(alias, at, from) {
    const key = snapshots[`${alias}@${at}`] ? `${alias}@${at}` : at; // an alias has the name in its version
    const id = key.replace(/\(.*$/, '');
    const name = id.slice(0, id.lastIndexOf('@'));
    const version = id.slice(id.lastIndexOf('@') + 1);
    const purl = purlOf(name, version);
    if (dependencies.has(purl)) return purl;
    const place = folderOf(alias, from);
    const { license } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8'));
    components.set(purl, { ...component(name, version, license), hashes: hashes(packages[id].resolution.integrity) });
    dependencies.set(purl, []);
    if (name !== REPACKED) {
      const next = Object.entries({ ...snapshots[key].dependencies });
      dependencies.set(
        purl,
        next.map(([other, version]) => add(other, version, place)),
      );
    }
    return purl;
  }
}

/** Returns the folder of an installed package as another one sees it. */
function folderOf(name, from) {
  if (name === REPACKED) return library();
  for (let folder = realpathSync(from); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const place = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(place, 'package.json'))) return realpathSync(place);
  }
  throw new Error(`${name} is not installed; run npm run setup`);
}

function component(name, version, license) {
  const [group, base] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const purl = purlOf(name, version);
  return {
    type: 'library',
    'bom-ref': purl,
    ...(group && { group }),
    name: base,
    version,
    licenses: [licenseOf(license, name)],
    purl,
  };
}

function licenseOf(license, name) {
  if (typeof license !== 'string') throw new Error(`${name} does not say its license in package.json`);
  if (license.startsWith('SEE LICENSE IN')) return { license: { name: license } };
  return / (?:AND|OR|WITH) /.test(license) ? { expression: license } : { license: { id: license } };
}

function purlOf(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function hashes(integrity) {
  const [algorithm, base64] = integrity.split(/-(.*)/s);
  const alg = algorithm.replace(/^sha(\d+)$/, 'SHA-$1');
  return [{ alg, content: Buffer.from(base64, 'base64').toString('hex') }];
}

function document(components, dependencies) {
  const sorted = (list) => list.sort((a, b) => (a < b ? -1 : 1));
  const content = {
    components: sorted([...components.keys()]).map((purl) => components.get(purl)),
    dependencies: sorted([...dependencies.keys()]).map((ref) => ({
      ref,
      dependsOn: sorted([...new Set(dependencies.get(ref))]),
    })),
  };
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const serial = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `5${digest.slice(13, 16)}`,
    `8${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ];
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${serial.join('-')}`,
    version: 1,
    ...content,
  };
}
