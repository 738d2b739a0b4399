// Reads what an entry point of the package offers: every export with its declaration and its doc comment, as plain data.
//
// Follows re-exports with the TypeScript compiler, and takes signatures as they are written in the source. Knows nothing of pages.
import { dirname, relative, resolve } from 'node:path';
import ts from 'typescript';
import { docOf } from './doc.mjs';
import { bare, noteNames, standsFor } from './names.mjs';

/** The program of some entry files, without the types of the language: only names are resolved. */
export function programOf(root, entries) {
  const options = {
    noLib: true,
    types: [],
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options, true);
  // Packages play no part in the names of an entry.
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => ({ resolvedModule: text.startsWith('.') ? fileOf(text, from) : undefined }));
  return ts.createProgram({ rootNames: entries.map((entry) => resolve(root, entry)), options, host });
}

function fileOf(specifier, from) {
  const resolvedFileName = resolve(dirname(from), specifier.replace(/\.js$/, '.ts'));
  return { resolvedFileName, extension: '.ts', isExternalLibraryImport: false };
}

/**
 * The exports of an entry file in the order of their names: `{ name, kind, file, doc, text, calls, members }`. `calls` has
 * `{ names, gives }` for each way to call it: the names of its parameters, and whether something comes back.
 */
export function exportsOf(program, root, entry) {
  const checker = program.getTypeChecker();
  const follow = (symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const module = checker.getSymbolAtLocation(program.getSourceFile(resolve(root, entry)));
  const declared = checker
    .getExportsOfModule(module)
    .map((symbol) => ({ name: symbol.name, declarations: follow(symbol).declarations ?? [] }));
  const known = new Set(declared.map(({ name }) => name));
  // What a name inside of the package stands for.
  const meaning = (node) => {
    const symbol = checker.getSymbolAtLocation(node);
    return symbol === undefined ? undefined : follow(symbol).declarations?.[0];
  };
  noteNames(declared, meaning, known);
  return declared
    .map((one) => exportOf(one, { root, known, meaning }))
    .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

function exportOf({ name, declarations }, { root, known, meaning }) {
  const [first] = declarations;
  if (first === undefined) throw new Error(`the declaration of ${name} was not found`);
  const file = relative(root, first.getSourceFile().fileName).replaceAll('\\', '/');
  const own = { name, file, doc: docOf(declarations), calls: [], members: [] };
  if (ts.isFunctionDeclaration(first))
    return { ...own, kind: 'function', ...calledAs(declarations, `function ${name}`) };
  if (ts.isClassDeclaration(first))
    return { ...own, kind: 'class', text: headOf(first, `class ${name}`), members: membersOf(first, name) };
  if (ts.isInterfaceDeclaration(first)) return { ...own, ...interfaceOf(first, name) };
  if (!ts.isTypeAliasDeclaration(first)) return { ...own, kind: 'constant', text: constantText(name, first) };
  const { type } = first;
  const target = standsFor(first, meaning, known);
  if (target !== undefined) return { ...own, ...interfaceOf(target, name) };
  const text = literalsOf(type, known, meaning) ?? bare(type);
  return { ...own, kind: 'type', text: `type ${name}${parametersOf(first)} = ${text}` };
}

function interfaceOf(node, name) {
  return { kind: 'interface', text: headOf(node, `interface ${name}`), members: membersOf(node, name) };
}

// `keyof typeof LIST` and `(typeof LIST)[number]` of a list that nobody sees: what is in it.
function literalsOf(type, known, meaning) {
  const isKeys = ts.isTypeOperatorNode(type) && type.operator === ts.SyntaxKind.KeyOfKeyword;
  const query = isKeys ? type.type : ts.isIndexedAccessTypeNode(type) ? inner(type.objectType) : undefined;
  if (query === undefined || !ts.isTypeQueryNode(query) || known.has(query.exprName.getText()))
    return undefined;
  const value = meaning(query.exprName).initializer.expression;
  const words = isKeys
    ? value.properties.map(({ name }) => `'${name.text}'`)
    : value.elements.map((one) => one.getText());
  return words.join(' | ');
}

function inner(type) {
  return ts.isParenthesizedTypeNode(type) ? type.type : type;
}

// — classes and interfaces —

function headOf(node, start) {
  const heritage = (node.heritageClauses ?? []).map((clause) => bare(clause));
  return [`${start}${parametersOf(node)}`, ...heritage].join(' ');
}

function membersOf(node, owner) {
  const groups = new Map();
  for (const member of node.members) {
    if (isHidden(member)) continue;
    const name = nameOf(member, owner);
    // Of a getter and its setter the first one speaks.
    if (ts.isSetAccessor(member) && groups.has(name)) continue;
    groups.set(name, [...(groups.get(name) ?? []), member]);
  }
  return [...groups].map(([name, members]) => {
    const [first] = members;
    const doc = docOf(members);
    if (ts.isConstructorDeclaration(first))
      return { name, kind: 'constructor', doc, ...calledAs(members, `new ${owner}`) };
    if (ts.isMethodDeclaration(first) || ts.isMethodSignature(first))
      return { name, kind: 'method', doc, ...calledAs(members, `${name}${first.questionToken ? '?' : ''}`) };
    if (ts.isCallSignatureDeclaration(first)) return { name, kind: 'call', doc, ...calledAs(members, '') };
    return { name, kind: 'property', doc, text: propertyText(name, first), calls: [] };
  });
}

function nameOf(member, owner) {
  if (ts.isConstructorDeclaration(member)) return 'constructor';
  return ts.isCallSignatureDeclaration(member) ? owner : member.name.getText();
}

// What is private, what computes a symbol, and what says that it is nobody's business.
function isHidden(member) {
  if (ts.isClassStaticBlockDeclaration(member)) return true;
  if (ts.isCallSignatureDeclaration(member)) return false;
  if (ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal')) return true;
  if (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected))
    return true;
  return (
    member.name !== undefined &&
    (ts.isPrivateIdentifier(member.name) || ts.isComputedPropertyName(member.name))
  );
}

function propertyText(name, node) {
  const isFixed = ts.isGetAccessor(node) || ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Readonly;
  const hasSetter =
    ts.isGetAccessor(node) &&
    node.parent.members.some((one) => ts.isSetAccessor(one) && one.name.getText() === name);
  const type = node.type === undefined ? typeOfValue(node.initializer) : bare(node.type);
  return `${isFixed && !hasSetter ? 'readonly ' : ''}${name}${node.questionToken ? '?' : ''}: ${type}`;
}

// What is written without a type is written with a value that tells it.
function typeOfValue(value) {
  if (value !== undefined && ts.isNewExpression(value)) {
    const types = value.typeArguments?.map((type) => bare(type)).join(', ');
    return `${value.expression.getText()}${types === undefined ? '' : `<${types}>`}`;
  }
  if (value !== undefined && (ts.isNumericLiteral(value) || ts.isPrefixUnaryExpression(value)))
    return 'number';
  if (value !== undefined && ts.isStringLiteral(value)) return 'string';
  if (value?.kind === ts.SyntaxKind.TrueKeyword || value?.kind === ts.SyntaxKind.FalseKeyword)
    return 'boolean';
  throw new Error(`give a type to ${value?.parent.getText().split('\n')[0]}`);
}

// — functions —

// Of a function with overloads, those; the one that implements them is nobody's to call.
function calledAs(nodes, start) {
  const overloads = nodes.filter((node) => node.body === undefined);
  const ways = (overloads.length > 0 ? overloads : nodes).map((node) => signatureOf(node, start));
  return {
    text: ways.map(({ text }) => text).join('\n'),
    calls: ways.map(({ names, gives }) => ({ names, gives })),
  };
}

function signatureOf(node, start) {
  const documented = docOf([node]).params.map(({ name }) => name);
  const parameters = node.parameters.map((parameter, at) => parameterOf(parameter, documented[at]));
  const result = node.type === undefined ? '' : bare(node.type);
  const head = `${start}${parametersOf(node)}`;
  const tail = result === '' ? '' : `: ${result}`;
  const line = `${head}(${parameters.map(({ text }) => text).join(', ')})${tail}`;
  return {
    text:
      line.length <= 110
        ? line
        : `${head}(\n${parameters.map(({ text }) => `  ${text},\n`).join('')})${tail}`,
    names: parameters.map(({ name }) => name),
    gives: !['', 'void', 'Promise<void>', 'this'].includes(result),
  };
}

// A parameter that is taken apart is called as its doc comment calls it.
function parameterOf({ name, dotDotDotToken, questionToken, initializer, type }, documented) {
  const called = ts.isIdentifier(name) ? name.text : (documented ?? 'options');
  const isOptional = questionToken !== undefined || initializer !== undefined;
  const written = type === undefined ? typeOfValue(initializer) : bare(type);
  return {
    name: called,
    text: `${dotDotDotToken ? '...' : ''}${called}${isOptional ? '?' : ''}: ${written}`,
  };
}

function parametersOf({ typeParameters }) {
  return typeParameters === undefined ? '' : `<${typeParameters.map((one) => bare(one)).join(', ')}>`;
}

function constantText(name, { type, initializer }) {
  if (type !== undefined) return `const ${name}: ${bare(type)}`;
  return `const ${name} = ${initializer.getText().replace(/ as const$/, '')}`;
}
