// Types as they are written, by the names that they have outside of the package: a file may call something otherwise than the entry does.
import ts from 'typescript';

// What an identifier in a type is called outside, where the package calls it otherwise.
const outsideNames = new WeakMap();

/** Notes what the names of a package are called outside of it: `declared` are its exports, `meaning` what an identifier stands for. */
export function noteNames(declared, meaning, known) {
  const names = new Map(declared.map(({ name, declarations: [first] }) => [first, name]));
  for (const { name, declarations } of declared) {
    const target = standsFor(declarations[0], meaning, known);
    if (target !== undefined) names.set(target, name);
  }
  const visit = (node) => {
    const isName = ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node);
    const identifier = isName ? (node.typeName ?? node.expression) : undefined;
    const name = identifier === undefined ? undefined : names.get(meaning(identifier));
    if (name !== undefined && name !== identifier.getText()) outsideNames.set(identifier, name);
    ts.forEachChild(node, visit);
  };
  for (const node of names.keys()) visit(node);
}

/** Of another name for an interface that has none outside, that interface. */
export function standsFor(declaration, meaning, known) {
  if (declaration === undefined || !ts.isTypeAliasDeclaration(declaration)) return undefined;
  const { type } = declaration;
  if (!ts.isTypeReferenceNode(type) || known.has(type.getText())) return undefined;
  const target = meaning(type.typeName);
  return target !== undefined && ts.isInterfaceDeclaration(target) ? target : undefined;
}

/** A type as it is written, on one line, by the names that it has outside, without the comments in it. */
export function bare(node) {
  const start = node.getStart();
  let text = node.getText();
  for (const { at, length, name } of renamedIn(node).reverse())
    text = `${text.slice(0, at - start)}${name}${text.slice(at - start + length)}`;
  return text
    .replace(/\/\*\*?[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/^\| /, '')
    .trim();
}

function renamedIn(node) {
  const found = [];
  const visit = (one) => {
    const name = outsideNames.get(one);
    if (name !== undefined) found.push({ at: one.getStart(), length: one.getWidth(), name });
    ts.forEachChild(one, visit);
  };
  visit(node);
  return found;
}
