/** Looks into the built site. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './markdown.mjs';

export const dist = path.join(root, 'docs/.vitepress/dist');

/** @returns {Map<string, string>} the HTML of each page by its path, such as `guides/embed.html` */
export function htmlPages() {
  const files = readdirSync(dist, { recursive: true }).filter((file) => file.endsWith('.html'));
  return new Map(files.map((file) => [file.replaceAll('\\', '/'), readFileSync(path.join(dist, file), 'utf8')]));
}

/** Returns one line per link, picture or script of the pages that leads nowhere, and per heading that a link names and no page has. */
export function deadLinks(pages) {
  const ids = new Map([...pages].map(([file, html]) => [file, new Set(attributes(html, 'id'))]));
  const dead = [];
  for (const [file, html] of pages) {
    for (const link of new Set([...attributes(html, 'href'), ...attributes(html, 'src')])) {
      if (/^(?:https?:|mailto:|data:)/.test(link)) continue;
      const { pathname, hash } = new URL(link, `http://site/${file}`);
      const target = decodeURIComponent(pathname.slice(1)).replace(/^$|\/$/, '$&index.html');
      const anchor = decodeURIComponent(hash.slice(1));
      if (!existsSync(path.join(dist, target))) dead.push(`${file}: ${link}`);
      else if (anchor && ids.has(target) && !ids.get(target).has(anchor)) dead.push(`${file}: ${link}`);
    }
  }
  return dead;
}

/** Addresses of other hosts that a browser would ask when it shows the page, without a click. */
export function foreignFiles(pages) {
  const found = [];
  for (const [file, html] of pages) {
    const loaded = [...html.matchAll(/<(?:script|img|iframe|source|video|audio)\b[^>]*?\ssrc="(https?:[^"]*)"/g)];
    const linked = [...html.matchAll(/<link\b[^>]*?\shref="(https?:[^"]*)"/g)];
    for (const [, address] of [...loaded, ...linked]) found.push(`${file}: ${address}`);
  }
  for (const name of readdirSync(path.join(dist, 'assets')).filter((name) => name.endsWith('.css'))) {
    const css = readFileSync(path.join(dist, 'assets', name), 'utf8');
    for (const [, address] of css.matchAll(/(?:url\(|@import )["']?(https?:[^"')]*)/g))
      found.push(`${name}: ${address}`);
  }
  return found;
}

function attributes(html, name) {
  return [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(([, value]) => value.replaceAll('&amp;', '&'));
}
