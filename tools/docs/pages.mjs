/** The pages of the site in reading order: the sidebar of VitePress. A test finds pages that are not here. */
export const pages = [
  {
    text: 'Start',
    items: [
      { text: 'Geneformer in short', link: '/' },
      { text: 'Install', link: '/install' },
      { text: 'Five-minute tour', link: '/tour' },
    ],
  },
  {
    text: 'Guides',
    items: [{ text: 'Inspect a file', link: '/guides/inspect' }],
  },
  {
    text: 'Reference',
    items: [
      { text: 'File formats', link: '/formats' },
      { text: 'API', link: '/api/' },
    ],
  },
];
