/** The jasmine matchers of tfjs-core's tests. */
import { isDeepStrictEqual, inspect } from 'node:util';

const matchers = {
  nothing: () => true,
  toBe: (actual, expected) => Object.is(actual, expected),
  toEqual: (actual, expected) => isDeepStrictEqual(actual, expected),
  toBeUndefined: (actual) => actual === undefined,
  toBeDefined: (actual) => actual !== undefined,
  toBeNull: (actual) => actual === null,
  toBeNaN: (actual) => Number.isNaN(actual),
  toBeTruthy: (actual) => Boolean(actual),
  toBeFalsy: (actual) => !actual,
  toBeTrue: (actual) => actual === true,
  toBeFalse: (actual) => actual === false,
  toBeLessThan: (actual, expected) => actual < expected,
  toBeLessThanOrEqual: (actual, expected) => actual <= expected,
  toBeGreaterThan: (actual, expected) => actual > expected,
  toBeGreaterThanOrEqual: (actual, expected) => actual >= expected,
  toBeCloseTo: (actual, expected, digits = 2) => Math.abs(actual - expected) < 0.5 * 10 ** -digits,
  toContain: (actual, expected) => actual.includes(expected),
  toMatch: (actual, expected) => matches(actual, expected),
  toThrow: (actual) => thrownBy(actual) !== undefined,
  toThrowError: (actual, ...expected) => {
    const error = thrownBy(actual);
    return (
      error instanceof Error &&
      expected.every((part) => (typeof part === 'function' ? error instanceof part : matches(error.message, part)))
    );
  },
};

function matches(text, pattern) {
  return pattern instanceof RegExp ? pattern.test(text) : text === pattern;
}

function thrownBy(body) {
  try {
    body();
    return undefined;
  } catch (error) {
    return error;
  }
}

export function expect(actual) {
  const checks = (positive) =>
    Object.fromEntries(
      Object.entries(matchers).map(([name, matcher]) => [
        name,
        (...expected) => {
          if (matcher(actual, ...expected) !== positive) {
            throw new Error(
              `expected ${inspect(actual)} ${positive ? '' : 'not '}${name} ${expected.map((e) => inspect(e)).join(', ')}`,
            );
          }
        },
      ]),
    );
  return { ...checks(true), not: checks(false), withContext: () => expect(actual) };
}

export function expectAsync(promise) {
  const rejection = promise.then(
    () => undefined,
    (error) => error,
  );
  return {
    toBeRejectedWithError: async (pattern) => {
      const error = await rejection;
      if (!(error instanceof Error) || (pattern && !matches(error.message, pattern)))
        throw new Error(`expected a rejection with ${pattern}`);
    },
    toBeRejected: async () => {
      if ((await rejection) === undefined) throw new Error('expected a rejection');
    },
  };
}
