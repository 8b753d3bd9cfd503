/** One sequencing library: cells of one donor and tissue, prepared together. */
export interface Library {
  id: string;
  donor: string;
  tissue: string;
  /** Cortical and medullary cells, as published for the thymus libraries; zero for other tissues. */
  cortical: number;
  medullary: number;
}

/** Donor and published numbers of cTEC and mTEC of each of the 13 thymus libraries; three donors have two libraries. */
const thymus: readonly [string, number, number][] = [
  ['D01', 777, 1279],
  ['D02', 804, 1263],
  ['D03', 148, 595],
  ['D04', 707, 461],
  ['D04', 718, 416],
  ['D05', 939, 872],
  ['D05', 909, 1006],
  ['D06', 97, 186],
  ['D07', 29, 43],
  ['D07', 18, 43],
  ['D08', 264, 921],
  ['D09', 52, 99],
  ['D10', 304, 698],
];

export const otherTissues = ['heart', 'liver', 'brain', 'skin', 'lung', 'intestine'] as const;
const otherDonors = ['D11', 'D12'] as const;

export const libraries: readonly Library[] = [
  ...thymus.map(([donor, cortical, medullary], index) => ({
    id: `T${String(index + 1).padStart(2, '0')}`,
    donor,
    tissue: 'thymus',
    cortical,
    medullary,
  })),
  ...otherTissues.flatMap((tissue, t) =>
    otherDonors.map((donor, d) => ({
      id: `O${String(t * otherDonors.length + d + 1).padStart(2, '0')}`,
      donor,
      tissue,
      cortical: 0,
      medullary: 0,
    })),
  ),
];

export const donors: readonly string[] = [...new Set(libraries.map((library) => library.donor))];
