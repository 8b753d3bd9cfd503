import type { Device } from './device.js';
import { element } from './document.js';

/** Returns the sentence that says where the page computes. */
export function computesWith({ kind, adapter, threads }: Device): string {
  if (kind === 'webgpu') return `Computes with WebGPU on ${adapter}.`;
  if (threads > 1) return `Computes with WebAssembly on ${threads} threads.`;
  return 'Computes with WebAssembly on one thread: the server does not isolate the page, or there is one core.';
}

/** Shows what is being computed, how far it is and how long it may take. */
export class Status {
  private stage = '';
  private startedAt = 0;
  private text = '';
  isBusy = false;

  begin(stage: string): void {
    this.isBusy = true;
    this.text = '';
    this.stage = '';
    this.write(`${stage} …`);
    const bar = element<HTMLProgressElement>('progress');
    bar.hidden = false;
    bar.removeAttribute('value');
  }

  progress({ stage, done, total, unit }: { stage: string; done: number; total: number; unit: string }): void {
    if (!this.isBusy || !(total > 0)) return;
    const now = performance.now();
    if (stage !== this.stage) [this.stage, this.startedAt] = [stage, now];
    const seconds = ((now - this.startedAt) / 1000) * (total / Math.max(1, done) - 1);
    const left = now - this.startedAt > 1000 && done < total ? `, about ${durationOf(seconds)} left` : '';
    this.write(
      `${this.text} ${VERBS[stage] ?? stage}: ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${unit}${left}`,
    );
    element<HTMLProgressElement>('progress').value = done / total;
  }

  /** Adds a text that stays until the next action. */
  note(text: string): void {
    this.text = text;
    this.write(text);
  }

  end(): void {
    this.isBusy = false;
    this.write(this.text);
    element('progress').hidden = true;
  }

  fail(message: string): void {
    this.end();
    this.write(message, true);
  }

  private write(text: string, isError = false): void {
    const place = element('status');
    place.textContent = text;
    place.classList.toggle('error', isError);
  }
}

const VERBS: Record<string, string> = { tokenize: 'reading cells', embed: 'embedding', write: 'writing' };

function durationOf(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
