import { element } from './document.js';
import { chosenFiles, droppedFiles } from './dropped.js';
import type { Dropped } from './protocol.js';

/** Calls `use` with the files that a person drops anywhere on the page, or chooses. */
export function listenForFiles(use: (files: Promise<Dropped[]>) => void): void {
  for (const id of ['files', 'folder', 'model-folder']) {
    const input = element<HTMLInputElement>(id);
    input.addEventListener('change', () => {
      const files = chosenFiles(input.files ?? []);
      if (files.length > 0) use(Promise.resolve(files));
      input.value = '';
    });
  }
  const drop = element('drop');
  for (const [name, over] of [
    ['dragover', true],
    ['dragleave', false],
    ['drop', false],
  ] as const) {
    // The whole page takes drops, so that a file that misses the frame does not replace the page.
    document.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle('over', over);
      if (name === 'drop' && event.dataTransfer) use(droppedFiles(event.dataTransfer));
    });
  }
}
