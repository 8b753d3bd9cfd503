/** Takes the English out of files: Markdown without code, and the comments and string literals of JavaScript and TypeScript. */
import ts from 'typescript';

/**
 * @typedef {object} Text
 * @property {'document' | 'heading' | 'comment' | 'doc comment' | 'string'} kind
 * @property {number} line where it starts, from 1
 * @property {number} lines how many lines a comment has
 * @property {string} text without code and markup
 */

/**
 * @param {string} file its name tells the language
 * @param {string} content
 * @returns {Text[]}
 */
export function textsOf(file, content) {
  return file.endsWith('.md') ? ofMarkdown(content) : ofSource(file, content);
}

function ofMarkdown(content) {
  const texts = [];
  let paragraph;
  const end = () => {
    if (paragraph) texts.push({ ...paragraph, lines: 1, text: clean(paragraph.text) });
    paragraph = undefined;
  };
  let inCode = false;
  let inMatter = false;
  content.split('\n').forEach((line, index) => {
    if (index === 0 && line === '---') inMatter = true;
    else if (inMatter) inMatter = line !== '---';
    else if (/^\s*```/.test(line)) {
      end();
      inCode = !inCode;
    } else if (!inCode) {
      const item = /^\s*(?:[-*] |\d+\. |\||#|<!--)/.test(line);
      if (item || !line.trim()) end();
      if (!line.trim() || line.startsWith('<!--')) return;
      if (line.startsWith('|')) {
        for (const cell of line.split('|'))
          texts.push({ kind: 'document', line: index + 1, lines: 1, text: clean(cell) });
      } else if (line.startsWith('#')) {
        texts.push({ kind: 'heading', line: index + 1, lines: 1, text: clean(line.replace(/^#+/, '')) });
      } else if (paragraph) paragraph.text += ` ${line.trim()}`;
      else paragraph = { kind: 'document', line: index + 1, text: line.replace(/^\s*(?:[-*]|\d+\.) /, '') };
    }
  });
  end();
  return texts.filter(({ text }) => /[a-z]/i.test(text));
}

function ofSource(file, content) {
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest);
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const texts = [];
  const comments = new Map();
  const collect = (ranges) => {
    for (const range of ranges ?? []) comments.set(range.pos, range);
  };
  const visit = (node) => {
    collect(ts.getLeadingCommentRanges(content, node.pos));
    collect(ts.getTrailingCommentRanges(content, node.end));
    const text = stringOf(node);
    if (text !== undefined && isProse(text)) {
      texts.push({ kind: 'string', line: lineOf(node.getStart(source)), lines: 1, text: clean(text) });
    }
    if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
  };
  visit(source);
  collect(ts.getLeadingCommentRanges(content, source.endOfFileToken.pos));
  return [
    ...texts,
    ...joined(
      [...comments.values()].sort((a, b) => a.pos - b.pos),
      content,
      lineOf,
    ),
  ];
}

/** Comments; `//` lines that follow each other are one. */
function joined(ranges, content, lineOf) {
  const texts = [];
  for (const { pos, end, kind } of ranges) {
    const raw = content.slice(pos, end);
    const line = lineOf(pos);
    const isLine = kind === ts.SyntaxKind.SingleLineCommentTrivia;
    const isDoc = raw.startsWith('/**');
    const last = texts.at(-1);
    const alone = /(^|\n)[ \t]*$/.test(content.slice(0, pos));
    if (isLine && alone && last?.isLine && last.line + last.lines === line) {
      last.text += `\n${raw.slice(2)}`;
      last.lines++;
    } else {
      const text = isLine ? raw.slice(2) : raw.slice(2, -2).replaceAll(/^\s*\*+ ?/gm, '');
      texts.push({
        kind: isDoc ? 'doc comment' : 'comment',
        isLine: isLine && alone,
        line,
        lines: lineOf(end) - line + 1,
        text,
      });
    }
  }
  return texts
    .filter(({ text }) => !/^\s*(?:eslint|prettier|@ts|#|\/ <)/.test(text))
    .flatMap((one) =>
      one.text
        .replaceAll(/```[^]*?```/g, '')
        .replace(/@example[^]*?(?=\n\s*@\w|$)/g, '')
        .split(/\n\s*\n|\n(?=\s*@\w|\s*- )/)
        .map((text, part) => ({
          ...one,
          lines: part ? 1 : one.lines,
          text: clean(text.replaceAll(/@\w+(?: \{[^}]*\})?(?: \w+ (?=- ))?/g, '')),
        })),
    )
    .filter(({ text }) => /[a-z]/i.test(text));
}

function stringOf(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('`x`');
  return undefined;
}

/** Whether a string is a sentence or a part of one, not a path, a name or code. */
function isProse(text) {
  return (
    (text.match(/(?<![^\s(])[a-z]{2,}(?=[\s.,;:)]|$)/gi) ?? []).length >= 3 &&
    !/[{}\\]|=>|\)\s*[;{]|^\s*[<#]|\n.*\n/.test(text)
  );
}

/** One line of words: code, links, addresses and markup are replaced by a mark that no rule takes for a word. */
function clean(text) {
  return text
    .replaceAll(/`[^`]*`/g, '•')
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/https?:\S+|<[a-z/][^>]*>/gi, '•')
    .replaceAll(/\{@\w+ [^}]*\}/g, '•')
    .replaceAll(/\*\*|\b_|_\b/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
