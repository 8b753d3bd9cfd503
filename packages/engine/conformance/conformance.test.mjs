/**
 * tfjs-core's own op tests on the onnx backend. Tests that cannot pass are listed with the reason in unsupported.json; update the list when
 * a test starts or stops passing.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { tf, useBackend } from '../src/index.js';
import { runConformance } from './run.mjs';

/** @type {{ reason: string, tests: string[] }[]} */
const unsupported = JSON.parse(readFileSync(new URL('unsupported.json', import.meta.url), 'utf8'));
const listed = new Map(unsupported.flatMap(({ reason, tests }) => tests.map((name) => [name, reason])));

/** Reasons that are out of scope of this backend. */
const outOfScope = /^(images and convolutions|complex numbers|strings|the shape of the result depends on values)/;

describe("tfjs-core's op tests", () => {
  /** @type {Awaited<ReturnType<typeof runConformance>>} */
  let result;

  beforeAll(async () => {
    await useBackend('onnx', { threads: 1 });
    result = await runConformance({ tf, backend: 'onnx' });
  }, 600_000);

  test('fail only if they are on the list', () => {
    expect(
      result.failed.filter(({ name }) => !listed.has(name)).map(({ name, error }) => `${name}: ${error.message}`),
    ).toEqual([]);
  });

  test('pass if they are not on the list', () => {
    expect(result.passed.filter((name) => listed.has(name))).toEqual([]);
    const known = new Set([...result.passed, ...result.failed.map(({ name }) => name)]);
    expect([...listed.keys()].filter((name) => !known.has(name))).toEqual([]);
  });

  test('pass at a rate of 95 % or more, without images, complex numbers, strings and synchronous reads', () => {
    const inScope = result.failed.filter(({ name }) => !outOfScope.test(listed.get(name) ?? ''));
    expect(result.passed.length / (result.passed.length + inScope.length)).toBeGreaterThan(0.95);
  });
});
