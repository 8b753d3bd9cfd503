/**
 * Members of a JSON object by name, as they are written. Editing the text keeps what JavaScript's numbers cannot represent:
 * integers beyond 2^53, `1.0`, and the `NaN` that Python writes.
 */
export type Members = Map<string, string>;

/** Splits the text of a JSON object, which was parsed before, into its members. */
export function membersOf(text: string): Members {
  const members: Members = new Map();
  let at = text.indexOf('{') + 1;
  for (;;) {
    at = skip(text, at, /[\s,]/);
    if (at >= text.length || text[at] === '}') return members;
    const nameEnd = endOfValue(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    at = skip(text, nameEnd, /[\s:]/);
    const end = endOfValue(text, at);
    members.set(name, text.slice(at, end));
    at = end;
  }
}

/** Returns the text of an object. */
export function textOfMembers(members: Members): string {
  return `{${[...members].map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(', ')}}`;
}

/** Returns the text of an object in which a member has another value. */
export function setMember(text: string, name: string, value: string): string {
  return textOfMembers(membersOf(text).set(name, value));
}

/** Returns the text of an object after a change of one member, which is an object too. */
export function editMember(text: string, name: string, edit: (member: Members) => void): string {
  const member = membersOf(membersOf(text).get(name) ?? '{}');
  edit(member);
  return setMember(text, name, textOfMembers(member));
}

function skip(text: string, from: number, what: RegExp): number {
  let at = from;
  while (at < text.length && what.test(text[at])) at++;
  return at;
}

/** Returns the position after the value that begins at `from`. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"') {
      at = endOfString(text, at);
      if (depth === 0) return at + 1;
    } else if (letter === '{' || letter === '[') depth++;
    else if (letter === '}' || letter === ']') {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && /[\s,]/.test(letter)) return at;
  }
  return text.length;
}

/** Returns the position of the quote that ends the string at `from`. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
