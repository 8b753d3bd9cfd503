import { expect, test } from '@jest/globals';
import { sectionsPage } from './sections-page.js';

test('a page of sections escapes its texts and takes the numbers of figures from their names', () => {
  const figure = (name: string) => ({ name, svg: '<svg><path/></svg>', caption: 'a < b' });
  const page = sectionsPage({
    title: '<cells>',
    sections: [
      { heading: 'One', text: 'x & y', facts: { cells: '12' }, figures: [figure('figure1_umap')] },
      {
        heading: 'Two',
        tables: [{ title: 'Labels', columns: ['label', 'cells'], rows: [['T', '3']] }],
        figures: [figure('figure2_confusion'), figure('other')],
      },
    ],
  });
  expect(page).toContain('<h1>&lt;cells&gt;</h1>');
  expect(page).toContain('<p>x &amp; y</p>');
  expect(page.match(/Figure \d\./g)).toEqual(['Figure 1.', 'Figure 2.']);
  expect(page).not.toContain('<script');
});

test('without sections it is refused', () => {
  expect(() => sectionsPage({ title: 'x', sections: [] })).toThrow(/sections.*give at least one section/);
});
