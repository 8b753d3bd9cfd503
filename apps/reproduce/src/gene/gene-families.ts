/** Families that symbols of one stem do not show: the stem of each member, and the name of the family. */
const JOINED: readonly (readonly [RegExp, string])[] = [
  [/^(ZNF|ZSCAN|ZKSCAN)/, 'zinc finger'],
  [/^HOX[A-D]/, 'HOX'],
  [/^FOX/, 'FOX'],
  [/^NR\d/, 'NR'],
  [/^(NKX|POU|TEAD|CREB|ATF)/, '$'],
];

/**
 * Returns the family of a gene by its symbol: the letters before the first digit, with a few families that have several stems. Paralogs share a
 * family in nearly all cases; unrelated genes do in few. It is a rule of names, not of sequences.
 *
 * ```ts
 * familyOf('HOXA9'); // 'HOX'
 * familyOf('GATA4'); // 'GATA'
 * familyOf('ZSCAN2'); // 'zinc finger'
 * ```
 */
export function familyOf(symbol: string): string {
  for (const [stem, family] of JOINED) {
    const [found] = stem.exec(symbol) ?? [];
    if (found !== undefined) return family === '$' ? found : family;
  }
  return /^[A-Z]+/.exec(symbol)?.[0] ?? symbol;
}

/** Returns whether a symbol starts with ZNF, ZSCAN or ZKSCAN. Nearly all such factors are listed as insensitive. */
export function isZincFinger(symbol: string): boolean {
  return familyOf(symbol) === 'zinc finger';
}
