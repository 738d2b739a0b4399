// Node's own modules by `process.getBuiltinModule` in place of `import`. A module that is imported gets a namespace for `import`, for which
// Node reads every property of its exports: of `fs`, `util` and others that loads files of half a megabyte which nobody asked for.
//
// Imports of a whole namespace stay, since only they give one. Knows nothing of what the code does.
import { parse } from 'acorn';

/** The text of a module that the others take the function from: a session may call something else `process` before they are loaded. */
export const BUILTINS_MODULE = 'export const getBuiltin=globalThis.process.getBuiltinModule;\n';

/** The text of a module with its imports of Node's own modules replaced; `from` is where that module is. */
export function builtinsWithoutImports(code, from) {
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  let made = '';
  let at = 0;
  for (const node of body) {
    if (node.type !== 'ImportDeclaration' || !node.source.value.startsWith('node:')) continue;
    if (node.specifiers.some(({ type }) => type === 'ImportNamespaceSpecifier')) continue;
    made += code.slice(at, node.start);
    if (at === 0) made += `import { getBuiltin as ${GET} } from ${JSON.stringify(from)};`;
    made += declaration(node);
    at = node.end;
  }
  return made + code.slice(at);
}

const GET = '__brineBuiltin';

function declaration({ source, specifiers }) {
  const asked = `${GET}(${JSON.stringify(source.value)})`;
  if (specifiers.length === 0) return `${asked};`;
  const isWhole = (one) => one.type === 'ImportDefaultSpecifier' || one.imported.name === 'default';
  const named = specifiers.filter((one) => !isWhole(one));
  const parts = specifiers.filter(isWhole).map(({ local }) => `${local.name} = ${asked}`);
  const pairs = named.map(({ imported, local }) => `${imported.name}: ${local.name}`);
  if (pairs.length > 0) parts.push(`{ ${pairs.join(', ')} } = ${asked}`);
  return `const ${parts.join(', ')};`;
}
