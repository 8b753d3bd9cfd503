/**
 * Keeps all files of the page, so that it works without a network after the first load, and the large file for graphics cards once it was
 * used. `build.mjs` fills in version and names.
 */
const NAME = 'geneformer-__VERSION__';
const FILES = '__FILES__';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(['./', ...FILES])));
});

self.addEventListener('activate', (event) => {
  const removeOld = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith('geneformer-') && name !== NAME) await caches.delete(name);
    }
  };
  event.waitUntil(removeOld());
});

self.addEventListener('fetch', (event) => {
  // Pieces of a file are not part of the page.
  if (event.request.method !== 'GET' || event.request.headers.has('range')) return;
  event.respondWith(caches.match(event.request).then((known) => known ?? fetchAndKeep(event.request)));
});

async function fetchAndKeep(request) {
  const response = await self.fetch(request);
  if (response.ok && request.url.includes('/ort-wasm-')) {
    const cache = await caches.open(NAME);
    await cache.put(request, response.clone());
  }
  return response;
}
