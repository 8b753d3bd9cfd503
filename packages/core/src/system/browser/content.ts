/** Bytes of a file that are read synchronously and do not change, such as those of a file of the user. */
export interface FixedBytes {
  readonly byteLength: number;
  /** Fills `target` with the bytes from `position` on. The range is inside the file. */
  read(target: Uint8Array, position: number): void;
  /** Returns a range without copying it. */
  part(from: number, to: number): Blob;
}

/** Bytes per page of changed content. */
const PAGE = 1 << 16;
const NOTHING: FixedBytes = { byteLength: 0, read: () => undefined, part: () => new Blob([]) };

/**
 * Content of a file in memory: the bytes of a base, and pages that were written since. So a copy of a file of several gigabytes with
 * additions takes only the memory of the pages that differ.
 */
export class Content {
  /** Changed pages by number. A page may be shared with copies of this content; `own` has those that are not. */
  private pages = new Map<number, Uint8Array<ArrayBuffer>>();
  private own = new Set<number>();
  private length: number;
  /** Bytes of the base that still count: it may have been cut. */
  private baseLength: number;

  constructor(private readonly base: FixedBytes = NOTHING) {
    this.length = base.byteLength;
    this.baseLength = base.byteLength;
  }

  get byteLength(): number {
    return this.length;
  }

  /** Returns a copy that shares all pages until one of the two is written. */
  clone(): Content {
    const copy = new Content(this.base);
    copy.pages = new Map(this.pages);
    copy.length = this.length;
    copy.baseLength = this.baseLength;
    this.own = new Set();
    return copy;
  }

  /** Fills `target` from `position` on and returns the number of bytes, fewer at the end of the file. */
  read(target: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(target.length, this.length - position));
    for (let done = 0; done < count;) {
      const at = position + done;
      const page = Math.floor(at / PAGE);
      const changed = this.pages.get(page);
      // Pages that have not changed are read from the base together.
      let end = page + 1;
      if (!changed) while (end * PAGE < position + count && !this.pages.has(end)) end++;
      const part = target.subarray(done, Math.min(count, end * PAGE - position));
      if (changed) part.set(changed.subarray(at - page * PAGE, at - page * PAGE + part.length));
      else this.readBase(part, at);
      done += part.length;
    }
    return count;
  }

  write(bytes: Uint8Array, position: number): void {
    if (position > this.length) this.resize(position);
    for (let done = 0; done < bytes.length;) {
      const at = position + done;
      const page = this.writable(Math.floor(at / PAGE));
      const from = at % PAGE;
      const part = bytes.subarray(done, done + PAGE - from);
      page.set(part, from);
      done += part.length;
    }
    this.length = Math.max(this.length, position + bytes.length);
  }

  /** Cuts the content, or adds zeros. */
  resize(length: number): void {
    if (length < this.length) {
      this.baseLength = Math.min(this.baseLength, length);
      const last = Math.floor(length / PAGE);
      for (const page of this.pages.keys()) if (page > last) this.pages.delete(page);
      if (this.pages.has(last)) this.writable(last).fill(0, length % PAGE);
    }
    this.length = length;
  }

  /** Returns the content as a Blob. Ranges of the base are not copied. */
  toBlob(type: string): Blob {
    const parts: (Blob | Uint8Array<ArrayBuffer>)[] = [];
    const pages = Math.ceil(this.length / PAGE);
    for (let page = 0; page < pages;) {
      const from = page * PAGE;
      const changed = this.pages.get(page);
      let end = page + 1;
      if (!changed) while (end < pages && !this.pages.has(end)) end++;
      const to = Math.min(this.length, end * PAGE);
      if (changed) parts.push(changed.slice(0, to - from));
      else {
        const cut = Math.max(from, Math.min(to, this.baseLength));
        if (cut > from) parts.push(this.base.part(from, cut));
        if (to > cut) parts.push(new Uint8Array(to - cut));
      }
      page = end;
    }
    return new Blob(parts, { type });
  }

  private readBase(target: Uint8Array, position: number): void {
    const count = Math.max(0, Math.min(target.length, this.baseLength - position));
    if (count > 0) this.base.read(target.subarray(0, count), position);
    target.fill(0, count);
  }

  private writable(number: number): Uint8Array<ArrayBuffer> {
    let page = this.pages.get(number);
    if (page && this.own.has(number)) return page;
    if (page) page = page.slice();
    else {
      page = new Uint8Array(PAGE);
      this.readBase(page, number * PAGE);
    }
    this.pages.set(number, page);
    this.own.add(number);
    return page;
  }
}
