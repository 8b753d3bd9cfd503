import type { OpenedCheckpoint } from '@geneformer-ts/io';
import type { BertConfig } from '../bert/config.js';
import { hasOwnDecoder } from '../bert/layout.js';
import { CheckpointError } from '../errors.js';

/**
 * Converts the names of tensors in foreign files to those of Hugging Face's BertForMaskedLM: removes the parts that wrappers add
 * (DataParallel, torch.compile, FSDP, a Lightning module), adds `bert.` to the names of a bare encoder, and replaces old LayerNorm
 * names.
 */

/** Parts of names that PyTorch wrappers add. */
const WRAPPERS = new Set([
  'module',
  '_orig_mod',
  '_forward_module',
  '_fsdp_wrapped_module',
  '_checkpoint_wrapped_module',
]);

/** Tensors of every encoder; the text before them is the prefix of all names. */
const ANCHORS = [
  /^(.*\.)?(bert\.)?embeddings\.(?:word|position)_embeddings\.weight$/,
  /^(.*\.)?(bert\.)?encoder\.layer\.0\.attention\.self\.query\.weight$/,
];

/** Tensors of NVIDIA's TransformerEngine and Megatron, which combine several tensors of BERT. */
const FUSED = /(^|\.)(layernorm_qkv|layernorm_mlp|linear_qkv|linear_fc1)\./;

/**
 * Returns the checkpoint with canonical names of the tensors.
 *
 * @throws CheckpointError if it contains several models, two tensors with the same name, or another layout than BERT's
 */
export function withCanonicalNames(opened: OpenedCheckpoint): OpenedCheckpoint {
  const inFile = [...opened.tensors.keys(), ...opened.refused];
  const fused = inFile.find((name) => FUSED.test(name));
  if (fused !== undefined) {
    throw new CheckpointError(
      opened.path,
      `is in the layout of NVIDIA's TransformerEngine ('${fused}')`,
      "convert it to Hugging Face's BertForMaskedLM, whose query, key and value are separate tensors, and save that",
    );
  }
  const { prefix, bare } = prefixOf(inFile.map(unwrapped), opened.path);
  const names = new Map<string, string>();
  for (const name of inFile) {
    const canonical = canonicalName(unwrapped(name), prefix, bare);
    const other = names.get(canonical);
    if (other !== undefined) {
      throw new CheckpointError(
        opened.path,
        `contains ${canonical} twice: '${other}' and '${name}'`,
        'remove one of them',
      );
    }
    names.set(canonical, name);
  }
  const tensors = new Map(
    [...names].flatMap(([name, own]) => {
      const tensor = opened.tensors.get(own);
      return tensor ? [[name, tensor] as const] : [];
    }),
  );
  const refused = new Set([...names].filter(([, own]) => opened.refused.has(own)).map(([name]) => name));
  return { ...opened, tensors, refused, read: (name) => opened.read(names.get(name) ?? name) };
}

/** Returns the checkpoint with `alias` as another name of the tensor `name`. */
function withAlias(opened: OpenedCheckpoint, alias: string, name: string): OpenedCheckpoint {
  const tensor = opened.tensors.get(name);
  if (!tensor) return opened;
  const tensors = new Map(opened.tensors).set(alias, tensor);
  return { ...opened, tensors, read: (wanted) => opened.read(wanted === alias ? name : wanted) };
}

function unwrapped(name: string): string {
  return name
    .split('.')
    .filter((part) => !WRAPPERS.has(part))
    .join('.');
}

function prefixOf(names: readonly string[], path: string): { prefix: string; bare: boolean } {
  for (const anchor of ANCHORS) {
    const found = names.flatMap((name) => {
      const match = anchor.exec(name);
      return match ? [splitPrefix(match[1] ?? '', match[2] !== undefined)] : [];
    });
    const prefixes = [...new Set(found.map(({ prefix }) => prefix))];
    if (prefixes.length > 1) {
      const shown = prefixes
        .slice(0, 3)
        .map((prefix) => `'${prefix}'`)
        .join(', ');
      throw new CheckpointError(path, `contains ${prefixes.length} models, under ${shown}`, 'save only one of them');
    }
    if (found[0]) return found[0];
  }
  return { prefix: '', bare: false };
}

/** Moves a final `bert.` out of the prefix, where the greedy pattern puts it. */
function splitPrefix(before: string, named: boolean): { prefix: string; bare: boolean } {
  const own = /^(.*\.)?bert\.$/.exec(before);
  return own && !named ? { prefix: own[1] ?? '', bare: false } : { prefix: before, bare: !named };
}

function canonicalName(name: string, prefix: string, bare: boolean): string {
  const own = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const full = bare && name.startsWith(prefix) && /^(embeddings|encoder|pooler)\./.test(own) ? `bert.${own}` : own;
  return full.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
}

/** The word embeddings, the decoder that may be tied to them, and the two names of the decoder's bias. */
const EMBEDDINGS = 'bert.embeddings.word_embeddings.weight';
const DECODER = 'cls.predictions.decoder.weight';
const BIAS = 'cls.predictions.bias';
const DECODER_BIAS = 'cls.predictions.decoder.bias';

/**
 * Returns the checkpoint with both names of the tensors that a tied decoder shares, if the file has one of them. With
 * `tie_word_embeddings: false` the bias is that of the decoder: transformers 5 uses it, and in transformers 4 both are equal.
 */
export function withDecoderNames(opened: OpenedCheckpoint, config: BertConfig): OpenedCheckpoint {
  const { tensors } = opened;
  if (hasOwnDecoder(config)) return withAlias(opened, BIAS, DECODER_BIAS);
  const named = tensors.has(BIAS) ? opened : withAlias(opened, BIAS, DECODER_BIAS);
  return tensors.has(EMBEDDINGS) ? named : withAlias(named, EMBEDDINGS, DECODER);
}

/**
 * Refuses a checkpoint whose config.json ties the decoder although the file contains a different one: transformers 4 would use the
 * word embeddings, transformers 5 the decoder.
 *
 * @throws CheckpointError
 */
export async function checkTied(opened: OpenedCheckpoint, config: BertConfig): Promise<void> {
  if (hasOwnDecoder(config)) return;
  for (const [own, tied] of [
    [DECODER, EMBEDDINGS],
    [DECODER_BIAS, BIAS],
  ] as const) {
    if (!opened.tensors.has(own) || !opened.tensors.has(tied)) continue;
    const [{ data: a }, { data: b }] = [await opened.read(own), await opened.read(tied)];
    // A different shape is reported with the other tensors.
    if (a.length !== b.length || a.every((value, i) => value === b[i])) continue;
    throw new CheckpointError(
      opened.path,
      `'${own}' differs from '${tied}', although config.json ties them`,
      `set "tie_word_embeddings": false in config.json to use '${own}', or remove that tensor`,
    );
  }
}
