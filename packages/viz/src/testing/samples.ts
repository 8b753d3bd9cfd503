import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  averageRoc,
  confusionFigure,
  intervalFigure,
  lineFigure,
  rankedEffectsFigure,
  rocFigure,
  scatterFigure,
  volcanoFigure,
} from '../index.js';

/** Made-up numbers for checking the figures; every caption says so. */
const caption = 'Made-up numbers for testing the drawing. They were neither measured nor simulated.';

export function randomNumbers(seed: number): { uniform: () => number; normal: () => number } {
  const random = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(random);
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) };
}

const types = [
  'cTEC',
  'mTEC I (CCL21)',
  'mTEC II (AIRE)',
  'intermediate TEC',
  'cycling TEC',
  'T cell, CD4-positive, alpha-beta',
];

/** Returns `cells` points around six cell-type centers, with donors and predictions. */
export function sampleCells(
  cells: number,
  spread: number,
): { points: Float32Array; type: string[]; donor: string[]; predicted: string[] } {
  const { uniform, normal } = randomNumbers(7);
  const centers = types.map(() => [uniform() * 20, uniform() * 20] as const);
  const points = new Float32Array(2 * cells);
  const type: string[] = [];
  const donor: string[] = [];
  const predicted: string[] = [];
  for (let i = 0; i < cells; i++) {
    const k = Math.floor(uniform() ** 1.5 * types.length);
    points[2 * i] = (centers[k]?.[0] ?? 0) + normal() * spread;
    points[2 * i + 1] = (centers[k]?.[1] ?? 0) + normal() * spread;
    type.push(types[k] ?? '');
    donor.push(`donor ${1 + Math.floor(uniform() * 5)}`);
    predicted.push(uniform() < 0.92 ? (types[k] ?? '') : (types[Math.floor(uniform() * types.length)] ?? ''));
  }
  return { points, type, donor, predicted };
}

const models = [
  'Geneformer, fine-tuned',
  'Geneformer, from scratch',
  'Logistic regression on log1p CP10k',
  'Random forest',
  'Majority class',
];
const metrics = ['Accuracy', 'Macro F1', 'ROC AUC'];
const scores = [
  [0.963, 0.961, 0.992],
  [0.941, 0.939, 0.98],
  [0.957, 0.955, 0.989],
  [0.949, 0.946, NaN],
  [0.512, 0.339, 0.5],
];

function estimates(): { model: string; group: string; mean: number; interval: [number, number]; folds: number[] }[] {
  const { normal } = randomNumbers(3);
  return models.flatMap((model, i) =>
    metrics.map((group, j) => {
      const mean = scores[i]?.[j] ?? 0;
      return {
        model,
        group,
        mean,
        interval: [mean - 0.012, Math.min(1, mean + 0.009)] as [number, number],
        folds: Array.from({ length: 5 }, () => Math.min(1, mean + normal() * 0.008)),
      };
    }),
  );
}

const published = metrics.map((group, i) => ({
  model: 'Geneformer, fine-tuned',
  group,
  value: [0.9633, 0.96, 0.99][i] ?? 0,
  source: 'an invented paper',
}));

function foldCurves(power: number, seed: number): { fpr: number[]; tpr: number[] }[] {
  const { uniform } = randomNumbers(seed);
  return Array.from({ length: 5 }, () => {
    const fpr = [0, ...Array.from({ length: 40 }, (_, i) => ((i + 1) / 41) ** 2), 1];
    let least = 0;
    const tpr = fpr.map((x) => (least = Math.max(least, Math.min(1, x ** (power * (0.8 + 0.4 * uniform()))))));
    return { fpr, tpr };
  });
}

/** One of each figure of the study, and edge cases, by file name. */
export const samples: Readonly<Record<string, () => string>> = {
  'scatter-panels': () => {
    const cells = sampleCells(600, 1.2);
    return scatterFigure({
      title: 'Cell embeddings before and after fine-tuning',
      subtitle: '600 cells of five donors',
      caption,
      points: cells.points,
      panels: [
        { title: 'Cell type', values: cells.type },
        { title: 'Predicted', values: cells.predicted },
        { title: 'Donor', values: cells.donor, labels: false },
        { title: 'Cell type, pretrained model', values: cells.type, points: sampleCells(600, 4).points },
      ],
    });
  },
  'scatter-one-panel': () => {
    const cells = sampleCells(200, 0.6);
    return scatterFigure({
      title: 'One panel, some cells without a label',
      caption,
      points: cells.points,
      panels: [
        { title: 'Cell type', values: cells.type.map((value, i) => (i % 5 === 0 ? null : value)), order: ['cTEC'] },
      ],
    });
  },
  'confusion-two-classes': () =>
    confusionFigure({
      title: 'cTEC and mTEC',
      caption,
      labels: ['cTEC', 'mTEC'],
      matrices: [{ counts: [1421, 52, 39, 1488] }],
    }),
  'confusion-two-models': () =>
    confusionFigure({
      title: 'Two models side by side',
      caption,
      labels: ['A549', 'H1975', 'H2228', 'H838', 'HCC827'],
      matrices: [
        {
          title: 'Geneformer, fine-tuned',
          counts: [400, 3, 0, 2, 1, 2, 510, 0, 0, 9, 0, 0, 444, 3, 1, 0, 1, 4, 300, 2, 9, 0, 0, 3, 388],
        },
        {
          title: 'Random forest',
          counts: [380, 13, 0, 12, 1, 2, 500, 10, 0, 9, 0, 20, 424, 3, 1, 0, 11, 4, 290, 2, 9, 10, 0, 3, 378],
        },
      ],
    }),
  'confusion-many-classes': () =>
    confusionFigure({
      title: 'Eighteen classes with long names, one of them without cells',
      caption,
      labels: Array.from({ length: 18 }, (_, i) => `medullary_thymic_epithelial_cell_subtype_${i + 1}`),
      matrices: [
        {
          counts: Array.from({ length: 324 }, (_, i) =>
            Math.floor(i / 18) === 4 ? 0 : i % 19 === 0 ? 900 : i % 7 === 0 ? 30 : 0,
          ),
        },
      ],
    }),
  'intervals-published': () =>
    intervalFigure({
      title: 'All models on the same five folds',
      subtitle: 'folds grouped by donor',
      caption,
      models,
      groups: metrics.map((name) => ({ name })),
      estimates: estimates(),
      published,
      floors: ['Majority class'],
    }),
  'intervals-bars': () =>
    intervalFigure({
      title: 'Bars start at zero',
      caption,
      models,
      groups: metrics.map((name) => ({ name })),
      estimates: estimates(),
      published,
      marks: 'bars',
    }),
  'intervals-conditions': () =>
    intervalFigure({
      title: 'Macro F1 under six shifts',
      caption,
      models: models.slice(0, 3),
      groups: [
        'same donors',
        'new donor',
        'new protocol: CEL-seq2 to Drop-seq',
        'depth ½',
        'depth ¼',
        'ambient 10%',
      ].map((name) => ({ name })),
      estimates: models.slice(0, 3).flatMap((model, i) =>
        ['same donors', 'new donor', 'new protocol: CEL-seq2 to Drop-seq', 'depth ½', 'depth ¼', 'ambient 10%'].map(
          (group, j) => {
            const mean = 0.95 - 0.05 * j * (1 + 0.3 * i);
            return { model, group, mean, interval: [mean - 0.03, mean + 0.03] as const };
          },
        ),
      ),
    }),
  'roc-bands': () =>
    rocFigure({
      title: 'Dosage-sensitive and insensitive transcription factors',
      caption,
      curves: models.slice(0, 4).map((name, i) => ({
        name,
        ...averageRoc(foldCurves(0.08 * (i + 1), i)),
        auc: 0.95 - 0.05 * i,
        interval: [0.93 - 0.05 * i, 0.97 - 0.05 * i] as const,
      })),
    }),
  'lines-loss': () => {
    const { normal } = randomNumbers(11);
    const x = Array.from({ length: 60 }, (_, i) => i * 50);
    const loss = (from: number): number[] => x.map((step) => from + 3.4 * Math.exp(-step / 400) + 0.02 * normal());
    return lineFigure({
      title: 'Loss of masked pretraining',
      caption,
      series: [
        { name: 'training', x, y: loss(3.1) },
        { name: 'held-out cells', x: x.filter((_, i) => i % 6 === 0), y: loss(3.18).filter((_, i) => i % 6 === 0) },
      ],
      x: { title: 'optimizer step' },
      y: { title: 'cross-entropy (nats)' },
      references: [{ name: 'detection-rate predictor', value: 5.6 }],
    });
  },
  'lines-coverage': () => {
    const x = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
    return lineFigure({
      title: 'Macro F1 against the share of labeled cells',
      caption,
      series: models.slice(0, 4).map((name, i) => {
        const y = x.map((share) => 0.95 - 0.3 * Math.exp(-share * 8) - 0.008 * i);
        return { name, x, y, lower: y.map((value) => value - 0.02), upper: y.map((value) => value + 0.02) };
      }),
      x: { title: 'share of labeled cells', log: true, format: '~%' },
      y: { title: 'macro F1' },
      references: [{ name: 'majority class', value: 0.51 }],
    });
  },
  volcano: () => {
    const { normal, uniform } = randomNumbers(13);
    const genes = Array.from({ length: 400 }, (_, i) => ({
      name: `GENE${i}`,
      effect: 0.01 * normal() + (i < 12 ? 0.04 : 0),
      p: uniform() * (i < 12 ? 1e-6 : 1),
    }));
    return volcanoFigure({
      title: 'Deleted genes of B cells',
      subtitle: '120 cells of 12 donors',
      caption,
      names: genes.map(({ name }) => name),
      effects: genes.map(({ effect }) => effect),
      pValues: genes.map(({ p }) => p),
      significant: genes.map((_, i) => i < 12),
      axis: 'shift toward T cells',
    });
  },
  'ranked-effects': () =>
    rankedEffectsFigure({
      title: 'Largest shifts after deletion',
      caption,
      effects: ['MS4A1', 'CD79A', 'HLA-DRA', 'a gene group with a long name', 'RPS3'].map((name, i) => ({
        name,
        effect: 0.02 - 0.004 * i,
        nullMean: 0.003,
        nullSd: 0.001,
        significant: i < 3,
      })),
      axis: '1 − cosine',
    }),
};
