/** The part of jasmine that tfjs-core's op tests use: collects the specs of suites. */

/**
 * @typedef {{ name: string, run: () => Promise<void> }} Spec
 */

/** @returns {{ globals: Record<string, unknown>, specs: Spec[] }} global functions for the test script, and the specs that it defines */
export function collectSuites() {
  /** @type {Spec[]} */
  const specs = [];
  const names = new Map();
  let file = '';
  let scope = { title: '', before: [], after: [] };

  const describe = (title, define) => {
    const outer = scope;
    scope = {
      title: outer.title ? `${outer.title} ${title}` : title,
      before: [...outer.before],
      after: [...outer.after],
    };
    define();
    scope = outer;
  };
  const it = (title, body) => {
    const { before, after, title: suite } = scope;
    const full = `${file}: ${suite} ${title}`;
    const count = (names.get(full) ?? 0) + 1;
    names.set(full, count);
    specs.push({
      name: count > 1 ? `${full} (${count})` : full,
      run: async () => {
        try {
          for (const hook of before) await call(hook);
          await call(body);
        } finally {
          for (const hook of after) await call(hook);
        }
      },
    });
  };
  const globals = {
    suite: (name) => (file = name.replace(/_test\.js$/, '')),
    describe,
    it,
    fit: it,
    xit: () => undefined,
    xdescribe: () => undefined,
    beforeEach: (hook) => scope.before.push(hook),
    afterEach: (hook) => scope.after.push(hook),
    beforeAll: (hook) => scope.before.push(once(hook)),
    afterAll: () => undefined,
    jasmine: { DEFAULT_TIMEOUT_INTERVAL: 0 },
    fail: (message) => {
      throw new Error(String(message));
    },
  };
  return { globals, specs };
}

/** Calls a hook or a spec; if it has a parameter, it gets a callback that ends it. */
function call(body) {
  if (body.length === 0) return body();
  return new Promise((resolve, reject) => {
    const done = () => resolve(undefined);
    done.fail = reject;
    body(done);
  });
}

function once(hook) {
  let ran = false;
  return () => {
    if (ran) return undefined;
    ran = true;
    return hook();
  };
}
