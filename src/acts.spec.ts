import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { acts } from './acts.js';
import { projectRoot } from './kernel/config/project-root.js';

const ACT = /^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/;

/** Every `….audit(act, …)` of the program: where it stands, and the acts that its first argument may be. */
async function auditedActs(): Promise<{ at: string; acts: string[] }[]> {
  const root = join(projectRoot, 'src');
  const files = (await readdir(root, { recursive: true })).filter((f) => f.endsWith('.ts') && !f.endsWith('.spec.ts'));
  const found: { at: string; acts: string[] }[] = [];
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    if (!text.includes('.audit(')) continue;
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    visit(source, (node) => {
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
      if (node.expression.name.text !== 'audit' || !node.arguments[0]) return;
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push({ at: `${file}:${line}`, acts: literalsOf(node.arguments[0], source) });
    });
  }
  return found;
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

function literalsIn(node: ts.Node): string[] {
  const literals: string[] = [];
  visit(node, (part) => {
    if (ts.isStringLiteralLike(part) && ACT.test(part.text)) literals.push(part.text);
  });
  return literals;
}

/** The acts written in the argument itself, or where the file says what the variable or property of that name can be. */
function literalsOf(argument: ts.Expression, source: ts.SourceFile): string[] {
  const own = literalsIn(argument);
  if (own.length > 0) return own;
  const name = ts.isPropertyAccessExpression(argument) ? argument.name.text : argument.getText();
  const declared: string[] = [];
  visit(source, (node) => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isPropertyAssignment(node) ||
      ts.isPropertySignature(node);
    if (declares && node.name.getText() === name) declared.push(...literalsIn(node));
  });
  return declared;
}

it('every act that is audited has words, and is written out where it is audited', async () => {
  const audited = await auditedActs();
  expect(audited.length).toBeGreaterThan(10);
  expect(audited.filter((call) => call.acts.length === 0).map(({ at }) => `${at}: the act is not written out`)).toEqual(
    [],
  );
  expect(
    audited.flatMap(({ at, acts: named }) =>
      named.filter((act) => !acts[act]).map((act) => `${at}: “${act}” has no words in its room's acts.ts`),
    ),
  ).toEqual([]);
});

it('no words are left over of an act that nobody audits any more', async () => {
  const audited = new Set((await auditedActs()).flatMap((call) => call.acts));
  expect(Object.keys(acts).filter((act) => !audited.has(act))).toEqual([]);
});
