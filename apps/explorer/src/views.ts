import { categoryColor, rangeOf, scaleColor } from './colors.js';
import { element, make } from './document.js';
import type { Annotated, Colors, Deletion, Inspection, Marker, ModelFacts } from './protocol.js';

/** Categories in the legend; the others keep their colors. */
const MOST_ENTRIES = 60;

/** Shows the inspection of a file, and offers its columns. */
export function showFacts(file: Inspection): void {
  const number = (value: number): string => value.toLocaleString('en-US');
  const facts: [string, string][] = [
    ['File', `${file.name} (${file.format})`],
    ['Cells', number(file.cells)],
    ['Genes', number(file.genes)],
    ['Raw counts', `in ${file.countsFrom}, ${file.species}`],
    ['Known to the model', `${number(file.known.genes)} genes with ${percent(file.known.share)} of all counts`],
    ['Columns', file.columns.join(', ') || 'none'],
  ];
  element('facts').replaceChildren(...facts.flatMap(([name, value]) => [make('dt', name), make('dd', value)]));
  element('notes').replaceChildren(...file.notes.map((note) => make('li', note)));
  const options = (names: readonly string[]): HTMLOptionElement[] =>
    names.map((name) => {
      const option = make('option', name);
      option.value = name;
      return option;
    });
  element('columns').replaceChildren(...options(file.columns));
  element('labels').replaceChildren(...options(file.labels.length > 0 ? file.labels : file.columns));
}

/** Shows what the colors mean. A category selects its cells. */
export function showLegend(colors: Colors, onChoose: (code: number) => void): void {
  const legend = element('legend');
  if (colors.kind === 'numbers') {
    const [low, high] = rangeOf(colors.values.filter((value) => !Number.isNaN(value)));
    const ends = Number.isFinite(low) ? [`${low.toPrecision(3)} `, ` ${high.toPrecision(3)}`] : ['no values', ''];
    legend.replaceChildren(
      make(
        'span',
        `${colors.title}: ${ends[0]}`,
        ...[0, 0.25, 0.5, 0.75, 1].map((share) => dot(scaleColor(share))),
        ends[1],
      ),
    );
    return;
  }
  const sizes = colors.names.map(() => 0);
  for (const code of colors.codes) if (code >= 0) sizes[code]++;
  const entries = colors.names.slice(0, MOST_ENTRIES).map((name, code) => {
    const button = make('button', dot(categoryColor(code, name)), `${name} (${sizes[code].toLocaleString('en-US')})`);
    button.type = 'button';
    button.addEventListener('click', () => onChoose(code));
    return button;
  });
  const more = colors.names.length - entries.length;
  legend.replaceChildren(...entries, ...(more > 0 ? [make('span', `and ${more} more`)] : []));
}

/** Shows how held-out cells were labeled. */
export function showConfusion({ confusion, leftOut }: Annotated): void {
  if (!confusion) {
    element('confusion').replaceChildren(
      make('p', 'Cells that are far from the reference, or between labels, are unknown.'),
    );
    return;
  }
  const { names, counts, accuracy, cells } = confusion;
  const omitted = Object.entries(leftOut).map(([name, n]) => `${name} (${n.toLocaleString('en-US')})`);
  const summary = `${percent(accuracy)} of ${cells.toLocaleString('en-US')} held-out cells got their label. Rows: label of the file; columns: prediction.`;
  const rows = counts.map((row, code) =>
    make('tr', header(names[code]), ...row.map((count) => make('td', String(count)))),
  );
  element('confusion').replaceChildren(
    make('p', summary),
    ...(omitted.length > 0 ? [make('p', `Labels with too few cells to be learned: ${omitted.join(', ')}.`)] : []),
    make('table', make('tr', header('label'), ...names.map(header)), ...rows),
  );
}

/** Shows what deleting a gene does. */
export function showDeletion({ gene, cells, measured, effect, similar, z }: Deletion): void {
  const drawn = `${cells.toLocaleString('en-US')} cells of the selection`;
  const text =
    measured === 0
      ? `None of ${drawn} has ${gene}, so nothing was measured.`
      : `Without ${gene}, the vectors of the ${measured} of ${drawn} that have it turn by ${effect.toPrecision(3)} ` +
        `(1 − cosine, mean). Genes of similar rank and detection: ${similar.mean.toPrecision(3)} ± ` +
        `${similar.sd.toPrecision(2)}, so ${gene} is ${z.toFixed(1)} standard deviations from them. Nothing is tested.`;
  element('deletion').replaceChildren(make('p', text));
}

/** Shows the model that computes. */
export function showModel({ name, weights, labels }: ModelFacts): void {
  const kind = labels ? `classifier of ${labels.length} labels: ${labels.join(', ')}` : 'no classifier';
  element('model').textContent = `Model: ${name}, ${(weights / 1e6).toFixed(1)} million weights; ${kind}.`;
}

/** Shows the marker genes of a selection. */
export function showMarkers(markers: readonly Marker[]): void {
  const rows = markers.map(({ gene, difference, inside, outside }) =>
    make(
      'tr',
      header(gene),
      ...[difference.toFixed(2), percent(inside), percent(outside)].map((text) => make('td', text)),
    ),
  );
  const heads = ['Gene', 'Difference of mean log level', 'Selected cells', 'Other cells'].map(header);
  element('marker-table').replaceChildren(make('table', make('tr', ...heads), ...rows));
}

function header(text: string): HTMLElement {
  return make('th', text);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Returns a colored dot. The policy of the page forbids styles in elements, but not the attributes of SVG. */
function dot([r, g, b]: readonly [number, number, number]): SVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('width', '12');
  svg.setAttribute('height', '12');
  svg.setAttribute('aria-hidden', 'true');
  const circle = document.createElementNS(space, 'circle');
  for (const [name, value] of [
    ['cx', '6'],
    ['cy', '6'],
    ['r', '5'],
    ['fill', `rgb(${r},${g},${b})`],
  ]) {
    circle.setAttribute(name, value);
  }
  svg.append(circle);
  return svg;
}
