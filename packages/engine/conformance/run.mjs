/** Runs tfjs-core's op tests on one backend. */
import { clearTimeout, setTimeout } from 'node:timers';
import { bundleTests } from './bundle.mjs';
import { expect, expectAsync } from './expect.mjs';
import { collectSuites } from './suites.mjs';

const TIMEOUT_MS = 120_000;

/**
 * @param {{ tf: typeof import('@tensorflow/tfjs-core'), backend: string, only?: string }} options `only` selects the tests whose name contains it
 * @returns {Promise<{ passed: string[], failed: { name: string, error: Error }[] }>}
 */
export async function runConformance({ tf, backend, only = '' }) {
  const { globals, specs } = collectSuites();
  const testEnv = { name: backend, backendName: backend, isDataSync: false };
  const jasmineUtil = {
    ALL_ENVS: {},
    SYNC_BACKEND_ENVS: { predicate: ({ isDataSync }) => isDataSync },
    NODE_ENVS: {},
    CHROME_ENVS: { predicate: () => false },
    BROWSER_ENVS: { predicate: () => false },
    HAS_WORKER: { predicate: () => false },
    HAS_NODE_WORKER: { predicate: () => false },
    describeWithFlags: (title, constraints, define) => {
      if (!constraints.predicate || constraints.predicate(testEnv)) globals.describe(title, () => define(testEnv));
    },
  };
  const scope = { ...globals, expect, expectAsync };
  const provide = (name) => ({ 'jasmine-util': jasmineUtil, '@tensorflow/tfjs-core': tf })[name] ?? {};
  const script = new Function('require', 'module', 'exports', ...Object.keys(scope), await bundleTests());
  script(provide, { exports: {} }, {}, ...Object.values(scope));

  const passed = [];
  const failed = [];
  for (const { name, run } of specs.filter((spec) => spec.name.includes(only))) {
    tf.engine().startScope();
    try {
      await within(run());
      passed.push(name);
    } catch (error) {
      failed.push({ name, error });
    }
    tf.engine().endScope();
  }
  return { passed, failed };
}

async function within(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), TIMEOUT_MS);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
