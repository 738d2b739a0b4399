// What V8 has to show of objects for all of capturing to work, tried on one object of each kind: what is missing is said by
// name. A slot that is missing later on would be read as an empty one, so where one is, nothing is captured.
// Knows nothing of entering functions: that is tried when one has to be (`canEnter` of the inspector).

import { runScript } from '../../realm/compile.js';
import { valueIn } from './entries.js';
import type { V8Session } from './inspector.js';

const SAMPLES = `(() => {
  class Private { #field = 1; }
  function* generator() { yield 1; }
  const suspended = generator();
  suspended.next();
  const bound = function () {}.bind(1, 2);
  return { private: new Private(), suspended, bound, plain: () => suspended };
})()`;

interface Samples {
  readonly private: object;
  readonly suspended: object;
  readonly bound: Function;
  readonly plain: Function;
}

/** The names of what V8 does not show, in words. */
export function lacking(session: V8Session): string[] {
  const samples = runScript(SAMPLES, { fileName: 'brine:self-test' }) as Samples;
  const ended = Reflect.construct(Promise, [(resolve: (value: number) => void) => resolve(1)]);
  const needed: readonly (readonly [object, readonly string[]])[] = [
    [samples.plain, ['[[FunctionLocation]]', '[[Scopes]]']],
    [samples.bound, ['[[TargetFunction]]', '[[BoundThis]]', '[[BoundArgs]]']],
    [
      samples.suspended,
      [
        '[[GeneratorState]]',
        '[[GeneratorFunction]]',
        '[[GeneratorReceiver]]',
        '[[GeneratorLocation]]',
        '[[Scopes]]',
      ],
    ],
    [new Map([[1, 2]]).entries(), ['[[Entries]]', '[[IteratorKind]]', '[[IteratorHasMore]]']],
    [new WeakMap(), ['[[Entries]]']],
    [new Proxy({}, {}), ['[[Target]]', '[[Handler]]', '[[IsRevoked]]']],
    [ended, ['[[PromiseState]]', '[[PromiseResult]]']],
    [new WeakRef(samples), ['[[WeakRefTarget]]']],
  ];
  const missing = new Set(session.missingSlots(needed).flat());
  if (session.privateMembers(samples.private).length !== 1) missing.add('private members');
  if (missing.size === 0) {
    const scope = session.inspect([samples.plain])[0]?.entries[0];
    if (scope === undefined || valueIn(scope, 'suspended') !== samples.suspended)
      missing.add('the scopes of functions as expected');
  }
  return [...missing];
}
