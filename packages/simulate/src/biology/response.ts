/** Logarithm of a regulator's dose where it is not active. */
export const SILENT = -4;

/** Returns the Hill response, from 0 to 1, to a dose given as its logarithm: dose^n / (dose^n + half^n). */
export function hill(logDose: number, n: number, logHalf: number): number {
  return 1 / (1 + Math.exp(n * (logHalf - logDose)));
}

/**
 * Returns the sensitivity at the regulator's normal dose (dose 1): the derivative of the response by the log mRNA
 * level. Feedback passes only the share `coupling` of a change.
 */
export function sensitivity(n: number, logHalf: number, coupling: number): number {
  const response = hill(0, n, logHalf);
  return coupling * n * response * (1 - response);
}
