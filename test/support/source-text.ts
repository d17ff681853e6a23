import ts from 'typescript';

/** Imports of a source file: static, dynamic and type-only. */
export const importsOf = (source: string): string[] =>
  ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName);

/** Any use of `process` but its standard output: an alias of it could hand the environment on. A field may have its name. */
export function readsEnvironment(source: string): boolean {
  const visit = (node: ts.Node): boolean => {
    const isProcess = ts.isIdentifier(node) && node.text === 'process';
    return (
      (isProcess && !isStandardOutput(node.parent) && !isListening(node.parent) && !isField(node)) ||
      (ts.forEachChild(node, visit) ?? false)
    );
  };
  return visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true));
}

/** True for a listener on the end of the process, which reads nothing. */
const isListening = (node: ts.Node): boolean =>
  ts.isPropertyAccessExpression(node) && ['on', 'off'].includes(node.name.text);

/** The name of a field, of anything but the global object. */
const isField = ({ parent, text }: ts.Node & { text?: string }): boolean =>
  (ts.isPropertySignature(parent) && parent.name.getText() === text) ||
  (ts.isPropertyAssignment(parent) && parent.name.getText() === text) ||
  (ts.isPropertyAccessExpression(parent) &&
    parent.name.getText() === text &&
    parent.expression.getText() !== 'globalThis');

const isStandardOutput = (node: ts.Node): boolean =>
  ts.isPropertyAccessExpression(node) && node.name.text === 'stdout';
