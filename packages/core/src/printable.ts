/** Longest message that still fits a terminal window. */
const LONGEST = 2000;
/** Share of a cut text that is kept from its start; the rest is kept from its end, where a message has its remedy. */
const HEAD = 0.6;
/** Most characters that a cut adds: it may split two pairs of surrogates, whose halves are written as escapes. */
const SPLIT = 24;

/**
 * Control characters, marks that change the direction of text, line separators, the byte order mark, invisible tag
 * characters and unpaired surrogates: they can move the cursor, hide text, start a new line or reorder what a person reads.
 */
const UNPRINTABLE =
  /[\p{Cc}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}\p{Surrogate}]/gu;

/**
 * Returns `text` as one line that is safe to print: characters that a terminal would act on are written as escapes
 * (`\u001b`), and the middle of a text longer than `longest` characters is replaced by a note of its length, if the
 * result is shorter with it.
 *
 * @param longest - the most characters to keep of a text that is cut
 * @example
 * printable('a\u001b[31mb\nc'); // 'a\\u001b[31mb\\nc'
 * printable('x'.repeat(1e6), 10); // 'xxxxxx … (999990 characters left out) … xxxx'
 */
export function printable(text: string, longest = LONGEST): string {
  const most = Math.max(2, longest);
  if (text.length <= most) return escape(text);
  const head = Math.ceil(most * HEAD);
  const tail = most - head;
  const left = text.length - most;
  const note = ` … (${left} characters left out) … `;
  const cut = escape(text.slice(0, head)) + note + escape(text.slice(-tail));
  if (left > note.length + SPLIT) return cut;
  const whole = escape(text);
  return cut.length < whole.length ? cut : whole;
}

function escape(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** `a, b, c and 12 more`: enough of a list for a one-line message. */
export function listSome(names: readonly string[], most = 8): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
