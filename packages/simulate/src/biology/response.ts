/** Logarithm of a regulator's dose where it is not active. */
export const SILENT = -4;

/** Hill's response, from 0 to 1, to a dose given by its logarithm: dose^n / (dose^n + half^n). */
export function hill(logDose: number, n: number, logHalf: number): number {
  return 1 / (1 + Math.exp(n * (logHalf - logDose)));
}

/**
 * How much of a change of the message arrives in the response at the regulator's normal dose (dose 1): the derivative
 * of the response by the logarithm of the message. Feedback lets only `coupling` of a change through.
 */
export function sensitivity(n: number, logHalf: number, coupling: number): number {
  const response = hill(0, n, logHalf);
  return coupling * n * response * (1 - response);
}
