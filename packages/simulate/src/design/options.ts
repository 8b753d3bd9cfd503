import { ArgumentError, type OptionNames } from '@geneformer-ts/core';

export type Preset = 'small' | 'default';

/** Options of the simulation. Only `seed` is required; the other options default to the preset's values. */
export interface ThymusOptions {
  /** Seed of the cells: donors, depths, noise. A whole number ≥ 0. */
  seed: number;
  /** `default`: 6,200 cells × 12,000 genes. `small`: 200 cells × 600 genes at a tenth of the depth, for tests. */
  preset?: Preset;
  /** Total number of cells; the types keep their proportions. */
  cells?: number;
  /** Total number of genes, at least 400. Below 3,000 only a part of the genes with real names is used. */
  genes?: number;
  /**
   * Seed of the biology: expression levels, regulators, targets. Simulations with the same biology seed differ only in
   * their cells. Default 1.
   */
  biologySeed?: number;
  /** Factor for the expected counts of every cell. */
  depthScale?: number;
  /** Mean share of ambient counts, from 0 up to, not including, 0.5. Default 0.03. */
  ambientFraction?: number;
  /** Share of doublets among the barcodes, from 0 up to, not including, 0.5. Default 0.03. */
  doubletRate?: number;
  /**
   * Standard deviation between the fate of a cell and its expression on the cortex–medulla axis; sets the difficulty of
   * the task. Default 0.07.
   */
  lineageNoise?: number;
}

export const thymusOptionNames: OptionNames<ThymusOptions> = {
  seed: true,
  preset: true,
  cells: true,
  genes: true,
  biologySeed: true,
  depthScale: true,
  ambientFraction: true,
  doubletRate: true,
  lineageNoise: true,
};

export type ThymusSettings = Required<ThymusOptions>;

const shared = { biologySeed: 1, ambientFraction: 0.03, doubletRate: 0.03, lineageNoise: 0.07 };
const presets: Record<Preset, Omit<ThymusSettings, 'seed' | 'preset'>> = {
  default: { ...shared, cells: 6200, genes: 12000, depthScale: 1 },
  small: { ...shared, cells: 200, genes: 600, depthScale: 0.1 },
};

/**
 * Returns the options with the preset's values filled in.
 *
 * @throws ArgumentError naming the option and its valid values
 */
export function settle(options: ThymusOptions): ThymusSettings {
  const preset = options.preset ?? 'default';
  if (!Object.hasOwn(presets, preset)) throw ArgumentError.of('preset', preset, '"small" or "default"');
  const base: ThymusSettings = { ...presets[preset], preset, seed: NaN };
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: ThymusSettings = { ...base, ...given };
  whole('seed', settings.seed, 0);
  whole('biologySeed', settings.biologySeed, 0);
  whole('cells', settings.cells, 1);
  whole('genes', settings.genes, 400);
  within('depthScale', settings.depthScale, Number.MIN_VALUE, 1000);
  within('ambientFraction', settings.ambientFraction, 0, 0.5);
  within('doubletRate', settings.doubletRate, 0, 0.5);
  within('lineageNoise', settings.lineageNoise, 0, 1);
  return settings;
}

function whole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw ArgumentError.of(name, value, `a whole number of at least ${least}`);
  }
}

function within(name: string, value: number, low: number, below: number): void {
  if (!(typeof value === 'number' && value >= low && value < below)) {
    throw ArgumentError.of(name, value, `a number from ${low} up to, not including, ${below}`);
  }
}
