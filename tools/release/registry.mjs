/**
 * A registry of npm in memory, for rehearsals: it takes what `npm publish` sends, gives it to any package manager, and asks the real registry
 * for all other packages.
 */
import { createServer } from 'node:http';
import { once } from 'node:events';

/**
 * @param {string} upstream address of the real registry
 * @returns {Promise<{ url: string, published: Map<string, object>, close: () => Promise<void> }>} published: by name, what the registry says about it
 */
export async function serveRegistry(upstream) {
  const published = new Map();
  const archives = new Map();
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url, published, close };

  async function answer(request, response) {
    const name = decodeURIComponent(request.url.slice(1).split('?')[0]);
    if (request.method === 'PUT') return publish(await bodyOf(request), response);
    if (archives.has(name)) return response.end(archives.get(name));
    if (published.has(name))
      return response.setHeader('content-type', 'application/json').end(JSON.stringify(published.get(name)));
    const { headers, status, body } = await fetch(new URL(request.url, upstream), { headers: accept(request) });
    response.writeHead(status, { 'content-type': headers.get('content-type') ?? 'application/octet-stream' });
    for await (const piece of body ?? []) response.write(piece);
    response.end();
  }

  function publish(text, response) {
    const { name, versions, _attachments: attachments, 'dist-tags': tags } = JSON.parse(text);
    const [[version, manifest]] = Object.entries(versions);
    const known = published.get(name) ?? { name, versions: {}, time: {} };
    if (known.versions[version]) return response.writeHead(403).end('{"error": "this version is there already"}');
    const [attachment] = Object.values(attachments);
    const file = `${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
    archives.set(file, Buffer.from(attachment.data, 'base64'));
    known.versions[version] = { ...manifest, dist: { ...manifest.dist, tarball: url + file } };
    known['dist-tags'] = tags;
    published.set(name, known);
    response.writeHead(201).end('{"ok": true}');
  }
}

function accept({ headers }) {
  return headers.accept ? { accept: headers.accept } : {};
}

async function bodyOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
