import type { OpenedCheckpoint } from '@geneformer-ts/io';
import type { BertConfig } from '../bert/config.js';
import { hasOwnDecoder } from '../bert/layout.js';
import { CheckpointError } from '../errors.js';

/**
 * The names of tensors in files of others, as Hugging Face's BertForMaskedLM would give them: without what wrappers put before or between
 * (DataParallel, torch.compile, FSDP, a Lightning module), with `bert.` where a bare encoder has none, and LayerNorm's names of today.
 */

/** Parts of a name that wrappers of PyTorch add. */
const WRAPPERS = new Set([
  'module',
  '_orig_mod',
  '_forward_module',
  '_fsdp_wrapped_module',
  '_checkpoint_wrapped_module',
]);

/** What every encoder has; before it stands what all names begin with. */
const ANCHORS = [
  /^(.*\.)?(bert\.)?embeddings\.(?:word|position)_embeddings\.weight$/,
  /^(.*\.)?(bert\.)?encoder\.layer\.0\.attention\.self\.query\.weight$/,
];

/** Tensors of NVIDIA's TransformerEngine and Megatron, which keep several of BERT's in one. */
const FUSED = /(^|\.)(layernorm_qkv|layernorm_mlp|linear_qkv|linear_fc1)\./;

/**
 * The same checkpoint with its tensors under canonical names.
 *
 * @throws CheckpointError when there is more than one model in it, two tensors of one name, or another layout than BERT's
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
        `holds ${canonical} twice: '${other}' and '${name}'`,
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

/** The same checkpoint in which `alias` can be read too, and is what `name` is. */
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
      return match ? [whatIsBefore(match[1] ?? '', match[2] !== undefined)] : [];
    });
    const prefixes = [...new Set(found.map(({ prefix }) => prefix))];
    if (prefixes.length > 1) {
      const shown = prefixes
        .slice(0, 3)
        .map((prefix) => `'${prefix}'`)
        .join(', ');
      throw new CheckpointError(path, `holds ${prefixes.length} models, under ${shown}`, 'save one of them alone');
    }
    if (found[0]) return found[0];
  }
  return { prefix: '', bare: false };
}

/** The greedy pattern takes a last `bert.` for part of the prefix. */
function whatIsBefore(before: string, named: boolean): { prefix: string; bare: boolean } {
  const own = /^(.*\.)?bert\.$/.exec(before);
  return own && !named ? { prefix: own[1] ?? '', bare: false } : { prefix: before, bare: !named };
}

function canonicalName(name: string, prefix: string, bare: boolean): string {
  const own = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const full = bare && name.startsWith(prefix) && /^(embeddings|encoder|pooler)\./.test(own) ? `bert.${own}` : own;
  return full.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
}

/** The word embeddings and the decoder that may be tied to them, and the two names of the decoder's bias. */
const EMBEDDINGS = 'bert.embeddings.word_embeddings.weight';
const DECODER = 'cls.predictions.decoder.weight';
const BIAS = 'cls.predictions.bias';
const DECODER_BIAS = 'cls.predictions.decoder.bias';

/**
 * Gives what a tied decoder shares both names, when the file has it under one. With `tie_word_embeddings: false` the bias is the
 * decoder's: transformers 5 computes with it, and transformers 4 has it equal to the other.
 */
export function withDecoderNames(opened: OpenedCheckpoint, config: BertConfig): OpenedCheckpoint {
  const { tensors } = opened;
  if (hasOwnDecoder(config)) return withAlias(opened, BIAS, DECODER_BIAS);
  const named = tensors.has(BIAS) ? opened : withAlias(opened, BIAS, DECODER_BIAS);
  return tensors.has(EMBEDDINGS) ? named : withAlias(named, EMBEDDINGS, DECODER);
}

/**
 * Refuses a checkpoint that says its decoder is tied but holds another: transformers 4 would compute with the word embeddings,
 * transformers 5 with the decoder.
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
    // Of another shape, it is reported with the other tensors.
    if (a.length !== b.length || a.every((value, i) => value === b[i])) continue;
    throw new CheckpointError(
      opened.path,
      `'${own}' differs from '${tied}', to which config.json ties it`,
      `set "tie_word_embeddings": false in config.json to use '${own}', or remove that tensor`,
    );
  }
}
