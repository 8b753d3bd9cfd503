/**
 * Turns the values that a code block claims in comments into checks: `f(x); // 0.93` must be 0.93 to two digits.
 * Comments that are not JavaScript values are left alone.
 */

const STATEMENT = /^(\s*)(?:(const|let) (\w+) = (.+)|console\.log\((.+)\)|([^/]+));\s*\/\/ (.+)$/;

/**
 * @param {string} text TypeScript
 * @returns {{ text: string, claims: number }} the block with one call of `claimed(value, claim)` per claim
 */
export function withClaims(text) {
  let claims = 0;
  const lines = text.split('\n').map((line) => {
    const [, indent, keyword, name, value, logged, expression, claim] = STATEMENT.exec(line) ?? [];
    if (claim === undefined || !isClaim(claim)) return line;
    claims++;
    const checked = (what) => `claimed(${what}, ${JSON.stringify(claim)});`;
    if (keyword) return `${indent}${keyword} ${name} = ${value}; ${checked(name)}`;
    return indent + checked(logged ?? expression);
  });
  return { text: lines.join('\n'), claims };
}

/**
 * Throws if a value is not the one in the comment. Numbers are compared to the digits that are written; `{ a, b }` claims
 * the names of fields, `Float32Array(8)` a type and a length.
 */
export function claimed(value, claim) {
  const shown = show(value, claim);
  if (shown !== claim.replaceAll(/\s+/g, ' ')) throw new Error(`the comment claims ${claim}, the value is ${shown}`);
}

function isClaim(claim) {
  return FIELDS.test(claim) || ARRAY.test(claim) || literal(claim) !== undefined;
}

const FIELDS = /^\{ \w+(?:, \w+)* \}$/;
const ARRAY = /^\w+Array\(\d+\)$/;

function show(value, claim) {
  if (FIELDS.test(claim)) {
    const names = claim.match(/\w+/g);
    const missing = names.filter((name) => !(name in value));
    return missing.length ? `an object without ${missing.join(', ')}` : claim;
  }
  if (ARRAY.test(claim)) return `${value?.constructor?.name}(${value?.length})`;
  return matches(value, literal(claim), claim)
    ? claim.replaceAll(/\s+/g, ' ')
    : (JSON.stringify(value) ?? String(value));
}

/** The value of a comment such as `0.93`, `'a'` or `[1, 2]`; undefined where it is text. */
function literal(claim) {
  try {
    return JSON.parse(claim.replaceAll(/'((?:[^'\\]|\\.)*)'/g, '"$1"').replaceAll(/([{,] ?)(\w+):/g, '$1"$2":'));
  } catch {
    return undefined;
  }
}

function matches(value, expected, claim) {
  if (typeof expected === 'number') {
    const digits = /\.(\d+)/.exec(claim)?.[1].length ?? 0;
    return (
      typeof value === 'number' &&
      Math.abs(value - expected) <= 0.5000001 * 10 ** -digits &&
      (digits > 0 || value === expected)
    );
  }
  return JSON.stringify(ArrayBuffer.isView(value) ? [...value] : value) === JSON.stringify(expected);
}
