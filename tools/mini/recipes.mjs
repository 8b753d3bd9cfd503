/** The recipes that were tried. Each starts from a model of 2 layers and ends with a model whose vectors are measured. */
import { namedRandom } from '@geneformer-ts/core';
import { BertForMaskedLM, presetConfig, pretrain, pretrainContrastive } from '@geneformer-ts/model';
import { linearScores } from './gene-vectors.mjs';

/** Width of the published model. Half-precision weights of the vocabulary of V1 then take 7 MB. */
export const WIDTH = 128;

/** The recipe of the published model. */
export const published = 'linear';

/** Settings that recipes change. */
const defaults = {
  /** Whether the model reads levels. */
  levels: true,
  /** `random`, or `linear`: near the linear discriminants, see `startLinear`. */
  start: 'linear',
  /** Number of updates of each stage; 0 leaves the stage out. */
  maskedSteps: 0,
  contrastiveSteps: 300,
  contrastiveWeight: 1,
  /** Weight of the distance to the linear discriminants. */
  distillationWeight: 0,
  learningRate: 2e-3,
  pairs: 32,
  tokens: 256,
  viewTokens: 'random',
  positions: 2048,
};

export const recipes = {
  linear: { contrastiveSteps: 0 },
  masked: { levels: false, start: 'random', contrastiveSteps: 0, maskedSteps: 1000, positions: 512 },
  contrastive: { levels: false, start: 'random', pairs: 64, tokens: 128, viewTokens: 'top', positions: 512 },
  'contrastive-levels': { start: 'random' },
  'linear-contrastive': {},
  'linear-contrastive-slow': { learningRate: 5e-4 },
  'linear-distilled': { contrastiveWeight: 0, distillationWeight: 1 },
  'linear-both': { distillationWeight: 1 },
  'linear-both-slow': { distillationWeight: 1, learningRate: 5e-4 },
  'linear-both-short': { distillationWeight: 1, learningRate: 5e-4, contrastiveSteps: 150 },
};

/**
 * Trains a recipe.
 *
 * @param {Partial<typeof defaults>} recipe
 * @param corpus training cells, see `drawCorpus`
 * @param {Float32Array} weights linear discriminants [vocabulary × width of the model]
 */
export async function trainRecipe(recipe, corpus, weights, vocabulary, { seed = 0, onProgress } = {}) {
  const how = { ...defaults, ...recipe };
  const width = weights.length / vocabulary.size;
  const config = {
    ...presetConfig('embedded', vocabulary.size),
    hidden_size: width,
    num_attention_heads: width / 64,
    intermediate_size: 2 * width,
    max_position_embeddings: how.positions,
    ...(how.levels && { expression_levels: true }),
  };
  const model = BertForMaskedLM.fromConfig(config, { vocabulary, seed });
  if (how.start === 'linear') startLinear(model, weights, seed);
  const settings = onProgress ? { onProgress } : {};
  const common = { seed, learningRate: how.learningRate, warmupRatio: 0.05 };
  if (how.maskedSteps > 0) {
    const args = { ...common, maxSteps: how.maskedSteps, tokensPerBatch: 4096, maxLength: 256 };
    await pretrain(model, corpus.cells, { ...args, initialBias: 'frequencies' }, settings);
  }
  if (how.contrastiveSteps > 0) {
    const { contrastiveWeight, distillationWeight, viewTokens } = how;
    const sizes = { maxSteps: how.contrastiveSteps, perDeviceTrainBatchSize: how.pairs, maxLength: how.tokens };
    const args = { ...common, ...sizes, contrastiveWeight, distillationWeight, viewTokens };
    const targets = distillationWeight > 0 && { targets: linearScores(corpus.cells, weights, width) };
    const { profiles, sources } = corpus;
    await pretrainContrastive(model, corpus.cells, args, { profiles, sources, ...targets, ...settings });
  }
  return model;
}

/** Root mean square of the vectors of words, and of the constant vector that is added to all of them. */
const START = { words: 0.1, constant: 1 };

/**
 * Makes a model whose cell vectors are nearly linear in the levels, with the discriminants as weights. Words are small beside a constant
 * vector, so that LayerNorm, which divides by the length, hardly changes their lengths. Positions are 0: with levels, ranks say little more.
 */
function startLinear(model, weights, seed) {
  const words = 'bert.embeddings.word_embeddings.weight';
  const types = 'bert.embeddings.token_type_embeddings.weight';
  const positions = 'bert.embeddings.position_embeddings.weight';
  const shapes = new Map(model.parameters.specs.map(({ name, shape }) => [name, shape]));
  const size = (name) => shapes.get(name).reduce((product, side) => product * side, 1);
  const square = weights.reduce((sum, value) => sum + value ** 2, 0) / weights.length;
  const random = namedRandom(seed, 12);
  const type = new Float32Array(size(types));
  for (let i = 0; i < model.config.hidden_size; i++) type[i] = random() < 0.5 ? -START.constant : START.constant;
  model.parameters.write(
    new Map([
      [words, weights.map((value) => (value * START.words) / Math.sqrt(square))],
      [types, type],
      [positions, new Float32Array(size(positions))],
    ]),
  );
}
