import { describe, expect, test } from '@jest/globals';
import { parseHTML } from 'linkedom';
import { confusionFigure } from '../figures/confusion.js';
import { BadValueError, EmptyFigureError } from '../errors.js';
import { reportPage } from './report-page.js';
import type { ReportSpec } from './report-page.js';

const svg = confusionFigure({
  title: 'Two',
  caption: 'Made-up.',
  labels: ['a', 'b'],
  matrices: [{ counts: [1, 2, 3, 4] }],
});
const base: ReportSpec = {
  title: 'cTEC & mTEC <tested>',
  question: 'Does it work?',
  answer: 'It does: difference 0.02, 95 % interval 0.01 to 0.03.',
  simulated: true,
  data: ['First paragraph.', 'Second.\nThird.'],
  protocol: 'Five folds.',
  results: {
    metrics: ['Accuracy', 'ROC AUC'],
    models: [
      {
        name: 'Geneformer',
        measured: { Accuracy: { mean: 0.9512, interval: [0.94, 0.96] }, 'ROC AUC': { mean: NaN } },
        published: { Accuracy: { value: 0.9633, source: 'a paper' } },
      },
      { name: 'Forest', measured: { Accuracy: { mean: 0.9 } } },
    ],
    note: 'Bootstrap.',
  },
  tables: [
    {
      title: 'Paired tests',
      columns: ['Model', 'p'],
      rows: [
        ['Forest', '0.03'],
        ['Logistic', '<0.001'],
      ],
    },
  ],
  figures: [{ name: 'figure3_cell_confusion', svg, caption: 'Summed over folds.' }],
  provenance: { simulated: ['All counts'], real: [] },
  rerun: [{ command: 'npm run reproduce', note: 'On a fresh clone:' }],
  environment: { node: '20.20.2' },
};
const parsed = (spec: ReportSpec): Document => parseHTML(reportPage(spec)).document;

interface Document {
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
}
interface Element {
  textContent: string;
  className: string;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<Element>;
}
const contents = (elements: Iterable<Element>): string[] => [...elements].map((one) => one.textContent);

describe('a report page', () => {
  test('has its sections in order', () => {
    expect(contents(parsed(base).querySelectorAll('h2'))).toEqual([
      'Answer',
      'Results',
      'Figures',
      'Data',
      'Protocol',
      'Simulated and real parts',
      'How to run it again',
      'Environment',
    ]);
  });

  test('makes no requests and runs no scripts', () => {
    const page = reportPage(base);
    expect(page).not.toMatch(/<script|<link|<iframe|@import|url\(|\ssrc=/i);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
  });

  test('shows measured and published numbers in separate columns', () => {
    const rows = [...parsed(base).querySelectorAll('table.results tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].map((cell) => [cell.className.includes('published'), cell.textContent]),
    );
    expect(rows).toEqual([
      [
        [false, '0.951 [0.940, 0.960]'],
        [false, 'not defined'],
        [true, '0.96331'],
      ],
      [
        [false, '0.900'],
        [false, '–'],
        [true, '–'],
      ],
    ]);
    expect(contents(parsed(base).querySelectorAll('.sources li'))).toEqual(['a paper']);
  });

  test('has no published columns without published values', () => {
    const models = base.results.models.map(({ name, measured }) => ({ name, measured }));
    expect([...parsed({ ...base, results: { ...base.results, models } }).querySelectorAll('.published')]).toEqual([]);
  });

  test('shows a banner for simulated data only', () => {
    expect(parsed(base).querySelector('.banner')?.textContent).toContain('Simulated data.');
    expect(parsed({ ...base, simulated: false }).querySelector('.banner')).toBeNull();
  });

  test('escapes every text', () => {
    expect(parsed(base).querySelector('h1')?.textContent).toBe('cTEC & mTEC <tested>');
    expect(reportPage({ ...base, question: '<img onerror=x>' })).not.toContain('<img');
  });

  test('contains the figures inline, with their captions', () => {
    const document = parsed(base);
    expect([...document.querySelectorAll('figure#figure3_cell_confusion svg')]).toHaveLength(1);
    expect(document.querySelector('figcaption')?.textContent).toBe(
      'Figure 3. Summed over folds. figure3_cell_confusion',
    );
  });

  test.each([
    ['figure12_gene_roc', 'Figure 12. '],
    ['cell_roc', ''],
    ['figures2', ''],
    ['figure2b', ''],
  ])('the caption of %s starts with "%s"', (name, start) => {
    const document = parsed({ ...base, figures: [{ name, svg, caption: 'Read it.' }] });
    expect(document.querySelector('figcaption')?.textContent).toBe(`${start}Read it. ${name}`);
  });

  test('opens with the question and its answer', () => {
    expect(contents(parsed(base).querySelectorAll('header .question, header .answer p'))).toEqual([
      base.question,
      base.answer,
    ]);
    expect(parsed({ ...base, answer: [] }).querySelector('.answer')).toBeNull();
  });

  test('has a caption per table, and boxes that scroll by keyboard, named by their captions', () => {
    const document = parsed(base);
    expect(contents(document.querySelectorAll('table caption'))).toEqual(['Score of every model', 'Paired tests']);
    const boxes = [...document.querySelectorAll('div[tabindex="0"]')];
    expect(boxes.map((box) => box.className)).toEqual(['scroll', 'scroll', 'sheet']);
    expect(
      boxes.map((box) => contents(document.querySelectorAll(`#${box.getAttribute('aria-labelledby')}`))[0]),
    ).toEqual(['Score of every model', 'Paired tests', 'Figure 3. Summed over folds. figure3_cell_confusion']);
    expect(contents(document.querySelectorAll('tbody th[scope="row"]'))).toEqual([
      'Geneformer',
      'Forest',
      'Forest',
      'Logistic',
    ]);
  });

  test('splits paragraphs, skips empty sections and marks empty lists', () => {
    const document = parsed({ ...base, environment: {}, figures: [] });
    expect(contents(document.querySelectorAll('#data p'))).toEqual(['First paragraph.', 'Second.', 'Third.']);
    expect(document.querySelector('#environment')).toBeNull();
    expect(document.querySelector('#figures')).toBeNull();
    expect(contents(document.querySelectorAll('#provenance p'))).toEqual(['Nothing.']);
  });

  test('right-aligns columns of numbers', () => {
    const cells = [...parsed(base).querySelectorAll('#results table:not(.results) tbody tr > *')].map(
      (cell) => cell.className,
    );
    expect(cells).toEqual(['', 'number', '', 'number']);
  });
});

describe('a report page says what is wrong:', () => {
  test('no models', () => {
    expect(() => reportPage({ ...base, results: { ...base.results, models: [] } })).toThrow(EmptyFigureError);
  });

  test.each([
    ['a path instead of an SVG', { svg: 'figures/figure3.svg' }],
    ['an SVG with a script', { svg: '<svg><script>1</script></svg>' }],
    ['an SVG with an event handler', { svg: '<svg onload="x()"></svg>' }],
    ['an SVG that loads something', { svg: '<svg><image href="https://example.org/a.png"/></svg>' }],
    ['a name that is not an anchor', { name: 'figure 3' }],
  ])('%s', (_, change) => {
    expect(() => reportPage({ ...base, figures: [{ name: 'figure3', svg, caption: '', ...change }] })).toThrow(
      BadValueError,
    );
  });

  test('two figures with the same name', () => {
    const [figure] = base.figures;
    expect(() => reportPage({ ...base, figures: figure ? [figure, figure] : [] })).toThrow(
      'give each figure its own name',
    );
  });
});
