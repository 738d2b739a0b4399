// Says which expressions can be evaluated again without anybody noticing.
// Errs to the safe side. Knows nothing of what is done with the answer.

import type { AnyNode, Class, Expression } from 'acorn';

/** True when evaluating the expression runs no user code, reads no variable and throws nothing. */
export function isPure(node: AnyNode): boolean {
  switch (node.type) {
    case 'Literal':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return true;
    case 'TemplateLiteral':
      return node.expressions.length === 0;
    case 'UnaryExpression':
      return isPureUnary(node.operator, node.argument);
    case 'ArrayExpression':
      return node.elements.every((element) => element === null || isPure(element));
    case 'ObjectExpression':
      return node.properties.every(
        (property) => property.type === 'Property' && !property.computed && isPure(property.value),
      );
    case 'ClassExpression':
      return isPureClass(node);
    default:
      return false;
  }
}

// `+1n` throws and `-/x/` calls a method, so only what cannot.
function isPureUnary(operator: string, argument: Expression): boolean {
  if (argument.type !== 'Literal') return false;
  if (operator === '-') return typeof argument.value === 'number' || typeof argument.value === 'bigint';
  return operator === '!' || operator === 'void';
}

function isPureClass(node: Class): boolean {
  if (node.superClass) return false;
  return node.body.body.every((element) => {
    if (element.type === 'StaticBlock') return element.body.length === 0;
    if (element.computed) return false;
    return (
      element.type !== 'PropertyDefinition' || !element.static || !element.value || isPure(element.value)
    );
  });
}

/** True for `Symbol.iterator` and the like, as far as the text tells. */
export function isWellKnownSymbol(node: AnyNode): boolean {
  return (
    node.type === 'MemberExpression' &&
    !node.computed &&
    !node.optional &&
    node.object.type === 'Identifier' &&
    node.object.name === 'Symbol' &&
    node.property.type === 'Identifier' &&
    WELL_KNOWN.has(node.property.name)
  );
}

const symbolOf = Symbol as unknown as Record<string, unknown>;
const WELL_KNOWN = new Set(
  Object.getOwnPropertyNames(Symbol).filter((name) => typeof symbolOf[name] === 'symbol'),
);
