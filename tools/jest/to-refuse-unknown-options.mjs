/** Wrong options, and the message of the error for each. */
const wrong = [
  [{ unknown_option: 1 }, /^unknown_option: is not an option of (\w+); use \w/],
  [JSON.parse('{ "__proto__": {} }'), /^__proto__: is not an option of (\w+); use \w/],
  [null, /^options: null is not valid; use an object with options of (\w+)$/],
  ['unknown_option', /^options: "unknown_option" is not valid; use an object with options of (\w+)$/],
];

/**
 * Checks that a function of options throws ArgumentError, or rejects with it, for an unknown name and for a value that is
 * not an object.
 *
 * @param {(options: never) => unknown} call
 * @param {string} name the name that a user calls, such as `UMAP` or `SVC.create`; the message has a part of it
 */
export async function toRefuseUnknownOptions(call, name) {
  for (const [options, expected] of wrong) {
    const error = await failureOf(call, options);
    const [, owner] = (error?.tag === 'ArgumentError' && expected.exec(error.message)) || [];
    if (name.split('.').includes(owner)) continue;
    const got = error === undefined ? 'no error' : String(error);
    return { pass: false, message: () => `Expected an ArgumentError of ${name}: ${expected}\nGot ${got}` };
  }
  return { pass: true, message: () => `Expected that ${name} accepts unknown options` };
}

async function failureOf(call, options) {
  try {
    await call(options);
    return undefined;
  } catch (error) {
    return error;
  }
}
