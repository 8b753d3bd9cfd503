import { FieldMissingError } from '../errors.js';
import { columnAsStrings, type Frame } from '../frame.js';

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
