import { ArgumentError } from './errors.js';

/** Longest delay of a timer; a longer one overflows and fires after 1 ms. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Returns a number of seconds as the milliseconds of a timer. More than 24 days count as 24 days.
 *
 * @throws ArgumentError when `seconds` is not a positive number; Infinity is allowed
 */
export function timerMs(option: string, seconds: number): number {
  if (typeof seconds !== 'number' || !(seconds > 0))
    throw ArgumentError.of(option, seconds, 'a number of seconds above 0');
  return Math.min(LONGEST_MS, seconds * 1000);
}
