import { analyse } from 'scslre';
import ts from 'typescript';

/** A regular expression of a source file. `source`: `undefined` where it is put together while the program runs. */
export type Expression = {
  readonly line: number;
  readonly source: string | undefined;
  readonly flags: string;
};

/** All regular expressions of a file, be they written as literals or made by `RegExp`. */
export function expressionsIn(path: string, text: string): readonly Expression[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Expression[] = [];
  const visit = (node: ts.Node): void => {
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push({ line, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && isRegExp(node.expression)) {
      const [source, flags] = node.arguments ?? [];
      found.push({ line, source: textOf(source), flags: textOf(flags) ?? '' });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const isRegExp = (node: ts.Node): boolean =>
  (ts.isIdentifier(node) && node.text === 'RegExp') ||
  (ts.isPropertyAccessExpression(node) && node.name.text === 'RegExp');

const textOf = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;

/**
 * Characters that, repeated, make a regular expression take more than linear time. Empty if it is linear for every
 * text that repeats one character.
 */
export const slowedBy = (source: string, flags: string): readonly string[] =>
  analyse({ source, flags }).reports.map(
    ({ type, exponential, character }) =>
      `${type}: ${exponential ? 'exponential' : 'polynomial'} in the number of ${JSON.stringify(character.pick)}`,
  );
