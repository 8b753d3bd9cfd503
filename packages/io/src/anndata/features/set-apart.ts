import { ArgumentError, FieldMissingError, listSome } from '@geneformer-ts/core';
import { type Column, columnAsStrings, type DataFrame, pickColumn } from '../data-frame.js';

/** Columns of `var` with the feature types of Cell Ranger, scanpy and muon. */
export const TYPE_COLUMNS = ['feature_types', 'feature_type'] as const;

const GENE_EXPRESSION = new Set(['geneexpression', 'gex', 'rna', 'gene']);

/** Types of features that are not genes, as named by Cell Ranger and by tools for several modalities. */
const NOT_GENES = new Set([
  'antibodycapture',
  'antibody',
  'adt',
  'protein',
  'proteins',
  'proteinexpression',
  'surfaceprotein',
  'crisprguidecapture',
  'crispr',
  'guide',
  'sgrna',
  'multiplexingcapture',
  'hto',
  'hashtag',
  'celltag',
  'antigencapture',
  'antigen',
  'custom',
  'peaks',
  'peak',
  'atac',
  'chromatinaccessibility',
]);

const NO_TYPE = 'no type';

/** Returns a normalized type: `Gene Expression`, `gene_expression` and `"Gene Expression"` are equal. */
function keyOf(type: string): string {
  return type.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Returns the type of every feature as stated in `var`, or undefined if no column has types. */
function statedTypes(features: DataFrame): string[] | undefined {
  for (const name of TYPE_COLUMNS) {
    const column = features.columns.get(name);
    if (column === undefined || column.kind === 'number' || column.kind === 'boolean') continue;
    const types = columnAsStrings(column).map((type) => (type ?? '').replaceAll('"', '').trim() || NO_TYPE);
    const keys = [...new Set(types)].map(keyOf);
    // In files of CELLxGENE the same column has biotypes (protein_coding, lncRNA), all of which are genes.
    if (keys.some((key) => GENE_EXPRESSION.has(key) || NOT_GENES.has(key))) return types;
  }
  return undefined;
}

/**
 * Returns the types of the features that are not gene expression, such as `Antibody Capture`.
 *
 * @returns one value per feature, undefined for genes; or undefined if `var` has no types, so that every feature may be a
 *   gene
 * @example
 * const values = ['Gene Expression', 'Antibody Capture'];
 * const columns = new Map([['feature_types', { kind: 'string' as const, values }]]);
 * otherFeatureTypes({ index: ['ENSG00000010610', 'CD4'], columns }); // [ undefined, 'Antibody Capture' ]
 */
export function otherFeatureTypes(features: DataFrame): (string | undefined)[] | undefined {
  const types = statedTypes(features);
  if (types === undefined) return undefined;
  const keys = new Map([...new Set(types)].map((type) => [type, keyOf(type)]));
  const hasGenes = [...keys.values()].some((key) => GENE_EXPRESSION.has(key));
  const isGene = (key: string): boolean => (hasGenes ? GENE_EXPRESSION.has(key) : !NOT_GENES.has(key));
  return types.map((type) => (isGene(keys.get(type)!) ? undefined : type));
}

/**
 * Returns the type of each feature that is not requested, or undefined for a feature that is read.
 *
 * @param requested types as the file names them; default gene expression
 * @throws FieldMissingError listing the types of the file when it lacks a requested one
 */
export function typesSetApart(
  path: string,
  features: DataFrame,
  requested: readonly string[] | undefined,
): (string | undefined)[] {
  const types = statedTypes(features);
  if (types === undefined) {
    const absent = requested?.find((type) => !GENE_EXPRESSION.has(keyOf(type)));
    if (absent === undefined) return new Array<undefined>(features.index.length).fill(undefined);
    throw new FieldMissingError(path, `feature type '${absent}'`, [], "omit the option 'featureTypes'");
  }
  const present = [...new Set(types)];
  if (requested === undefined) {
    const others = otherFeatureTypes(features)!;
    if (!others.includes(undefined) && others.length > 0) {
      const remedy = `open a file with gene expression, or set the option 'featureTypes', for example to ['${present[0]}']`;
      throw new FieldMissingError(path, 'gene expression', present, remedy);
    }
    return others;
  }
  const keys = new Set(requested.map(keyOf));
  const absent = requested.find((type) => !present.some((own) => keyOf(own) === keyOf(type)));
  if (absent !== undefined) throw new FieldMissingError(path, `feature type '${absent}'`, present);
  return types.map((type) => (keys.has(keyOf(type)) ? undefined : type));
}

/**
 * Returns for each feature why it does not belong to the chosen genome, or undefined for a feature that is read. All
 * features are read if the file has one genome or if `genome` is 'all'.
 *
 * @throws ArgumentError listing the genomes when there are several and none is chosen
 * @throws FieldMissingError when the file does not have the chosen genome
 */
export function genomesSetApart(path: string, features: DataFrame, genome: string | undefined): (string | undefined)[] {
  const column = features.columns.get('genome');
  const names = column ? columnAsStrings(column) : [];
  // Features other than genes, such as antibodies, have no genome.
  const genomes = [...new Set(names)].filter((name): name is string => name !== null && name !== '').sort();
  if (column === undefined || genome === 'all' || (genome === undefined && genomes.length <= 1)) {
    return new Array<undefined>(features.index.length).fill(undefined);
  }
  if (genome === undefined) throw severalGenomes(path, genomes, 'all');
  if (!genomes.includes(genome)) throw new FieldMissingError(path, `genome '${genome}'`, genomes);
  return names.map((name) => (name === genome ? undefined : name ? `genome ${name}` : 'no genome'));
}

/** Returns the error for a file with several genomes of which none is chosen. */
export function severalGenomes(path: string, genomes: readonly string[], example: string): ArgumentError {
  return new ArgumentError(
    'genome',
    `${path} has ${genomes.length} genomes: ${listSome(genomes)}`,
    `set the option 'genome' to one of them, for example '${example}'`,
  );
}

const LEFT_OUT = 'probes left out by filtered_probes';

/** Columns that describe a probe, not its gene. */
const OF_PROBE = new Set(['symbol', 'gene_id', 'gene_name', 'probe_region', 'filtered_probes', 'id', 'name']);

/** Returns whether the features are probes of Cell Ranger (fixed RNA or spatial data), each with the `gene_id` of its gene. */
export function areProbes(features: DataFrame): boolean {
  const { columns } = features;
  return columns.has('gene_id') && (columns.has('probe_region') || columns.has('filtered_probes'));
}

/**
 * Returns for each feature why its probe is not counted, or undefined for a probe that is. Cell Ranger excludes probes with
 * off-target activity from its counts per gene and marks them in `filtered_probes`.
 */
export function probesSetApart(features: DataFrame): (string | undefined)[] {
  const counted = features.columns.get('filtered_probes');
  if (!counted) return new Array<undefined>(features.index.length).fill(undefined);
  return columnAsStrings(counted).map((value) => (value === 'true' || value === '1' ? undefined : LEFT_OUT));
}

/**
 * Returns the genes of the probes; `placeOf` is the row of each probe's gene in `genes`. A probe without a `gene_id`, such as
 * a control, is a separate feature.
 *
 * @param probes positions of the probes that are counted
 */
export function genesOfProbes(features: DataFrame, probes: Int32Array): { genes: DataFrame; placeOf: Int32Array } {
  const ids = columnAsStrings(features.columns.get('gene_id')!);
  const place = new Map<string, number>();
  const first: number[] = [];
  const placeOf = new Int32Array(probes.length);
  probes.forEach((probe, at) => {
    const gene = ids[probe] || features.index[probe];
    let own = place.get(gene);
    if (own === undefined) {
      own = first.length;
      place.set(gene, own);
      first.push(probe);
    }
    placeOf[at] = own;
  });
  const rows = Int32Array.from(first);
  const columns = new Map<string, Column>();
  const symbols = features.columns.get('gene_name');
  if (symbols) columns.set('symbol', pickColumn(symbols, rows));
  for (const [name, column] of features.columns) {
    if (!OF_PROBE.has(name)) columns.set(name, pickColumn(column, rows));
  }
  return { genes: { index: [...place.keys()], columns }, placeOf };
}
