import { join } from 'node:path';
import ts from 'typescript';
import { fieldInWords, valueInWords } from './console/audit/audit-fields.js';
import { projectRoot } from './kernel/config/project-root.js';

/** Shown in places of their own, without the name of their field. */
const FRAME = new Set(['before', 'after', 'name', 'title', 'reason']);
/** Names that people gave, also where the program knows the first of them. */
const GIVEN = new Set(['login', 'name']);

interface Told {
  field: string;
  /** What the types say that it can be, where they name it. */
  codes: Set<string>;
  /** Where it is audited: file:line. */
  at: string;
}

/** Every field that the detail of some `….audit(act, subject, detail)` of the program can have, by its type. */
function auditedFields(): Told[] {
  const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(join(projectRoot, 'tsconfig.json'), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (fault) => {
      throw new Error(String(fault.messageText));
    },
  })!;
  const own = fileNames.filter((file) => file.startsWith(join(projectRoot, 'src')) && !file.endsWith('.spec.ts'));
  const program = ts.createProgram(own, options);
  const checker = program.getTypeChecker();
  const found = new Map<string, Told>();

  const read = (type: ts.Type, node: ts.Node, depth: number): void => {
    if (type.isUnion()) for (const part of type.types) read(part, node, depth);
    const element = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
    if (element) read(element, node, depth);
    if (element || !(type.flags & ts.TypeFlags.Object) || type.symbol?.name === 'Date' || depth > 3) return;
    for (const property of checker.getPropertiesOfType(type)) {
      const of = checker.getTypeOfSymbolAtLocation(property, node);
      const source = node.getSourceFile();
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const at = `${source.fileName.slice(projectRoot.length + 1)}:${line}`;
      const told = found.get(property.name) ?? { field: property.name, codes: new Set(), at };
      for (const one of of.isUnion() ? of.types : [of]) if (one.isStringLiteral()) told.codes.add(one.value);
      found.set(property.name, told);
      read(of, node, depth + 1);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const [, , detail] = node.arguments;
      if (node.expression.name.text === 'audit' && detail) read(checker.getTypeAtLocation(detail), detail, 0);
    }
    ts.forEachChild(node, visit);
  };
  for (const source of program.getSourceFiles()) if (own.includes(source.fileName)) visit(source);
  return [...found.values()];
}

it('every field of what is audited, and every code in it, has words for those who read the audit', () => {
  const told = auditedFields();
  expect(told.map(({ field }) => field)).toEqual(expect.arrayContaining(['role', 'endsOn', 'means', 'counts']));
  const nameless = told.filter(({ field }) => !FRAME.has(field) && fieldInWords(field) === field);
  expect(nameless.map(({ field, at }) => `${at}: “${field}” has no words in audit-fields.ts`)).toEqual([]);
  const bare = told.flatMap(({ field, codes, at }) =>
    GIVEN.has(field)
      ? []
      : [...codes]
          .filter((code) => /^[a-z-]+$/.test(code) && valueInWords(FRAME.has(field) ? 'state' : field, code) === code)
          .map((code) => `${at}: “${code}” of “${field}” has no words in audit-fields.ts`),
  );
  expect(bare).toEqual([]);
}, 60_000);
