/** The parts of an Ensembl id: `GRCh38___ENSG00000182378.14_PAR_Y` has all of them. */
export interface EnsemblId {
  /** The id itself, without the parts below. */
  base: string;
  /** Whether the id has the name of a genome as a prefix, as in files of several genomes. */
  prefixed: boolean;
  versioned: boolean;
  /** Whether it is the copy on chromosome Y of a gene in the pseudoautosomal regions (GENCODE 25 to 43). */
  yCopy: boolean;
}

const ENSEMBL = /^(?:(.+?)_+)?(ENS[A-Z]*\d{6,})(\.\d+)?(_PAR_Y)?$/i;
const HUMAN = /^ENSGR?\d{6,}$/i;
const HUMAN_GENOME = /^(GRCh\d|hg\d|T2T|CHM13|b3[78]|human|homo)/i;
/** mm10, GRCm39, rn6, mRatBN7.2: the name of a genome ends in the number of its release. */
const OTHER_GENOME = /^(?!DEPRECATED)[a-z]+[a-z_]*\d/i;
const PREFIXED_SYMBOL = /^((?:GRCh|hg)\d[^_]*)_+(.+)$/i;

/** Longer texts are not ids. */
const LONGEST = 100;

/**
 * Returns the parts of an Ensembl id, or undefined for other texts. A prefix must be the name of a genome of the same
 * species, so that `ADT_ENSG00000141510` and `DEPRECATED_ENSG00000141510` are not confused with the gene.
 *
 * ```ts
 * parseEnsemblId('GRCh38_ENSG00000141510.17')?.base; // 'ENSG00000141510'
 * ```
 */
export function parseEnsemblId(id: string): EnsemblId | undefined {
  const match = id.length <= LONGEST ? ENSEMBL.exec(id) : null;
  if (match === null) return undefined;
  const [, prefix, base = '', version, copy] = match;
  if (prefix !== undefined && !(HUMAN.test(base) ? HUMAN_GENOME : OTHER_GENOME).test(prefix)) return undefined;
  return { base, prefixed: prefix !== undefined, versioned: version !== undefined, yCopy: copy !== undefined };
}

/** Returns whether a text is an Ensembl id of any species, with or without the name of a genome, a version or `_PAR_Y`. */
export function isEnsemblId(id: string): boolean {
  return parseEnsemblId(id) !== undefined;
}

/** Returns whether a text is an Ensembl id of a human gene, in any form that `parseEnsemblId` accepts. */
export function isHumanEnsemblId(id: string): boolean {
  return HUMAN.test(parseEnsemblId(id)?.base ?? '');
}

/** Returns an Ensembl id without genome, version and `_PAR_Y`; other texts unchanged. */
export function geneKey(id: string): string {
  return parseEnsemblId(id)?.base ?? id;
}

/**
 * Returns the ids that a vocabulary may use for a human gene, the closest first. The copy on Y has its own id in V1
 * (ENSGR…, Ensembl up to 80); elsewhere it has the id of the copy on X.
 */
export function humanForms({ base, yCopy }: EnsemblId): string[] {
  const id = base.toUpperCase();
  if (id.startsWith('ENSGR')) return [id, `ENSG0${id.slice(5)}`];
  return yCopy ? [`ENSGR${id.slice(5)}`, id] : [id];
}

/** Returns the letters of a gene id that encode the species, such as `ENSMUSG`; undefined for other texts. */
export function speciesOf(id: string): string | undefined {
  const letters = /^ENS[A-Z]*?G(?=R?\d)/i.exec(parseEnsemblId(id)?.base ?? '')?.[0];
  return letters?.toUpperCase();
}

/** Returns `TP53` for `GRCh38_TP53`; other texts, including symbols of other genomes, unchanged. */
export function symbolOf(id: string): string {
  return id.length <= LONGEST ? (PREFIXED_SYMBOL.exec(id)?.[2] ?? id) : id;
}
