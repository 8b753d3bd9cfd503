/** What must hold for the archive of a package. */
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { readFileSync } from 'node:fs';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** Kilobytes of 1,000 bytes that each archive may have, packed. A larger package fails until somebody raises its limit on purpose. */
export const limits = JSON.parse(readFileSync(new URL('sizes.json', import.meta.url), 'utf8'));

/** The packages are ES modules. Old resolvers, and `require` before Node 20.19, are not supported, as `engines` says. */
const UNSUPPORTED = new Set(['node10', 'node16-cjs']);

/**
 * @param {string} name of the package
 * @param {Uint8Array} archive
 * @returns {Promise<string[]>} one line per problem
 */
export async function problemsOf(name, archive) {
  return [...sizeProblems(name, archive), ...(await publintProblems(archive)), ...(await typeProblems(archive))];
}

/** Compares the size of an archive with its limit. */
export function sizeProblems(name, archive) {
  const limit = limits[name];
  const kilobytes = Math.ceil(archive.byteLength / 1000);
  if (limit === undefined) return [`has no limit; add it to tools/release/sizes.json, such as ${kilobytes}`];
  if (kilobytes <= limit) return [];
  return [
    `has ${kilobytes} kB, more than its limit of ${limit} kB; see what is in it, or raise tools/release/sizes.json`,
  ];
}

/** Runs publint: whether the fields of package.json lead to files that are there and are what they say. */
export async function publintProblems(archive) {
  const { messages, pkg } = await publint({ pack: { tarball: exactBuffer(archive) }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

/** Runs "Are the types wrong?": whether TypeScript finds the same module as Node, at every entry. */
export async function typeProblems(archive) {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(exactBuffer(archive))));
  if (!result.types) return ['types: none were found'];
  return result.problems
    .filter(({ resolutionKind }) => !UNSUPPORTED.has(resolutionKind))
    .map(({ kind, entrypoint = '', resolutionKind = '' }) =>
      `types: ${kind} ${entrypoint} ${resolutionKind}`.trimEnd(),
    );
}

/** A Buffer may be a view of a larger one. */
function exactBuffer(bytes) {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
