// Dates, regular expressions, errors, boxed primitives, URLs, arguments objects.
export function make() {
  const error = Object.assign(new RangeError('why', { cause: new TypeError('inner') }), { code: 'E' });
  error.stack = 'RangeError: why\n    at somewhere';
  error.cause.stack = 'TypeError: inner';
  const many = new AggregateError([error, 'text'], 'many');
  many.stack = 'AggregateError: many';
  const sticky = /a(?<name>b)/dgimsuy;
  sticky.lastIndex = 3;
  const values = new Function('"use strict"; return arguments')(1, 'two');
  return {
    dates: [new Date(0), new Date(8.64e15), new Date(NaN), Object.assign(new Date(5), { note: 1 })],
    regexps: [sticky, /\//, Object.freeze(/x/v)],
    errors: [error, many],
    boxed: [new Number(-0), Object.assign(new String('text'), { 7: 'x' }), new Boolean(false), Object(5n)],
    urls: [new URL('https://user@example.org:8080/a?b#c')],
    values,
  };
}
