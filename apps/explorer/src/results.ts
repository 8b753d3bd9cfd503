import { make } from './document.js';
import type { Dropped } from './protocol.js';
import { withinFolder } from './dropped.js';

/** Elements of a report that are shown, with their text; all others are replaced by their content, and their attributes are left out. */
const SHOWN = new Set(
  'h1 h2 h3 h4 p ul ol li dl dt dd table thead tbody tr th td figure figcaption strong em small section'.split(' '),
);
/** Elements that are left out with their content. */
const LEFT_OUT = new Set('script style template iframe object embed noscript link meta title base form'.split(' '));
const LARGEST = 1 << 26;

/**
 * Returns the results of a study for the page: its report if it has one, else its figures. Nothing of a file becomes an element of the page
 * as it is: text is copied as text, and figures are pictures, whose scripts a browser does not run.
 *
 * @throws Error for a folder without a report and figures
 */
export async function resultsOf(files: readonly Dropped[]): Promise<HTMLElement> {
  const byPath = new Map(files.map(({ path, file }) => [withinFolder(path), file]));
  const report = byPath.get('report.html');
  const name = files[0].path.split('/')[0];
  if (report) {
    if (report.size > LARGEST) throw new Error(`${name}/report.html: has ${report.size} bytes; it is not a report`);
    const { body } = new DOMParser().parseFromString(await report.text(), 'text/html');
    return make('div', ...[...body.childNodes].flatMap(safe));
  }
  const figures = [...byPath].filter(
    ([path, { size }]) => /^(figures\/)?[^/]+\.(svg|png)$/.test(path) && size < LARGEST,
  );
  if (figures.length === 0) throw new Error(`${name}: has no report.html and no figures`);
  const shown = await Promise.all(
    figures.map(async ([path, file]) => {
      const type = path.endsWith('.svg') ? 'image/svg+xml' : 'image/png';
      return make('figure', picture(new Blob([await file.arrayBuffer()], { type }), path), make('figcaption', path));
    }),
  );
  return make('div', ...shown);
}

/** Returns a part of a report as elements that the page makes itself. */
function safe(node: Node): Node[] {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? '')];
  if (!(node instanceof Element)) return [];
  const tag = node.localName;
  if (LEFT_OUT.has(tag)) return [];
  if (tag === 'svg') {
    const text = new XMLSerializer().serializeToString(node);
    return [picture(new Blob([text], { type: 'image/svg+xml' }), node.querySelector('title')?.textContent ?? 'Figure')];
  }
  const content = [...node.childNodes].flatMap(safe);
  return SHOWN.has(tag) ? [make(tag as 'p', ...content)] : content;
}

function picture(blob: Blob, description: string): HTMLImageElement {
  const image = make('img');
  image.src = URL.createObjectURL(blob);
  image.alt = description;
  image.addEventListener('load', () => URL.revokeObjectURL(image.src), { once: true });
  return image;
}
