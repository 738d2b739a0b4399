// Runs sequences of cells through V8's own REPL mode and prints what each cell came to, as JSON.
import { Session } from 'node:inspector/promises';
import { inspect } from 'node:util';

let input = '';
for await (const chunk of process.stdin) input += chunk;
const session = new Session();
session.connect();
globalThis.inspectHere = (value) => inspect(value);
const results = [];
for (const sequence of JSON.parse(input)) {
  const row = [];
  for (const expression of sequence) {
    const { result, exceptionDetails } = await session.post('Runtime.evaluate', {
      expression,
      replMode: true,
      awaitPromise: true,
    });
    if (exceptionDetails !== undefined) {
      row.push(
        `!${(exceptionDetails.exception.description ?? String(exceptionDetails.exception.value)).split('\n')[0]}`,
      );
    } else if (result.objectId !== undefined) {
      const shown = await session.post('Runtime.callFunctionOn', {
        objectId: result.objectId,
        functionDeclaration: 'function () { return inspectHere(this) }',
        returnByValue: true,
      });
      row.push(shown.result.value);
    } else row.push(result.unserializableValue ?? inspect(result.value));
  }
  results.push(row);
}
process.stdout.write(JSON.stringify(results));
