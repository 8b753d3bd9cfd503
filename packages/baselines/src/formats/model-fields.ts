import { ModelFormatError } from '../errors.js';

/** Remedy for a damaged file. */
const SAVE_AGAIN = "save the model again with booster.save_model('model.json')";
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** Part of a saved model. Its methods read fields by path and check their values, so that a damaged file cannot cause wrong results. */
export class ModelFields {
  /**
   * @param file file name for error messages
   * @param root parsed JSON of this part
   * @param within path of this part in the file; empty for the whole file
   */
  constructor(
    readonly file: string,
    private readonly root: unknown,
    private readonly within = '',
  ) {}

  /** Returns the value at a path, or undefined. */
  at(path: string): unknown {
    const own = (value: unknown, key: string): unknown =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
    return path.split('.').reduce(own, this.root);
  }

  /** Returns an error about the field at a path. */
  error(path: string, value: unknown, expected: string, remedy = SAVE_AGAIN): ModelFormatError {
    return new ModelFormatError(this.file, this.within + path, value, expected, remedy);
  }

  /**
   * Returns a string.
   *
   * @throws ModelFormatError
   */
  string(path: string): string {
    const value = this.at(path);
    if (typeof value !== 'string') throw this.error(path, value, 'a string');
    return value;
  }

  /**
   * Returns a list.
   *
   * @param length expected length; default any
   * @throws ModelFormatError
   */
  list(path: string, length?: number): unknown[] {
    const value = this.at(path);
    const expected = length === undefined ? 'a list' : `a list of ${length}`;
    if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
      throw this.error(path, value, expected);
    }
    return value;
  }

  /**
   * Returns a whole number, which may be a string, as XGBoost writes its parameters.
   *
   * @throws ModelFormatError
   */
  integer(path: string, least: number, most: number): number {
    const value = this.at(path);
    const number = numberOf(value);
    if (!Number.isInteger(number) || number < least || number > most) {
      throw this.error(path, value, `a whole number from ${least} to ${most}`);
    }
    return number;
  }

  /**
   * Returns the finite numbers in a string: one, or several in brackets, as XGBoost 3.1 and later write them.
   *
   * @throws ModelFormatError
   */
  vector(path: string): number[] {
    const value = this.at(path);
    const parts = typeof value === 'string' ? value.replace(/^\[([^\]]*)\]$/, '$1').split(',') : [value];
    const numbers = parts.map(numberOf);
    if (!numbers.every(Number.isFinite)) throw this.error(path, value, 'finite numbers');
    return numbers;
  }

  /**
   * Returns numbers that are finite in single precision, which XGBoost computes in.
   *
   * @throws ModelFormatError
   */
  floats(path: string, length: number): Float32Array {
    const values = this.list(path, length);
    return Float32Array.from(values, (value, i) => {
      if (typeof value !== 'number' || !Number.isFinite(Math.fround(value))) {
        throw this.error(`${path}[${i}]`, value, 'a finite number in single precision');
      }
      return value;
    });
  }

  /**
   * Returns whole numbers; true and false, written by XGBoost before 1.6, are 1 and 0.
   *
   * @throws ModelFormatError
   */
  integers(path: string, least: number, most: number, length?: number): Int32Array {
    const values = this.list(path, length);
    return Int32Array.from(values, (value, i) => {
      const number = typeof value === 'boolean' ? Number(value) : value;
      if (!Number.isInteger(number) || (number as number) < least || (number as number) > most) {
        throw this.error(`${path}[${i}]`, value, `a whole number from ${least} to ${most}`);
      }
      return number as number;
    });
  }

  /** Returns the part with the given value and path. */
  part(value: unknown, name: string): ModelFields {
    return new ModelFields(this.file, value, `${this.within}${name}.`);
  }
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : NaN;
}
