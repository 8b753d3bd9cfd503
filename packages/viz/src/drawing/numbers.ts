import { format } from 'd3';

const grouped = format(',d');

/** Formats a count with thousands separators: 12345 → "12,345". */
export function formatCount(count: number): string {
  return grouped(count);
}

/** Formats a share as a percentage: 0.9634 → "96.3%"; with `places` 0, "96%". Never rounds to 0% or 100%: "<0.1%". */
export function formatShare(share: number, places = 1): string {
  const step = 10 ** -places;
  const percent = Number((share * 100).toFixed(places));
  if (share > 0 && percent === 0) return `<${step.toFixed(places)}%`;
  if (share < 1 && percent === 100) return `>${(100 - step).toFixed(places)}%`;
  return percent === 0 || percent === 100 ? `${percent}%` : `${percent.toFixed(places)}%`;
}

/** Formats a measured score: three decimals below ten, fewer above; "not defined" for NaN. */
export function formatScore(value: number): string {
  if (!Number.isFinite(value)) return 'not defined';
  const size = Math.abs(value);
  return format(size < 10 ? '.3f' : size < 1000 ? '.1f' : ',.0f')(value);
}

/** Formats a published number with the digits of the publication. */
export function formatQuoted(value: number): string {
  return String(value);
}
