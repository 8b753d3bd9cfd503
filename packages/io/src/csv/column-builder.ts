import type { Column } from '../frame.js';
import type { Field } from './fields.js';

const MISSING = new Set(['', 'NA', 'NaN', 'nan']);
const NUMBER = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?Inf(?:inity)?$/i;
const BOOLEAN = /^(?:true|false)$/i;
const DIGITS = /^[+-]?\d{16,}$/;

/**
 * Gathers the fields of a column and decides what it holds: numbers or booleans when all of its values are, else text.
 * Digits that a double cannot hold exactly (identifiers of 18 digits) stay text, so that no two of them fall together.
 */
export class ColumnBuilder {
  private readonly texts: (string | null)[] = [];
  private readonly distinct = new Map<string, string>();
  private number = true;
  private boolean = true;
  private present = false;

  /** @param comma whether numbers may have a decimal comma, as in tables separated by semicolons */
  constructor(private readonly comma: boolean) {}

  /** Whether no field so far had a value. */
  get empty(): boolean {
    return !this.present;
  }

  add({ text, quoted }: Field): void {
    if (!quoted && MISSING.has(text)) {
      this.texts.push(null);
      return;
    }
    this.present = true;
    if (this.number) this.number = NUMBER.test(this.pointed(text)) && !(DIGITS.test(text) && inexact(text));
    if (!this.number && this.boolean) this.boolean = BOOLEAN.test(text);
    this.texts.push(this.shared(text));
  }

  build(): Column {
    const { texts } = this;
    if (this.present && this.number) {
      const values = Float64Array.from(texts, (text) => (text === null ? NaN : toNumber(this.pointed(text))));
      return { kind: 'number', values };
    }
    if (this.present && this.boolean && texts.every((text) => text === null || BOOLEAN.test(text))) {
      return { kind: 'boolean', values: texts.map((text) => (text === null ? null : /^t/i.test(text))) };
    }
    return { kind: 'string', values: texts };
  }

  private pointed(text: string): string {
    return this.comma ? text.replace(',', '.') : text;
  }

  /** One copy of every text, as long as there are few. */
  private shared(text: string): string {
    const known = this.distinct.get(text);
    if (known !== undefined) return known;
    const own = copy(text);
    if (this.distinct.size < 65_536) this.distinct.set(own, own);
    return own;
  }
}

/** A text of its own memory: one that was cut from a chunk keeps the whole chunk alive. */
export function copy(text: string): string {
  return Buffer.from(text).toString();
}

function inexact(text: string): boolean {
  return BigInt(Number(text)) !== BigInt(text);
}

function toNumber(text: string): number {
  return /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}
