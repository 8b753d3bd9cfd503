import { ModelFormatError } from '../errors.js';

/** What to do about a file that is not as XGBoost writes it. */
const SAVE_AGAIN = "save the model again with booster.save_model('model.json')";
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** A part of a saved model. Its methods read fields by their path and check them, so that nothing of a damaged file is believed. */
export class ModelFields {
  /**
   * @param file name that errors begin with
   * @param within path of this part in the file; empty for the whole
   */
  constructor(
    readonly file: string,
    private readonly root: unknown,
    private readonly within = '',
  ) {}

  /** The value at a path, or undefined. */
  at(path: string): unknown {
    const own = (value: unknown, key: string): unknown =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
    return path.split('.').reduce(own, this.root);
  }

  /** An error about the field at a path. */
  refuse(path: string, value: unknown, expected: string, remedy = SAVE_AGAIN): ModelFormatError {
    return new ModelFormatError(this.file, this.within + path, value, expected, remedy);
  }

  text(path: string): string {
    const value = this.at(path);
    if (typeof value !== 'string') throw this.refuse(path, value, 'a text');
    return value;
  }

  list(path: string, length?: number): unknown[] {
    const value = this.at(path);
    const wanted = length === undefined ? 'a list' : `a list of ${length}`;
    if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
      throw this.refuse(path, value, wanted);
    }
    return value;
  }

  /** A whole number; XGBoost writes its parameters as texts. */
  whole(path: string, least: number, most: number): number {
    const value = this.at(path);
    const number = numberOf(value);
    if (!Number.isInteger(number) || number < least || number > most) {
      throw this.refuse(path, value, `a whole number from ${least} to ${most}`);
    }
    return number;
  }

  /** Finite numbers of a text; since version 3.1 there may be several, in brackets. */
  vector(path: string): number[] {
    const value = this.at(path);
    const parts = typeof value === 'string' ? value.replace(/^\[([^\]]*)\]$/, '$1').split(',') : [value];
    const numbers = parts.map(numberOf);
    if (!numbers.every(Number.isFinite)) throw this.refuse(path, value, 'finite numbers');
    return numbers;
  }

  /** Numbers that stay finite in single precision, which is what XGBoost computes in. */
  floats(path: string, length: number): Float32Array {
    const values = this.list(path, length);
    return Float32Array.from(values, (value, i) => {
      if (typeof value !== 'number' || !Number.isFinite(Math.fround(value))) {
        throw this.refuse(`${path}[${i}]`, value, 'a finite number in single precision');
      }
      return value;
    });
  }

  /** Whole numbers; true and false are 1 and 0, as versions before 1.6 wrote them. */
  wholes(path: string, least: number, most: number, length?: number): Int32Array {
    const values = this.list(path, length);
    return Int32Array.from(values, (value, i) => {
      const number = typeof value === 'boolean' ? Number(value) : value;
      if (!Number.isInteger(number) || (number as number) < least || (number as number) > most) {
        throw this.refuse(`${path}[${i}]`, value, `a whole number from ${least} to ${most}`);
      }
      return number as number;
    });
  }

  /** The part at a position of a list. */
  part(value: unknown, name: string): ModelFields {
    return new ModelFields(this.file, value, `${this.within}${name}.`);
  }
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : NaN;
}
