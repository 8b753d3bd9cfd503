import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { pages } from '../../tools/docs/pages.mjs';
import { slugify } from '../../tools/docs/slug.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const { resolve } = createRequire(here('../../tools/docs/package.json'));

/** The site works without a network: search, fonts and pictures are its own files. */
export default {
  lang: 'en-US',
  title: 'Geneformer.ts',
  description: 'Geneformer for your own cells: no Python, no GPU, nothing to compile.',
  // A site below a path, such as that of a repository on GitHub Pages, needs the path here.
  base: process.env.DOCS_BASE ?? '/',
  srcExclude: ['README.md'],
  cleanUrls: false,
  lastUpdated: false,
  // Written by the build; a test looks for them.
  ignoreDeadLinks: [/\.h5ad$/],
  appearance: true,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${process.env.DOCS_BASE ?? '/'}logo.svg` }]],
  markdown: { anchor: { slugify } },
  vite: {
    resolve: {
      alias: {
        'vitepress/theme-without-fonts': resolve('vitepress/theme-without-fonts'),
        // The client of a search service, which is not installed.
        '@docsearch/js': here('nothing.mjs'),
      },
    },
    ssr: { noExternal: true },
    logLevel: 'warn',
    build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Tour', link: '/tour' },
      { text: 'Guides', link: '/guides/inspect', activeMatch: '/guides/' },
      { text: 'API', link: '/api/', activeMatch: '/api/' },
    ],
    sidebar: pages,
    outline: [2, 3],
    search: { provider: 'local', options: { detailedView: true } },
    docFooter: { prev: 'Previous', next: 'Next' },
    externalLinkIcon: true,
  },
};
