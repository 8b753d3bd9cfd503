/** Returns the element of the page with this id. */
export function element<Type extends HTMLElement = HTMLElement>(id: string): Type {
  return document.getElementById(id) as Type;
}

/** Returns a new element with text and other elements in it. Text is never read as HTML. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  ...content: (string | Node)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}

/** Lets the browser save a file. */
export function download(blob: Blob, name: string): void {
  const link = make('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Returns a map as a PNG with the color of the page behind it. */
export async function mapAsPng(canvas: HTMLCanvasElement): Promise<Blob> {
  const copy = make('canvas');
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const context = copy.getContext('2d');
  if (!context) throw new Error('this browser cannot draw pictures; save the map as .svg');
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => copy.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('the map has no size; make the window larger');
  return blob;
}

const SIDE = 600;

/** Returns a map as an SVG: points from −1 to 1, and their colors. */
export function mapAsSvg(points: Float32Array, rgba: Uint8Array, title: string): string {
  const dots: string[] = [];
  for (let row = 0; row < points.length / 2; row++) {
    const [x, y] = [points[2 * row], points[2 * row + 1]];
    if (Number.isNaN(x)) continue;
    const [r, g, b, opacity] = rgba.subarray(4 * row, 4 * row + 4);
    const place = `cx="${((x + 1) * (SIDE / 2)).toFixed(1)}" cy="${((1 - y) * (SIDE / 2)).toFixed(1)}"`;
    dots.push(`<circle ${place} r="2" fill="rgb(${r},${g},${b})" fill-opacity="${(opacity / 255).toFixed(2)}"/>`);
  }
  const safe = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}"><title>${safe}</title>`;
  return `${head}\n${dots.join('\n')}\n</svg>\n`;
}
