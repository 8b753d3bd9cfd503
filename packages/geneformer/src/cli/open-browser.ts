import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** The program of each system that opens an address in the person's browser, and its arguments before the address. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
/** Milliseconds in which a program without a browser says so; others end later, or with the browser. */
const PATIENCE = 1500;

/**
 * Opens an address in the browser of the person, without a shell.
 *
 * @param opener program and arguments; default that of the system
 * @returns whether it may have opened: the program exists and did not fail at once
 */
export async function openBrowser(
  url: string,
  opener: readonly string[] = OPENERS[process.platform] ?? ['xdg-open'],
): Promise<boolean> {
  const [program, ...words] = opener;
  // The browser must not end with this process.
  const child = spawn(program, [...words, url], { detached: true, stdio: 'ignore' });
  child.unref();
  const ended = new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
  return Promise.race([ended, sleep(PATIENCE, true, { ref: false })]);
}
