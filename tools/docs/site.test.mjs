/** The built site: every page is in the sidebar, every link leads somewhere, and nothing comes from another host. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { sitePages } from './markdown.mjs';
import { pages as sidebar } from './pages.mjs';
import { deadLinks, dist, foreignFiles, htmlPages } from './site.mjs';

describe('the sidebar', () => {
  const listed = sidebar.flatMap(({ items }) => items.map(({ link }) => link));

  test('has every page once', () => {
    const links = sitePages.map((file) =>
      file
        .replace(/^docs/, '')
        .replace(/\.md$/, '')
        .replace(/\/index$/, '/'),
    );
    expect([...listed].sort()).toEqual([...links, '/api/'].sort());
  });
});

describe('the built site', () => {
  let pages;
  beforeAll(() => {
    if (!existsSync(path.join(dist, 'index.html'))) throw new Error('the site is not built; run npx nx build docs');
    pages = htmlPages();
  });

  test('has a page of the API for every entry point of a package', () => {
    const api = [...pages.keys()].filter((file) => file.startsWith('api/'));
    expect(api).toEqual(expect.arrayContaining(['api/geneformer.html', 'api/@geneformer-ts/io/anndata.html']));
    expect(api.length).toBeGreaterThan(20);
  });

  test('has no dead link and no link to a heading that does not exist', () => {
    expect(deadLinks(pages)).toEqual([]);
  });

  test('finds links that lead nowhere', () => {
    const page =
      '<h2 id="a"></h2><a href="#a"></a><a href="#b"></a><a href="/missing.html"></a><a href="/tour.html"></a>';
    expect(deadLinks(new Map([['index.html', page]]))).toEqual(['index.html: #b', 'index.html: /missing.html']);
  });

  test('loads nothing from other hosts', () => {
    expect(foreignFiles(pages)).toEqual([]);
    expect(foreignFiles(new Map([['a.html', '<link rel="x" href="https://fonts.example.org/a.css">']]))).toHaveLength(
      1,
    );
  });
});
