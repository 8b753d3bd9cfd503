/** Time per op, as ONNX Runtime measures it. */

/** Time of one ONNX operator. */
export interface ProfileRow {
  /** Name of the operator. */
  op: string;
  /** Number of times that a node of it ran. */
  calls: number;
  milliseconds: number;
  /** Share of the time of all nodes, 0 to 1. Time inside a Scan counts for the nodes of its body, not for the Scan. */
  share: number;
}

/**
 * Returns the rows of `readProfile` as a text table.
 *
 * ```ts
 * console.log(formatProfile(await readProfile()));
 * // op         calls  milliseconds   share
 * // MatMul       120         310.2   71.4%
 * ```
 */
export function formatProfile(rows: readonly ProfileRow[]): string {
  const width = Math.max(2, ...rows.map(({ op }) => op.length));
  const line = (op: string, calls: string, milliseconds: string, share: string): string =>
    `${op.padEnd(width)}  ${calls.padStart(8)}  ${milliseconds.padStart(12)}  ${share.padStart(6)}`;
  return [
    line('op', 'calls', 'milliseconds', 'share'),
    ...rows.map(({ op, calls, milliseconds, share }) =>
      line(op, String(calls), milliseconds.toFixed(1), `${(100 * share).toFixed(1)}%`),
    ),
  ].join('\n');
}
