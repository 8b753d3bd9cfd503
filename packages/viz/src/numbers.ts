import { format } from 'd3';

const grouped = format(',d');

/** 12345 → "12,345". */
export function formatCount(count: number): string {
  return grouped(count);
}

/** 0.9634 → "96.3%"; with `places` 0, "96%". A share that is not quite 0 or 1 is never shown as if it were. */
export function formatShare(share: number, places = 1): string {
  const step = 10 ** -places;
  const percent = Number((share * 100).toFixed(places));
  if (share > 0 && percent === 0) return `<${step.toFixed(places)}%`;
  if (share < 1 && percent === 100) return `>${(100 - step).toFixed(places)}%`;
  return percent === 0 || percent === 100 ? `${percent}%` : `${percent.toFixed(places)}%`;
}

/** A measured score: three decimals below ten, fewer above; "not defined" for NaN. */
export function formatScore(value: number): string {
  if (!Number.isFinite(value)) return 'not defined';
  const size = Math.abs(value);
  return format(size < 10 ? '.3f' : size < 1000 ? '.1f' : ',.0f')(value);
}

/** A number taken from a publication, with the digits it was given with. */
export function formatQuoted(value: number): string {
  return String(value);
}
