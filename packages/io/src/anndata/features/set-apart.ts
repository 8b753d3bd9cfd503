import { ArgumentError, FieldMissingError, listSome } from '@geneformer-ts/core';
import { type Column, columnAsStrings, type Frame, pickColumn } from '../frame.js';

/** Columns of `var` in which Cell Ranger, scanpy and muon state the type of a feature. */
export const TYPE_COLUMNS = ['feature_types', 'feature_type'] as const;

const GENE_EXPRESSION = new Set(['geneexpression', 'gex', 'rna', 'gene']);

/** What Cell Ranger and multimodal tools call features that are not genes. */
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

/** `Gene Expression`, `gene_expression` and `"Gene Expression"` are one type. */
function keyOf(type: string): string {
  return type.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The type of every feature as `var` states it; undefined when no column states types. */
function statedTypes(features: Frame): string[] | undefined {
  for (const name of TYPE_COLUMNS) {
    const column = features.columns.get(name);
    if (column === undefined || column.kind === 'number' || column.kind === 'boolean') continue;
    const types = columnAsStrings(column).map((type) => (type ?? '').replaceAll('"', '').trim() || NO_TYPE);
    const keys = [...new Set(types)].map(keyOf);
    // The same column holds biotypes (protein_coding, lncRNA) in files of CELLxGENE; those are all genes.
    if (keys.some((key) => GENE_EXPRESSION.has(key) || NOT_GENES.has(key))) return types;
  }
  return undefined;
}

/**
 * The types of the features that are not gene expression, such as `Antibody Capture`; undefined for each gene.
 *
 * @returns one value per feature; undefined when `var` states no types, so that every feature may be a gene
 */
export function otherFeatureTypes(features: Frame): (string | undefined)[] | undefined {
  const types = statedTypes(features);
  if (types === undefined) return undefined;
  const keys = new Map([...new Set(types)].map((type) => [type, keyOf(type)]));
  const hasGenes = [...keys.values()].some((key) => GENE_EXPRESSION.has(key));
  const isGene = (key: string): boolean => (hasGenes ? GENE_EXPRESSION.has(key) : !NOT_GENES.has(key));
  return types.map((type) => (isGene(keys.get(type)!) ? undefined : type));
}

/**
 * The types of the features that are not asked for, by feature; undefined where a feature is read.
 *
 * @param asked types as the file names them; gene expression when undefined
 * @throws FieldMissingError listing the types of the file when it has none of those asked for
 */
export function typesSetApart(
  path: string,
  features: Frame,
  asked: readonly string[] | undefined,
): (string | undefined)[] {
  const types = statedTypes(features);
  if (types === undefined) {
    const absent = asked?.find((type) => !GENE_EXPRESSION.has(keyOf(type)));
    if (absent === undefined) return new Array<undefined>(features.index.length).fill(undefined);
    throw new FieldMissingError(path, `feature type '${absent}'`, [], "leave the option 'featureTypes' out");
  }
  const there = [...new Set(types)];
  if (asked === undefined) {
    const others = otherFeatureTypes(features)!;
    if (!others.includes(undefined) && others.length > 0) {
      const remedy = `open a file with gene expression, or choose with the option 'featureTypes', such as ['${there[0]}']`;
      throw new FieldMissingError(path, 'gene expression', there, remedy);
    }
    return others;
  }
  const keys = new Set(asked.map(keyOf));
  const absent = asked.find((type) => !there.some((own) => keyOf(own) === keyOf(type)));
  if (absent !== undefined) throw new FieldMissingError(path, `feature type '${absent}'`, there);
  return types.map((type) => (keys.has(keyOf(type)) ? undefined : type));
}

/**
 * Why features are not of the chosen genome, by feature; undefined where a feature is read. All features are read when the
 * file has one genome, or when `all` are asked for.
 *
 * @throws ArgumentError listing the genomes when there are several and none is chosen
 * @throws FieldMissingError when the chosen genome is not among them
 */
export function genomesSetApart(path: string, features: Frame, genome: string | undefined): (string | undefined)[] {
  const column = features.columns.get('genome');
  const names = column ? columnAsStrings(column) : [];
  // What is not a gene, such as an antibody, has no genome.
  const genomes = [...new Set(names)].filter((name): name is string => name !== null && name !== '').sort();
  if (column === undefined || genome === 'all' || (genome === undefined && genomes.length <= 1)) {
    return new Array<undefined>(features.index.length).fill(undefined);
  }
  if (genome === undefined) throw severalGenomes(path, genomes, 'all');
  if (!genomes.includes(genome)) throw new FieldMissingError(path, `genome '${genome}'`, genomes);
  return names.map((name) => (name === genome ? undefined : name ? `genome ${name}` : 'no genome'));
}

/** The error for a file with several genomes of which none is chosen. */
export function severalGenomes(path: string, genomes: readonly string[], example: string): ArgumentError {
  return new ArgumentError(
    'genome',
    `${path} holds ${genomes.length} genomes: ${listSome(genomes)}`,
    `choose one with the option 'genome', such as '${example}'`,
  );
}

const LEFT_OUT = 'probes left out by filtered_probes';

/** Columns that describe a probe and not its gene. */
const OF_PROBE = new Set(['symbol', 'gene_id', 'gene_name', 'probe_region', 'filtered_probes', 'id', 'name']);

/** Whether the features are probes of Cell Ranger's fixed RNA profiling or Visium: each has the `gene_id` of its gene. */
export function areProbes(features: Frame): boolean {
  const { columns } = features;
  return columns.has('gene_id') && (columns.has('probe_region') || columns.has('filtered_probes'));
}

/**
 * Why probes are not counted, by feature: Cell Ranger leaves probes with off-target activity out of its own counts per gene,
 * and marks them in `filtered_probes`. Undefined where a probe counts.
 */
export function probesSetApart(features: Frame): (string | undefined)[] {
  const counted = features.columns.get('filtered_probes');
  if (!counted) return new Array<undefined>(features.index.length).fill(undefined);
  return columnAsStrings(counted).map((value) => (value === 'true' || value === '1' ? undefined : LEFT_OUT));
}

/**
 * The genes of some probes: `placeOf` has the position of each probe's gene in `genes`. A probe without a `gene_id`, such
 * as a control, stays a feature of its own.
 *
 * @param probes positions of the probes that count
 */
export function genesOfProbes(features: Frame, probes: Int32Array): { genes: Frame; placeOf: Int32Array } {
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
